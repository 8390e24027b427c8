package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import weft.runtime.WeftException.Kind;

class TensorTest {
  static AbstractThrowableAssert<?, ?> refused(Kind kind, ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(WeftException.class)
        .satisfies(e -> assertThat(e).asInstanceOf(type(WeftException.class)).returns(kind, WeftException::kind));
  }

  @Test
  void keepsNestedRowsInRowMajorOrder() {
    var tensor = Tensor.of(new float[][][] {{{1, 2, 3}, {4, 5, 6}}, {{7, 8, 9}, {10, 11, 12}}});
    assertThat(tensor.typeText()).isEqualTo("f32[2, 2, 3]");
    assertThat(tensor.toDoubles()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertThat(tensor.get(1, 0, 2)).isEqualTo(9);
    assertThat(tensor.floats()[1 * 6 + 0 * 3 + 2]).isEqualTo(9f);
    assertThat(Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}}).typeText()).isEqualTo("f64[3, 2]");
    assertThat(Tensor.of(new double[][][] {{{1}, {2}}}).typeText()).isEqualTo("f64[1, 2, 1]");
    assertThat(Tensor.of(new int[][] {{7, 8}}).ints()).startsWith(7, 8);
    assertThat(Tensor.of(new long[][] {{7}, {8}}).longs()).startsWith(7, 8);
    assertThat(Tensor.of(new boolean[][] {{false, true}}).booleans()).startsWith(false, true);
  }

  @Test
  void makesVectorsAndScalarsOfEveryType() {
    assertThat(Tensor.of(1f, 2f).typeText()).isEqualTo("f32[2]");
    assertThat(Tensor.of(1.0, 2.0, 3.0).typeText()).isEqualTo("f64[3]");
    assertThat(Tensor.of(1, 2).typeText()).isEqualTo("i32[2]");
    assertThat(Tensor.of(1L).typeText()).isEqualTo("i64[1]");
    assertThat(Tensor.of(true, false).typeText()).isEqualTo("bool[2]");
    assertThat(Tensor.scalar(0.5f).item()).isEqualTo(0.5);
    assertThat(Tensor.scalar(0.1).item()).isEqualTo(0.1);
    assertThat(Tensor.scalar(-3).item()).isEqualTo(-3);
    assertThat(Tensor.scalar(1L << 40).item()).isEqualTo(1099511627776.0);
    assertThat(Tensor.scalar(true).item()).isEqualTo(1);
    assertThat(Tensor.scalar(2f).typeText()).isEqualTo("f32");
    assertThat(Tensor.scalar(2f).shape()).isEmpty();
    assertThat(Tensor.arange(4).toDoubles()).containsExactly(0, 1, 2, 3);
    assertThat(Tensor.full(DType.BOOL, 2, 2).booleans()).startsWith(true, true);
    assertThat(Tensor.ofShape(DType.I64, new double[] {1, 2, 3, 4}, 2, 2).get(1, 0)).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void hasSlackBehindZeros(DType dtype) {
    var tensor = Tensor.zeros(dtype, 3, 5);
    assertThat(dtype.length(tensor.array())).isEqualTo(15 + 16);
    assertThat(dtype.length(tensor.copy().array())).isEqualTo(15 + 16);
    assertThat(tensor.toDoubles()).hasSize(15).containsOnly(0);
    assertThat(dtype.holds(tensor.array())).isTrue();
    assertThat(DType.ofArray(tensor.array())).isSameAs(dtype);
    assertThat(tensor.array().getClass().getComponentType()).isEqualTo(dtype.javaType());
  }

  @Test
  void allowsEmptyDimensions() {
    assertThat(Tensor.zeros(DType.F32, 0, 1 << 30, 1 << 30).size()).isZero();
    assertThat(Tensor.of(new float[0][]).typeText()).isEqualTo("f32[0, 0]");
    assertThat(Tensor.of(new float[2][0]).typeText()).isEqualTo("f32[2, 0]");
    assertThat(Tensor.of(new float[0])).hasToString("[]");
  }

  @Test
  void sharesAWrappedArray() {
    var array = new float[] {1, 2, 3, 4, 99};
    var tensor = Tensor.wrap(array, 2, 2);
    array[3] = 5;
    assertThat(tensor.get(1, 1)).isEqualTo(5);
    tensor.set(6, 0, 0);
    assertThat(array[0]).isEqualTo(6);
    assertThat(tensor.array()).isSameAs(array);
    refused(Kind.SHAPE, () -> Tensor.wrap(array, 2, 3))
        .hasMessage("f32[2, 3] needs 6 elements, but the given array has 5");
    refused(Kind.DTYPE, () -> Tensor.wrap(new short[4], 4)).hasMessageContaining("short[]");
    refused(Kind.DTYPE, () -> Tensor.wrap(null, 4)).hasMessageContaining("null");
  }

  @Test
  void doesNotLetItsShapeBeChanged() {
    var shape = new int[] {2, 3};
    var tensor = Tensor.zeros(DType.F32, shape);
    shape[0] = 9;
    tensor.shape()[1] = 9;
    assertThat(tensor.shape()).containsExactly(2, 3);
    assertThat(tensor.dim(-1)).isEqualTo(3);
    assertThat(tensor.dim(0)).isEqualTo(tensor.dimAt(0)).isEqualTo(2);
    refused(Kind.INDEX, () -> tensor.dim(2)).hasMessage("f32[2, 3] has no axis 2; its rank is 2");
    refused(Kind.INDEX, () -> tensor.dim(-3)).hasMessageContaining("no axis -3");
  }

  @Test
  void refusesRaggedRowsWithTheirNumber() {
    refused(Kind.SHAPE, () -> Tensor.of(new float[][] {{1, 2}, {3, 4}, {5}}))
        .hasMessage("row 2 has 1 elements, but the first has 2; all rows of a tensor must be equally long");
    refused(Kind.SHAPE, () -> Tensor.of(new double[][][] {{{1}, {2}}, {{3}, {4, 5}}}))
        .hasMessageStartingWith("row 1, 1 has 2 elements, but the first has 1");
    refused(Kind.ARGUMENT, () -> Tensor.of(new float[][] {{1}, null})).hasMessage("row 1 is null");
    refused(Kind.ARGUMENT, () -> Tensor.of((float[]) null)).hasMessage("the given array is null");
  }

  @Test
  void refusesImpossibleSizes() {
    refused(Kind.SIZE, () -> Tensor.zeros(DType.F32, 65536, 65536))
        .hasMessage("f32[65536, 65536] is too large: a tensor holds at most 2147483583 elements");
    refused(Kind.SIZE, () -> Tensor.zeros(DType.BOOL, 1 << 30, 1 << 30, 1 << 30, 1 << 30))
        .hasMessageContaining("too large");
    refused(Kind.SHAPE, () -> Tensor.zeros(DType.F32, 2, -3))
        .hasMessage("shape [2, -3] is impossible: dimension 1 is -3; dimensions start at 0");
    refused(Kind.SHAPE, () -> Tensor.ofShape(DType.F32, new double[5], 2, 3))
        .hasMessage("f32[2, 3] needs 6 values, but 5 were given");
  }

  @Test
  void refusesWrongIndices() {
    var tensor = Tensor.zeros(DType.F32, 2, 3);
    refused(Kind.INDEX, () -> tensor.get(1, 3))
        .hasMessage("index 3 of dimension 1 is outside f32[2, 3]; it must be from 0 to 2");
    refused(Kind.INDEX, () -> tensor.set(1, -1, 0)).hasMessageContaining("index -1 of dimension 0");
    refused(Kind.INDEX, () -> tensor.get(1))
        .hasMessage("f32[2, 3] is indexed by 2 numbers, but 1 were given: [1]");
    refused(Kind.SHAPE, tensor::item).hasMessage("item() wants exactly one element, but f32[2, 3] has 6");
    refused(Kind.DTYPE, tensor::ints)
        .hasMessage("the elements are f32, not i32, in f32[2, 3]; convert with to(DType.I32)");
  }

  @Test
  void convertsAsJavaCastsDo() {
    var doubles = Tensor.of(1.9, -1.9, 1e10, -1e30, Double.NaN, 0);
    assertThat(doubles.to(DType.I32).ints()).startsWith(1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0, 0);
    assertThat(doubles.to(DType.I64).longs()).startsWith(1, -1, 10_000_000_000L, Long.MIN_VALUE, 0, 0);
    assertThat(doubles.to(DType.BOOL).booleans()).startsWith(true, true, true, true, true, false);
    assertThat(Tensor.of(true, false).to(DType.F32).floats()).startsWith(1f, 0f);
    assertThat(Tensor.of((1L << 62) + 1, (1L << 32) + 7).to(DType.I32).ints()).startsWith(1, 7);
    assertThat(Tensor.of(1.1f).to(DType.F64).item()).isEqualTo((double) 1.1f);
    var near = (1L << 60) + (1L << 36) + 1;
    assertThat(Tensor.of(near).to(DType.F32).floats()[0])
        .as("rounded once, not first to a double that lies half way").isEqualTo((float) near)
        .isNotEqualTo((float) (double) near);
  }

  @Test
  void copiesAreIndependent() {
    var first = Tensor.of(1f, 2f);
    var same = first.to(DType.F32);
    var copy = first.copy();
    first.set(9, 0);
    assertThat(copy.get(0)).isEqualTo(1);
    assertThat(same.get(0)).isEqualTo(1);
    copy.copyFrom(first);
    assertThat(copy.get(0)).isEqualTo(9);
    refused(Kind.SHAPE, () -> copy.copyFrom(Tensor.of(1f)))
        .hasMessage("cannot copy f32[1] into f32[2]; the types must be equal");
    refused(Kind.DTYPE, () -> copy.copyFrom(Tensor.of(1, 2))).hasMessageContaining("i32[2] into f32[2]");
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void comparesBitForBitAndIgnoresSlack(DType dtype) {
    var a = Tensor.ofShape(dtype, new double[] {1, 0, 1, 1}, 2, 2);
    var b = a.copy();
    Elements.set(b.array(), 4, 1);
    assertThat(Tensor.contentEquals(a, b)).isTrue();
    Elements.set(b.array(), 3, 0);
    assertThat(Tensor.contentEquals(a, b)).isFalse();
    assertThat(Tensor.contentEquals(a, Tensor.ofShape(dtype, new double[] {1, 0, 1, 1}, 4))).isFalse();
    assertThat(Tensor.contentEquals(a, a.to(dtype == DType.F32 ? DType.F64 : DType.F32))).isFalse();
  }

  @Test
  void tellsZerosApartButNotNans() {
    assertThat(Tensor.contentEquals(Tensor.of(0f), Tensor.of(-0f))).isFalse();
    assertThat(Tensor.contentEquals(Tensor.of(Float.NaN), Tensor.of(Float.intBitsToFloat(0x7fc12345)))).isTrue();
    assertThat(Tensor.contentEquals(Tensor.of(0.0), Tensor.of(-0.0))).isFalse();
  }

  @Test
  void printsInNestedBrackets() {
    assertThat(Tensor.scalar(1.5f)).hasToString("1.5");
    assertThat(Tensor.of(true, false)).hasToString("[ true, false]");
    assertThat(Tensor.of(new float[][] {{1, -10.5f}, {3, 4}})).hasToString("[[  1.0, -10.5],\n [  3.0,   4.0]]");
    assertThat(Tensor.ofShape(DType.I32, new double[8], 2, 2, 2))
        .hasToString("[[[0, 0],\n  [0, 0]],\n\n [[0, 0],\n  [0, 0]]]");
  }

  @Test
  void elidesTheMiddleOfLongTensors() {
    assertThat(Tensor.arange(1001)).hasToString("[   0,    1,    2, ...,  998,  999, 1000]");
    assertThat(Tensor.zeros(DType.I32, 8, 200).toString()).isEqualTo("""
        [[0, 0, 0, ..., 0, 0, 0],
         [0, 0, 0, ..., 0, 0, 0],
         [0, 0, 0, ..., 0, 0, 0],
         ...,
         [0, 0, 0, ..., 0, 0, 0],
         [0, 0, 0, ..., 0, 0, 0],
         [0, 0, 0, ..., 0, 0, 0]]""");
    assertThat(Tensor.zeros(DType.I32, 1000).toString()).doesNotContain("...");
  }
}
