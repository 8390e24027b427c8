package weft.benchmarks;

import java.util.Arrays;

/** The check that a system computes what the case says, against {@link Reference}, on the case's own sizes. */
public final class Agreement {
  /** Greatest allowed distance of states and probabilities. */
  public static final double TOLERANCE = 1e-4;
  /** Greatest allowed relative distance of losses; some systems sum millions of squares one by one in single precision. */
  public static final double LOSS_TOLERANCE = 1e-3;
  /** Above so many operations a training step is checked by its loss alone; the small sizes check the gradients. */
  private static final long GRADIENT_FLOPS = 3_000_000_000L;

  private Agreement() {}

  /** Runs the contender's first calls. */
  public static void check(Data data, Mode mode, Contender contender) {
    if (mode == Mode.INFERENCE) {
      checkInference(data, contender);
    } else {
      checkTraining(data, contender, data.of().flops(mode) <= GRADIENT_FLOPS);
    }
  }

  private static void checkInference(Data data, Contender contender) {
    var c = data.of();
    var expected = new Reference(data).output();
    if (c.task() != Task.STREAM) {
      contender.infer();
      near(c.id() + " output", contender.output(), expected, TOLERANCE);
      return;
    }
    for (int t = 0; t < c.time(); t++) {
      contender.infer();
      int width = c.batch() * c.hidden();
      near(c.id() + " sample " + t, contender.output(), Arrays.copyOfRange(expected, t * width, (t + 1) * width),
          TOLERANCE);
    }
  }

  /** Two steps, as what one step leaves behind, a gradient say, must not reach into the next. */
  private static void checkTraining(Data data, Contender contender, boolean gradients) {
    var c = data.of();
    var reference = new Reference(data);
    for (int step = 1; step <= (gradients ? 2 : 1); step++) {
      double loss = gradients ? reference.train() : reference.evaluate();
      contender.train();
      if (c.task() != Task.COTANGENT && !(Math.abs(contender.loss() - loss) <= LOSS_TOLERANCE * Math.abs(loss))) {
        throw new IllegalStateException("%s loss of step %d: %s, the reference says %s"
            .formatted(c.id(), step, contender.loss(), loss));
      }
      // Of RMSProp's second step only the loss: its size hangs on two gradients, either of which may be rounding.
      if (gradients && step == (c.task() == Task.CHARACTERS ? 1 : 2)) {
        for (var p : data.parameters().values()) {
          checkParameter(c, p, contender.parameter(p.name()), reference);
        }
      }
    }
  }

  /** Compares the change of a parameter (its gradient, where there is no update) with its greatest element. */
  private static void checkParameter(Case c, Data.Parameter p, float[] actual, Reference reference) {
    boolean update = c.task() != Task.COTANGENT;
    var gradient = reference.gradient(p.name());
    var expected = ReferenceProducts.narrow(update ? reference.parameter(p.name()) : gradient);
    double greatest = 0;
    for (int i = 0; i < expected.length; i++) {
      greatest = Math.max(greatest, Math.abs(update ? expected[i] - p.values()[i] : expected[i]));
    }
    if (c.task() == Task.CHARACTERS) {
      keepWellDefined(gradient, actual, expected);
    }
    double tolerance = (c.task() == Task.CHARACTERS ? 0.05 : 1e-3) * greatest + (update ? 3e-8 : 0);
    near(c.id() + " " + p.name(), actual, expected, tolerance);
  }

  /** RMSProp divides a gradient by its own size, so that near zero its rounding and epsilon are all there is to see. */
  private static void keepWellDefined(double[] gradient, float[] actual, float[] expected) {
    double greatest = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
    for (int i = 0; i < gradient.length; i++) {
      if (Math.abs(gradient[i]) < 0.01 * greatest
          && Math.abs(actual[i] - expected[i]) < 10 * Task.CHARACTERS.learningRate()) {
        expected[i] = actual[i];
      }
    }
  }

  private static void near(String what, float[] actual, float[] expected, double tolerance) {
    if (actual.length != expected.length) {
      throw new IllegalStateException("%s: %d numbers, the reference has %d"
          .formatted(what, actual.length, expected.length));
    }
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
        throw new IllegalStateException("%s[%d]: %s, the reference says %s (tolerance %.1e)"
            .formatted(what, i, actual[i], expected[i], tolerance));
      }
    }
  }
}
