package weft.benchmarks;

import static weft.benchmarks.ReferenceProducts.narrow;
import static weft.benchmarks.ReferenceProducts.widen;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The plain definition of every case: forward, loss, gradient and update in double precision. */
public final class Reference {
  private final Case of;
  private final Data data;
  private final Map<String, double[]> parameters = new LinkedHashMap<>();
  private final Map<String, double[]> gradients = new LinkedHashMap<>();
  private final Map<String, double[]> meanSquares = new LinkedHashMap<>();
  private final List<ReferenceLayer> layers = new ArrayList<>();
  private double[][] states;
  private double[] probabilities;

  public Reference(Data data) {
    this.of = data.of();
    this.data = data;
    data.parameters().forEach((name, p) -> parameters.put(name, widen(p.values())));
  }

  /** The inference's result, in the form of {@link Contender#output()}; for a stream the states of all samples. */
  public float[] output() {
    forward();
    return switch (of.task()) {
      case LAST_CLASS -> narrow(probabilities);
      case WORDS -> new float[] {(float) loss()};
      default -> narrow(flat(states));
    };
  }

  /** The loss at the present parameters. */
  public double evaluate() {
    forward();
    return loss();
  }

  /** One training step; the loss before its update. */
  public double train() {
    double loss = evaluate();
    backward();
    update();
    return loss;
  }

  /** The present value, which the caller may change. */
  public double[] parameter(String name) {
    return parameters.get(name);
  }

  /** The last step's gradient, before any clipping. */
  public double[] gradient(String name) {
    return gradients.get(name);
  }

  private void forward() {
    layers.clear();
    var rows = inputs();
    for (int k = 0; k < of.layers(); k++) {
      var layer = new ReferenceLayer(of.cell(), of.batch(), of.width(k), of.hidden(), parameters.get("w" + k),
          parameters.get("u" + k), parameters.get("b" + k), parameters.get("c" + k));
      layers.add(layer);
      rows = layer.forward(rows);
    }
    states = rows;
    if (of.task().head()) {
      head();
    }
  }

  private double[][] inputs() {
    int width = of.in();
    var rows = new double[of.time()][of.batch() * width];
    for (int t = 0; t < of.time(); t++) {
      for (int b = 0; b < of.batch(); b++) {
        int at = t * of.batch() + b;
        for (int i = 0; i < width; i++) {
          rows[t][b * width + i] = switch (of.task()) {
            case CHARACTERS -> data.tokens()[at] == i ? 1 : 0;
            case WORDS -> parameters.get("e")[data.tokens()[at] * width + i];
            default -> data.x()[at * width + i];
          };
        }
      }
    }
    return rows;
  }

  private double[] headInput() {
    return of.task().everyStep() ? flat(states) : states[of.time() - 1];
  }

