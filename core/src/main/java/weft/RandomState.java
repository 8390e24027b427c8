package weft;

import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Advance;
import weft.op.RandomWords;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import java.util.List;

/**
 * Draws by a state that the program hands on itself: the first word draws with the state given, each later one with the next, and
 * {@link #next} is the state behind them all.
 *
 * <p>In a scan the state is a carry:
 *
 * <pre>{@code
 *   scan().carry(h0, RandomState.start(42)).steps(n).run(step -> {
 *     var rng = RandomState.of(step.prev(1));
 *     step.next(step.prev(0).plus(rng.normal(0, 1, hidden)), rng.next());
 *   });
 * }</pre>
 *
 * <p>{@link RandomStream} does the handing on by itself.
 */
public final class RandomState extends RandomWords {
  private final Expr first;
  private int draws;

  private RandomState(Expr first) {
    this.first = first;
  }

  /**
   * Draws by this state.
   *
   * @param state i64[2], the key and the number of the first draw
   * @throws WeftException of kind SHAPE for anything else
   */
  public static RandomState of(Expr state) {
    if (Message.needed("a random state", state).dtype() == DType.I64 && state.rank() == 1 && state.dim(0).is(2)) return new RandomState(state);
    throw new WeftException(Kind.SHAPE, Message.of("a random state is i64[2], not " + state.type(), List.of(state), Origin.here(),
        "Give what start(seed) or next() returned, or a parameter that holds such."));
  }

  /** The state before the first draw with this seed. */
  public static Tensor start(long seed) {
    return Tensor.of(new long[] {seed, 0});
  }

  @Override
  protected Expr state() {
    return after(draws++);
  }

  /** The state after the draws made so far. */
  public Expr next() {
    return after(draws);
  }

  private Expr after(int draws) {
    return draws == 0 ? first : Apply.one(new Advance(draws), first);
  }
}
