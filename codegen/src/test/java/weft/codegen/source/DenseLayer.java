package weft.codegen.source;

import static weft.FunctionBuilder.function;
import static weft.Program.program;
import static weft.Tensors.*;

import java.util.Random;
import weft.Program;
import weft.runtime.Tensor;

/** A layer of its own: one product and what follows it. */
public final class DenseLayer {
  /** What it is used for. */
  public interface Layer {
    Tensor apply(Tensor x);
  }

  private DenseLayer() {}

  public static Program<Layer> layer(int in, int out) {
    var w = param("W", normal(new Random(1), 0.1, in, out));
    var b = param("b", zeros(out));
    var x = matrix("x", dim("batch"), in);
    return program(Layer.class).method("apply", function(x).returns(tanh(x.dot(w).plus(b)).named("h")));
  }
}
