package weft.codegen.source;

import static weft.FunctionBuilder.function;
import static weft.Program.program;
import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import weft.Program;
import weft.runtime.Tensor;

/** The tutorial's net: an Elman net, softmax on its last state, stochastic gradient descent. */
public final class ElmanRnn {
  /** What it is used for. */
  public interface SequenceTagger {
    float train(Tensor x, Tensor y, float lr);

    Tensor predict(Tensor x);
  }

  private ElmanRnn() {}

  /** @param lanes f32 lanes of its vectors where it is compiled at run time */
  public static Program<SequenceTagger> tagger(int in, int hidden, int out, int lanes) {
    var rng = new Random(1);
    var wx = param("Wx", normal(rng, 0.1, in, hidden));
    var wh = param("Wh", normal(rng, 0.1, hidden, hidden));
    var bh = param("bh", zeros(hidden));
    var wy = param("Wy", normal(rng, 0.1, hidden, out));
    var by = param("by", zeros(out));

    var time = dim("time");
    var x = matrix("x", time, in);
    var y = vector("y", out);
    var lr = scalar("lr");

    var h = scan(x, zeros(hidden), (xt, prev) -> tanh(xt.dot(wx).plus(prev.dot(wh)).plus(bh)));
    var p = softmax(h.last().dot(wy).plus(by)).named("p");
    var loss = crossEntropy(p, y).named("loss");

    return program(SequenceTagger.class)
        .method("train", function(x, y, lr).returns(loss).updates(sgd(loss, List.of(wx, wh, bh, wy, by), lr)).lanes(lanes))
        .method("predict", function(x).returns(p).lanes(lanes));
  }
}
