package tests.fuzz;

import java.util.Arrays;
import java.util.HashSet;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
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

/** Runs a program in every mode and says what is wrong with it. */
final class Check {
  static int CALLS, REFUSED;
  private static final int SHAKES = 3;
  private static final double AMPLIFIED = 50;

  /** What is wrong. Programs fail alike if their kinds are equal. */
  record Failure(String kind, String message, Throwable cause) {}

  private final Build build;
  private final Modes modes;
  private CompiledFunction plain;

  private Check(Build build) {
    this.build = build;
    this.modes = Modes.function(inputs()).returns(build.outputs.toArray(Expr[]::new)).updates(build.updates)
        .in(Mode.all(build.program.lanes()));
  }

  /** What is wrong with a program, null if nothing is; a program that the library refuses is not wrong. */
  static Failure of(Program program) {
    Build build;
    try {
      build = Build.of(program);
      if (build.outputs.isEmpty() && build.updates.isEmpty()) return null;
    } catch (RuntimeException | StackOverflowError e) {
      return isRefusal(e) ? null : failure("build", e);
    }
    return new Check(build).run();
  }

  /** Whether an exception says that the user was wrong. */
  static boolean isRefusal(Throwable e) {
    return e instanceof WeftException w && w.kind() != WeftException.Kind.INTERNAL || e instanceof IllegalArgumentException
        && String.valueOf(e.getMessage()).startsWith("no line");
  }

  private static Failure failure(String kind, Throwable e) {
    return new Failure(kind, e.toString(), e);
  }

  private Expr[] inputs() {
    return build.inputs.values().toArray(Expr[]::new);
  }

  private Failure run() {
    try {
      modes.compile();
    } catch (WeftException e) {
      return isRefusal(e) ? null : failure("compile", e);
    } catch (Modes.Disagreement e) {
      return failure("compile", e);
    }
    for (int call = 0; call < build.program.calls().size(); call++) {
      CALLS++;
      Failure failure = call(call);
      if (failure != null) return failure;
    }
    return null;
  }

  private Failure call(int call) {
    Object[] arguments = build.arguments(call);
    try {
      modes.callAll(arguments);
    } catch (Modes.Disagreement first) {
      if (first.getMessage().contains("same bits")) return failure("bits", first);
      try {
        modes.callWithin(shaken(arguments, call), arguments);
      } catch (Modes.Disagreement second) {
        return failure(second.getCause() == null ? "numbers" : "error", second);
      } catch (RuntimeException | LinkageError e) {
        return failure("numbers", first);
      }
    } catch (WeftException e) {
      if (!isRefusal(e)) return failure("call", e);
      REFUSED++;
    } catch (RuntimeException | LinkageError e) {
      return failure("call", e);
    }
    return null;
  }

  /** A tolerance that grows with how far each number moves when the inputs do by a rounding error. */
  private Modes.Tolerance shaken(Object[] arguments, int call) {
    var rng = new SplittableRandom(build.program.seed() + call);
    Tensor[][] moved = new Tensor[SHAKES][];
    for (int k = 0; k < SHAKES; k++) moved[k] = plain(shake(arguments, rng), rng);
    return (result, plain) -> {
      double base = plain.dtype() == DType.F32 ? 1e-5 : 1e-9;
      double[] spread = new double[plain.size()];
      for (Tensor[] m : moved) {
        double[] there = m[result].toDoubles();
        double[] here = plain.toDoubles();
        for (int i = 0; i < spread.length; i++) {
          double by = Math.abs(there[i] - here[i]);
          spread[i] = Double.isNaN(by) ? Double.POSITIVE_INFINITY : Math.max(spread[i], by);
        }
      }
      IntToDoubleFunction tolerance = i -> base + AMPLIFIED * spread[i];
      return tolerance;
    };
  }

  private static Object[] shake(Object[] arguments, SplittableRandom rng) {
    return Arrays.stream(arguments).map(a -> shake((Tensor) a, rng)).toArray();
  }

  private static Tensor shake(Tensor t, SplittableRandom rng) {
    if (!t.dtype().isFloat()) return t;
    double by = t.dtype() == DType.F32 ? 3e-7 : 1e-13;
    double[] values = t.toDoubles();
    for (int i = 0; i < values.length; i++) values[i] += by * rng.nextDouble(-1, 1) * Math.max(Math.abs(values[i]), .1);
    return Tensor.ofShape(t.dtype(), values, t.shape());
  }

  /** The plain results and new parameters for shaken parameters, which are put back. */
  private Tensor[] plain(Object[] arguments, SplittableRandom rng) {
    var parameters = modes.parameters();
    var before = parameters.stream().map(Parameter::get).toList();
    try {
      for (Parameter p : parameters) p.set(shake(p.get(), rng));
      Tensor[] results = Mode.PLAIN.configure(Tensors.function(inputs()).returns(build.outputs.toArray(Expr[]::new))
          .updates(build.updates).onUnusedInput(FunctionBuilder.Unused.IGNORE)).compile(Mode.PLAIN.backend()).callAll(arguments);
      Tensor[] all = Arrays.copyOf(results, results.length + parameters.size());
      for (int p = 0; p < parameters.size(); p++) all[results.length + p] = parameters.get(p).get();
      return all;
    } finally {
      for (int p = 0; p < parameters.size(); p++) parameters.get(p).set(before.get(p));
    }
  }
}
