package weft.codegen.source;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.FunctionBuilder.function;
import static weft.Program.program;
import static weft.Tensors.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.Program;
import weft.codegen.source.Interfaces.Lookup;
import weft.graph.Expr;
import weft.runtime.Parameter;
import weft.runtime.Tensor;

/** What a class file may hold does not limit a net. */
class LimitsTest {
  @Test
  void aConstantOfTwoHundredThousandFloats() {
    var values = new float[200_000];
    for (int i = 0; i < values.length; i++) values[i] = i * 0.5f - 7;
    var x = vector("x", 200_000);
    Program<Lookup> program = program(Lookup.class).method("rows", function(x).returns(x.times(constant(Tensor.of(values)))));
    for (int lanes : new int[] {1, 8}) {
      Tensor rows = Generated.of(program, lanes).rows(Tensor.full(F32, 2, 200_000));
      for (int i = 0; i < values.length; i += 97) assertThat((float) rows.get(i)).isEqualTo(i - 14f);
      assertThat((float) rows.get(199_999)).isEqualTo(199_985f);
    }
  }

  @Test
  void threeThousandParameters() {
    var x = vector("x", dim("n"));
    Expr sum = x;
    for (int i = 0; i < 3000; i++) sum = sum.plus(param("weight" + i, Tensor.scalar((float) (i % 3))));
    Program<Lookup> program = program(Lookup.class).method("rows", function(x).returns(sum));
    Lookup made = Generated.of(program, 1);
    assertThat(made.rows(Tensor.of(0.5f, -1f)).toDoubles()).containsExactly(3000.5, 2999);
  }

  /** Weights given as values: one for each parameter, of its type, and no others. */
  @Test
  void weightsMustBeTheRightOnes() throws Exception {
    var program = DenseLayer.layer(2, 3);
    SourceEmitter.Emitted emitted = SourceEmitter.emit(program, Generated.NAME, SourceEmitter.Options.SCALAR);
    DenseLayer.Layer made = Generated.of(program, emitted.file(),
        List.of(new Parameter("b", Tensor.of(1f, 2f, 3f)), new Parameter("W", Tensor.zeros(F32, 2, 3)),
            new Parameter("momentum", Tensor.scalar(1f))));
    assertThat((float) made.apply(Tensor.of(new float[][] {{1, 1}})).get(0, 2)).isEqualTo(weft.runtime.Numerics.tanh(3f));
    assertThat(emitted.file().text()).contains("given.end()");
  }
}
