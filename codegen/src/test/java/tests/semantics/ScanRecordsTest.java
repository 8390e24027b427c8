package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.assertRows;
import static tests.semantics.Cases.f64;
import static weft.Tensors.I32;
import static weft.Tensors.dim;
import static weft.Tensors.filter;
import static weft.Tensors.foldLeft;
import static weft.Tensors.foldRight;
import static weft.Tensors.map;
import static weft.Tensors.mod;
import static weft.Tensors.param;
import static weft.Tensors.reduce;
import static weft.Tensors.scan;
import static weft.Tensors.sigmoid;
import static weft.Tensors.sqr;
import static weft.Tensors.tanh;
import static weft.Tensors.tensor;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.States;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Records as carries, filter and folds, and the strict mode, in every mode of compilation. */
class ScanRecordsTest {
  private final Dim time = dim("time");
  private final Expr x = f64("x", time);

  private record Cell(Expr h, Expr c) {}

  private record Net(Cell cell, Expr sum) {}

  private record Seen(Expr gate, Expr output) {}

  @Test
  void aRecordIsTheCarry() {
    var h0 = f64("h0", 2);
    var c0 = f64("c0", 2);
    var run = scan("cell").over(x).run(new Net(new Cell(h0, c0), weft.Tensors.constant(0.)), (s, before) -> {
      Expr gate = sigmoid(before.cell().h().plus(s.row()));
      Expr c = gate.times(before.cell().c()).plus(s.row());
      Expr h = tanh(c);
      s.emit(new Seen(gate, h.sum()));
      return new Net(new Cell(h, c), before.sum().plus(h.sum()));
    });
    Net last = run.last();
    Net all = run.all();
    Seen seen = run.scanned().emitted(Seen.class);
    Tensor[] r = Modes.function(x, h0, c0).returns(last.cell().h(), last.cell().c(), last.sum(), all.cell().c(), seen.gate(), seen.output())
        .callAll(new double[] {.5, -1, 2}, new double[] {.1, .2}, new double[] {.3, -.4});
    double[] in = {.5, -1, 2};
    double[] h = {.1, .2};
    double[] c = {.3, -.4};
    double sum = 0;
    for (int t = 0; t < 3; t++) {
      double outputs = 0;
      for (int j = 0; j < 2; j++) {
        double gate = 1 / (1 + Math.exp(-(h[j] + in[t])));
        c[j] = gate * c[j] + in[t];
        h[j] = Math.tanh(c[j]);
        outputs += h[j];
        assertThat(r[3].toDoubles()[2 * t + j]).isCloseTo(c[j], within(1e-12));
        assertThat(r[4].toDoubles()[2 * t + j]).isCloseTo(gate, within(1e-12));
      }
      sum += outputs;
      assertThat(r[5].toDoubles()[t]).isCloseTo(outputs, within(1e-12));
    }
    assertNumbers(r[0], h);
    assertNumbers(r[1], c);
    assertNumbers(r[2], sum);
    Slopes.check(List.of(x, h0, c0), last.sum().plus(sqr(seen.gate()).sum()), List.of(x, h0, c0), new double[] {.5, -1, 2},
        new double[] {.1, .2}, new double[] {.3, -.4});
  }

  @Test
  void recordsThatCannotBeCarries() {
    record Wrong(Expr a, int b) {}
    assertThatThrownBy(() -> scan().over(x).run(new Wrong(x, 1), (s, w) -> w)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e).hasMessageContaining("b is int"));
    assertThatThrownBy(() -> scan().over(x).run(new Cell(x, null), (s, w) -> w)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e).hasMessageContaining("c is null"));
    States<Cell> run = scan().over(x).run(new Cell(x.row(0), x.row(0)), (s, w) -> {
      s.emit(w.h());
      return w;
    });
    assertThatThrownBy(() -> run.scanned().emitted(Seen.class)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.ARGUMENT));
  }

  @Test
  void s12_mapReduceAndFolds() {
    Expr left = foldLeft(x, 0., (v, acc) -> acc.times(2).plus(v));
    Expr right = foldRight(x, 0., (v, acc) -> acc.times(2).plus(v));
    Tensor[] r = Modes.function(x).returns(map(x, weft.Tensors::abs), reduce(x, 0., (v, acc) -> acc.plus(v)), left, right)
        .callAll((Object) new double[] {1, 2, 3});
    assertNumbers(r[0], 1, 2, 3);
    assertThat(r[1].item()).isEqualTo(6);
    assertThat(r[2].item()).isEqualTo(11);
    assertThat(r[3].item()).isEqualTo(17);
  }

  @Test
  void s12_filterKeepsTheOrder() {
    var n = tensor("n", I32, time);
    var rows = f64("rows", time, 2);
    List<Expr> both = filter(List.of(n, rows), r -> mod(r.get(0), 2).eq(0));
    var f = Modes.function(n, rows).returns(both.get(0), both.get(1));
    double[][] data = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
    Tensor[] r = f.callAll(new int[] {4, 7, -2, 8}, data);
    assertThat(r[0].toDoubles()).containsExactly(4, -2, 8);
    assertRows(r[1], new double[][] {{1, 2}, {5, 6}, {7, 8}});
    assertThat(f.callAll(new int[] {1, 3, 5, 7}, data)[1].typeText()).isEqualTo("f64[0, 2]");
    assertThat(f.callAll(new int[0], Tensor.zeros(weft.Tensors.F64, 0, 2))[0].typeText()).isEqualTo("i32[0]");
    assertRows(f.callAll(new int[] {2, 4, 6, 8}, data)[1], data);
  }

  @Test
  void gradientsOfWhatAFilterKept() {
    Expr kept = filter(x, r -> r.gt(0));
    Tensor[] d = Slopes.check(List.of(x), kept.times(kept).sum(), List.of(x), (Object) new double[] {1, -2, 3, -4, 5});
    assertNumbers(d[0], 2, 0, 6, 0, 10);
    assertThat(Modes.function(x).returns(kept.mean()).call((Object) new double[] {1, -2, 3, -4, 5}).item()).isEqualTo(3);
  }

  @Test
  void strictlyOnlyWhatWasDeclared() {
    var w = param("W", weft.Tensors.zeros(weft.Tensors.F64));
    var b = param("b", weft.Tensors.zeros(weft.Tensors.F64));
    assertThatThrownBy(() -> scan().over(x).strict(w).run(s -> s.emit(s.row().times(w).plus(b))))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e).hasMessageContaining("b, which was not declared"));
    Expr y = scan().over(x).strict(w, b).run(s -> s.emit(s.row().times(w).plus(b).plus(1))).emitted();
    assertNumbers(Modes.function(x).returns(y).call((Object) new double[] {3, 4}), 1, 1);
  }
}
