package tests.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.errors.Refusals.refused;
import static weft.Tensors.F32;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.dim;
import static weft.Tensors.embedding;
import static weft.Tensors.function;
import static weft.Tensors.matrix;
import static weft.Tensors.max;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.reshape;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.vector;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import weft.CompiledFunction;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Calls with wrong arguments: what they say, and that they change no parameter. */
class CallErrorsTest {
  private static final Tensor X = Tensor.zeros(F32, 2, 8);
  private static final Tensor Y = Tensor.zeros(F64, 8);

  private final Dim time = dim("time");
  private final Expr count = param("count", Tensor.scalar(0.));
  private final Expr table = param("table", Tensor.full(F32, 1, 10, 3));

  private final CompiledFunction f;
  private final CompiledFunction g;
  private final CompiledFunction h;

  /** Each function counts its calls in a parameter, which a call that fails must not do. */
  CallErrorsTest() {
    var x = matrix("x", time, 8);
    var y = vector("y", F64, 8);
    f = function(x, y).named("f").returns(x.sum().cast(F64).plus(y.sum())).updates(counted()).compile();
    var z = vector("z", time);
    var n = scalar("n", I32);
    var i = vector("i", I32, dim("words"));
    var rows = scan().over(x).steps(n).run(s -> s.emit(s.row())).emitted();
    g = function(x, z, n, i).named("g").returns(rows, embedding(table, i).sum(), z.sum())
        .updates(counted(), new Update(parameter(table), table.plus(1))).compile();
    var v = vector("v", time);
    h = function(v).named("h").returns(max(v), v.row(3), v.slice(0, 2, 6), reshape(v, -1, 3)).updates(counted())
        .compile();
  }

  private Update counted() {
    return new Update(parameter(count), count.plus(1));
  }

  private void failed(ThrowingCallable call, Kind kind, String message) {
    refused(call, kind, message);
    assertThat(parameter(count).get().item()).isZero();
    assertThat(parameter(table).get().toDoubles()).containsOnly(1);
  }

  @Test
  void theRightArguments() {
    f.call(X, Y);
    g.call(X, Tensor.zeros(F32, 2), 2, Tensor.of(9, -10));
    h.call((Object) new float[6]);
    assertThat(parameter(count).get().item()).isEqualTo(3);
  }

  /** What a refused call had found out about lengths must not count in the next. */
  @Test
  void theRightArgumentsAfterWrongOnesOfTheirLength() {
    g.call(X, Tensor.zeros(F32, 2), 2, Tensor.of(9, -10));
    Tensor longer = Tensor.zeros(F32, 500, 8);
    assertThatThrownBy(() -> g.call(longer, Tensor.zeros(F32, 500), -1, Tensor.of(0)))
        .isInstanceOf(WeftException.class);
    assertThat(g.call(longer, Tensor.zeros(F32, 500), 500, Tensor.of(0)).shape()).isEqualTo(new int[] {500, 8});
  }

  @Test
  void tooFewArguments() {
    failed(() -> f.call(X), Kind.MISSING_INPUT, """
        f: missing input y
            declared  f64[8]   at CallErrorsTest.java
          The function takes [x, y].
        """);
  }

  @Test
  void tooManyArguments() {
    failed(() -> f.call(X, Y, Y), Kind.ARGUMENT, """
        f: takes 2 inputs, not 3
          They are [x, y].
        """);
  }

  @Test
  void nullAsArgument() {
    failed(() -> f.call(X, null), Kind.MISSING_INPUT, """
        f: input y is null
            declared  f64[8]   at CallErrorsTest.java
          Give a tensor of the declared type.
        """);
  }

  @Test
  void anotherDType() {
    failed(() -> f.call(X, Tensor.zeros(F32, 8)), Kind.DTYPE, """
        f: input y has the wrong dtype
            declared  f64[8]   at CallErrorsTest.java
            given     f32[8]
          Convert it with to(DType.F64), or declare y as f32.
        """);
  }

