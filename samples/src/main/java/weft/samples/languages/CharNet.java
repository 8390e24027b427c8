package weft.samples.languages;

import static weft.Tensors.*;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import weft.CompiledFunction;
import weft.Tensors;
import weft.runtime.Parameter;

/** The net of {@link CharGraph}, compiled for batches of one width, and its training by Adam. */
final class CharNet implements Classifier {
  private final List<Parameter> parameters;
  private final CompiledFunction train;
  private final CompiledFunction predict;
  private final double compileMillis;

  /** An untrained net, with random numbers that its seed decides. */
  CharNet(Sizes sizes) {
    var started = System.nanoTime();
    var graph = new CharGraph(new Random(sizes.seed()), sizes.symbols(), sizes.hidden(), sizes.labels());
    var all = graph.parameters();

    var chars = matrix("chars", I32, dim("time"), sizes.width());
    var labels = vector("labels", I32, sizes.width());
    var rate = scalar("rate");

    var p = graph.probabilities(chars, sizes.width());
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
