package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.I64;
import static weft.Tensors.cast;
import static weft.Tensors.dim;
import static weft.Tensors.eq;
import static weft.Tensors.floorDiv;
import static weft.Tensors.function;
import static weft.Tensors.ifElse;
import static weft.Tensors.maximum;
import static weft.Tensors.mod;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.take;
import static weft.Tensors.tensor;
import static weft.Tensors.vector;
import static weft.Tensors.where;
import static weft.Tensors.zeros;

import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Integers divided by 0 are an error of the user's line that names both sides, in every mode and wherever the division is fused. */
class IntegerDivisionTest {
  private final Expr a = vector("a", I32, dim("n"));
  private final Expr b = tensor("b", I32, a.dim(0));
  private final Expr d = scalar("d", I32);

  /** In every mode the same error, which says what, where and what to change. */
  private static void fails(Expr result, Expr[] inputs, String what, Object... arguments) {
    WeftException e = catchThrowableOfType(WeftException.class, () -> Modes.function(inputs).returns(result).call(arguments));
    assertThat(e).as("no error of %s", result).isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.ARGUMENT);
    assertThat(e).hasMessageStartingWith(what).hasMessageContaining("at IntegerDivisionTest.java:")
        .hasMessageContaining("Make the divisor other than 0");
  }

  @Test
  void saysWhatAndWhere() {
    Expr q = floorDiv(a, b);
    int line = new Throwable().getStackTrace()[0].getLineNumber() - 1;
    WeftException e = catchThrowableOfType(WeftException.class,
        () -> Modes.function(a, b).returns(q).call(new int[] {7, 8, 9}, new int[] {1, 2, 0}));
    assertThat(e.getMessage().replaceAll("IntegerDivisionTest.java:(?!" + line + "\\b)\\d+", "#")).isEqualTo("""
        floorDiv: a is divided by b, of which an element is 0
            a   i32[n]   input   at #
            b   i32[n]   input   at #
          at IntegerDivisionTest.java:%d
          Make the divisor other than 0, for example where(eq(divisor, 0), 1, divisor), or divide floats.""".formatted(line));
  }

  @Test
  void elementByElement() {
    int[] x = {7, -7, 0, 9, -9};
    fails(mod(a, b), new Expr[] {a, b}, "mod: a is divided by b", x, new int[] {1, 1, 0, 1, 0});
    fails(mod(a, d), new Expr[] {a, d}, "mod: a is divided by d", x, 0);
    fails(floorDiv(a, 0), new Expr[] {a}, "floorDiv: a is divided by 0", x);
    fails(floorDiv(a.plus(1), b.minus(1)).plus(b), new Expr[] {a, b}, "floorDiv: plus(…) is divided by minus(…)",
        x, new int[] {1, 2, 3, 4, 5});
    Expr wide = tensor("wide", I64, a.dim(0));
    fails(floorDiv(wide, d), new Expr[] {wide, d}, "floorDiv: wide is divided by d, which is 0", new long[] {10000000000L, 1}, 0);
  }

  @Test
  void fusedIntoSumsAndIndices() {
    fails(floorDiv(a, b).sum(), new Expr[] {a, b}, "floorDiv: a is divided by b", new int[] {4, 5}, new int[] {1, 0});
    fails(floorDiv(a, d).sum(), new Expr[] {a, d}, "floorDiv: a is divided by d", new int[] {4, 5}, 0);
    Expr x = f64("x", dim("m"));
    fails(take(x, floorDiv(a, b), 0), new Expr[] {x, a, b}, "floorDiv: a is divided by b", new double[] {1, 2},
        new int[] {0, 1}, new int[] {3, 0});
    fails(x.times(cast(mod(d, d.minus(3)), F64)), new Expr[] {x, d}, "mod: d is divided by minus(…)", new double[40], 3);
    fails(x.times(cast(mod(d, d.minus(3)), F64)).sum(), new Expr[] {x, d}, "mod: d is divided by minus(…)", new double[40], 3);
  }

  @Test
  void inStepsAndBranches() {
    Expr sums = scan(a, zeros(I32), (at, sum) -> sum.plus(floorDiv(at, at.minus(3)))).last();
    fails(sums, new Expr[] {a}, "floorDiv: ", (Object) new int[] {1, 2, 3, 4});
    assertNumbers(Modes.function(a).returns(sums).call((Object) new int[] {1, 2, 4}), -1 - 2 + 4);
    Expr chosen = ifElse(eq(d, 0), () -> a, () -> floorDiv(a, d));
    assertNumbers(Modes.function(a, d).returns(chosen).call(new int[] {7, -7}, 0), 7, -7);
    assertNumbers(Modes.function(a, d).returns(chosen).call(new int[] {7, -7}, 2), 3, -4);
    fails(ifElse(eq(d, 1), () -> a, () -> floorDiv(a, d)), new Expr[] {a, d}, "floorDiv: a is divided by d, which is 0", new int[] {7, -7}, 0);
  }

  /** A scan of no steps divides nothing, nor does a vector without elements. */
  @Test
  void nothingIsDividedWhereThereIsNothing() {
    assertThat(Modes.function(a, d).returns(floorDiv(a, d)).call(new int[0], 0).size()).isZero();
    Expr sums = scan(a, zeros(I32), (at, sum) -> sum.plus(floorDiv(at, d))).last();
    assertNumbers(Modes.function(a, d).returns(sums).call(new int[0], 0), 0);
  }

  /** What the error advises, and numbers of all signs against Python's. */
  @Test
  void otherwiseItDivides() {
    int[] x = {7, -7, 7, -7, 6, 0};
    int[] y = {2, 2, -2, -2, 3, 5};
    assertNumbers(Modes.function(a, b).returns(floorDiv(a, b)).call(x, y), 3, -4, -4, 3, 2, 0);
    assertNumbers(Modes.function(a, b).returns(mod(a, b)).call(x, y), 1, 1, -1, -1, 0, 0);
    assertNumbers(Modes.function(a, b).returns(floorDiv(a, where(eq(b, 0), 1, b))).call(x, new int[6]), 7, -7, 7, -7, 6, 0);
    assertNumbers(Modes.function(a, d).returns(floorDiv(a, maximum(d, 1)).plus(mod(a, maximum(d, 1))).sum()).call(x, 0), 6);
  }

  /** Nothing is asked of a number. */
  @Test
  void numbersNeedNoCheck() {
    assertThat(function(a).returns(floorDiv(a, 3).plus(mod(a, 4))).compile().loops()).doesNotContain("require").contains("floorDiv(");
    assertThat(function(a, d).returns(floorDiv(a, d)).compile().loops()).contains("require");
    Tensor x = Tensor.of(new int[] {7, -7});
    assertNumbers(Modes.function(a).returns(floorDiv(a, 3), mod(a, 4)).callAll(x)[1], 3, 1);
  }
}
