package weft.samples.languages;

import java.util.List;
import weft.runtime.Parameter;

/** What {@link CharNet} says that it computes, in plain Java and double precision, one text at a time. */
final class PlainNet {
  private final int hidden;
  private final int labels;
  /** Wz, Wr, Wn, Uz, Ur, Un, V and b, row by row. */
  final List<double[]> weights;

  /** A net with a copy of these parameters. */
  PlainNet(List<Parameter> parameters, int hidden, int labels) {
    this.weights = parameters.stream().map(parameter -> parameter.get().toDoubles()).toList();
    this.hidden = hidden;
    this.labels = labels;
  }

  /** The probabilities of the labels of the text in one column of a batch. */
  double[] probabilities(Batch batch, int column) {
    var h = new double[hidden];
    for (var t = 0; t < batch.time(); t++) {
      var c = batch.chars().ints()[t * batch.width() + column];
      var next = new double[hidden];
      for (var j = 0; j < hidden; j++) {
        var z = sigmoid(weights.get(0)[c * hidden + j] + dot(h, weights.get(3), j, hidden));
        var r = sigmoid(weights.get(1)[c * hidden + j] + dot(h, weights.get(4), j, hidden));
        var n = Math.tanh(weights.get(2)[c * hidden + j] + r * dot(h, weights.get(5), j, hidden));
        next[j] = h[j] + z * (n - h[j]);
      }
      h = next;
    }
    var p = new double[labels];
    var sum = 0.0;
    for (var k = 0; k < labels; k++) {
      p[k] = Math.exp(dot(h, weights.get(6), k, labels) + weights.get(7)[k]);
      sum += p[k];
    }
    for (var k = 0; k < labels; k++) {
      p[k] /= sum;
    }
    return p;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double dot(double[] row, double[] matrix, int column, int columns) {
    var sum = 0.0;
    for (var i = 0; i < row.length; i++) {
      sum += row[i] * matrix[i * columns + column];
    }
    return sum;
  }

  /** The mean cross-entropy of a batch. */
  double loss(Batch batch) {
    var sum = 0.0;
    for (var column = 0; column < batch.width(); column++) {
      sum -= Math.log(probabilities(batch, column)[batch.labels().ints()[column]]);
    }
    return sum / batch.width();
  }

  /** The gradient of the loss by these weights, by central differences. */
  double[] gradient(Batch batch, double[] of) {
    var gradient = new double[of.length];
    for (var i = 0; i < of.length; i++) {
      var before = of[i];
      of[i] = before + 1e-5;
      var above = loss(batch);
      of[i] = before - 1e-5;
      gradient[i] = (above - loss(batch)) / 2e-5;
      of[i] = before;
    }
    return gradient;
  }
}
