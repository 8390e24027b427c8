package weft.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.dim;
import static weft.Tensors.grad;
import static weft.Tensors.iterate;
import static weft.Tensors.map;
import static weft.Tensors.matrix;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sigmoid;
import static weft.Tensors.softmax;
import static weft.Tensors.sqr;
import static weft.Tensors.sum;
import static weft.Tensors.tanh;
import static weft.Tensors.tensor3;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import weft.PlainGraph;
import weft.PlainGraph.Array;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.op.Einsum;
import weft.op.Scan;
import weft.runtime.WeftException;
import weft.type.Dim;

/** What the passes leave of scans, and that the values stay. */
class ScanPassesTest {
  private final SplittableRandom random = new SplittableRandom(3);
  private final Map<Expr, Array> inputs = new HashMap<>();
  private final List<String> explained = new ArrayList<>();
  private final Dim time = dim("time");

  private Expr given(Expr input, int... shape) {
    int size = 1;
    for (int s : shape) size *= s;
    inputs.put(input, new Array(random.doubles(size, -1, 1).toArray(), shape));
    return input;
  }

  /** Runs the passes and compares values before and after. */
  private List<Expr> passed(Expr... results) {
    List<Expr> before = List.of(results);
    List<Expr> after = Share.apply(ScanPasses.apply(before, explained::add), new Notes());
    List<Array> expected = PlainGraph.run(before, inputs);
    List<Array> actual = PlainGraph.run(after, inputs);
    for (int i = 0; i < results.length; i++) {
      assertThat(actual.get(i).shape()).isEqualTo(expected.get(i).shape());
      assertThat(actual.get(i).data()).containsExactly(expected.get(i).data(), within(1e-12));
    }
    return after;
  }

  private static List<Scan> scans(List<Expr> results) {
    return Graphs.order(results).stream().filter(a -> a.op() instanceof Scan).map(a -> (Scan) a.op()).toList();
  }

  private static List<String> ops(List<Expr> results, Class<?> kind) {
    return Graphs.order(results).stream().map(Apply::op).filter(kind::isInstance)
        .map(op -> op.name() + " " + op.attributes()).toList();
  }

  private static List<String> inside(Scan scan, Class<?> kind) {
    return ops(scan.body().results(), kind);
  }

  @Test
  void aStepWithoutACarryNeedsNoLoop() {
    Expr a = given(matrix("A", F64, 2, 2), 2, 2);
    Expr b = given(matrix("B", F64, 2, 2), 2, 2);
    Expr rows = scan().over(a).run(s -> s.emit(s.row().dot(b))).emitted();
    Expr plusOne = map(a, row -> row.plus(1));

    List<Expr> after = passed(rows, plusOne);

    assertThat(scans(after)).isEmpty();
    assertThat(explained).anyMatch(line -> line.endsWith("nothing is left of the loop"));
  }

  @Test
  void whatIsTheSameAtEveryStepIsComputedOnce() {
    Expr w1 = given(matrix("W1", F64, 2, 2), 2, 2);
    Expr w2 = given(matrix("W2", F64, 2, 2), 2, 2);
    Expr x = given(matrix("x", F64, time, 2), 3, 2);
    var h = scan().over(x).carry(zeros(F64, 2)).run(s -> {
      Expr w = Graphs.substitute(List.of(w1.plus(w2)), Map.of()).get(0);
      s.next(s.row().plus(s.prev().dot(w)));
    });

    Scan scan = scans(passed(h.last())).get(0);

    assertThat(scan.captured()).isEqualTo(1);
    assertThat(inside(scan, weft.op.Scalar.class)).hasSize(1);
  }

  @Test
  void theInputProductOfAnRnnIsOneProductOverTime() {
    Expr x = given(tensor3("x", F64, time, 2, 3), 4, 2, 3);
    Expr wx = given(matrix("Wx", F64, 3, 5), 3, 5);
    Expr wh = given(matrix("Wh", F64, 5, 5), 5, 5);
    Expr b = given(vector("b", F64, 5), 5);
    var h = scan(x, zeros(F64, 2, 5), (xt, prev) -> tanh(xt.dot(wx).plus(prev.dot(wh)).plus(b)));

    List<Expr> after = passed(h.all());

    assertThat(inside(scans(after).get(0), Einsum.class)).containsExactly("dot ak,kn->an");
    assertThat(ops(after, Einsum.class)).containsExactly("dot tak,kn->tan");
    assertThat(inside(scans(after).get(0), weft.op.Scalar.class)).hasSize(2);
    assertThat(explained).anyMatch(line -> line.contains("hoisted plus(dot(…), broadcast(…)) as one"));
  }

