package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import weft.CompiledFunction;
import weft.Update;
import weft.codegen.Jvm;
import weft.graph.Expr;
import weft.runtime.Tensor;

/** A function that is freed keeps what it computes and its parameters, and no memory. */
class FreeTest {
  private static double plain(double w, double... rows) {
    double h = 0;
    for (double row : rows) h = Math.tanh(row + w * h);
    return h;
  }

  @Test
  void callsGoOnAsBefore() {
    var w = param("w", Tensor.scalar(.5));
    var x = vector("x", weft.Tensors.F64, dim("n"));
    Expr last = scan(x, 0., (row, h) -> tanh(row.plus(w.times(h)))).last();
    for (Mode mode : Mode.all(8)) {
      parameter(w).set(Tensor.scalar(.5));
      CompiledFunction f = mode.configure(function(x).returns("last", last).returns("twice", last.times(2))
          .updates(new Update(parameter(w), w.plus(1)))).compile(mode.backend());
      f.free();
      for (int call = 0; call < 4; call++) {
        double[] rows = call < 2 ? new double[] {1, 2, 3} : new double[] {-1, .5};
        assertThat(f.call((Object) rows).item()).isCloseTo(plain(.5 + call, rows), within(1e-9));
        f.free();
      }
      assertThat(f.only("twice").call((Object) new double[] {1}).item()).isCloseTo(2 * plain(4.5, 1), within(1e-9));
      f.free();
      assertThat(parameter(w).get().item()).isEqualTo(5.5);
    }
  }

  /** Eight functions that need 20 MB each, in turn, where there are 64 MB. */
  @Test
  void memoryIsThereForOthers() throws Exception {
    assertThat(Jvm.run(List.of("-Xmx64m", "-XX:+UseSerialGC", "-Dweft.simd=off"), InTurn.class)).contains("8 functions");
  }

  static final class InTurn {
    public static void main(String[] args) {
      var all = new ArrayList<CompiledFunction>();
      for (int i = 0; i < 8; i++) {
        var x = vector("x", dim("n"));
        Expr states = scan(x, 0f, (row, h) -> tanh(row.plus(h))).all();
        all.add(function(x).returns(weft.Tensors.max(states.times(states.sum()))).compile());
      }
      Tensor x = Tensor.full(weft.Tensors.F32, .1f, 4_000_000);
      for (CompiledFunction f : all) {
        f.call(x);
        f.free();
      }
      System.out.println(all.size() + " functions");
    }
  }
}
