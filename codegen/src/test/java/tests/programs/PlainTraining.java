package tests.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Training in plain Java: gradients by central differences, and the update rules as their papers write them. */
final class PlainTraining {
  private static final double STEP = 1e-5;

  private PlainTraining() {}

  /** One step of an update rule: from parameters and gradients to new parameters, with memory of its own. */
  interface Rule {
    double next(double p, double g, double[] memory);
  }

  static Rule sgd(double rate) {
    return (p, g, memory) -> p - rate * g;
  }

  static Rule rmsprop(double rate) {
    return (p, g, memory) -> {
      memory[0] = .9 * memory[0] + .1 * g * g;
      return p - rate * g / (Math.sqrt(memory[0]) + 1e-6);
    };
  }

  static Rule adadelta() {
    return (p, g, memory) -> {
      memory[0] = .95 * memory[0] + .05 * g * g;
      double step = Math.sqrt(memory[1] + 1e-6) / Math.sqrt(memory[0] + 1e-6) * g;
      memory[1] = .95 * memory[1] + .05 * step * step;
      return p - step;
    };
  }

  static List<double[]> gradients(ToDoubleFunction<List<double[]>> cost, List<double[]> parameters) {
    var gradients = new ArrayList<double[]>();
    for (double[] p : parameters) {
      double[] g = new double[p.length];
      for (int i = 0; i < p.length; i++) {
        double before = p[i];
        p[i] = before + STEP;
        double above = cost.applyAsDouble(parameters);
        p[i] = before - STEP;
        g[i] = (above - cost.applyAsDouble(parameters)) / (2 * STEP);
        p[i] = before;
      }
      gradients.add(g);
    }
    return gradients;
  }

  /** So many steps, which change the parameters; gives the costs before each. */
  static double[] train(ToDoubleFunction<List<double[]>> cost, List<double[]> parameters, Rule rule, int steps) {
    var memories = parameters.stream().map(p -> new double[p.length][2]).toList();
    double[] costs = new double[steps];
    for (int step = 0; step < steps; step++) {
      costs[step] = cost.applyAsDouble(parameters);
      List<double[]> gradients = gradients(cost, parameters);
      for (int k = 0; k < parameters.size(); k++) {
        double[] p = parameters.get(k);
        for (int i = 0; i < p.length; i++) p[i] = rule.next(p[i], gradients.get(k)[i], memories.get(k)[i]);
      }
    }
    return costs;
  }

  /** {@code row · matrix}, row-major, added to {@code to}. */
  static void addProduct(double[] to, double[] row, double[] matrix) {
    for (int i = 0; i < row.length; i++) for (int j = 0; j < to.length; j++) to[j] += row[i] * matrix[i * to.length + j];
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static double[] softmax(double[] x) {
    double sum = 0;
    double[] p = new double[x.length];
    for (int i = 0; i < x.length; i++) sum += p[i] = Math.exp(x[i]);
    for (int i = 0; i < x.length; i++) p[i] /= sum;
    return p;
  }
}
