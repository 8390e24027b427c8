package weft.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.Backend;
import weft.FunctionBuilder;
import weft.Recipe;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** Every op comes out of a recipe as it went in, with what it holds. */
class OpRecipeTest {
  static Stream<OpRow> rows() {
    return OpTable.rows().stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void givesTheSame(OpRow row) {
    for (boolean named : row.named() ? new boolean[] {false, true} : new boolean[] {false}) {
      Expr[] inputs = OpTable.inputs(row, DType.F32, named);
      var function = FunctionBuilder.function(inputs).returns(row.build().apply(inputs)).withoutRewrites()
          .onUnusedInput(FunctionBuilder.Unused.IGNORE);
      Nd[] values = row.draw(3);
      Tensor[] want = OpTable.run(function.compile(Backend.INTERPRETER), inputs, values);
      byte[] bytes = Recipe.of(function);
      Recipe read = Recipe.read(bytes);
      Tensor[] got = OpTable.run(read.compile(Backend.INTERPRETER), inputs, values);
      assertThat(Tensor.contentEquals(got[0], want[0])).as("%s and %s", List.of(got), List.of(want)).isTrue();
      assertThat(read.compile().recipe()).isEqualTo(bytes);
    }
  }
}
