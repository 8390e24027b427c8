package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.F64;

import weft.Tensors;
import weft.graph.Expr;
import weft.runtime.Tensor;

/** Small words that the cases share. */
final class Cases {
  private Cases() {}

  static Expr f64(String name, Object... dims) {
    return Tensors.tensor(name, F64, dims);
  }

  static void assertNumbers(Tensor actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-9));
  }

  static void assertRows(Tensor actual, double[][] expected) {
    Tensor rows = Tensor.of(expected);
    assertThat(actual.shape()).isEqualTo(rows.shape());
    assertNumbers(actual, rows.toDoubles());
  }
}
