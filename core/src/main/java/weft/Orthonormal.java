package weft;

import java.util.random.RandomGenerator;
import weft.graph.Message;

/** Random orthonormal vectors by Gram and Schmidt's method on normal numbers, each projection done twice for accuracy. */
final class Orthonormal {
  private Orthonormal() {}

  static double[][] vectors(RandomGenerator rng, int count, int length) {
    var vectors = new double[count][length];
    for (int i = 0; i < count; i++) {
      double norm;
      do {
        for (int k = 0; k < length; k++) vectors[i][k] = Message.needed("vectors: rng", rng).nextGaussian();
        for (int round = 0; round < 2; round++) for (int j = 0; j < i; j++) removePart(vectors[i], vectors[j]);
        norm = Math.sqrt(product(vectors[i], vectors[i]));
      } while (norm < 1e-6);
      for (int k = 0; k < length; k++) vectors[i][k] /= norm;
    }
    return vectors;
  }

  private static void removePart(double[] vector, double[] along) {
    double part = product(vector, along);
    for (int k = 0; k < vector.length; k++) vector[k] -= part * along[k];
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) sum += a[k] * b[k];
    return sum;
  }
}
