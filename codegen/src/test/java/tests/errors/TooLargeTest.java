package tests.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static tests.errors.Refusals.refused;
import static weft.Tensors.BOOL;
import static weft.Tensors.F32;
import static weft.Tensors.I32;
import static weft.Tensors.dim;
import static weft.Tensors.full;
import static weft.Tensors.function;
import static weft.Tensors.iterate;
import static weft.Tensors.matrix;
import static weft.Tensors.orthogonal;
import static weft.Tensors.outer;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.slice;
import static weft.Tensors.tile;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** What is larger than memory or than arrays may be, or has no elements at all. */
class TooLargeTest {
  private final Expr x = vector("x", dim("n"));

  @Test
  void aResult() {
    var f = function(x).named("f").returns(outer(x, x)).compile();
    refused(() -> f.call(Tensor.zeros(F32, 100_000)), Kind.SIZE, """
        f: no room for the result dot(…), f32[n, n], which is f32[100000, 100000] at TooLargeTest.java
            f32[100000, 100000] is too large: a tensor holds at most 2147483583 elements
          Give smaller inputs or fewer steps.
        """);
    assertThat(f.call(Tensor.of(2f, 3)).toDoubles()).containsExactly(4, 6, 6, 9);
  }

  @Test
  void theRowsOfAScan() {
    var n = scalar("steps", I32);
    var f = function(n).named("f").returns(iterate(n, zeros(8), h -> h.plus(1)).all().times(2).sum()).lanes(8).compile();
    WeftException e = catchThrowableOfType(WeftException.class, () -> f.call(1_000_000_000));
    assertThat(e.kind()).isEqualTo(Kind.SIZE);
    assertThat(e.getMessage()).startsWith("f: no room for ").contains("with steps = 1000000000", "one array holds at most 2147483583 elements");
    assertThat(f.call(3).item()).isEqualTo(2 * 8 * (1 + 2 + 3));
  }

  @Test
  void moreCopiesThanAnIndexCounts() {
    WeftException e = catchThrowableOfType(WeftException.class,
        () -> function(x).returns(tile(matrix("m", 3, 4), 0, Integer.MAX_VALUE)).onUnusedInput(weft.FunctionBuilder.Unused.IGNORE).compile()
            .call(Tensor.zeros(F32, 3)));
    assertThat(e.kind()).isNotEqualTo(Kind.INTERNAL);
    var m = matrix("m", dim("rows"), 4);
    e = catchThrowableOfType(WeftException.class,
        () -> function(m).returns(tile(m, 0, Integer.MAX_VALUE)).compile().call(Tensor.zeros(F32, 3, 4)));
    assertThat(e.kind()).isEqualTo(Kind.SIZE);
  }

  /** The sizes are known when the function is compiled, and so is that no call can come to an end. */
  @Test
  void aResultThatNoArrayHolds() {
    for (var backend : weft.Backend.values()) {
      refused(() -> function().named("f").returns(zeros(1 << 20, 1 << 20)).compile(backend), Kind.SIZE, """
          f: the result 0 is too large: a tensor holds at most 2147483583 elements
              0   f32[1048576, 1048576]   constant   at TooLargeTest.java
            Make its dimensions smaller.
          """);
    }
    var big = matrix("big", Integer.MAX_VALUE, 2);
    WeftException e = catchThrowableOfType(WeftException.class, () -> function(big).returns(big.sum()).compile());
    assertThat(e.kind()).isEqualTo(Kind.SIZE);
    assertThat(e.getMessage()).contains("the input big is too large", "f32[2147483647, 2]", "TooLargeTest.java");
  }

  /** Only what a machine has: other numbers of lanes are told where they are said. */
  @Test
  void lanesThatThereAreNot() {
    for (int lanes : new int[] {0, -8, 2, 3, 32}) {
      refused(() -> function(x).named("f").lanes(lanes), Kind.UNSUPPORTED, """
          f: vectors of %d floats
            at TooLargeTest.java
            Give 1, 4, 8 or 16.
          """.formatted(lanes));
    }
  }