  @Test
  void theOutputLayerIsComputedBehindTheLoop() {
    Expr x = given(matrix("x", F64, time, 3), 4, 3);
    Expr wh = given(matrix("Wh", F64, 3, 3), 3, 3);
    Expr wo = given(matrix("Wo", F64, 3, 2), 3, 2);
    var run = scan().over(x).carry(zeros(F64, 3)).run(s -> {
      Expr h = tanh(s.row().plus(s.prev().dot(wh)));
      s.next(h).emit(softmax(h.dot(wo)));
    });

    List<Expr> after = passed(run.emitted());

    assertThat(scans(after).get(0).stacked()).isZero();
    assertThat(inside(scans(after).get(0), Einsum.class)).hasSize(1);
    assertThat(ops(after, Einsum.class)).containsExactly("dot tk,kn->tn");
  }

  @Test
  void aSumOfProductsOverTimeIsOneProduct() {
    Expr a = given(tensor3("A", F64, time, 2, 3), 4, 2, 3);
    Expr b = given(tensor3("B", F64, time, 3, 2), 4, 3, 2);
    Expr last = scan(a, b, zeros(F64, 2, 2), (at, bt, acc) -> acc.plus(at.dot(bt))).last();
    Expr row = scan(a, b, zeros(F64, 2, 2), (at, bt, acc) -> at.dot(bt).plus(acc)).all().row(-1);

    List<Expr> after = passed(last, row);

    assertThat(scans(after)).isEmpty();
    assertThat(ops(after, Einsum.class)).containsOnly("dot tak,tkn->an");
  }

  @Test
  void theGradientOfAGruHasNoProductsInItsSums() {
    Expr x = given(tensor3("x", F64, time, 2, 3), 4, 2, 3);
    Expr h0 = given(matrix("h0", F64, 2, 4), 2, 4);
    var w = new ArrayList<Expr>();
    for (String gate : List.of("z", "r", "n")) {
      w.add(given(matrix("W" + gate, F64, 3, 4), 3, 4));
      w.add(given(matrix("U" + gate, F64, 4, 4), 4, 4));
      w.add(given(vector("b" + gate, F64, 4), 4));
    }
    var h = scan(x, h0, (xt, prev) -> {
      Expr z = sigmoid(xt.dot(w.get(0)).plus(prev.dot(w.get(1))).plus(w.get(2)));
      Expr r = sigmoid(xt.dot(w.get(3)).plus(prev.dot(w.get(4))).plus(w.get(5)));
      Expr n = tanh(xt.dot(w.get(6)).plus(prev.times(r).dot(w.get(7))).plus(w.get(8)));
      return z.times(prev).plus(n.times(z.neg().plus(1)));
    });
    Expr cost = sum(sqr(h.last()));
    List<Expr> results = new ArrayList<>(grad(cost, w));
    results.add(cost);

    List<Expr> after = passed(results.toArray(Expr[]::new));

    assertThat(scans(after)).hasSize(2);
    Scan forward = scans(after).get(0);
    Scan backward = scans(after).get(1);
    assertThat(inside(forward, Einsum.class)).hasSize(3);
    assertThat(backward.carries()).isEqualTo(1);
    assertThat(inside(backward, Einsum.class)).hasSize(3);
    assertThat(ops(after, Einsum.class)).hasSize(9);
  }

  @Test
  void scansOfOneLengthBecomeOne() {
    Expr x = given(vector("x", F64, time), 3);
    Expr y = given(vector("y", F64, dim("words")), 3);
    Expr z = given(vector("z", F64, time), 3);
    Expr n = scalar("n", I32);
    inputs.put(n, Array.scalar(3));

    assertThat(scans(passed(sums(x).last(), sums(x).last()))).hasSize(1);
    assertThat(scans(passed(sums(x).last(), products(x).last()))).hasSize(1);
    assertThat(scans(passed(sums(x).last(), products(z).last()))).hasSize(1);
    assertThat(scans(passed(sums(x).last(), products(y).last()))).hasSize(2);
    assertThat(scans(passed(iterate(n, .5, p -> tanh(p)).last(), iterate(n, 1.5, p -> sigmoid(p)).last())))
        .hasSize(1);
    assertThat(scans(passed(iterate(2, .5, p -> tanh(p)).last(), iterate(3, .5, p -> tanh(p)).last())))
        .hasSize(2);
  }

