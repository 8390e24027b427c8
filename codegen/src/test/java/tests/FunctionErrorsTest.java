package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static weft.Tensors.*;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Functions that are declared or called wrongly, and what their users read. */
class FunctionErrorsTest {
  private static final Expr W = param("W", Tensor.zeros(F32, 4, 2));
  private static final Expr X = matrix("x", dim("time"), 4);
  private static final Expr Y = matrix("y", X.dim(0), 2);
  private static final Expr LOSS = sum(sqr(X.dot(W).minus(Y)));
  private static final Parameter PARAMETER = parameter(W);

  private record Row(String name, Kind kind, String message, ThrowingCallable wrong) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    Expr unused = scalar("unused");
    var step = function(X, Y).named("step").returns(LOSS).updates(sgd(LOSS, List.of(W), 0.1)).compile();
    Tensor x = Tensor.zeros(F32, 3, 4);
    Tensor y = Tensor.full(F32, 1, 3, 2);
    return Stream.of(
        row("missing input", Kind.MISSING_INPUT, """
            f: input y is needed but not given
                y   f32[time, 2]   input   at FunctionErrorsTest.java
              at FunctionErrorsTest.java
              Add it to function(…).""", () -> function(X).named("f").returns(LOSS).compile()),
        row("unused input", Kind.UNUSED_INPUT, """
            f: input unused is not used
                unused   f32   input   at FunctionErrorsTest.java
              at FunctionErrorsTest.java
              Leave it out, or say onUnusedInput(IGNORE).""", () -> function(X, Y, unused).named("f").returns(LOSS).compile()),
        row("twice the same input", Kind.DUPLICATE, """
            f: input x is given twice
                x   f32[time, 4]   input   at FunctionErrorsTest.java
              at FunctionErrorsTest.java
              Give each input once.""", () -> function(X, X, Y).named("f").returns(LOSS).compile()),
        row("parameter as input", Kind.ARGUMENT, """
            f: parameter W cannot be an input
                W   f32[4, 2]   parameter   at FunctionErrorsTest.java
              at FunctionErrorsTest.java
              Parameters are read by themselves; leave it out.""", () -> function(W).named("f").returns(LOSS).compile()),
        row("expression as input", Kind.ARGUMENT, """
            f: sum(…) is not an input
                sum(…)   f32      at FunctionErrorsTest.java
              at FunctionErrorsTest.java
              Declare inputs with scalar, vector, matrix or tensor.""", () -> function(LOSS).named("f").returns(LOSS).compile()),
        row("two updates", Kind.DUPLICATE, """
            f: two updates of parameter W
              at FunctionErrorsTest.java
              Combine them into one expression.""", () -> function().named("f").updates(new Update(PARAMETER, W.plus(1)),
                new Update(PARAMETER, W.plus(2))).compile()),
        row("update of another shape", Kind.SHAPE, """
            update: the new value of W has another type
                W   f32[4, 2]   parameter
                transpose(…)   f32[2, 4]   at FunctionErrorsTest.java
              An update must keep the parameter's dtype and shape.""", () -> new Update(PARAMETER, W.transpose())),
        row("update of another dtype", Kind.DTYPE, """
            update: the new value of W has another type
                W   f32[4, 2]   parameter
                cast(…)   f64[4, 2]   at FunctionErrorsTest.java
              An update must keep the parameter's dtype and shape.""", () -> new Update(PARAMETER, W.cast(F64))),
        row("too few arguments", Kind.MISSING_INPUT, """
            step: missing input y
                declared  f32[time, 2]   at FunctionErrorsTest.java
              The function takes [x, y].""", () -> step.call(x)),
        row("too many arguments", Kind.ARGUMENT, """
            step: takes 2 inputs, not 3
              They are [x, y].""", () -> step.call(x, y, 1f)),
        row("no tensor", Kind.MISSING_INPUT, """
            step: input y is null
                declared  f32[time, 2]     at FunctionErrorsTest.java
              Give a tensor of the declared type.""", () -> step.call(x, null)),
        row("another dtype", Kind.DTYPE, """
            step: input x has the wrong dtype
                declared  f32[time, 4]     at FunctionErrorsTest.java
                given     f64[3, 4]
              Convert it with to(DType.F32), or declare x as f64.""", () -> step.call(Tensor.zeros(F64, 3, 4), y)),
        row("another rank", Kind.SHAPE, """
            step: input x has the wrong rank
                declared  f32[time, 4]     at FunctionErrorsTest.java
                given     f32[4]
              The rank must be 2, not 1.""", () -> step.call(Tensor.zeros(F32, 4), y)),
        row("another extent", Kind.SHAPE, """
            step: input x has the wrong shape
                declared  f32[time, 4]     at FunctionErrorsTest.java
                given     f32[3, 5]
              Dimension 1 must be 4.""", () -> step.call(Tensor.zeros(F32, 3, 5), y)),
        row("two lengths of one dimension", Kind.SHAPE, """
            step: input y has the wrong shape
                declared  f32[time, 2]     at FunctionErrorsTest.java
                given     f32[2, 2]
              Dimension 0 (time) must be 3, as in dimension 0 of x.""", () -> step.call(x, Tensor.zeros(F32, 2, 2))),
        row("something that is no tensor", Kind.ARGUMENT, """
            step: input x cannot be a String
                declared  f32[time, 4]   at FunctionErrorsTest.java
              Give a Tensor.""", () -> step.call("x", y)),
        row("result of another shape", Kind.SHAPE, """
            step: result 0 does not fit the tensor to write it into
                result  f32
                given   f32[2]
              Give a tensor of the result's type, or null for a new one.""",
            () -> step.callInto(new Tensor[] {Tensor.zeros(F32, 2)}, x, y)),
        row("too few results", Kind.ARGUMENT, "step: takes 1 result tensors, not 0", () -> step.callInto(new Tensor[0], x, y)));
  }

  private static Row row(String name, Kind kind, String message, ThrowingCallable wrong) {
    return new Row(name, kind, message, wrong);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void saysWhatIsWrong(Row row) {
    Tensor before = PARAMETER.get();
    var error = catchThrowableOfType(WeftException.class, row.wrong());
    assertThat(error).as(row.name()).isNotNull();
    assertThat(error.getMessage().replaceAll("(FunctionErrorsTest\\.java):\\d+", "$1")).isEqualTo(row.message());
    assertThat(error.kind()).isEqualTo(row.kind());
    assertThat(Tensor.contentEquals(PARAMETER.get(), before)).as("the parameter is as it was").isTrue();
  }
}
