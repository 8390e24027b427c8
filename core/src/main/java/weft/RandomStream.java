package weft;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.op.Advance;
import weft.op.RandomWords;
import weft.runtime.Parameter;
import weft.runtime.Philox;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Random numbers that go on by themselves: every draw made from it has a state of its own, a parameter, which each call of a function
 * moves on by one, and within a scan each step.
 *
 * <pre>{@code
 *   var rng = new RandomStream("noise", 42);
 *   var sample = function().returns(rng.normal(0, 1, 3)).compile();     // another sample at each call
 * }</pre>
 *
 * <p>The k-th draw made from a stream, counted from 0, has the parameter {@code name.k}, an i64[2] that starts as {@code (philox(key =
 * seed, high = k, low = -1), 0)} ({@link Philox#bits}); the table in {@link RandomWords} says how numbers come from it. Its default update
 * adds 1 to the second element. So two calls differ; the same seed and the same program give the same numbers on every machine;
 * {@code function(…).withoutDefaultUpdates()} repeats them. A draw made before a scan is the same at every step, one made inside differs
 * from step to step. Save {@link #parameters} with the others, and a program goes on where it stopped.
 *
 * <p>Making draws belongs to building a graph: one thread.
 */
public final class RandomStream extends RandomWords {
  private final String name;
  private final List<Parameter> states = new ArrayList<>();
  private long seed;

  /** @param name begins the names of the states */
  public RandomStream(String name, long seed) {
    if (name == null || name.isBlank()) {
      throw new WeftException(Kind.ARGUMENT, "a random stream needs a name, for messages and for files"
          + "\n  Give one, as in new RandomStream(\"dropout\", 42).");
    }
    this.name = name;
    this.seed = seed;
  }

  /** A stream called {@code random}. */
  public RandomStream(long seed) {
    this("random", seed);
  }

  @Override
  protected Expr state() {
    Expr state = Tensors.param(name + "." + states.size(), start(states.size()));
    states.add(Tensors.parameter(state));
    return Tensors.defaultUpdate(state, Apply.one(new Advance(1), state));
  }

  private Tensor start(int draw) {
    return Tensor.of(new long[] {Philox.bits(seed, draw, -1), 0});
  }

  /** What the names of the states begin with. */
  public String name() {
    return name;
  }

  /** The states of all draws made so far, in the order in which they were made. */
  public List<Parameter> parameters() {
    return List.copyOf(states);
  }

  /** Sets every draw, made or to be made, back to its beginning for this seed. */
  public void seed(long seed) {
    this.seed = seed;
    for (int k = 0; k < states.size(); k++) states.get(k).set(start(k));
  }
}