  private void head() {
    int rows = of.headRows();
    int out = of.out();
    probabilities = new double[rows * out];
    ReferenceProducts.addRow(parameters.get("by"), probabilities, rows);
    ReferenceProducts.add(headInput(), parameters.get("wy"), probabilities, rows, of.hidden(), out);
    for (int r = 0; r < rows; r++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int i = r * out; i < (r + 1) * out; i++) {
        max = Math.max(max, probabilities[i]);
      }
      double sum = 0;
      for (int i = r * out; i < (r + 1) * out; i++) {
        probabilities[i] = Math.exp(probabilities[i] - max);
        sum += probabilities[i];
      }
      for (int i = r * out; i < (r + 1) * out; i++) {
        probabilities[i] /= sum;
      }
    }
  }

  private double loss() {
    double sum = 0;
    switch (of.task()) {
      case STATES, STREAM -> {
        var h = flat(states);
        for (int i = 0; i < h.length; i++) {
          sum += (h[i] - data.targets()[i]) * (h[i] - data.targets()[i]) / h.length;
        }
      }
      case COTANGENT -> {
        var h = flat(states);
        for (int i = 0; i < h.length; i++) {
          sum += h[i] * data.targets()[i];
        }
      }
      default -> {
        for (int r = 0; r < of.headRows(); r++) {
          sum -= Math.log(probabilities[r * of.out() + data.labels()[r]]) / of.headRows();
        }
      }
    }
    return sum;
  }

  private void backward() {
    gradients.clear();
    parameters.forEach((name, p) -> gradients.put(name, new double[p.length]));
    var cotangents = of.task().head() ? headBackward() : stateCotangents();
    for (int k = of.layers() - 1; k >= 0; k--) {
      var layer = layers.get(k);
      cotangents = layer.backward(cotangents);
      gradients.put("w" + k, layer.dw);
      gradients.put("u" + k, layer.du);
      gradients.put("b" + k, layer.db);
      if (layer.dc != null) {
        gradients.put("c" + k, layer.dc);
      }
    }
    if (of.task() == Task.WORDS) {
      var de = gradients.get("e");
      for (int at = 0; at < data.tokens().length; at++) {
        for (int i = 0; i < of.in(); i++) {
          de[data.tokens()[at] * of.in() + i] += cotangents[at / of.batch()][at % of.batch() * of.in() + i];
        }
      }
    }
  }

  private double[][] stateCotangents() {
    int width = of.batch() * of.hidden();
    var rows = new double[of.time()][width];
    for (int t = 0; t < of.time(); t++) {
      for (int i = 0; i < width; i++) {
        double target = data.targets()[t * width + i];
        rows[t][i] = of.task() == Task.COTANGENT ? target : 2 * (states[t][i] - target) / (of.time() * width);
      }
    }
    return rows;
  }

  private double[][] headBackward() {
    int rows = of.headRows();
    int out = of.out();
    var dLogits = new double[rows * out];
    for (int i = 0; i < dLogits.length; i++) {
      dLogits[i] = (probabilities[i] - (data.labels()[i / out] == i % out ? 1 : 0)) / rows;
    }
    var input = headInput();
    ReferenceProducts.addLeftTurned(input, dLogits, gradients.get("wy"), rows, of.hidden(), out);
    ReferenceProducts.addColumnSums(dLogits, gradients.get("by"), rows);
    var dInput = new double[input.length];
    ReferenceProducts.addRightTurned(dLogits, parameters.get("wy"), dInput, rows, of.hidden(), out);
    int width = of.batch() * of.hidden();
    var cotangents = new double[of.time()][width];
    for (int t = 0; t < of.time(); t++) {
      if (of.task().everyStep()) {
        System.arraycopy(dInput, t * width, cotangents[t], 0, width);
      } else if (t == of.time() - 1) {
        cotangents[t] = dInput;
      }
    }
    return cotangents;
  }

  private void update() {
    double rate = of.task().learningRate();
    switch (of.task()) {
      case STATES, LAST_CLASS -> gradients.forEach((name, g) -> descend(parameters.get(name), g, rate));
      case WORDS -> {
        double squares = 0;
        for (var g : gradients.values()) {
          for (double v : g) {
            squares += v * v;
          }
        }
        double scale = Math.min(1, Task.CLIP / Math.sqrt(squares));
        gradients.forEach((name, g) -> descend(parameters.get(name), g, rate * scale));
      }
      case CHARACTERS -> gradients.forEach((name, g) -> {
        var mean = meanSquares.computeIfAbsent(name, n -> new double[g.length]);
        var p = parameters.get(name);
        for (int i = 0; i < g.length; i++) {
          double clipped = Math.max(-Task.CLIP, Math.min(Task.CLIP, g[i]));
          mean[i] = Task.RMSPROP_DECAY * mean[i] + (1 - Task.RMSPROP_DECAY) * clipped * clipped;
          p[i] -= rate * clipped / (Math.sqrt(mean[i]) + Task.RMSPROP_EPSILON);
        }
      });
      case COTANGENT, STREAM -> { }
    }
  }

  private static void descend(double[] p, double[] gradient, double rate) {
    for (int i = 0; i < p.length; i++) {
      p[i] -= rate * gradient[i];
    }
  }

  private static double[] flat(double[][] rows) {
    var all = new double[rows.length * rows[0].length];
    for (int t = 0; t < rows.length; t++) {
      System.arraycopy(rows[t], 0, all, t * rows[0].length, rows[0].length);
    }
    return all;
  }
}
