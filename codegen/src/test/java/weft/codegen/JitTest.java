package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.FunctionBuilder.function;
import static weft.Program.program;
import static weft.Tensors.*;

import org.junit.jupiter.api.Test;
import weft.Backend;
import weft.Program;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

/** Programs behind interfaces of every kind that a user may have; what they compute is tested next to generated source. */
class JitTest {
  /** Only this package sees it; it has methods of its own beside the one that is to be made. */
  interface Shifted {
    Tensor shift(Tensor x, double by);

    default Tensor shiftTwice(Tensor x, double by) {
      return shift(shift(x, by), by);
    }

    static int answer() {
      return 42;
    }

    @Override
    String toString();
  }

  private interface Hidden {
    long count(Tensor x);
  }

  private static Program<Shifted> shifted() {
    var x = vector("x", dim("n"));
    var by = scalar("by", F64);
    return program(Shifted.class).method("shift", function(x, by).returns(x.plus(by.cast(F32))));
  }

  @Test
  void interfacesKeepTheirOwnMethods() {
    Shifted made = Jit.compile(shifted());
    assertThat(made.shift(Tensor.of(1f, 2f), 0.5).toDoubles()).containsExactly(1.5, 2.5);
    assertThat(made.shiftTwice(Tensor.of(1f, 2f), 0.5).toDoubles()).containsExactly(2, 3);
    assertThat(made.toString()).contains("Shifted");
    assertThat(made.getClass().isHidden()).isTrue();
  }

  @Test
  void privateInterfacesCanBeMade() {
    var x = vector("x", dim("n"));
    Hidden made = Jit.compile(program(Hidden.class).method("count", function(x).returns(cast(x.gt(0), I64).sum())));
    assertThat(made.count(Tensor.of(1f, -2f, 3f))).isEqualTo(2);
  }

  @Test
  void everyBackEnd() {
    for (Backend backend : Backend.values()) {
      assertThat(Jit.compile(shifted(), backend).shift(Tensor.of(1f), 2).item()).isEqualTo(3);
    }
  }

  @Test
  void everyMethodNeedsAFunction() {
    assertThatThrownBy(() -> Jit.compile(program(Shifted.class))).isInstanceOf(WeftException.class)
        .hasMessageContaining("nothing says what these methods of Shifted do\n    Tensor shift(Tensor, double)");
  }
}
