package tests.errors;

import static tests.errors.Refusals.refused;
import static weft.Tensors.BOOL;
import static weft.Tensors.F32;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.I64;
import static weft.Tensors.argmax;
import static weft.Tensors.cast;
import static weft.Tensors.concat;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.iterate;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.plus;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.sum;
import static weft.Tensors.taps;
import static weft.Tensors.times;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** What is refused before a call: operands, inputs, updates, gradients, scans. */
class FunctionErrorsTest {
  private final Dim time = dim("time");

  @Test
  void nullAsOperand() {
    var x = vector("x", 3);
    refused(() -> x.times(null), Kind.ARGUMENT, """
        times: null is no operand
          at FunctionErrorsTest.java
          Give an expression, a Java number or boolean, a tensor or a parameter.
        """);
  }

  @Test
  void noDType() {
    var x = vector("x", 3);
    refused(() -> x.cast(null), Kind.ARGUMENT, """
        cast: to no dtype
            x   f32[3]   input   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          Give one, such as DType.F64.
        """);
  }

  @Test
  void anInputThatIsMissing() {
    var x = vector("x", 3);
    var y = vector("y", 3);
    refused(() -> function(x).named("f").returns(x.plus(y)).compile(), Kind.MISSING_INPUT, """
        f: input y is needed but not given
            y         f32[3]   input   at FunctionErrorsTest.java
            plus(…)   f32[3]           at FunctionErrorsTest.java
          Add it to function(…).
        """);
  }

  @Test
  void anInputThatIsNotUsed() {
    var x = vector("x", 3);
    var y = vector("y", 3);
    refused(() -> function(x, y).named("f").returns(x).compile(), Kind.UNUSED_INPUT, """
        f: input y is not used
            y   f32[3]   input   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          Leave it out, or say onUnusedInput(IGNORE).
        """);
  }

  @Test
  void anInputTwice() {
    var x = vector("x", 3);
    refused(() -> function(x, x).named("f").returns(x).compile(), Kind.DUPLICATE, """
        f: input x is given twice
            x   f32[3]   input   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          Give each input once.
        """);
  }

  @Test
  void aParameterAsInput() {
    var x = vector("x", 3);
    var w = param("W", zeros(3));
    refused(() -> function(x, w).named("f").returns(x.plus(w)).compile(), Kind.ARGUMENT, """
        f: parameter W cannot be an input
            W   f32[3]   parameter   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          Parameters are read by themselves; leave it out, or give an input for it with given(…).
        """);
  }

  @Test
  void anExpressionAsInputThatIsNotEnough() {
    var x = vector("x", 3);
    refused(() -> function(x.plus(1)).named("f").returns(x).compile(), Kind.MISSING_INPUT, """
        f: input x is needed but not given
            x   f32[3]   input   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          Add it to function(…).
        """);
  }

  @Test
  void aConstantAsInput() {
    var x = vector("x", 3);
    refused(() -> function(x, zeros(2)).named("f").returns(x).compile(), Kind.ARGUMENT, """
        f: 0 is not an input
            0   f32[2]   constant   at FunctionErrorsTest.java
          Declare inputs with scalar, vector, matrix or tensor.
        """);
  }

  @Test
  void nothingToDo() {
    var x = vector("x", 3);
    refused(() -> function(x).named("f").compile(), Kind.ARGUMENT, """
        f: returns nothing and updates nothing
          at FunctionErrorsTest.java
          Say what it is for with returns(…) or updates(…).
        """);
  }

  @Test
  void aDimensionThatNothingGives() {
    var x = vector("x", 3);
    refused(() -> function(x).named("f").returns(zeros(time), x).compile(), Kind.MISSING_INPUT, """
        f: nothing says how long dimension time is
          Give the function an input one of whose dimensions is time alone.
        """);
  }

  @Test
  void anUpdateOfAnotherShape() {
    var b = param("b", zeros(4));
    var w = param("W", zeros(4, 4));
    refused(() -> new Update(parameter(b), w), Kind.SHAPE, """
        update: the new value of b has another type
            b   f32[4]      parameter   at FunctionErrorsTest.java
            W   f32[4, 4]   parameter   at FunctionErrorsTest.java
          An update must keep the parameter's dtype and shape.
        """);
  }