  @Test
  void anotherRank() {
    failed(() -> f.call(Tensor.zeros(F32, 8), Y), Kind.SHAPE, """
        f: input x has the wrong rank
            declared  f32[time, 8]   at CallErrorsTest.java
            given     f32[8]
          The rank must be 2, not 1.
        """);
  }

  @Test
  void anotherExtent() {
    failed(() -> f.call(X, Tensor.zeros(F64, 9)), Kind.SHAPE, """
        f: input y has the wrong shape
            declared  f64[8]   at CallErrorsTest.java
            given     f64[9]
          Dimension 0 must be 8.
        """);
  }

  @Test
  void dimensionsThatDisagree() {
    failed(() -> g.call(Tensor.zeros(F32, 2, 8), Tensor.zeros(F32, 3), 1, Tensor.of(0)), Kind.SHAPE, """
        g: input z has the wrong shape
            declared  f32[time]   at CallErrorsTest.java
            given     f32[3]
          Dimension 0 (time) must be 2, as in dimension 0 of x.
        """);
    failed(() -> g.call(Tensor.zeros(F32, 2, 8), Tensor.zeros(F32, 1), 1, Tensor.of(0)), Kind.SHAPE, """
        g: input z has the wrong shape
            declared  f32[time]   at CallErrorsTest.java
            given     f32[1]
          Dimension 0 (time) must be 2, as in dimension 0 of x. Only what is declared as 1 broadcasts.
        """);
  }

  @Test
  void aString() {
    failed(() -> f.call("x", Y), Kind.ARGUMENT, """
        f: input x cannot be made of what was given
            declared  f32[time, 8]   at CallErrorsTest.java
            given     String
          Give a tensor, or a Java array of primitives.
        """);
  }

  @Test
  void raggedRows() {
    failed(() -> f.call(new float[][] {{1, 2}, {3}}, Y), Kind.SHAPE, """
        f: input x cannot be made of what was given
            declared  f32[time, 8]   at CallErrorsTest.java
            given     float[][]
          row 1 has 1 elements, but the first has 2; all rows of a tensor must be equally long
        """);
  }

  @Test
  void raggedBlocksAndRowsThatAreNull() {
    failed(() -> f.call(new float[][][] {{{1}, {2}}, {{3}, {4, 5}}}, Y), Kind.SHAPE, """
        f: input x cannot be made of what was given
            declared  f32[time, 8]   at CallErrorsTest.java
            given     float[][][]
          row 1, 1 has 2 elements, but the first has 1; all rows of a tensor must be equally long
        """);
    failed(() -> f.call(new float[][] {{1}, null}, Y), Kind.ARGUMENT, """
        f: input x cannot be made of what was given
            declared  f32[time, 8]   at CallErrorsTest.java
            given     float[][]
          row 1 is null
        """);
  }

  /** Only what loses nothing happens by itself. */
  @Test
  void anArrayThatTheInputCannotHold() {
    failed(() -> g.call(X, Tensor.zeros(F32, 2), 2, new long[] {1}), Kind.DTYPE, """
        g: input i has the wrong dtype
            declared  i32[words]   at CallErrorsTest.java
            given     i64[1]
          Convert it with to(DType.I32), or declare i as i64.
        """);
  }

  @Test
  void aNumberForAMatrix() {
    failed(() -> f.call(3, Y), Kind.ARGUMENT, """
        f: input x cannot be made of what was given
            declared  f32[time, 8]   at CallErrorsTest.java
            given     Integer
          Give a tensor, or a Java array of primitives.
        """);
  }

  @Test
  void aNumberThatIsNoInteger() {
    failed(() -> g.call(Tensor.zeros(F32, 2, 8), Tensor.zeros(F32, 2), 2.5, Tensor.of(0)), Kind.DTYPE, """
        g: input n cannot hold 2.5
            declared  i32   at CallErrorsTest.java
          Give a number of that dtype.
        """);
  }

