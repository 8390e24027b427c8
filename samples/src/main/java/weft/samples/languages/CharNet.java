package weft.samples.languages;

import static weft.Tensors.*;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import weft.CompiledFunction;
import weft.Tensors;
import weft.runtime.Parameter;

/**
 * A recurrent net that reads texts character by character and says which label each of them has.
 *
 * <p>Its cell is the gated recurrent unit (Cho and others, 2014), here with the reset gate r behind the product.
 * Every character c has a row in each of the three tables W; σ is the sigmoid, ∘ multiplies element by element:
 * <pre>
 *   z = σ(Wz[c] + h·Uz)             how far the state moves
 *   r = σ(Wr[c] + h·Ur)             how much of the old state the new one is made of
 *   n = tanh(Wn[c] + r ∘ (h·Un))    where the state moves to
 *   h ← h + z ∘ (n - h)             from 0 at the start
 *
 *   p = softmax(h·V + b)            the labels' probabilities, from the last state
 * </pre>
 */
final class CharNet implements Classifier {
  private final List<Parameter> parameters;
  private final CompiledFunction train;
  private final CompiledFunction predict;
  private final double compileMillis;

  /** An untrained net, with random numbers that its seed decides. */
  CharNet(Sizes sizes) {
    var started = System.nanoTime();
    var rng = new Random(sizes.seed());
    var hidden = sizes.hidden();
    var wz = param("Wz", normal(rng, 0.3, sizes.symbols(), hidden));
    var wr = param("Wr", normal(rng, 0.3, sizes.symbols(), hidden));
    var wn = param("Wn", normal(rng, 0.3, sizes.symbols(), hidden));
    var uz = param("Uz", orthogonal(rng, hidden, hidden));
    var ur = param("Ur", orthogonal(rng, hidden, hidden));
    var un = param("Un", orthogonal(rng, hidden, hidden));
    var v = param("V", normal(rng, 0.1, hidden, sizes.labels()));
    var b = param("b", zeros(sizes.labels()));
    var all = List.of(wz, wr, wn, uz, ur, un, v, b);

    var chars = matrix("chars", I32, dim("time"), sizes.width());
    var labels = vector("labels", I32, sizes.width());
    var rate = scalar("rate");

    var h = scan(chars, zeros(sizes.width(), hidden), (c, prev) -> {
      var z = sigmoid(embedding(wz, c).plus(prev.dot(uz)));
      var r = sigmoid(embedding(wr, c).plus(prev.dot(ur)));
      var n = tanh(embedding(wn, c).plus(r.times(prev.dot(un))));
      return prev.plus(z.times(n.minus(prev)));
    });
    var p = softmax(h.last().dot(v).plus(b));
    var loss = mean(crossEntropy(p, labels));

    this.parameters = all.stream().map(Tensors::parameter).toList();
    var updates = adam(loss, all, rate);
    this.train = function(chars, labels, rate).returns(loss).updates(updates).named("train").compile();
    this.predict = function(chars).returns(p).named("predict").compile();
    this.compileMillis = (System.nanoTime() - started) / 1e6;
  }

  @Override
  public double trainBatch(Batch batch, float learningRate) {
    return train.call(batch.chars(), batch.labels(), learningRate).item();
  }

  @Override
  public float[][] probabilities(Batch batch) {
    var p = predict.call(batch.chars());
    var rows = new float[p.dim(0)][];
    for (var row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(p.floats(), row * p.dim(1), (row + 1) * p.dim(1));
    }
    return rows;
  }

  @Override
  public List<Parameter> parameters() {
    return parameters;
  }

  @Override
  public String compileReport() {
    return String.format(Locale.ROOT, "in %.0f ms from the graph on%ntrain    %s%npredict  %s", compileMillis,
        train.report(), predict.report());
  }
}
