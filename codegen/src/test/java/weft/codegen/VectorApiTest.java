package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Modifier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.runtime.DType;

/** Every descriptor of the table is one that this JDK has, for a wrong one fails only when it is executed. */
class VectorApiTest {
  static Stream<VectorApi.Method> ofVectors() {
    return Stream.of(VectorApi.ADD, VectorApi.SUB, VectorApi.MUL, VectorApi.DIV, VectorApi.MIN, VectorApi.MAX,
        VectorApi.NEG,
        VectorApi.ABS, VectorApi.LANEWISE, VectorApi.COMPARE, VectorApi.BLEND, VectorApi.LANE,
            VectorApi.REARRANGE, VectorApi.REDUCE_LANES,
        VectorApi.FROM_ARRAY,
        VectorApi.INTO_ARRAY, VectorApi.BROADCAST, VectorApi.CONVERT);
  }

  static Stream<VectorApi.Method> ofFloats() {
    return Stream.of(VectorApi.FMA, VectorApi.SQRT, VectorApi.AS_INTS, VectorApi.AS_FLOATS);
  }

  static Stream<VectorApi.Method> ofMasks() {
    return Stream.of(VectorApi.MASK_AND, VectorApi.MASK_OR, VectorApi.MASK_SAME, VectorApi.MASK_NOT,
        VectorApi.MASK_CAST,
        VectorApi.MASK_FROM_ARRAY, VectorApi.MASK_INTO_ARRAY);
  }

  @ParameterizedTest
  @MethodSource("ofVectors")
  void vectorMethods(VectorApi.Method method) throws Exception {
    for (DType dtype : new DType[] {DType.F32, DType.F64, DType.I32}) {
      exists(VectorApi.type(dtype), method, dtype);
    }
  }

  @ParameterizedTest
  @MethodSource("ofFloats")
  void floatMethods(VectorApi.Method method) throws Exception {
    for (DType dtype : new DType[] {DType.F32, DType.F64}) exists(VectorApi.type(dtype), method, dtype);
  }

  @ParameterizedTest
  @MethodSource("ofMasks")
  void maskMethods(VectorApi.Method method) throws Exception {
    exists(VectorApi.MASK, method, DType.F32);
  }

  @Test
  void others() throws Exception {
    exists(VectorApi.type(DType.I32), VectorApi.SHIFT, DType.I32);
    exists(VectorApi.type(DType.I32), VectorApi.AS_FLOATS, DType.I32);
    exists(VectorApi.SPECIES, VectorApi.MASK_ALL, DType.F32);
    exists(VectorApi.SPECIES, VectorApi.IOTA_SHUFFLE, DType.F32);
    for (int lanes : new int[] {4, 8, 16}) {
      for (DType dtype : new DType[] {DType.F32, DType.F64, DType.I32}) {
        int count = dtype == DType.F64 ? lanes / 2 : lanes;
        Object species = type(VectorApi.type(dtype)).getField(VectorApi.species(dtype, count)).get(null);
        assertThat(type(VectorApi.SPECIES).getMethod("length").invoke(species)).isEqualTo(count);
      }
    }
  }

  private static Class<?> type(String internalName) throws ClassNotFoundException {
    return Class.forName(internalName.replace('/', '.'));
  }

  private static void exists(String owner, VectorApi.Method method, DType dtype) throws Exception {
    Class<?> type = type(owner);
    MethodType descriptor = MethodType.fromMethodDescriptorString(method.descriptor(dtype),
        VectorApiTest.class.getClassLoader());
    var found = type.getMethod(method.name(), descriptor.parameterArray());
    boolean isStatic = Modifier.isStatic(found.getModifiers());
    if (isStatic) MethodHandles.lookup().findStatic(type, method.name(), descriptor);
    else MethodHandles.lookup().findVirtual(type, method.name(), descriptor);
    assertThat(isStatic).isEqualTo(method == VectorApi.FROM_ARRAY || method == VectorApi.BROADCAST
        || method == VectorApi.MASK_FROM_ARRAY);
  }
}
