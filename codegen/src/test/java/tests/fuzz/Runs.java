package tests.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tests.Mode;
import tests.Modes;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Tensors;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

/** Runs of a program in the plain mode, as it stands, with its inputs shaken, and with one of them moved. */
final class Runs {
  /** A few shakes may all end at the same number where little of it is left, as after 468.8 - 467.9 in f32. */
  private static final int SHAKES = 8;
  private static final double AMPLIFIED = 200;
  private static final double STEP = 1e-5;
  private static final int DIRECTIONS = 3;

  private final Build build;

  Runs(Build build) {
    this.build = build;
  }

  Expr[] inputs() {
    return build.inputs.values().toArray(Expr[]::new);
  }

  CompiledFunction plain(List<Expr> results) {
    return Mode.PLAIN.configure(Tensors.function(inputs()).returns(results.toArray(Expr[]::new))
        .onUnusedInput(FunctionBuilder.Unused.IGNORE).withoutDefaultUpdates()).compile(Mode.PLAIN.backend());
  }

  /** What a leaf holds: the parameter's value now, or the argument of the call. */
  Tensor leaf(Line l, int call) {
    if (l.is("param")) return Tensors.parameter(build.top.expr(l.id())).get();
    return Data.of(build.program, l, l.is("literal") ? 0 : call);
  }

  double base(DType dtype) {
    return dtype == DType.F32 || build.program.all().stream().anyMatch(this::isF32) ? 2e-5 : 1e-9;
  }

  /** What rounding takes off 1 at most, with the least exact numbers that are part of the program. */
  double unit(DType dtype) {
    return base(dtype) > 1e-6 ? 0x1p-24 : 0x1p-53;
  }

  private boolean isF32(Line l) {
    boolean says = List.of("uniform", "normal", "bernoulli", "toFloat").contains(l.word());
    if (says && l.number(0) == DType.F32.ordinal()) return true;
    return build.top.values.get(l.id()) instanceof Expr e && e.dtype() == DType.F32;
  }

  boolean isAllF64(Expr e) {
    return Generator.below(e).stream().noneMatch(x -> x.dtype() == DType.F32);
  }

  /** A tolerance that grows with how far each number moves, in one mode, when the inputs do by a rounding error. */
  Modes.Tolerance tolerance(Mode mode, Object[] arguments, int call) {
    var rng = new SplittableRandom(build.program.seed() + call);
    Tensor[][] moved = new Tensor[SHAKES][];
    for (int k = 0; k < SHAKES; k++)
        moved[k] = shaken(mode, Arrays.stream(arguments).map(a -> shake((Tensor) a, rng)).toArray(), rng);
    return (other, result, plain) -> {
      double base = base(plain.dtype());
      double[] spread = new double[plain.size()];
      double[] here = plain.toDoubles();
      for (Tensor[] m : moved) {
        if (m == null || m[result].size() != here.length) continue;
        double[] there = m[result].toDoubles();
        for (int i = 0; i < spread.length; i++) {
          double by = Math.abs(there[i] - here[i]);
          spread[i] = Double.isNaN(by) ? Double.POSITIVE_INFINITY : Math.max(spread[i], by);
        }
      }
      double most = Arrays.stream(spread).filter(Double::isFinite).max().orElse(0);
      return i -> base + AMPLIFIED * Math.max(spread[i], most / 20);
    };
  }

  private Tensor shake(Tensor t, SplittableRandom rng) {
    if (!t.dtype().isFloat()) return t;
    double by = t.dtype() == DType.F32 ? 3e-7 : base(t.dtype()) > 1e-6 ? 1e-7 : 1e-13;
    double[] values = t.toDoubles();
    for (int i = 0; i < values.length; i++)
        values[i] += by * rng.nextDouble(-1, 1) * Math.max(Math.abs(values[i]), .1);
    return Tensor.ofShape(t.dtype(), values, t.shape());
  }

  /** Results and new parameters where the parameters are shaken too; they are put back. Null where that call fails. */
  private Tensor[] shaken(Mode mode, Object[] arguments, SplittableRandom rng) {
    var modes = Modes.function(inputs()).returns(build.outputs.toArray(Expr[]::new)).updates(build.updates)
        .in(List.of(mode)).compile();
    List<Parameter> parameters = modes.parameters();
    var before = parameters.stream().map(Parameter::get).toList();
    try {
      for (Parameter p : parameters) p.set(shake(p.get(), rng));
      Tensor[] results = modes.callAll(arguments);
      Tensor[] all = Arrays.copyOf(results, results.length + parameters.size());
      for (int p = 0; p < parameters.size(); p++) all[results.length + p] = parameters.get(p).get();
      return all;
    } catch (WeftException e) {
      if (!Check.isRefusal(e)) throw e;
      return null;
    } finally {
      for (int p = 0; p < parameters.size(); p++) parameters.get(p).set(before.get(p));
    }
  }

  /**
   * Compares a gradient with the slopes in random directions; null if they agree or there is none. Where a slope jumps at two elements,
   * both jumps may cancel in one direction, but not in all.
   */
  String slope(Build.Slope s, Object[] arguments) {
    String difference = null;
    for (int k = 0; k < DIRECTIONS; k++) {
      difference = slope(s, arguments, new SplittableRandom(build.program.seed() + k));
      if (difference == null) return null;
    }
    return difference;
  }

  private String slope(Build.Slope s, Object[] arguments, SplittableRandom rng) {
    Expr wrt = build.top.expr(s.wrt());
    boolean parameter = wrt.op() instanceof Leaf.Parametric;
    int at = List.copyOf(build.inputs.values()).indexOf(wrt);
    if (!parameter && at < 0) return null;
    CompiledFunction f = plain(List.of(s.cost(), s.gradient()));
    Tensor point = parameter ? Tensors.parameter(wrt).get() : (Tensor) arguments[at];
    Tensor[] here = f.callAll(arguments);
    double[] direction = rng.doubles(point.size(), -1, 1).toArray();
    double slope = 0;
    for (int i = 0; i < direction.length; i++) slope += direction[i] * here[1].toDoubles()[i];
    double[] cost = new double[4];
    for (int k = 0; k < 4; k++) {
      double by = STEP * new double[] {1, -1, .5, -.5}[k];
      double[] values = point.toDoubles();
      for (int i = 0; i < values.length; i++) values[i] += by * direction[i];
      cost[k] = moved(f, wrt, at, Tensor.ofShape(DType.F64, values, point.shape()), arguments);
    }
    double up = (cost[0] - here[0].item()) / STEP;
    double down = (here[0].item() - cost[1]) / STEP;
    double difference = (cost[0] - cost[1]) / (2 * STEP);
    double finer = (cost[2] - cost[3]) / STEP;
    double scale = Math.max(1, Math.abs(difference));
    boolean smooth = Math.abs(up - down) < .5 * Math.abs(slope - difference)
        && Math.abs(finer - difference) < 1e-6 * scale;
    if (!smooth || Double.isNaN(slope) || Math.abs(slope - difference) < 1e-5 * scale) return null;
    return "the gradient by " + s.wrt() + " gives the slope " + slope + ", the difference is " + difference;
  }

  private double moved(CompiledFunction f, Expr wrt, int at, Tensor value, Object[] arguments) {
    if (at >= 0) {
      Object[] now = arguments.clone();
      now[at] = value;
      return f.call(now).item();
    }
    Parameter p = Tensors.parameter(wrt);
    Tensor before = p.get();
    p.set(value);
    try {
      return f.call(arguments).item();
    } finally {
      p.set(before);
    }
  }
}
