package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static weft.Tensors.*;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.FunctionBuilder;
import weft.Initializer;
import weft.RandomStream;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * One small wrong program per message, and the whole text that the user reads; {@code #} stands for a line of
 * this file.
 */
class OpErrorsTest {
  private static final Dim TIME = dim("time");
  private static final Dim WORDS = dim("words");
  private static final Expr X = matrix("x", TIME, 8);
  private static final Expr Y = matrix("y", WORDS, 8);
  private static final Expr W = param("W", normal(new SplittableRandom(1), 0.1, 16, 32));
  private static final Expr IDS = vector("ids", I32, TIME);
  private static final Expr FLAGS = vector("flags", BOOL, TIME);
  private static final Expr V = vector("v", 16);

  /** A wrong program, and what it is told. */
  record Wrong(String name, Kind kind, Runnable program, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Wrong> programs() {
    return Stream.of(BUILT, CALLED).flatMap(List::stream);
  }

  private static final List<Wrong> BUILT = List.of(
      new Wrong("two named dims", Kind.SHAPE, () -> X.plus(Y), """
          plus: dimensions differ, time and words (axis 2 from the end)
              x   f32[time, 8]    input   at OpErrorsTest.java:#
              y   f32[words, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            If they are equal by nature, make the dimension once, var time = dim("time"), and give it to both."""),
      new Wrong("more than there are", Kind.SHAPE, () -> topK(X, 9, 1), """
          topK: 9 of the 8 elements of axis 1
              x   f32[time, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Take as many as there are at most."""),
      new Wrong("two constant dims", Kind.SHAPE, () -> X.times(V), """
          times: dimensions differ, 8 and 16 (last axis)
              x   f32[time, 8]   input   at OpErrorsTest.java:#
              v   f32[16]        input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Sides broadcast where one of them has a dimension of 1 or no such axis."""),
      new Wrong("a named dim and a number", Kind.SHAPE, () -> vector("u", TIME).minus(V), """
          minus: dimensions differ, time and 16 (last axis)
              u   f32[time]   input   at OpErrorsTest.java:#
              v   f32[16]     input   at OpErrorsTest.java:#
            time is whatever a call gives, the other side always 16. Declare inputs with 16 in place of time, as a parameter needs it, \
          whose shape never changes, or give both sides the dimension time."""),
      new Wrong("an inner axis", Kind.SHAPE, () -> tensor3("a", 2, 3, 4).times(tensor3("b", 5, 3, 4)), """
          times: dimensions differ, 2 and 5 (axis 3 from the end)
              a   f32[2, 3, 4]   input   at OpErrorsTest.java:#
              b   f32[5, 3, 4]   input   at OpErrorsTest.java:#
            Sides broadcast where one of them has a dimension of 1 or no such axis."""),
      new Wrong("float and integer", Kind.DTYPE, () -> IDS.plus(X.sum(1)), """
          plus: dtypes differ, i32 and f32
              ids      i32[time]   input   at OpErrorsTest.java:#
              sum(…)   f32[time]           at OpErrorsTest.java:#
            Neither holds every value of the other; cast one of them, for instance with .cast(DType.F32)."""),
      new Wrong("fraction to integers", Kind.DTYPE, () -> IDS.times(0.5), """
          times: 0.5 is no i32
              ids   i32[time]   input      at OpErrorsTest.java:#
              0.5   f64         constant   at OpErrorsTest.java:#
            Cast the i32 side to a float first, for instance with .cast(DType.F32)."""),
      new Wrong("number to booleans", Kind.DTYPE, () -> FLAGS.plus(1), """
          plus: 1 is no bool
              flags   bool[time]   input      at OpErrorsTest.java:#
              1       i32          constant   at OpErrorsTest.java:#
            Cast the bool first, for instance with .cast(DType.F32)."""),
      new Wrong("arithmetic of booleans", Kind.DTYPE, () -> FLAGS.plus(FLAGS), """
          plus: takes numbers, not bool
              flags   bool[time]   input   at OpErrorsTest.java:#
              flags   bool[time]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Cast it first, for instance with .cast(DType.I32)."""),
      new Wrong("function of integers", Kind.DTYPE, () -> tanh(IDS), """
          tanh: takes floats, not i32
              ids   i32[time]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Cast it first, for instance with .cast(DType.F32)."""),
      new Wrong("logic of numbers", Kind.DTYPE, () -> and(FLAGS, IDS), """
          and: takes bool, not i32
              flags   bool[time]   input   at OpErrorsTest.java:#
              ids     i32[time]    input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Compare first, for instance with .ne(0)."""),
      new Wrong("condition of numbers", Kind.DTYPE, () -> where(IDS, 1f, 0f), """
          where: the condition is i32, not bool
              ids   i32[time]   input      at OpErrorsTest.java:#
              1     f32[time]   constant   at OpErrorsTest.java:#
              0     f32[time]   constant   at OpErrorsTest.java:#
            Make it a condition, for instance with .ne(0)."""),
      new Wrong("no operand", Kind.ARGUMENT, () -> X.plus("1"), """
          plus: a String is no operand
            at OpErrorsTest.java:#
            Give an expression, a Java number or boolean, a tensor or a parameter."""),
      new Wrong("dot of differing dims", Kind.SHAPE, () -> X.dot(W), """
          dot: inner dimensions differ, 8 and 16
              x   f32[time, 8]   input       at OpErrorsTest.java:#
              W   f32[16, 32]    parameter   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            The last dimension of the left side must equal the first of the right side."""),
      new Wrong("dot with a vector", Kind.SHAPE, () -> X.dot(V), """
          dot: inner dimensions differ, 8 and 16
              x   f32[time, 8]   input   at OpErrorsTest.java:#
              v   f32[16]        input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            The last dimension of the left side must equal the only one of the right side."""),
      new Wrong("dot with a scalar", Kind.SHAPE, () -> X.dot(scalar("s")), """
          dot: a scalar has no axis to sum over
              x   f32[time, 8]   input   at OpErrorsTest.java:#
              s   f32            input   at OpErrorsTest.java:#
            Multiply with times."""),
      new Wrong("dot with a stack", Kind.SHAPE, () -> X.dot(tensor3("a", 2, 8, 3)), """
          dot: the right side has rank 3
              x   f32[time, 8]   input   at OpErrorsTest.java:#
              a   f32[2, 8, 3]   input   at OpErrorsTest.java:#
            The right side is a vector or a matrix; for one product an index of axis 0 use batchedDot."""),
      new Wrong("dot of dtypes", Kind.DTYPE, () -> IDS.dot(vector("u", TIME)), """
          dot: dtypes differ, i32 and f32
              ids   i32[time]   input   at OpErrorsTest.java:#
              u     f32[time]   input   at OpErrorsTest.java:#
            Cast one of them."""),
      new Wrong("batchedDot of a vector", Kind.SHAPE, () -> batchedDot(X, V), """
          batchedDot: ranks are 2 and 1
              x   f32[time, 8]   input   at OpErrorsTest.java:#
              v   f32[16]        input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Each side is a stack of vectors or of matrices along axis 0: rank 2 or 3."""),
      new Wrong("batchedDot of other stacks", Kind.SHAPE, () -> batchedDot(X, Y), """
          dot: stacked dimensions differ, time and words
              x   f32[time, 8]    input   at OpErrorsTest.java:#
              y   f32[words, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            One product is made for each index of both: the dimensions must be equal."""),
      new Wrong("axis of a matrix", Kind.SHAPE, () -> X.sum(2), """
          sum: there is no axis 2
              x   f32[time, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Axes go from -2 to 1."""),
      new Wrong("axis of a scalar", Kind.SHAPE, () -> softmax(scalar("s"), 0), """
          softmax: there is no axis 0
              s   f32   input   at OpErrorsTest.java:#
            A scalar has no axes."""),
      new Wrong("axis twice", Kind.ARGUMENT, () -> X.mean(0, -2), """
          mean: axis 0 is given twice
              x   f32[time, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Give each axis once."""),
      new Wrong("order of axes", Kind.SHAPE, () -> transpose(X, 0, 0), """
          transpose: [0, 0] is no order of the axes of rank 2
              x   f32[time, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Give each axis exactly once."""),
      new Wrong("softmax of a scalar", Kind.SHAPE, () -> softmax(scalar("s")), """
          softmax: a scalar has no axis to sum over
              s   f32   input   at OpErrorsTest.java:#
            Use sigmoid for a single score."""),
      new Wrong("softmax of integers", Kind.DTYPE, () -> softmax(IDS), """
          softmax: takes floats, not i32
              ids   i32[time]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Cast it first, for instance with .cast(DType.F32)."""),
      new Wrong("all of numbers", Kind.DTYPE, () -> all(X), """
          all: takes bool, not f32
              x   f32[time, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Compare first, for instance with .ne(0)."""),
      new Wrong("max of nothing", Kind.SHAPE, () -> max(zeros(0, 3), 0), """
          max: axis 0 is empty
              0   f32[0, 3]   constant   at OpErrorsTest.java:#
            No element is the largest or smallest of none."""),
      new Wrong("reshape to other counts", Kind.SHAPE, () -> reshape(V, 3, 5), """
          reshape: the number of elements changes from 16 to 15
              v   f32[16]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            The dimensions of both shapes must have the same product."""),
      new Wrong("reshape by -1 that does not divide", Kind.SHAPE, () -> reshape(V, 3, -1), """
          reshape: 16 elements do not divide by 3
              v   f32[16]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Say all dimensions, or others that divide the number of elements."""),
      new Wrong("reshape by -1 twice", Kind.ARGUMENT, () -> reshape(V, -1, -1), """
          reshape: -1 is given twice
              v   f32[16]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Only one dimension can be what is left."""),
      new Wrong("squeeze of more than one", Kind.SHAPE, () -> squeeze(X, 1), """
          squeeze: axis 1 has extent 8, not 1
              x   f32[time, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Only an axis whose type says 1 can be dropped; take one index of others, for instance with row(0)."""),
      new Wrong("broadcast of more than one", Kind.SHAPE, () -> broadcastTo(X, TIME, 16), """
          broadcast: dimension 8 cannot become 16
              x   f32[time, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Only a dimension of 1 is repeated."""),
      new Wrong("broadcast to fewer axes", Kind.SHAPE, () -> broadcastTo(X, 8), """
          broadcast: f32[time, 8] has more axes than [8]
              x   f32[time, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Repeating adds axes and never drops them."""),
      new Wrong("slice outside", Kind.SHAPE, () -> V.slice(0, 10, 20), """
          slice: the bounds 10 and 20 do not both lie in axis 0, which has 16 elements
              v   f32[16]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Bounds outside an axis are not cut off as in NumPy; give bounds inside it."""),
      new Wrong("slice backwards", Kind.SHAPE, () -> V.slice(0, 5, 2), """
          slice: the end 2 lies before the start 5
              v   f32[16]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Give a step of -1 to go backwards."""),
      new Wrong("row outside", Kind.SHAPE, () -> V.row(16), """
          row: there is no index 16 in axis 0, which has 16 elements
              v   f32[16]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Indices go from 0 to one less, or count from the end from -1 on."""),
      new Wrong("concat of ranks", Kind.SHAPE, () -> concat(0, X, V), """
          concat: ranks differ, 2 and 1
              x   f32[time, 8]   input   at OpErrorsTest.java:#
              v   f32[16]        input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            All parts must have the same number of axes."""),
      new Wrong("concat of other axes", Kind.SHAPE, () -> concat(1, X, Y), """
          concat: dimensions differ, time and words, in axis 0
              x   f32[time, 8]    input   at OpErrorsTest.java:#
              y   f32[words, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Only axis 1, along which the parts are joined, may differ."""),
      new Wrong("concat of dtypes", Kind.DTYPE, () -> concat(0, IDS, V), """
          concat: dtypes differ, i32 and f32
              ids   i32[time]   input   at OpErrorsTest.java:#
              v     f32[16]     input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Cast one of them."""),
      new Wrong("stack of shapes", Kind.SHAPE, () -> stack(0, X, Y), """
          stack: shapes differ, f32[time, 8] and f32[words, 8]
              x   f32[time, 8]    input   at OpErrorsTest.java:#
              y   f32[words, 8]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            All parts must have one shape."""),
      new Wrong("take by floats", Kind.DTYPE, () -> take(W, V, 0), """
          take: indices are integers, not f32
              v   f32[16]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Give an i32 or i64 tensor."""),
      new Wrong("pick of other rows", Kind.SHAPE, () -> pick(Y, IDS), """
          pick: the shapes do not fit
              y     f32[words, 8]   input   at OpErrorsTest.java:#
              ids   i32[time]       input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            The indices have the shape of the other side without its last axis."""),
      new Wrong("crossEntropy of other targets", Kind.SHAPE, () -> crossEntropy(softmax(X), scalar("t")), """
          crossEntropy: the targets do not fit
              softmax(…)   f32[time, 8]           at OpErrorsTest.java:#
              t            f32            input   at OpErrorsTest.java:#
            Targets are floats of the same shape (one-hot or soft), or integers of one rank less."""),
      new Wrong("crossEntropy of other rows", Kind.SHAPE, () -> crossEntropy(softmax(X), vector("t", I32, 5)), """
          crossEntropy: the targets do not fit
              softmax(…)   f32[time, 8]           at OpErrorsTest.java:#
              t            i32[5]         input   at OpErrorsTest.java:#
            Targets are floats of the same shape (one-hot or soft), or integers of one rank less."""),
      new Wrong("clip the wrong way round", Kind.ARGUMENT, () -> clip(V, 3, 1), """
          clip: nothing lies from 3 to 1
            at OpErrorsTest.java:#
            Give the lower bound first."""),
      new Wrong("gradClip the wrong way round", Kind.ARGUMENT, () -> gradClip(V, 3, 1), """
          gradClip: nothing lies from 3.0 to 1.0
            at OpErrorsTest.java:#
            Give the lower bound first."""),
      new Wrong("no probability", Kind.ARGUMENT, () -> new RandomStream("r", 1).bernoulli(1.5, 3), """
          bernoulli: the probability is 1.5
            at OpErrorsTest.java:#
            Give one from 0 to 1."""),
      new Wrong("crossEntropy of integers", Kind.DTYPE, () -> crossEntropy(softmax(V), vector("t", I32, 16)), """
          crossEntropy: the targets do not fit
              softmax(…)   f32[16]           at OpErrorsTest.java:#
              t            i32[16]   input   at OpErrorsTest.java:#
            Targets are floats of the same shape (one-hot or soft), or integers of one rank less."""),
      new Wrong("no dimension", Kind.ARGUMENT, () -> matrix("m", "time", 8), """
          m: "time" is no dimension
            at OpErrorsTest.java:#
            Give an int, or a named dimension made with dim("time")."""),
      new Wrong("negative dimension", Kind.ARGUMENT, () -> zeros(3, -1), """
          zeros: -1 is no dimension
            at OpErrorsTest.java:#
            Dimensions go from 0 to 2147483647."""),
      new Wrong("expression as dimension", Kind.ARGUMENT, () -> vector("u", scalar("n", I32)), """
          u: n i32 is no dimension
            at OpErrorsTest.java:#
            Give an int, or a named dimension made with dim("time")."""),
      new Wrong("nameless dimension", Kind.ARGUMENT, () -> dim(" "), """
          dim: a dimension needs a name
            at OpErrorsTest.java:#
            Errors, dumps and generated code say it."""),
      new Wrong("parameter of an expression", Kind.ARGUMENT, () -> param("b", V.plus(1)), """
          param b: the first value is an expression, which has none yet
              plus(…)   f32[16]      at OpErrorsTest.java:#
            Give a tensor, an initialiser, or zeros, ones or full."""),
      new Wrong("parameter of named shape", Kind.SHAPE, () -> param("b", zeros(TIME)), """
          param b: the dimension time is known only at call time
              0   f32[time]   constant   at OpErrorsTest.java:#
            The shape of a parameter never changes: give ints."""),
      new Wrong("no parameter", Kind.ARGUMENT, () -> parameter(V), """
          parameter: this is none
              v   f32[16]   input   at OpErrorsTest.java:#
            at OpErrorsTest.java:#
            Give an expression that param returned."""),
      new Wrong("glorot of a vector", Kind.SHAPE, () -> param("b", Initializer.glorot(new SplittableRandom(1)), 3), """
          glorot: the shape of f32[3] has no two dimensions
            Use it for matrices; start vectors with zeros."""));

  private static void call(Expr result, Expr input, Tensor value) {
    FunctionBuilder.function(input).returns(result).compile().call(value);
  }

  private static final List<Wrong> CALLED = List.of(
      new Wrong("index outside a table", Kind.INDEX, () -> call(embedding(W, IDS), IDS, Tensor.of(3, 16, 2)), """
          take: the index 16 in ids is outside axis 0 of W f32[16, 32]
            at OpErrorsTest.java:#
            Indices go from -16 to 15."""),
      new Wrong("negative index outside", Kind.INDEX, () -> call(oneHot(IDS, 4), IDS, Tensor.of(3, -4, -5)), """
          oneHot: the index -5 in ids is outside 4 classes
            at OpErrorsTest.java:#
            Indices go from -4 to 3."""),
      new Wrong("row that does not exist", Kind.INDEX, () -> call(X.row(2), X, Tensor.of(new float[2][8])), """
          row: there is no index 2 in axis 0 of x f32[time, 8], which has 2 elements
            at OpErrorsTest.java:#
            Indices go from 0 to one less, or count from the end from -1 on."""),
      new Wrong("last row of none", Kind.INDEX, () -> call(X.row(-1), X, Tensor.zeros(F32, 0, 8)), """
          row: there is no index time - 1 in axis 0 of x f32[time, 8], which has 0 elements
            at OpErrorsTest.java:#
            Indices go from 0 to one less, or count from the end from -1 on."""),
      new Wrong("slice that does not exist", Kind.SHAPE, () -> call(X.slice(0, 1, 4), X, Tensor.of(new float[3][8])), """
          slice: axis 0 of x f32[time, 8] has 3 elements, too few for those from 1 to 4
            at OpErrorsTest.java:#
            Bounds outside an axis are not cut off as in NumPy; give bounds inside it."""),
      new Wrong("maximum of no rows", Kind.SHAPE, () -> call(max(X, 0), X, Tensor.zeros(F32, 0, 8)), """
          max: x f32[time, 8] has 0 elements along axis 0
            at OpErrorsTest.java:#
            No element is the largest or smallest of none."""),
      new Wrong("argmax of no rows", Kind.SHAPE, () -> call(argmax(X, 0), X, Tensor.zeros(F32, 0, 8)), """
          argmax: x f32[time, 8] has 0 elements along axis 0
            at OpErrorsTest.java:#
            No element is the largest or smallest of none."""),
      new Wrong("reshape that does not divide", Kind.SHAPE, () -> call(reshape(X, -1, 3), X, Tensor.of(new float[2][8])), """
          reshape: the 16 elements of x f32[time, 8] do not fill f32[floor(8*time / 3), 3]
            at OpErrorsTest.java:#
            The dimensions of both shapes must have the same product."""),
      new Wrong("integer division by zero", Kind.ARGUMENT, () -> call(floorDiv(IDS, 0), IDS, Tensor.of(3)), """
          floorDiv: ids is divided by 0
              ids   i32[time]   input      at OpErrorsTest.java:#
              0     i32[time]   constant   at OpErrorsTest.java:#
            Make the divisor other than 0, for example where(eq(divisor, 0), 1, divisor), or divide floats."""));

  @ParameterizedTest
  @MethodSource("programs")
  void says(Wrong wrong) {
    WeftException error = catchThrowableOfType(WeftException.class, wrong.program()::run);
    assertThat(error).as("thrown by %s", wrong).isNotNull();
    String text = error.getMessage().replaceAll("OpErrorsTest\\.java:\\d+", "OpErrorsTest.java:#");
    assertThat(text).isEqualTo(wrong.message().strip());
    assertThat(error.kind()).isEqualTo(wrong.kind());
  }

  @Test
  void namesTheLine() {
    int here = new Throwable().getStackTrace()[0].getLineNumber();
    WeftException error = catchThrowableOfType(WeftException.class, () -> X.plus(Y));
    assertThat(error).hasMessageContaining("at OpErrorsTest.java:" + (here + 1));
  }
}