  @Test
  void boundsBehindEverything() {
    for (int from : new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE - 1}) {
      WeftException e = catchThrowableOfType(WeftException.class,
          () -> function(x).returns(slice(x, 0, from, 5)).compile().call(Tensor.zeros(F32, 3)));
      assertThat(e.kind()).isEqualTo(Kind.SHAPE);
    }
    refused(() -> slice(x, 0, 0, 2, Integer.MIN_VALUE), Kind.ARGUMENT, """
        slice: the step is -2147483648
            x   f32[n]   input   at TooLargeTest.java
          at TooLargeTest.java
          Give a step that moves, and not so far.
        """);
  }

  @Test
  void lessThanNothing() {
    WeftException e = catchThrowableOfType(WeftException.class, () -> orthogonal(new Random(1), -2, 3));
    assertThat(e.kind()).isEqualTo(Kind.SHAPE);
    assertThat(e.getMessage()).contains("dimension 0 is -2");
  }

  @Test
  void aNumberThatADTypeDoesNotHold() {
    refused(() -> full(5, BOOL, 2), Kind.DTYPE, """
        full: 5 is no bool
          at TooLargeTest.java
          Give a number that this dtype holds.
        """);
    refused(() -> full(2.5, I32, 2), Kind.DTYPE, """
        full: 2.5 is no i32
          at TooLargeTest.java
          Give a number that this dtype holds.
        """);
  }

  /** A dimension that no array and no kernel reads, since there is nothing to do. */
  @Test
  void rowsWithoutElements() {
    var m = matrix("m", dim("n"), 0);
    Tensor[] of = Modes.function(m).returns(m, m.times(2)).callAll(Tensor.zeros(F32, 3, 0));
    assertThat(of[0].shape()).containsExactly(3, 0);
    assertThat(of[1].shape()).containsExactly(3, 0);
  }

  /** How many steps there were is then no loop's concern, but the result's. */
  @Test
  void stepsOfRowsWithoutElements() {
    var m = matrix("m", dim("n"), 0);
    var steps = scalar("steps", I32);
    var f = Modes.function(m, steps).returns(scan().steps(steps).run(s -> s.emit(m)).emitted());
    assertThat(f.call(Tensor.zeros(F32, 3, 0), 5).shape()).containsExactly(5, 3, 0);
    assertThat(f.call(Tensor.zeros(F32, 2, 0), 0).shape()).containsExactly(0, 2, 0);
    assertThat(catchThrowableOfType(WeftException.class, () -> f.call(Tensor.zeros(F32, 3, 0), -1)).kind()).isEqualTo(Kind.STEPS);
  }

  @Test
  void dimensionsThatOnlyLookEqual() {
    var a = matrix("a", dim("n"), dim("m"));
    var b = matrix("b", dim("m"), 3);
    refused(() -> a.dot(b), Kind.SHAPE, """
        dot: inner dimensions differ, m and m
            a   f32[n, m]   input   at TooLargeTest.java
            b   f32[m, 3]   input   at TooLargeTest.java
          at TooLargeTest.java
          The last dimension of the left side must equal the first of the right side.
          There are two dimensions called m. If they are equal by nature, make the dimension once, var m = dim("m"), and give it to both.
        """);
  }

  /** A virtual machine of little memory says what there was no room for, leaves parameters as they were, and goes on. */
  @Test
  void moreThanTheHeap() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process = new ProcessBuilder(List.of(java, "-Xmx64m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
        SmallHeap.class.getName())).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(said).contains("SIZE f: no room for the result dot(…), f32[n, n], which is f32[20000, 20000] at TooLargeTest.java:")
        .contains("400000016 elements of f32 (1600000064 bytes) do not fit into memory; start Java with a larger -Xmx than ")
        .contains("updates before 0.0, after one that fits 1.0");
    assertThat(process.waitFor()).isZero();
  }

  static final class SmallHeap {
    public static void main(String[] args) {
      var x = vector("x", dim("n"));
      var calls = param("calls", Tensor.scalar(0f));
      var f = function(x).named("f").returns(outer(x, x)).updates(new Update(parameter(calls), calls.plus(1))).compile();
      try {
        f.call(Tensor.zeros(F32, 20_000));
      } catch (WeftException e) {
        System.out.println(e.kind() + " " + e.getMessage());
      }
      double before = parameter(calls).get().item();
      f.call(Tensor.zeros(F32, 2));
      System.out.println("updates before " + before + ", after one that fits " + parameter(calls).get().item());
    }
  }
}