  @Test
  void aNumberThatIsTooLarge() {
    failed(() -> g.call(Tensor.zeros(F32, 2, 8), Tensor.zeros(F32, 2), 1L << 40, Tensor.of(0)), Kind.DTYPE, """
        g: input n cannot hold 1099511627776
            declared  i32   at CallErrorsTest.java
          Give a number of that dtype.
        """);
  }

  @Test
  void moreStepsThanRows() {
    failed(() -> g.call(Tensor.zeros(F32, 2, 8), Tensor.zeros(F32, 2), 3, Tensor.of(0)), Kind.STEPS, """
        scan: x has 2 rows, too few for n steps
          at CallErrorsTest.java
          Give a row for each step, or take fewer steps.
        """);
  }

  @Test
  void negativeSteps() {
    failed(() -> g.call(Tensor.zeros(F32, 2, 8), Tensor.zeros(F32, 2), -1, Tensor.of(0)), Kind.STEPS, """
        g: n is -1, but it counts steps
            declared  i32   at CallErrorsTest.java
          It must be 0 or more.
        """);
  }

  @Test
  void anIndexBehindTheTable() {
    failed(() -> g.call(Tensor.zeros(F32, 2, 8), Tensor.zeros(F32, 2), 1, Tensor.of(1, 2, 10)), Kind.INDEX, """
        take: the index 10 in i is outside axis 0 of table f32[10, 3]
          at CallErrorsTest.java
          Indices go from -10 to 9.
        """);
  }

  @Test
  void anIndexBeforeTheTable() {
    failed(() -> g.call(Tensor.zeros(F32, 2, 8), Tensor.zeros(F32, 2), 1, Tensor.of(-11)), Kind.INDEX, """
        take: the index -11 in i is outside axis 0 of table f32[10, 3]
          at CallErrorsTest.java
          Indices go from -10 to 9.
        """);
  }

  @Test
  void theLargestOfNothing() {
    failed(() -> h.call((Object) new float[0]), Kind.SHAPE, """
        max: v f32[time] has 0 elements along axis 0
          at CallErrorsTest.java
          No element is the largest or smallest of none.
        """);
  }

  @Test
  void aRowThatIsNotThere() {
    failed(() -> h.call((Object) new float[3]), Kind.INDEX, """
        row: there is no index 3 in axis 0 of v f32[time], which has 3 elements
          at CallErrorsTest.java
          Indices go from 0 to one less, or count from the end from -1 on.
        """);
  }

  @Test
  void aSliceThatIsTooLong() {
    failed(() -> h.call((Object) new float[5]), Kind.SHAPE, """
        slice: axis 0 of v f32[time] has 5 elements, too few for those from 2 to 6
          at CallErrorsTest.java
          Bounds outside an axis are not cut off as in NumPy; give bounds inside it.
        """);
  }

  @Test
  void aReshapeThatDoesNotDivide() {
    failed(() -> h.call((Object) new float[7]), Kind.SHAPE, """
        reshape: the 7 elements of v f32[time] do not fill f32[floor(time / 3), 3]
          at CallErrorsTest.java
          The dimensions of both shapes must have the same product.
        """);
  }

  @Test
  void aResultOfAnotherShape() {
    failed(() -> f.callInto(new Tensor[] {Tensor.zeros(F64, 2)}, X, Y), Kind.SHAPE, """
        f: result 0 does not fit the tensor to write it into
            result  f64
            given   f64[2]
          Give a tensor of the result's type, or null for a new one.
        """);
  }

  @Test
  void aResultOfAnotherDType() {
    failed(() -> f.callInto(new Tensor[] {Tensor.zeros(F32)}, X, Y), Kind.DTYPE, """
        f: result 0 does not fit the tensor to write it into
            result  f64
            given   f32
          Give a tensor of the result's type, or null for a new one.
        """);
  }

  @Test
  void tooFewResults() {
    failed(() -> f.callInto(new Tensor[0], X, Y), Kind.ARGUMENT, """
        f: takes 1 result tensors, not 0
          Give one for each output, or null for a new one.
        """);
  }
}
