package weft;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.matrix;

import org.junit.jupiter.api.Test;
import weft.graph.Expr;
import weft.runtime.DType;

class CompiledFunctionTest {
  private static CompiledFunction columnSums(DType dtype) {
    Expr x = matrix("x", dtype, dim("rows"), dim("columns"));
    return function(x).returns(x.sum(0)).compile(Backend.INTERPRETER);
  }

  @Test
  void matrixAloneIsOneArgument() {
    Object floats = new float[][] {{1, 2}, {3, 4}, {5, 6}};
    assertThat(columnSums(DType.F32).call((Object[]) floats).toDoubles()).containsExactly(9, 12);
    assertThat(columnSums(DType.F32).call(floats).toDoubles()).containsExactly(9, 12);
    assertThat(columnSums(F64).call((Object[]) new double[][] {{1, 2}}).toDoubles()).containsExactly(1, 2);
    assertThat(columnSums(I32).callAll((Object[]) new int[][] {{1}, {2}})[0].toDoubles()).containsExactly(3);
  }
}
