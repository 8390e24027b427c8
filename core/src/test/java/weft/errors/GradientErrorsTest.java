package weft.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static weft.Tensors.F64;
import static weft.Tensors.constant;
import static weft.Tensors.grad;
import static weft.Tensors.jvp;
import static weft.Tensors.undefinedGrad;
import static weft.Tensors.vector;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import weft.grad.Gradient;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** One small wrong program a message; line numbers are replaced by the line's distance from the call. */
class GradientErrorsTest {
  static void assertError(ThrowingCallable wrong, Kind kind, String message) {
    WeftException e = catchThrowableOfType(WeftException.class, wrong);
    assertThat(e.getMessage().replaceAll("(\\w+\\.java):\\d+", "$1")).isEqualTo(message.stripTrailing());
    assertThat(e.kind()).isEqualTo(kind);
  }

  @Test
  void theCostIsNoScalar() {
    var x = vector("x", F64, 2);
    assertError(() -> grad(x, x), Kind.SHAPE, """
        grad: the cost must be a scalar
            x   f64[2]   input   at GradientErrorsTest.java
          at GradientErrorsTest.java
          Combine its elements first, for instance with .sum() or .mean().
        """);
  }

  @Test
  void theCostDoesNotDependOnIt() {
    var x = vector("x", F64, 2);
    var y = vector("y", F64, 2);
    assertError(() -> grad(x.sum().named("loss"), y), Kind.DISCONNECTED, """
        grad: the cost does not depend on y
            loss   f64      sum(…)   at GradientErrorsTest.java
            y      f64[2]   input    at GradientErrorsTest.java
          Leave it out, or say that its gradient is zero with disconnected(ZERO).
        """);
  }

  @Test
  void theCostDependsOnItOnlyThroughAComparison() {
    var x = vector("x", F64, 2);
    assertError(() -> grad(constant(1.0).plus(x.gt(0).cast(F64).sum()).named("loss"), x), Kind.DISCONNECTED, """
        grad: the cost does not depend on x
            loss   f64      plus(…)   at GradientErrorsTest.java
            x      f64[2]   input     at GradientErrorsTest.java
          It is used, but only where no gradient flows: through integers, comparisons or constants. \
        Leave it out, or say that its \
        gradient is zero with disconnected(ZERO).
        """);
  }

  @Test
  void thereIsNoGradient() {
    var x = vector("x", F64, 2);
    assertError(() -> grad(undefinedGrad(x).sum(), x), Kind.NO_GRADIENT, """
        grad: undefinedGrad has no gradient by x
            x             f64[2]   input   at GradientErrorsTest.java
            gradient(…)   f64[2]           at GradientErrorsTest.java
          Differentiate by something else, or say that nothing flows back through it with disconnectedGrad.
        """);
  }

  @Test
  void theKnownGradientHasAnotherShape() {
    var x = vector("x", F64, 2);
    var y = vector("y", F64, 3);
    assertError(() -> Gradient.ofKnown().known(x, y), Kind.SHAPE, """
        grad: the known gradient has another shape than its expression
            x   f64[2]   input   at GradientErrorsTest.java
            y   f64[3]   input   at GradientErrorsTest.java
          at GradientErrorsTest.java
          Give one of shape [2].
        """);
  }

  @Test
  void theVectorHasAnotherShape() {
    var x = vector("x", F64, 2);
    var y = vector("y", F64, 3);
    assertError(() -> jvp(x.times(x), x, y), Kind.SHAPE, """
        jvp: the vector has another shape than x
            x   f64[2]   input   at GradientErrorsTest.java
            y   f64[3]   input   at GradientErrorsTest.java
          at GradientErrorsTest.java
          Give one of shape [2].
        """);
  }
}
