package weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.iterate;
import static weft.Tensors.scan;
import static weft.Tensors.taps;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import weft.PlainGraph.Array;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.op.Ops;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/** What scans give; the numbers are NumPy's for the same recurrences, or a plain loop's. */
class ScansTest {
  static Expr input(String name, DType dtype, Dim... dims) {
    return Apply.one(new Leaf.Input(TensorType.of(dtype, dims))).named(name);
  }

  static Expr f64(String name, Dim... dims) {
    return input(name, DType.F64, dims);
  }

  static void assertRows(Array actual, double... expected) {
    assertThat(actual.data()).containsExactly(expected, within(1e-12));
  }

  private final Dim time = Dim.named("time");
  private final Expr u = f64("u", time);
  private final Expr x0 = f64("x0");
  private final Expr win = f64("Win");
  private final Expr w = f64("W");
  private final Map<Expr, Array> s03 = Map.of(u, Array.of(1, -2, 3, .5), x0, Array.scalar(.2), win,
      Array.scalar(.7),
      w, Array.scalar(.3));

  @Test
  void aCarryIsAWeightedSumOfInputsAndItself() {
    var h = scan(u, x0, (ut, prev) -> ut.times(win).plus(prev.times(w)));

    assertRows(Runs.run(h.all(), s03), .76, -1.172, 1.7484, .87452);
    assertRows(Runs.run(h.last(), s03), .87452);
    assertRows(Runs.run(h.withInitial(), s03), .2, .76, -1.172, 1.7484, .87452);
  }

  @Test
  void backwardsRowsComeInTheOrderOfTheStepsOrAlignedWithTheSequence() {
    var run = scan().over(u).carry(x0).backwards().run(s -> s.next(s.row().times(win).plus(s.prev().times(w))));

    assertRows(Runs.run(run.all(0), s03), .41, 2.223, -.7331, .48007);
    assertRows(Runs.run(run.carry(0).aligned(), s03), .48007, -.7331, 2.223, .41);
    assertRows(Runs.run(run.last(), s03), .48007);
  }

  @Test
  void backwardsWithFewerStepsTakesTheLastRows() {
    var run = scan().over(u).carry(x0).backwards().steps(2)
        .run(s -> s.next(s.row().times(win).plus(s.prev().times(w))));

    assertRows(Runs.run(run.all(0), s03), .41, 2.223);
  }

  @Test
  void doublesFiveTimes() {
    Expr n = input("n", DType.I32);
    var h = iterate(n, x0, prev -> prev.times(2));

    assertRows(Runs.run(h.all(), Map.of(n, Array.scalar(5), x0, Array.scalar(.3))), .6, 1.2, 2.4, 4.8, 9.6);
  }

  @Test
  void tapsOfSequenceAndCarry() {
    Expr init = f64("init", Dim.of(2));
    var run = scan().over(u, taps(-2)).carry(init, taps(-1, -2))
        .run(s -> s.next(s.row().times(win).plus(s.prev(0, -2).times(w)).plus(s.prev(0, -1).times(0))));

    var inputs = Map.of(u, Array.of(1, 2, 3, 4), init, Array.of(.5, -.5), win, Array.scalar(.7), w,
        Array.scalar(.3));
    assertRows(Runs.run(run.all(0), inputs), .7 + .15, 1.4 - .15);
    assertRows(Runs.run(run.carry(0).withInitial(), inputs), .5, -.5, .7 + .15, 1.4 - .15);
  }

  @Test
  void aPolynomialMayStartAsAnInteger() {
    Expr c = f64("c", time);
    Expr x = f64("x");
    for (Object initial : List.of(0, 0.0, 0f, Ops.scalar(0))) {
      var run = scan().over(Ops.arange(Dim.of(1000), DType.I32), c).carry(initial)
          .run(s -> s.next(s.prev().plus(s.row(1).times(x.pow(s.row(0))))));
      assertThat(run.last().type()).isEqualTo(TensorType.of(DType.F64, new Dim[0]));
      assertRows(Runs.run(run.last(), Map.of(c, Array.of(1, 0, 2), x, Array.scalar(3))), 19);
    }
  }
}