  @Test
  void scansThatNeedEachOtherStayApart() {
    Expr x = given(vector("x", F64, time), 3);
    Expr first = sums(x).all();
    Expr second = sums(first).all();
    assertThat(scans(passed(second))).hasSize(2);

    Expr a = sums(x).all();
    Expr back = scan().over(a).carry(.5).backwards().run(s -> s.next(tanh(s.prev().plus(s.row())))).carry(0)
        .aligned();
    Expr c = scan().over(x).carry(.25).backwards().run(s -> s.next(tanh(s.prev().plus(s.row())))).carry(0)
        .aligned();
    Expr d = products(c).all();
    List<Expr> crossed = passed(back, d);
    assertThat(scans(crossed)).hasSize(3);
  }

  private static weft.Trajectory sums(Expr x) {
    return scan(x, .5, (xt, prev) -> tanh(xt.plus(prev)));
  }

  private static weft.Trajectory products(Expr x) {
    return scan(x, .5, (xt, prev) -> tanh(xt.times(prev)));
  }

  @Test
  void equalCarriesAreOneAndUnreadOnesGo() {
    Expr x = given(vector("x", F64, time), 3);
    var run = scan().over(x).carry(.5, .5, 1.0).run(s ->
        s.next(tanh(s.prev(0).plus(s.row())), tanh(s.prev(1).plus(s.row())),
        s.prev(2).times(s.prev(0))));
    Expr unchanging = scan().over(x).carry(.25).run(s -> s.next(s.prev()).emit(s.prev().times(s.row())))
        .emitted();

    List<Expr> after = passed(run.last(0), run.all(1), unchanging);

    assertThat(scans(after)).hasSize(1);
    assertThat(scans(after).get(0).carries()).isEqualTo(1);
    assertThat(explained).anyMatch(line -> line.endsWith("prev1 is always prev0"));
    assertThat(explained).anyMatch(line -> line.endsWith("nothing reads prev2"));
    assertThat(explained).anyMatch(line -> line.endsWith("prev never changes"));
  }

  @Test
  void theRowThatDoesNotExistStaysAnError() {
    Expr x = given(vector("x", F64, time), 0);
    Expr last = ScanPasses.apply(List.of(sums(x).all().row(-1)), why -> {}).get(0);
    assertThat(last.type().rank()).isZero();
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> PlainGraph.run(last, inputs))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("there is no index time - 1");
    assertThat(PlainGraph.run(ScanPasses.apply(List.of(sums(x).last()), why -> {}).get(0), inputs).data())
        .containsExactly(.5);
  }

  @Test
  void stepsOfStepsAreRewrittenToo() {
    Expr x = given(tensor3("x", F64, time, 3, 2), 2, 3, 2);
    Expr w = given(matrix("w", F64, 2, 2), 2, 2);
    Expr h0 = given(vector("h0", F64, 2), 2);
    var h = scan(x, h0, (xt, prev) -> scan(xt, prev, (row, p) -> tanh(row.dot(w).plus(p))).last());

    Scan outer = scans(passed(h.last())).get(0);
    Scan inner = scans(outer.body().results()).get(0);

    assertThat(inside(inner, Einsum.class)).isEmpty();
  }

  @Test
  void aScanOfEachRowRunsForAllRowsTogether() {
    Expr words = given(tensor3("words", F64, time, 3, 2), 4, 3, 2);
    Expr w = given(matrix("w", F64, 2, 2), 2, 2);
    Expr u = given(matrix("u", F64, 2, 2), 2, 2);
    var sentence = scan(words, zeros(F64, 2), (word, prev) -> {
      Expr spelt = scan(word, zeros(F64, 2), (letter, p) -> tanh(letter.plus(p.dot(w)))).last();
      return tanh(spelt.plus(prev.dot(u)));
    });
    List<Expr> results = new ArrayList<>(grad(sum(sqr(sentence.last())), List.of(w, u)));

    List<Expr> after = passed(results.toArray(Expr[]::new));

    assertThat(scans(after)).hasSize(4).allMatch(scan -> inside(scan, Scan.class).isEmpty());
    assertThat(PlainGraph.steps(after, inputs)).isEqualTo(2 * (3 + 4));
  }
}
