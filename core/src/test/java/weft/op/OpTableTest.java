package weft.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.runtime.DType;

/** Every op gives what plain Java says it gives. */
class OpTableTest {
  static List<OpRow> rows() {
    return OpTable.rows();
  }

  static List<OpRow> namedRows() {
    return rows().stream().filter(OpRow::named).toList();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void givesItsValue(OpRow row) {
    check(row, DType.F64, false, row.tolerance());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void givesItsValueInSinglePrecision(OpRow row) {
    check(row, DType.F32, false, Math.max(row.tolerance(), 1e-5));
  }

  @ParameterizedTest
  @MethodSource("namedRows")
  void givesItsValueWhenDimensionsAreKnownOnlyAtTheCall(OpRow row) {
    check(row, DType.F64, true, row.tolerance());
  }

  private static void check(OpRow row, DType floats, boolean named, double tolerance) {
    Expr[] inputs = OpTable.inputs(row, floats, named);
    Expr result = row.build().apply(inputs);
    var function = OpTable.compile(inputs, result);
    for (int seed = 0; seed < 3; seed++) {
      Nd[] values = row.draw(seed);
      Nd expected = row.oracle().apply(values);
      var tensor = OpTable.run(function, inputs, values)[0];
      assertThat(tensor.dtype()).isEqualTo(result.dtype());
      Nd given = Nd.of(tensor);
      assertThat(given.shape()).containsExactly(expected.shape());
      for (int i = 0; i < expected.data().length; i++) {
        double margin = tolerance * Math.max(1, Math.abs(expected.data()[i]));
        assertThat(given.data()[i]).as("element %d of %s", i, row).isCloseTo(expected.data()[i], within(margin));
      }
    }
  }

  @Test
  void everyScalarFunctionHasARow() {
    var used = new TreeSet<String>();
    for (OpRow row : rows()) {
      Expr result = row.build().apply(OpTable.inputs(row, DType.F32, false));
      for (Apply a : Graphs.order(List.of(result))) if (a.op() instanceof Scalar s) used.add(s.name());
    }
    assertThat(used).containsExactlyInAnyOrderElementsOf(Scalar.rows().stream().map(Scalar::name).toList());
  }
}
