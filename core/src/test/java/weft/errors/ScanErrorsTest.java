package weft.errors;

import static weft.Tensors.F32;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.dim;
import static weft.Tensors.iterate;
import static weft.Tensors.matrix;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.softmax;
import static weft.Tensors.taps;
import static weft.Tensors.tensor;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;
import static weft.errors.GradientErrorsTest.assertError;

import org.junit.jupiter.api.Test;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

class ScanErrorsTest {
  private final Dim time = dim("time");

  @Test
  void theCarryChangesItsShape() {
    var x = matrix("x", time, 8);
    var wx = matrix("Wx", 8, 4);
    var h0 = vector("h0", 32);
    assertError(() -> scan(x, h0, (xt, prev) -> softmax(xt.dot(wx))), Kind.SHAPE, """
        scan: the carry changes type from one step to the next
            enters as  f32[32]   h0           at ScanErrorsTest.java
            leaves as  f32[4]    softmax(…)   at ScanErrorsTest.java
          Return a value of the carry's type from the step.
        """);
  }

  @Test
  void theCarryWouldLoseDigits() {
    var x = vector("x", F64, time);
    var h0 = scalar("h0");
    var n = scalar("n", I32);
    assertError(() -> scan(x, n, (xt, prev) -> prev.plus(h0.cast(I32)).cast(F32)), Kind.DTYPE, """
        scan: the carry changes type from one step to the next
            enters as  i32   n         at ScanErrorsTest.java
            leaves as  f32   cast(…)   at ScanErrorsTest.java
          Return a value of the carry's type from the step.
        """);
  }

  @Test
  void anErrorInsideTheStepNamesTheScan() {
    var x = matrix("x", time, 8);
    var wx = matrix("Wx", 16, 32);
    assertError(() -> scan(x, zeros(32), (xt, prev) -> xt.dot(wx).plus(prev)), Kind.SHAPE, """
        dot: inner dimensions differ, 8 and 16
            x_t   f32[8]        row of x   at ScanErrorsTest.java
            Wx    f32[16, 32]   input      at ScanErrorsTest.java
          at ScanErrorsTest.java
          in the scan step at ScanErrorsTest.java
          The last dimension of the left side must equal the first of the right side.
        """);
  }

  @Test
  void nothingSaysHowManySteps() {
    assertError(() -> scan().carry(0.0).run(s -> s.next(s.prev())), Kind.STEPS, """
        scan: nothing says how many steps to take
          at ScanErrorsTest.java
          Give a sequence with over(x), or a number with steps(n).
        """);
  }

  @Test
  void fewerRowsThanSteps() {
    var x = vector("x", 10);
    assertError(() -> scan().over(x).steps(20).run(s -> s.emit(s.row())), Kind.STEPS, """
        scan: x has 10 rows, too few for 20 steps
            x   f32[10]   input   at ScanErrorsTest.java
          at ScanErrorsTest.java
          Give a row for each step, or take fewer steps.
        """);
  }

  @Test
  void fewerRowsThanTaps() {
    var x = vector("x", 2);
    assertError(() -> scan().over(x, taps(-3, 1)).run(s -> s.emit(s.row(0, 1))), Kind.STEPS, """
        scan: x has 2 rows, too few for the taps [-3, 1]
            x   f32[2]   input   at ScanErrorsTest.java
          at ScanErrorsTest.java
          Give a row for each step and 4 more, as the taps lie apart.
        """);
  }

  @Test
  void aNegativeNumberOfSteps() {
    assertError(() -> iterate(-1, 0.0, p -> p), Kind.STEPS, """
        scan: -1 steps
          at ScanErrorsTest.java
          Give 0 or more.
        """);
  }

  @Test
  void aNumberOfStepsThatIsComputed() {
    var n = scalar("n", I32);
    assertError(() -> iterate(n.plus(1), 0.0, p -> p), Kind.ARGUMENT, """
        scan: the number of steps is computed, and nothing says how many there are at most
            plus(…)   i32      at ScanErrorsTest.java
          Give that with steps(n, most), or make the number an input of the function.
        """);
    assertError(() -> iterate(scalar("s"), 0.0, p -> p), Kind.DTYPE, """
        scan: the number of steps is f32, not an integer scalar
            s   f32   input   at ScanErrorsTest.java
          Give an int, a dimension, or an expression of one i32 or i64.
        """);
  }

  @Test
  void aSequenceWithoutTime() {
    assertError(() -> scan().over(scalar("s")), Kind.SHAPE, """
        scan: a sequence needs an axis for time
            s   f32   input   at ScanErrorsTest.java
          Give one of rank 1 or more; what is the same at every step need not be handed in.
        """);
  }

  @Test
  void tapsThatLookAhead() {
    assertError(() -> scan().carry(tensor("h", 2), taps(-1, 1)), Kind.ARGUMENT, """
        scan: the taps [-1, 1] of a carry look ahead
          at ScanErrorsTest.java
          A step sees what steps before it returned; give negative taps.
        """);
  }

  @Test
  void tooFewInitialRows() {
    var scan = scan().over(vector("x", 9)).carry(tensor("h", 2), taps(-3));
    assertError(() -> scan.run(s -> s.next(s.prev())), Kind.SHAPE, """
        scan: a carry with the taps [-3] needs 3 initial rows
            h   f32[2]   input   at ScanErrorsTest.java
          at ScanErrorsTest.java
          Give one row a step that the taps reach back, the oldest first.
        """);
  }

  @Test
  void aCarryForgotten() {
    assertError(() -> scan().over(vector("x", 9)).carry(0.0, 1.0).run(s -> s.next(s.prev())), Kind.ARGUMENT, """
        scan: the step says what 1 of 2 carries become
          at ScanErrorsTest.java
          Call next(…) with one value for each carry, in order.
        """);
  }

  /** Calls of emit add up, those of next would not. */
  @Test
  void carriesSaidTwice() {
    assertError(() -> scan().over(vector("x", 9)).carry(0.0, 1.0).run(s -> s.next(s.prev(0)).next(s.prev(1))), Kind.ARGUMENT, """
        scan: the step says twice what the carries become
          at ScanErrorsTest.java
          in the scan step at ScanErrorsTest.java
          Call next(…) once, with one value for each carry, in order.
        """);
  }

  @Test
  void tapsOfACarryWithoutTime() {
    var h = vector("h", 3);
    assertError(() -> scan().over(matrix("x", 9, 3)).carry(h, taps(-1, -2)).run(s -> s.next(s.row())), Kind.SHAPE, """
        scan: the carry changes type from one step to the next
            enters as  f32      h     at ScanErrorsTest.java
            leaves as  f32[3]   x_t   at ScanErrorsTest.java
          With taps the initial value has an axis for time in front, with a row for each step that they reach back.
        """);
  }

  @Test
  void aTapThatWasNotAskedFor() {
    assertError(() -> scan().over(vector("x", 9), taps(-1, 1)).run(s -> s.emit(s.row())), Kind.ARGUMENT, """
        scan: sequence 0 has no tap 0
          at ScanErrorsTest.java
          in the scan step at ScanErrorsTest.java
          It has [-1, 1].
        """);
  }
}