  @Test
  void anUpdateOfAnotherDType() {
    var b = param("b", zeros(4));
    refused(() -> new Update(parameter(b), b.cast(F64)), Kind.DTYPE, """
        update: the new value of b has another type
            b         f32[4]   parameter   at FunctionErrorsTest.java
            cast(…)   f64[4]               at FunctionErrorsTest.java
          An update must keep the parameter's dtype and shape.
        """);
  }

  @Test
  void twoUpdatesOfOneParameter() {
    var b = param("b", zeros(4));
    var once = new Update(parameter(b), b.plus(1));
    var again = new Update(parameter(b), b.times(2));
    refused(() -> function().named("f").updates(once, again).compile(),
        Kind.DUPLICATE, """
        f: two updates of parameter b
          at FunctionErrorsTest.java
          Combine them into one expression.
        """);
  }

  @Test
  void aRowThatLeftItsStep() {
    var x = matrix("x", time, 3);
    var leaked = new ArrayList<Expr>();
    scan(x, zeros(3), (xt, prev) -> {
      leaked.add(xt.plus(prev));
      return xt;
    });
    refused(() -> function(x).named("f").returns(leaked.get(0)).compile(), Kind.MISSING_INPUT, """
        f: x_t exists only inside a scan's step
            x_t   f32[3]   row of x   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          Use what the scan returns.
        """);
  }

  @Test
  void aCostThatIsNoScalar() {
    var w = param("W", zeros(4, 4));
    refused(() -> grad(w.times(2), w), Kind.SHAPE, """
        grad: the cost must be a scalar
            times(…)   f32[4, 4]      at FunctionErrorsTest.java
          Combine its elements first, for instance with .sum() or .mean().
        """);
  }

  @Test
  void aCostThatIsNoFloat() {
    var i = vector("i", I32, 3);
    refused(() -> grad(i.sum(), i), Kind.DTYPE, """
        grad: the cost must be a float
            sum(…)   i32      at FunctionErrorsTest.java
          Cast it first.
        """);
  }

  @Test
  void aDisconnectedGradient() {
    var w = param("W", zeros(4, 4));
    var b = param("b", zeros(4));
    var loss = w.sum().named("loss");
    refused(() -> grad(loss, b), Kind.DISCONNECTED, """
        grad: the cost does not depend on b
            loss   f32      sum(…)      at FunctionErrorsTest.java
            b      f32[4]   parameter   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          Leave it out, or say that its gradient is zero with disconnected(ZERO).
        """);
  }

  @Test
  void aGradientThatEndsInAnArgmax() {
    var b = param("b", zeros(4));
    var loss = argmax(b).cast(F64).plus(1).named("loss");
    refused(() -> grad(loss, b), Kind.DISCONNECTED, """
        grad: the cost does not depend on b
            loss   f64      plus(…)     at FunctionErrorsTest.java
            b      f32[4]   parameter   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          It is used, but only where no gradient flows: through integers, comparisons or constants. Leave it out, or \
        say that its gradient is zero with disconnected(ZERO).
        """);
  }

  @Test
  void sgdOfNoParameter() {
    var x = vector("x", 3);
    refused(() -> sgd(x.sum(), List.of(x), 0.1), Kind.ARGUMENT, """
        sgd: x is not a parameter
            x   f32[3]   input   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          Give expressions that param returned.
        """);
  }

  @Test
  void gradientsAndParametersThatDoNotPair() {
    var w = param("W", zeros(4));
    var b = param("b", zeros(4));
    refused(() -> sgd(List.of(w), List.of(w, b), 0.1), Kind.ARGUMENT, """
        sgd: 1 gradients for 2 parameters
          at FunctionErrorsTest.java
          Give one gradient for each parameter, in order.
        """);
  }

