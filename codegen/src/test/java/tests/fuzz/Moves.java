package tests.fuzz;

import java.util.List;
import java.util.SplittableRandom;
import weft.CompiledFunction;
import weft.Tensors;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;

/**
 * A product of a derivative with a vector, held to how what is differentiated moves. For random d that is {@code d·Hv}, a mixed second
 * difference along d and v; for a Jacobian from the right {@code d·Jv}, the difference of {@code d·y} along v; from the left {@code uJ·d},
 * the difference of {@code u·y} along d. The vector is what it is where nothing has moved.
 */
final class Moves {
  private static final int DIRECTIONS = 3;
  private static final double STEP = 1e-5;
  private static final double LARGE_STEP = 2e-4;
  private static final double WITHIN = 1e-4;

  private final Build build;
  private final Line line;
  private final Object[] arguments;
  private final Expr wrt;
  private final int at;
  private final CompiledFunction function;
  private final Tensor point;
  private final double[] given;
  private final double[] product;
  private final double[] y;

  Moves(Build build, Runs runs, Line line, Object[] arguments) {
    this.build = build;
    this.line = line;
    this.arguments = arguments;
    this.wrt = build.top.expr(line.arg(1));
    this.at = List.copyOf(build.inputs.values()).indexOf(wrt);
    this.function = runs.plain(List.of(build.top.expr(line.arg(0)), build.products.get(line.id()), build.top.expr(line.arg(2))));
    Tensor[] here = function.callAll(arguments);
    this.y = here[0].toDoubles();
    this.product = here[1].toDoubles();
    this.given = here[2].toDoubles();
    this.point = isParameter() ? Tensors.parameter(wrt).get() : at < 0 ? null : (Tensor) arguments[at];
  }

  private boolean isParameter() {
    return wrt.op() instanceof Leaf.Parametric;
  }

  /** What is wrong, null if nothing is or if it cannot be told: where something jumps, or what it is differentiated by is computed. */
  String difference() {
    if (point == null) return null;
    String difference = null;
    for (int k = 0; k < DIRECTIONS; k++) {
      difference = difference(new SplittableRandom(build.program.seed() + k));
      if (difference == null) return null;
    }
    return difference;
  }

  private String difference(SplittableRandom rng) {
    double[] d = rng.doubles(product.length, -1, 1).toArray();
    double is = dot(d, product);
    double coarse = line.is("hessianVector") ? mixed(d, LARGE_STEP) : slope(d, STEP);
    double fine = line.is("hessianVector") ? mixed(d, LARGE_STEP / 2) : slope(d, STEP / 2);
    double scale = Math.max(1, Math.max(Math.abs(fine), largest() * (line.is("hessianVector") ? 1 : .01)));
    boolean smooth = Math.abs(coarse - fine) < WITHIN / 10 * scale && isSmooth(d, scale, Math.abs(is - fine));
    if (!smooth || !(Math.abs(is - fine) > WITHIN * scale)) return null;
    return line.word() + " " + line.id() + " along a direction is " + is + ", the difference is " + fine;
  }

  private double largest() {
    double most = 0;
    for (double v : y) most = Math.max(most, Math.abs(v));
    return most;
  }

  /**
   * Whether slopes from both sides agree, and those of slopes where second derivatives are asked for.
   *
   * @param off how far the product is from the difference, of which a corner may be the reason
   */
  private boolean isSmooth(double[] d, double scale, double off) {
    if (line.is("hessianVector") && !(Math.abs(oneSided(d, LARGE_STEP) - oneSided(d, -LARGE_STEP)) < 1e-2 * scale)) return false;
    double here = line.is("vjp") ? dot(given, y) : line.is("jvp") ? dot(d, y) : y[0];
    double up = along(d, STEP) - here;
    double down = here - along(d, -STEP);
    return Math.abs(up - down) / STEP < (line.is("hessianVector") ? 1e-2 * scale : Math.min(1e-2 * scale, off / 2));
  }

  private double slope(double[] d, double by) {
    return (along(d, by) - along(d, -by)) / (2 * by);
  }

  private double along(double[] d, double by) {
    boolean right = line.is("jvp");
    return dot(right ? d : line.is("vjp") ? given : new double[] {1}, moved(right ? given : d, by, d, 0));
  }

  private double mixed(double[] d, double by) {
    return (moved(d, by, given, by)[0] - moved(d, by, given, -by)[0] - moved(d, -by, given, by)[0] + moved(d, -by, given, -by)[0])
        / (4 * by * by);
  }

  /** The same from where nothing has moved along d. */
  private double oneSided(double[] d, double by) {
    return (moved(d, by, given, by)[0] - moved(d, 0, given, by)[0] - moved(d, by, given, -by)[0] + moved(d, 0, given, -by)[0]) / (2 * by * by);
  }

  /** What is differentiated where its argument has moved along two vectors. */
  private double[] moved(double[] one, double by, double[] other, double byOther) {
    double[] values = point.toDoubles();
    for (int i = 0; i < values.length; i++) values[i] += by * one[i] + (byOther == 0 ? 0 : byOther * other[i]);
    Tensor there = Tensor.ofShape(DType.F64, values, point.shape());
    if (!isParameter()) {
      Object[] now = arguments.clone();
      now[at] = there;
      return function.callAll(now)[0].toDoubles();
    }
    Parameter p = Tensors.parameter(wrt);
    p.set(there);
    try {
      return function.callAll(arguments)[0].toDoubles();
    } finally {
      p.set(point);
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }
}
