package weft.samples.hmc;

import static weft.Tensors.*;

import java.util.Locale;
import java.util.function.UnaryOperator;
import weft.CompiledFunction;
import weft.RandomStream;
import weft.graph.Expr;
import weft.runtime.Tensor;

/**
 * Hamiltonian Monte Carlo (Duane and others, 1987; Neal, 2011): a point rolls over the landscape of an energy with a momentum drawn
 * anew for each step of a chain, and what it comes to has the density {@code exp(-energy)}, but for a constant.
 *
 * <p>The chain is a scan, each of its steps holds a scan of leapfrog steps, and each of those takes the gradient of the energy where the
 * point is.
 */
public final class Hmc {
  private final CompiledFunction run;

  /**
   * A sampler of points with {@code size} numbers.
   *
   * @param energy from a vector to a scalar
   * @param leaps how many leapfrog steps a step of the chain takes
   * @param length how long they are
   */
  public Hmc(int size, UnaryOperator<Expr> energy, int leaps, double length, long seed) {
    var random = new RandomStream("chain", seed);
    var start = vector("start", F64, size);
    var steps = scalar("steps", I32);
    var chain = scan("chain").steps(steps).carry(start).run(step -> {
      var from = step.prev();
      var momentum = random.normal(zeros(F64, size), 1);
      var half = momentum.minus(slope(energy, from).times(length / 2));
      var way = scan("leaps").steps(leaps).carry(from, half).run(leap -> {
        var at = leap.prev(0).plus(leap.prev(1).times(length));
        leap.next(at, leap.prev(1).minus(slope(energy, at).times(length)));
      });
      var to = way.last(0);
      // The last leap went on for half a length too many.
      var arrived = way.last(1).plus(slope(energy, to).times(length / 2));
      var gained = total(energy, from, momentum).minus(total(energy, to, arrived));
      var accepted = random.uniform(F64, 0, 1).lt(exp(gained));
      step.next(where(accepted, to, from)).emit(accepted);
    });
    run = function(start, steps).named("chain").returns(chain.all(0), chain.emitted().cast(F64).mean()).compile();
  }

  private static Expr slope(UnaryOperator<Expr> energy, Expr at) {
    return grad(energy.apply(at), at);
  }

  private static Expr total(UnaryOperator<Expr> energy, Expr at, Expr momentum) {
    return energy.apply(at).plus(sqr(momentum).sum().div(2));
  }

  /**
   * What a chain comes by.
   *
   * @param points {@code [steps, size]}
   * @param accepted the share of steps that went somewhere
   */
  public record Chain(Tensor points, double accepted) {}

  /** A chain from {@code start}; every call draws other numbers. */
  public Chain run(double[] start, int steps) {
    var results = run.callAll(start, steps);
    return new Chain(results[0], results[1].item());
  }

  /** A banana: x around 0, and y around x², less the farther up. */
  static Expr banana(Expr point) {
    var x = point.at(0);
    var y = point.at(1);
    return sqr(x).div(2).plus(sqr(y.minus(sqr(x))).times(2));
  }

  /** Draws from the banana, and shows where its points lie. */
  public static void main(String[] arguments) {
    var sampler = new Hmc(2, Hmc::banana, 12, 0.2, 1);
    sampler.run(new double[] {3, -3}, 500);
    var chain = sampler.run(new double[] {0, 0}, 100_000);
    var counts = new int[22][61];
    double sum = 0;
    double squares = 0;
    int n = chain.points().dim(0);
    for (int i = 0; i < n; i++) {
      double x = chain.points().get(i, 0);
      double y = chain.points().get(i, 1);
      sum += y;
      squares += x * x;
      int row = (int) Math.floor((8 - y) * 2);
      int column = (int) Math.floor((x + 3) * 10);
      if (row >= 0 && row < counts.length && column >= 0 && column < 61) counts[row][column]++;
    }
    for (var row : counts) {
      var line = new StringBuilder();
      for (int count : row) line.append(" .:+*#@".charAt((int) Math.min(6, Math.ceil(Math.sqrt(count / 4.0)))));
      System.out.println(line.toString().stripTrailing());
    }
    System.out.printf(Locale.ROOT, "%,d points, %.0f %% of the steps accepted; the mean of x² is %.3f, of y %.3f, and both should be 1%n", n,
        100 * chain.accepted(), squares / n, sum / n);
  }
}