  @Test
  void aCarryThatChangesItsShape() {
    var x = matrix("x", time, 8);
    var h = vector("h", 3);
    refused(() -> scan(x, h, (xt, prev) -> xt), Kind.SHAPE, """
        scan: the carry changes type from one step to the next
            enters as  f32[3]   h     at FunctionErrorsTest.java
            leaves as  f32[8]   x_t   at FunctionErrorsTest.java
          Return a value of the carry's type from the step.
        """);
  }

  @Test
  void aCarryThatGrows() {
    var x = matrix("x", time, 8);
    refused(() -> scan(x, zeros(8), (xt, prev) -> concat(0, xt, prev)), Kind.SHAPE, """
        scan: the carry changes type from one step to the next
            enters as  f32[8]    0           at FunctionErrorsTest.java
            leaves as  f32[16]   concat(…)   at FunctionErrorsTest.java
          Return a value of the carry's type from the step.
        """);
  }

  @Test
  void aCarryThatWouldLoseDigits() {
    var x = vector("x", time);
    var n = scalar("n", I64);
    refused(() -> scan(x, n, (xt, prev) -> prev.cast(F32).plus(xt)), Kind.DTYPE, """
        scan: the carry changes type from one step to the next
            enters as  i64   n         at FunctionErrorsTest.java
            leaves as  f32   plus(…)   at FunctionErrorsTest.java
          Return a value of the carry's type from the step.
        """);
  }

  @Test
  void aCarryThatIsForgotten() {
    var x = matrix("x", time, 8);
    refused(() -> scan().over(x).carry(zeros(8), zeros(8)).run(s -> s.next(s.row())), Kind.ARGUMENT, """
        scan: the step says what 1 of 2 carries become
          at FunctionErrorsTest.java
          Call next(…) with one value for each carry, in order.
        """);
  }

  @Test
  void aMaskOfAnotherShape() {
    var x = matrix("x", time, 8);
    var mask = matrix("mask", BOOL, time, 7);
    refused(() -> scan().over(x).mask(mask).carry(zeros(8)).run(s -> s.next(s.row())), Kind.SHAPE, """
        scan: the mask does not fit a carry
            mask   bool[time, 7]   input      at FunctionErrorsTest.java
            x_t    f32[8]          row of x   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          Its axes at one step must be the leading axes of every carry, such as the batch.
        """);
  }

  @Test
  void lengthsOfAnotherShape() {
    var x = matrix("x", time, 8);
    var lengths = vector("lengths", I32, 7);
    refused(() -> scan().over(x).lengths(lengths).carry(zeros(8)).run(s -> s.next(s.row())), Kind.SHAPE, """
        scan: the lengths do not fit a carry
            lengths   i32[7]   input      at FunctionErrorsTest.java
            x_t       f32[8]   row of x   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          Its axes at one step must be the leading axes of every carry, such as the batch.
        """);
  }

  @Test
  void aScanWithoutLength() {
    refused(() -> scan().carry(0f).run(s -> s.next(s.prev().plus(1))), Kind.STEPS, """
        scan: nothing says how many steps to take
          at FunctionErrorsTest.java
          Give a sequence with over(x), or a number with steps(n).
        """);
  }

  @Test
  void moreStepsThanRows() {
    var x = matrix("x", 10, 8);
    refused(() -> scan().over(x).steps(20).run(s -> s.emit(s.row())), Kind.STEPS, """
        scan: x has 10 rows, too few for 20 steps
            x   f32[10, 8]   input   at FunctionErrorsTest.java
          at FunctionErrorsTest.java
          Give a row for each step, or take fewer steps.
        """);
  }

  @Test
  void negativeSteps() {
    refused(() -> iterate(-1, 0f, p -> p.plus(1)), Kind.STEPS, """
        scan: -1 steps
          at FunctionErrorsTest.java
          Give 0 or more.
        """);
  }

  @Test
  void aTapOfTheFuture() {
    var h = matrix("h", 2, 3);
    refused(() -> scan().carry(h, taps(-1, 1)), Kind.ARGUMENT, """
        scan: the taps [-1, 1] of a carry look ahead
          at FunctionErrorsTest.java
          A step sees what steps before it returned; give negative taps.
        """);
  }
}
