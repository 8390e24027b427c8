package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.graph.Expr;
import weft.runtime.Tensor;

/** A property alone profiles every function, and shows what it found in the end. */
class ProfileAtExitTest {
  @Test
  void thePropertyShowsAllFunctionsThatWereCalled() throws Exception {
    String out = Jvm.run(List.of("-Dweft.profile=true", "-Dweft.simd=off"), ProfileAtExitTest.class);
    assertThat(out).containsOnlyOnce("twice: 3 calls").contains("in scan").doesNotContain("never: ");
  }

  public static void main(String[] args) {
    Expr x = vector("x", F64, dim("n"));
    var twice = function(x).returns(scan(x, constant(0.0), (e, h) -> tanh(h.plus(e))).last()).named("twice").compile();
    function(x).returns(x.times(2)).named("never").compile();
    for (int i = 0; i < 3; i++) twice.call(Tensor.of(1.0, 2));
  }
}
