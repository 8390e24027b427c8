package weft;

import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import weft.graph.Message;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * A way to make the first value of a parameter of any shape.
 *
 * <p>Random ones draw from the given generator element by element in row-major order, so that one seed gives the
 * same numbers on every machine and in both float dtypes up to rounding.
 */
@FunctionalInterface
public interface Initializer {
  /** A tensor of this dtype and shape. */
  Tensor create(DType dtype, int... shape);

  /** The same number everywhere. */
  static Initializer constant(double value) {
    return (dtype, shape) -> filled(dtype, shape, () -> value);
  }

  /** Normally distributed around 0. */
  static Initializer normal(RandomGenerator rng, double sd) {
    return (dtype, shape) -> filled(dtype, shape, () -> Message.needed("normal: rng", rng).nextGaussian() * sd);
  }

  /** Evenly distributed from {@code low} (inclusive) to {@code high} (exclusive). */
  static Initializer uniform(RandomGenerator rng, double low, double high) {
    return (dtype, shape) -> filled(dtype, shape, () -> low + Message.needed("uniform: rng", rng).nextDouble() * (high - low));
  }

  /**
   * Evenly distributed within ±√(6 / (in + out)), where in and out are the last but one and the last dimension
   * (Glorot and Bengio, 2010, equation 16).
   *
   * @throws WeftException of kind SHAPE (on use) for shapes of rank below 2
   */
  static Initializer glorot(RandomGenerator rng) {
    return (dtype, shape) -> {
      matrix("glorot", dtype, shape);
      double limit = Math.sqrt(6.0 / ((double) shape[shape.length - 2] + shape[shape.length - 1]));
      return uniform(rng, -limit, limit).create(dtype, shape);
    };
  }

  /**
   * A random matrix whose vectors along the longer side are orthonormal (Saxe, McClelland and Ganguli, 2013).
   *
   * @throws WeftException of kind SHAPE (on use) for shapes of rank other than 2
   */
  static Initializer orthogonal(RandomGenerator rng) {
    return (dtype, shape) -> {
      matrix("orthogonal", dtype, shape);
      if (shape.length > 2) {
        throw new WeftException(Kind.SHAPE, "orthogonal: " + Tensor.typeText(dtype, shape) + " is no matrix"
            + "\n  Give two dimensions.");
      }
      Tensor result = Tensor.zeros(dtype, shape);
      boolean wide = shape[0] < shape[1];
      double[][] vectors = Orthonormal.vectors(rng, Math.min(shape[0], shape[1]), Math.max(shape[0], shape[1]));
      for (int i = 0; i < vectors.length; i++) {
        for (int k = 0; k < vectors[i].length; k++) result.set(vectors[i][k], wide ? i : k, wide ? k : i);
      }
      return result;
    };
  }

  private static void matrix(String what, DType dtype, int[] shape) {
    if (Message.needed(what + ": shape", shape).length >= 2) return;
    throw new WeftException(Kind.SHAPE, what + ": the shape of " + Tensor.typeText(dtype, shape)
        + " has no two dimensions"
        + "\n  Use it for matrices; start vectors with zeros.");
  }

  private static Tensor filled(DType dtype, int[] shape, DoubleSupplier values) {
    double[] all = new double[Tensor.zeros(dtype, shape).size()];
    for (int i = 0; i < all.length; i++) all[i] = values.getAsDouble();
    return Tensor.ofShape(dtype, all, shape);
  }
}
