package weft.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The numbers of a case, the same for every system: inputs, targets and first parameters from one seed.
 *
 * <p>Parameters of layer k: {@code w}k (input, gates·hidden), {@code u}k (hidden, gates·hidden), {@code b}k
 * (gates·hidden) and, for the GRU, the bias of the recurrent product {@code c}k; of the softmax {@code wy} (hidden,
 * out), {@code by}; of the embedding {@code e} (out, in). A product is always row · matrix.
 *
 * @param x inputs (time, batch, in), empty where the input is tokens
 * @param tokens input tokens (time, batch), empty where the input is dense
 * @param targets wanted states, or the given cotangent (time, batch, hidden); empty where there is a softmax
 * @param labels wanted classes, (time, batch) or (batch)
 */
public record Data(Case of, float[] x, int[] tokens, float[] targets, int[] labels, Map<String, Parameter> parameters) {

  /** A parameter's first value, row by row. */
  public record Parameter(String name, float[] values, int... shape) {}

  public static Data of(Case c) {
    var random = new SplittableRandom(20_250_101);
    int rows = c.time() * c.batch();
    var task = c.task();
    var parameters = new LinkedHashMap<String, Parameter>();
    float bound = (float) (1 / Math.sqrt(c.hidden()));
    if (task == Task.WORDS) {
      add(parameters, random, 0.1f, "e", c.out(), c.in());
    }
    for (int k = 0; k < c.layers(); k++) {
      add(parameters, random, bound, "w" + k, c.width(k), c.columns());
      add(parameters, random, bound, "u" + k, c.hidden(), c.columns());
      add(parameters, random, bound, "b" + k, c.columns());
      if (c.cell() == Cell.GRU) {
        add(parameters, random, bound, "c" + k, c.columns());
      }
    }
    if (task.head()) {
      add(parameters, random, bound, "wy", c.hidden(), c.out());
      add(parameters, random, bound, "by", c.out());
    }
    var x = task.tokens() ? new float[0] : uniform(random, rows * c.in(), 1);
    int vocabulary = task.tokens() ? c.out() : 1;
    var tokens = task.tokens() ? classes(random, rows, vocabulary) : new int[0];
    var targets = task.head() ? new float[0] : uniform(random, rows * c.hidden(), 1);
    var labels = task.head() ? classes(random, c.headRows(), c.out()) : new int[0];
    return new Data(c, x, tokens, targets, labels, parameters);
  }

  public float[] parameter(String name) {
    return parameters.get(name).values();
  }

  /** The tokens as rows of zeros and a one (time, batch, classes), for systems whose layers take dense input only. */
  public float[] oneHot() {
    return oneHot(tokens, of.in());
  }

  /** The labels as rows of zeros and a one. */
  public float[] oneHotLabels() {
    return oneHot(labels, of.out());
  }

  private static float[] oneHot(int[] classes, int width) {
    var rows = new float[classes.length * width];
    for (int r = 0; r < classes.length; r++) {
      rows[r * width + classes[r]] = 1;
    }
    return rows;
  }

  /** A (rows, columns) matrix turned round. */
  public static float[] transpose(float[] matrix, int rows, int columns) {
    var turned = new float[matrix.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        turned[c * rows + r] = matrix[r * columns + c];
      }
    }
    return turned;
  }

  private static void add(Map<String, Parameter> to, SplittableRandom random, float bound, String name, int... shape) {
    int size = IntStream.of(shape).reduce(1, (a, b) -> a * b);
    to.put(name, new Parameter(name, uniform(random, size, bound), shape));
  }

  private static float[] uniform(SplittableRandom random, int size, float bound) {
    var values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextDouble() * 2 - 1) * bound;
    }
    return values;
  }

  private static int[] classes(SplittableRandom random, int size, int bound) {
    return IntStream.generate(() -> random.nextInt(bound)).limit(size).toArray();
  }
}
