package weft.op;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import weft.graph.Expr;

/**
 * One row of the op table: how to build it, on what, and what must come out.
 *
 * @param oracle what comes out, in plain Java
 * @param gradient whether its gradient is held to central differences
 * @param named whether it also runs with dimensions known only at call time
 */
record OpRow(String name, List<Arg> args, Function<Expr[], Expr> build, Function<Nd[], Nd> oracle,
    double tolerance,
    boolean gradient, boolean named) {

  /** What an argument holds. */
  enum Kind { FLOAT, INT, BOOL }

  /** An argument: its shape, and how to draw an element. */
  record Arg(Kind kind, int[] shape, ToDoubleFunction<SplittableRandom> sampler) {
    Nd draw(SplittableRandom random) {
      return Nd.of(shape, at -> kind == Kind.FLOAT ? (float) sampler.applyAsDouble(random)
          : sampler.applyAsDouble(random));
    }
  }

  static Arg between(double low, double high, int... shape) {
    return new Arg(Kind.FLOAT, shape, r -> r.nextDouble(low, high));
  }

  /** Floats from -2 to 2. */
  static Arg floats(int... shape) {
    return between(-2, 2, shape);
  }

  /** Integers from {@code low} to {@code high}, both inclusive. */
  static Arg ints(int low, int high, int... shape) {
    return new Arg(Kind.INT, shape, r -> r.nextInt(low, high + 1));
  }

  static Arg bools(int... shape) {
    return new Arg(Kind.BOOL, shape, r -> r.nextInt(2));
  }

  static OpRow row(String name, List<Arg> args, Function<Expr[], Expr> build, Function<Nd[], Nd> oracle) {
    return new OpRow(name, args, build, oracle, 1e-12, true, true);
  }

  static OpRow row(String name, Arg arg, Function<Expr, Expr> build, Function<Nd, Nd> oracle) {
    return row(name, List.of(arg), x -> build.apply(x[0]), x -> oracle.apply(x[0]));
  }

  /** Nothing flows back, or what does is a convention that differences cannot see. */
  OpRow noGradient() {
    return new OpRow(name, args, build, oracle, tolerance, false, named);
  }

  /** The row says its dimensions itself. */
  OpRow constantDims() {
    return new OpRow(name, args, build, oracle, tolerance, gradient, false);
  }

  OpRow within(double relative) {
    return new OpRow(name, args, build, oracle, relative, gradient, named);
  }

  Nd[] draw(long seed) {
    var random = new SplittableRandom(seed + name.hashCode());
    var values = new ArrayList<Nd>();
    for (Arg a : args) values.add(a.draw(random));
    return values.toArray(Nd[]::new);
  }

  @Override
  public String toString() {
    return name;
  }
}
