package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Losses that sum over all ways through a lattice in logarithms, of batches of several lengths, against counting all ways. */
class SequenceLossesTest {
  private static final double NEVER = Double.NEGATIVE_INFINITY;

  private final SplittableRandom random = new SplittableRandom(5);
  private final Dim time = dim("time");
  private final Dim batch = dim("batch");

  /** Connectionist temporal classification (Graves et al. 2006); class 0 is the blank. */
  private static Expr ctc(Expr logits, Expr labels, Expr lengths, Expr labelLengths) {
    DType dtype = logits.dtype();
    Dim b = labels.dim(0);
    Dim n = labels.dim(1).times(2);
    Expr path = concat(1, reshape(stack(2, zeros(I32, b, labels.dim(1)), labels), b, n), zeros(I32, b, 1));
    Expr before = slice(pad(path, 1, 2, 0, -1), 1, 0, -2);
    Expr skips = and(path.ne(0), path.ne(before));
    Expr start = broadcastTo(where(arange(n.plus(1)).eq(0), full(0, dtype), full(NEVER, dtype)), b, n.plus(1));
    Expr last = scan("ctc").over(logSoftmax(logits)).lengths(lengths).carry(start).run(s -> {
      Expr stays = s.prev();
      Expr moves = slice(pad(stays, 1, 1, 0, NEVER), 1, 0, -1);
      Expr jumps = where(skips, slice(pad(stays, 1, 2, 0, NEVER), 1, 0, -2), full(NEVER, dtype));
      s.next(logAddExp(logAddExp(stays, moves), jumps).plus(takeAlongAxis(s.row(), path, 1)));
    }).last();
    Expr end = labelLengths.times(2);
    Expr label = where(labelLengths.gt(0), pick(last, maximum(end.minus(1), 0)), full(NEVER, dtype));
    return logAddExp(pick(last, end), label).neg();
  }

  /** What all paths weigh together that read as the label once repetitions and blanks are gone. */
  private static double allPaths(double[][] logits, List<Integer> label) {
    int classes = logits[0].length;
    double sum = 0;
    for (int path = 0; path < Math.pow(classes, logits.length); path++) {
      var read = new ArrayList<Integer>();
      double weight = 1;
      int previous = 0;
      int left = path;
      for (double[] frame : logits) {
        int c = left % classes;
        left /= classes;
        weight *= Math.exp(frame[c]) / Arrays.stream(frame).map(Math::exp).sum();
        if (c != 0 && c != previous) read.add(c);
        previous = c;
      }
      if (read.equals(label)) sum += weight;
    }
    return -Math.log(sum);
  }

  private double[][][] numbers(int first, int second, int third) {
    var all = new double[first][second][third];
    for (double[][] rows : all) for (double[] row : rows) Arrays.setAll(row, i -> random.nextDouble(-2, 2));
    return all;
  }

  /** Repeated labels, a label that fills all frames, an empty one. */
  @Test
  void connectionistTemporalClassification() {
    var labels = matrix("labels", I32, batch, dim("labels"));
    var lengths = vector("lengths", I32, batch);
    var labelLengths = vector("labelLengths", I32, batch);
    int[][] words = {{1, 1, 2}, {3, 2, 0}, {2, 0, 0}, {0, 0, 0}};
    int[] frames = {6, 2, 1, 5};
    int[] letters = {3, 2, 1, 0};
    double[][][] x = numbers(6, 4, 4);
    for (DType dtype : List.of(F64, F32)) {
      var logits = tensor3("logits", dtype, time, batch, 4);
      Expr loss = ctc(logits, labels, lengths, labelLengths);
      Tensor given = Tensor.of(x).to(dtype);
      Tensor is = Modes.function(logits, labels, lengths, labelLengths).returns(loss, grad(loss.sum(), logits))
          .call(given, words, frames, letters);
      for (int b = 0; b < 4; b++) {
        var of = new double[frames[b]][];
        for (int t = 0; t < frames[b]; t++) of[t] = x[t][b];
        assertThat(is.get(b)).isCloseTo(allPaths(of, Arrays.stream(words[b], 0, letters[b]).boxed().toList()), within(dtype == F64 ? 1e-12 : 1e-5));
      }
      if (dtype == F64) Slopes.check(List.of(logits, labels, lengths, labelLengths), loss.sum(), List.of(logits), given, words, frames, letters);
    }
  }

  /** A chain of tags (Lafferty et al. 2001): what all chains weigh, and which is best (Viterbi 1967), found again by its pointers backwards. */
  @Test
  void conditionalRandomField() {
    var scores = tensor3("scores", F64, time, batch, 3);
    var lengths = vector("lengths", I32, batch);
    var follows = param("follows", Tensor.of(numbers(1, 3, 3)[0]));
    Expr rest = slice(scores, 0, 1, END);
    Expr all = scan("all").over(rest).lengths(lengths.minus(1)).carry(scores.row(0))
        .run(s -> s.next(logSumExp(expandDims(s.prev(), 2).plus(follows), 1).plus(s.row()))).last();
    var best = scan("best").over(rest).lengths(lengths.minus(1)).carry(scores.row(0)).run(s -> {
      Expr ways = expandDims(s.prev(), 2).plus(follows);
      s.next(max(ways, 1).plus(s.row())).emit(argmax(ways, 1));
    });
    Expr end = argmax(best.last(), 1);
    Expr counts = lt(expandDims(arange(rest.dim(0)), 1), lengths.minus(1));
    Expr tags = scan("back").over(best.emitted(), counts).backwards().carry(end)
        .run(s -> s.next(where(s.row(1), pick(s.row(0), s.prev()), s.prev()))).carry(0).aligned();
    Expr weight = logSumExp(all, 1);
    double[][][] x = numbers(5, 3, 3);
    int[] steps = {5, 1, 3};
    Tensor[] is = Modes.function(scores, lengths).returns(weight, max(best.last(), 1), concat(0, tags, expandDims(end, 0)))
        .callAll(Tensor.of(x), steps);
    double[] step = parameter(follows).get().toDoubles();
    for (int b = 0; b < 3; b++) {
      double sum = 0;
      double most = NEVER;
      int[] chain = new int[steps[b]];
      int[] found = null;
      for (int c = 0; c < Math.pow(3, steps[b]); c++) {
        double score = 0;
        for (int t = 0, left = c; t < steps[b]; t++, left /= 3) {
          chain[t] = left % 3;
          score += x[t][b][chain[t]] + (t > 0 ? step[chain[t - 1] * 3 + chain[t]] : 0);
        }
        sum += Math.exp(score);
        if (score > most) found = chain.clone();
        most = Math.max(most, score);
      }
      assertThat(is[0].get(b)).isCloseTo(Math.log(sum), within(1e-12));
      assertThat(is[1].get(b)).isCloseTo(most, within(1e-12));
      for (int t = 0; t < steps[b]; t++) assertThat(is[2].get(t, b)).isEqualTo(found[t]);
    }
    Slopes.check(List.of(scores, lengths), weight.sum(), List.of(scores, follows), Tensor.of(x), steps);
  }
}
