package demo;

import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import weft.Program;

public class Nets {
  public static Program<Tagger> elmanTagger() {
    var rng = new Random(1);
    var wx = param("Wx", normal(rng, 0.3, 4, 8));
    var wh = param("Wh", normal(rng, 0.3, 8, 8));
    var wy = param("Wy", normal(rng, 0.3, 8, 3));

    var x = matrix("x", dim("time"), 4);
    var y = vector("y", 3);
    var rate = scalar("rate");

    var h = scan(x, zeros(8), (xt, prev) -> tanh(xt.dot(wx).plus(prev.dot(wh))));
    var p = softmax(h.last().dot(wy));
    var loss = crossEntropy(p, y);

    return Program.program(Tagger.class)
        .method("train", function(x, y, rate).returns(loss).updates(sgd(loss, List.of(wx, wh, wy), rate)))
        .method("predict", function(x).returns(argmax(p)));
  }
}
