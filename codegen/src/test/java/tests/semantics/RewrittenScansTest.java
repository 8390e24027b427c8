package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.END;
import static weft.Tensors.constant;
import static weft.Tensors.dim;
import static weft.Tensors.grad;
import static weft.Tensors.gradient;
import static weft.Tensors.ifElse;
import static weft.Tensors.maximum;
import static weft.Tensors.onesLike;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.range;
import static weft.Tensors.scan;
import static weft.Tensors.sin;
import static weft.Tensors.slice;
import static weft.Tensors.sort;
import static weft.Tensors.taps;
import static weft.Tensors.zerosLike;
import static weft.grad.Gradient.Disconnected.ZERO;

import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** What rewrites take out of scans without losing what somebody else needs, in every mode. */
class RewrittenScansTest {
  private final Dim time = dim("time");
  private final Expr x = f64("x", time);

  /** The rows of x up to the first one above 3. */
  private Expr upToThree() {
    return scan().over(x).run(s -> s.emit(s.row()).until(s.row().gt(3))).emitted();
  }

  @Test
  void aRowForEachStepOfAScanThatStoppedByItself() {
    Expr rows = scan().over(upToThree()).run(s -> s.emit(constant(Tensor.of(7.0, 8)))).emitted();
    Tensor found = Modes.function(x).returns(rows).call((Object) new double[] {1, 2, 5, 1, 1});
    assertThat(found.shape()).containsExactly(3, 2);
    assertNumbers(found, 7, 8, 7, 8, 7, 8);
  }

  @Test
  void asManyStepsAsAScanThatStoppedByItself() {
    Expr halved = scan().over(upToThree()).carry(8.0).run(s -> s.next(s.prev().times(.5))).last();
    assertNumbers(Modes.function(x).returns(halved).call((Object) new double[] {1, 2, 5, 1, 1}), 1);
    assertNumbers(Modes.function(x).returns(halved).call((Object) new double[] {4, 2}), 4);
  }

  @Test
  void lengthsThatOnlyZerosHave() {
    Expr zeros = upToThree().times(0).plus(2);
    assertNumbers(Modes.function(x).returns(zeros).call((Object) new double[] {1, 5, 1}), 2, 2);
  }

  /** Of what a cost does not depend on, zeros remain. */
  @Test
  void zerosAsLongAsAScanThatStoppedByItself() {
    Expr rows = upToThree();
    Expr zeros = gradient(x.sum()).disconnected(ZERO).wrt(rows);
    assertNumbers(Modes.function(x).returns(zeros, zerosLike(rows)).callAll((Object) new double[] {1, 5, 1})[0], 0, 0);
    assertNumbers(Modes.function(x).returns(onesLike(rows)).call((Object) new double[] {1, 5, 1}), 1, 1);
  }

  @Test
  void theGradientOfAnElementThatIsNotThere() {
    Expr w = f64("w");
    Expr slope = grad(x.times(0).plus(w).at(-2), w);
    assertNumbers(Modes.function(x, w).returns(slope).call(new double[3], 1.), 1);
    assertThatThrownBy(() -> Modes.function(x, w).returns(slope).call(new double[1], 1.)).isInstanceOfSatisfying(
        WeftException.class, e -> assertThat(e.kind()).isIn(Kind.INDEX, Kind.SHAPE));
  }

  /** Each step takes its row or w; the slope of Σ sin by w is cos w for each step that took it. */
  @Test
  void theGradientOfAChoiceInEachStep() {
    Expr w = f64("w");
    Expr taken = scan().over(x).carry(w).run(s -> s.next(s.prev()).emit(ifElse(s.row().gt(3), () -> s.row(), () -> w)))
        .emitted();
    Expr slope = grad(sin(taken).sum(), w);
    assertNumbers(Modes.function(x, w).returns(slope).call(new double[] {1, 4, 2, 9}, .5), 2 * Math.cos(.5));
    Expr second = grad(slope.times(slope), w);
    assertNumbers(Modes.function(x, w).returns(second).call(new double[] {1, 4, 2, 9}, .5),
        -8 * Math.cos(.5) * Math.sin(.5));
  }

  @Test
  void nothingOfEveryThirdElement() {
    Expr five = f64("five", 5);
    Expr last = slice(five, 0, 4, END, 3);
    Expr none = slice(last, 0, 1, END, 3);
    Tensor found = Modes.function(five).returns(none).call((Object) new double[] {1, 2, 3, 4, 5});
    assertThat(found.shape()).containsExactly(0);
  }

