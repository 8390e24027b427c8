package weft.samples.languages;

import java.util.List;
import java.util.function.DoubleConsumer;
import weft.runtime.Parameter;
import weft.runtime.Tensor;

/**
 * A classifier that learns nothing: it gives most of the probability to the label {@code favourite}, and its
 * loss is 2 over the number of batches that it saw.
 */
final class FakeClassifier implements Classifier {
  private final Sizes sizes;
  private final Parameter favourite;
  private final double firstLoss;
  private final DoubleConsumer onBatch;
  private int batches;

  FakeClassifier(Sizes sizes, int favourite, double firstLoss, DoubleConsumer onBatch) {
    this.sizes = sizes;
    this.favourite = new Parameter("favourite", Tensor.of((float) favourite, sizes.hidden()));
    this.firstLoss = firstLoss;
    this.onBatch = onBatch;
  }

  @Override
  public double trainBatch(Batch batch, float learningRate) {
    batches++;
    onBatch.accept(learningRate);
    return firstLoss / batches;
  }

  @Override
  public float[][] probabilities(Batch batch) {
    var favoured = (int) favourite.get().get(0);
    var rows = new float[batch.width()][sizes.labels()];
    for (var row : rows) {
      for (var label = 0; label < row.length; label++) {
        row[label] = label == favoured ? 0.7f : 0.3f / (row.length - 1);
      }
    }
    return rows;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(favourite);
  }

  @Override
  public String compileReport() {
    return "nothing in 0 ms";
  }
}