  @Test
  void aScanWithoutItsSequenceStillWantsItsRows() {
    Expr start = f64("start", 3, 2);
    Expr rows = scan().over(x, taps(-2)).carry(start, taps(-1, -3)).run(s -> s.next(s.prev(0, -3))).carry(0).withInitial();
    var f = Modes.function(x, start).returns(rows);
    assertThat(f.call(new double[3], new double[3][2]).shape()).containsExactly(4, 2);
    assertThatThrownBy(() -> f.call(new double[1], new double[3][2])).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isIn(Kind.STEPS, Kind.SHAPE));
  }

  @Test
  void tooFewRowsOfAScanThatStoppedByItself() {
    Expr pairs = scan().over(upToThree(), taps(0, 1)).run(s -> s.emit(s.row(0, 0).plus(s.row(0, 1)))).emitted();
    var f = Modes.function(x).returns(pairs);
    assertNumbers(f.call((Object) new double[] {1, 2, 5, 1}), 3, 7);
    assertThatThrownBy(() -> f.call((Object) new double[0])).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.STEPS));
  }

  /** The second scan needs none of what the first one gave, but as many rows. */
  @Test
  void parametersStayWhereTooFewRowsWereFound() {
    Expr calls = param("calls", Tensor.of(1.0));
    Expr rows = scan().over(upToThree(), taps(-2)).run(s -> s.emit(constant(Tensor.of(7.0, 8)))).emitted();
    var f = Modes.function(x).returns(rows).updates(new Update(parameter(calls), calls.plus(1)));
    assertNumbers(f.call((Object) new double[] {1, 2, 3, 4}), 7, 8, 7, 8);
    assertThatThrownBy(() -> f.call((Object) new double[] {5, 5})).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.STEPS));
    assertNumbers(parameter(calls).get(), 2);
  }

  @Test
  void fewerStepsThanAScanThatStoppedByItself() {
    Expr rows = scan().over(upToThree()).steps(2).run(s -> s.emit(constant(Tensor.of(7.0, 8)))).emitted();
    var f = Modes.function(x).returns(rows);
    assertNumbers(f.call((Object) new double[] {1, 2, 3, 4}), 7, 8, 7, 8);
    assertThatThrownBy(() -> f.call((Object) new double[] {5, 5})).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.STEPS));
  }

  /** As many of the last rows as a slice has elements, which may be none. */
  @Test
  void asManyLastRowsAsACallSays() {
    Expr y = f64("y", dim("few"));
    Expr sums = scan().over(x).carry(0.0).run(s -> s.next(s.prev().plus(s.row()))).all(0);
    Expr both = scan().over(sums, y).backwards().run(s -> s.emit(s.row(0).times(s.row(1)))).emittedAligned(0);
    var f = Modes.function(x, y).returns(both);
    assertNumbers(f.call(new double[] {1, 2, 3}, new double[] {10, 1}), 30, 6);
    assertThat(f.call(new double[] {1, 2, 3}, new double[0]).shape()).containsExactly(0);
  }

  /** Every third row from row 2 on, of which there may be none: then rows before row 2 must be there, and no more. */
  @Test
  void everyThirdRowOfNone() {
    Expr y = f64("y", dim("few"));
    Expr sums = scan().over(x).carry(0.0).run(s -> s.next(s.prev().plus(s.row()))).all(0);
    double[] six = {1, 2, 3, 4, 5, 6};
    assertThat(Modes.function(x).returns(sums.at(range(2, 2, 3))).call((Object) six).shape()).containsExactly(0);
    Expr some = sums.at(range(Dim.of(2), y.dim(0).plus(2))).at(range(0, END, 3));
    var f = Modes.function(x, y).returns(some, grad(some.sum(), x));
    assertThat(f.callAll(six, new double[0])[0].shape()).containsExactly(0);
    assertNumbers(f.callAll(six, new double[0])[1], 0, 0, 0, 0, 0, 0);
    assertNumbers(f.callAll(six, new double[2])[0], 6);
    assertNumbers(f.callAll(six, new double[4])[0], 6, 21);
    assertNumbers(f.callAll(six, new double[4])[1], 2, 2, 2, 1, 1, 1);
    assertThatThrownBy(() -> f.callAll(new double[1], new double[0])).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.SHAPE));
  }

  @Test
  void aPartThatIsLongerThanItsTensor() {
    Expr slope = grad(slice(x, 0, 3, -1).sum(), x);
    assertNumbers(Modes.function(x).returns(slope).call((Object) new double[6]), 0, 0, 0, 1, 1, 0);
    assertThatThrownBy(() -> Modes.function(x).returns(slope).call((Object) new double[1])).isInstanceOfSatisfying(
        WeftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SHAPE));
  }

  /** Unrolled, what is added up has as many parts as there are ways through it. */
  @Test
  void stepsThatReadTheirCarryTwice() {
    Expr start = f64("start", 31);
    Expr last = scan().steps(31).carry(start).run(s -> s.next(s.prev().times(.125).plus(s.prev()))).last();
    Expr sorted = sort(maximum(last, start), 0);
    double[] given = new double[31];
    given[5] = 1;
    double[] found = Modes.function(start).returns(sorted).call((Object) given).toDoubles();
    assertThat(found[30]).isEqualTo(Math.pow(1.125, 31), within(1e-9));
    assertThat(found[29]).isZero();
  }

  @Test
  void namesThatDifferOnlyFarBehind() {
    String name = "a".repeat(60);
    Expr sum = param(name + "1", Tensor.of(1.0, 2)).plus(param(name + "2", Tensor.of(3.0, 4))).plus(param(name + "3", Tensor.of(5.0, 6)));
    assertNumbers(Modes.function().returns(sum).call(), 9, 12);
  }
}
