package weft;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Dims;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * A scan in the making: any number of sequences and carries, each with taps, and how many steps there are.
 *
 * <p>A scan takes as many steps as its shortest sequence has rows, or as many as {@link #steps} says, which
 * must not be more. Whatever else a step reads is the same at every step. The step is described once, by
 * running it on variables; where the type of a carry is only found out by doing so (it starts as a constant
 * such as {@code 0}), it is run again.
 */
public final class ScanBuilder {
  record Sequence(Expr input, Taps taps) {}

  /** @param taps null where the initial carry is one row, without an axis for time */
  record Start(Object given, Taps taps) {}

  final List<Sequence> sequences = new ArrayList<>();
  final List<Start> starts = new ArrayList<>();
  String name = "scan";
  Dim steps;
  /** How many steps, if that is computed; and how many those are at most, null for as many as the sequences have rows. */
  Expr computed;
  Dim most;
  boolean backwards;
  Expr mask;
  Expr lengths;
  int truncated;
  /** How many steps' losses go back together; 0 if that is said of the whole scan. */
  int block;
  int checkpoint;
  /** What the step may capture, null for anything. */
  List<Expr> strict;
  Predicate<Parameter> frozen = p -> false;

  ScanBuilder() {}

  /** Sequences that the steps go through together, one row a step. */
  public ScanBuilder over(Expr... sequences) {
    for (Expr sequence : Message.needed("scan: sequences", sequences)) over(sequence, Taps.NOW);
    return this;
  }

  /**
   * A sequence of which a step sees several rows at once. Step 0 is where the earliest of them is row 0, and
   * the last step is where the latest is the last row.
   */
  public ScanBuilder over(Expr sequence, Taps taps) {
    if (Message.needed("scan: a sequence", sequence).rank() == 0) {
      throw fail(Kind.SHAPE, "scan: a sequence needs an axis for time", sequence,
          "Give one of rank 1 or more; what is the same at every step need not be handed in.");
    }
    sequences.add(new Sequence(sequence, Message.needed("scan: the taps", taps)));
    return this;
  }

  /**
   * What is handed from step to step, given as it is before the first step: expressions, Java numbers, tensors
   * or parameters. A constant takes whatever dtype and shape the step returns.
   */
  public ScanBuilder carry(Object... initial) {
    for (Object one : Message.needed("scan: carries", initial)) starts.add(new Start(one, null));
    return this;
  }

  /**
   * A carry of which a step sees earlier values too. What lies more than 64 steps back is not handed on from step to step, but read
   * where it was stacked, unless the scan stops by itself, truncates gradients or has checkpoints; then taps reach back 1000 steps at most.
   *
   * @param initial as many rows as the taps reach back, the oldest first; rows behind those are not read
   * @param taps all negative
   */
  public ScanBuilder carry(Object initial, Taps taps) {
    if (Message.needed("scan: the taps", taps).last() > 0 || taps.has(0)) {
      throw new WeftException(Kind.ARGUMENT, Message.here("scan: the taps " + taps + " of a carry look ahead",
          "A step sees what steps before it returned; give negative taps."));
    }
    starts.add(new Start(initial, taps));
    return this;
  }

  /** How many steps to take; the sequences must have at least as many rows. */
  public ScanBuilder steps(int steps) {
    if (steps < 0) throw new WeftException(Kind.STEPS, Message.here("scan: " + steps + " steps", "Give 0 or more."));
    return steps(Dim.of(steps));
  }

  /** How many steps to take; the sequences must have at least as many rows. */
  public ScanBuilder steps(Dim steps) {
    this.steps = Message.needed("scan: the number of steps", steps);
    this.computed = null;
    return this;
  }

  /**
   * How many steps to take: an int scalar. If it is computed, rather than an input of the function, there must be a sequence, which says
   * how many steps there are at most; without one use {@link #steps(Expr, Object)}.
   */
  public ScanBuilder steps(Expr steps) {
    if (Message.needed("scan: the number of steps", steps).rank() != 0 || !steps.dtype().isInteger()) {
      throw fail(Kind.DTYPE, "scan: the number of steps is " + steps.type() + ", not an integer scalar",
          steps, "Give an int, a dimension, or an expression of one i32 or i64.");
    }
    if (steps.op() instanceof Leaf.Constant c) return steps(c.value().intValue());
    if (steps.op() instanceof Leaf.Input) return steps(Dim.given(Message.label(steps), steps.op()));
    this.computed = steps;
    return this;
  }

  /**
   * How many steps to take: an int scalar that is computed. Memory is measured out for the most; more than that, or fewer than 0, is an
   * error of kind STEPS.
   *
   * @param most an int or a {@link Dim}
   */
  public ScanBuilder steps(Expr steps, Object most) {
    this.most = Dims.one("steps", most);
    return steps(steps);
  }

  /**
   * Goes through the sequences from their last rows to their first. Shorter sequences are aligned at their
   * ends, and with fewer steps than rows it is the first rows that are left out. Stacked results come in the
   * order in which the steps ran, or aligned with the sequences: {@link Trajectory#all} and {@link
   * Trajectory#aligned} say which.
   */
  public ScanBuilder backwards() {
    backwards = true;
    return this;
  }

  /** The name in errors, reports and generated code. */
  public ScanBuilder name(String name) {
    this.name = Message.needed("scan: the name", name);
    return this;
  }

  /**
   * Where the mask's row is false (or 0), the carries stay as they were before the step; what is emitted is
   * not touched.
   *
   * @param mask a sequence; a row of it has the leading axes of every carry, such as the batch
   */
  public ScanBuilder mask(Expr mask) {
    if (Message.needed("scan: the mask", mask).rank() == 0) {
      throw fail(Kind.SHAPE, "scan: a mask needs an axis for time", mask, "Give a row for each step.");
    }
    this.mask = mask;
    return this;
  }

  /**
   * How many rows of the sequences each element of a batch really has; behind them the carries stay as they
   * are. With taps, how many steps it really takes. One below 0, or above what the sequences have, is an error of kind STEPS.
   *
   * @param lengths integers with the leading axes of every carry
   */
  public ScanBuilder lengths(Expr lengths) {
    if (!Message.needed("scan: the lengths", lengths).dtype().isInteger()) {
      throw fail(Kind.DTYPE, "scan: lengths are " + lengths.type() + ", not integers", lengths, "Give i32 or i64.");
    }
    this.lengths = lengths;
    return this;
  }

  /**
   * Lets gradients flow through the last {@code steps} steps only; what happened before counts as given. That
   * is of the whole scan, whichever step a loss is attached to. So losses of earlier steps have no gradient, and the initial carry has one
   * only if there are no more steps than that, also for a loss of the initial rows of {@link Trajectory#withInitial}.
   */
  public ScanBuilder truncate(int steps) {
    if (steps < 1) {
      throw new WeftException(Kind.STEPS, Message.here("scan: gradients truncated to " + steps + " steps",
          "Give 1 or more."));
    }
    this.truncated = steps;
    this.block = 0;
    return this;
  }

  /**
   * Truncated back-propagation through time (Williams and Peng, 1990): the losses of every {@code every} steps send gradients back through
   * the {@code back} steps that end with them; what happened before counts as given. Values stay the same. The first block goes back to the
   * initial carry, whatever {@code back} is, so that has a gradient, and a loss of the initial rows of {@link Trajectory#withInitial} is
   * one of the first block. The steps are taken once for values, and {@code back / every} times as often for gradients. A scan that stops
   * by itself has blocks of the steps that it took, the last of which ends with the step that stopped.
   *
   * @param every k1, from the first step on; the last block may be shorter
   * @param back k2, at least k1
   */
  public ScanBuilder truncate(int every, int back) {
    if (every < 1 || back < every) {
      throw new WeftException(Kind.STEPS, Message.here("scan: gradients of every " + every + " steps truncated to " + back + " steps",
          "Give 1 or more steps, and go back through as many at least."));
    }
    this.block = every;
    this.truncated = back;
    return this;
  }

  /**
   * Parameters that read the same at every step although they have a default update or an inner scan updates them; what a step
   * updates expressly it updates all the same.
   *
   * @param parameters expressions that param returned; none for all parameters
   */
  public ScanBuilder withoutDefaultUpdates(Expr... parameters) {
    frozen = frozen.or(Update.frozen(Message.neededAll("scan: parameters", parameters)));
    return this;
  }

  /**
   * Keeps for gradients only what the carries are every so many steps; the steps between are taken again in the backward pass. Values and
   * gradients stay the same, memory shrinks from all steps' to {@code length / every + every} steps', for one more forward pass.
   * Least is kept with the square root of the length. Where gradients are truncated that is of the steps through which they flow, in each
   * window; a scan that stops by itself takes one more forward pass, since only then its length is known.
   */
  public ScanBuilder checkpoint(int every) {
    if (every < 1) {
      throw new WeftException(Kind.STEPS, Message.here("scan: a checkpoint every " + every + " steps", "Give 1 or more."));
    }
    this.checkpoint = every;
    return this;
  }

  /**
   * {@link #checkpoint(int)} with the square root of the number of steps, rounded up, whatever that is in a call; so about
   * {@code 2 * sqrt(length)} steps are kept.
   */
  public ScanBuilder checkpoint() {
    this.checkpoint = ScanCheckpoints.SQUARE_ROOT;
    return this;
  }

  /** Describes the step and applies the scan. */
  public Scanned run(Consumer<Step> step) {
    return new ScanAssembly(this).run(Message.needed("scan: the step", step));
  }

  /**
   * Goes through the sequences in both directions: from their first rows to their last, and, with the same initial carries, masks, lengths
   * and all else that was said here, from their last rows to their first. With lengths or a mask the scan backwards begins at the last
   * row that counts.
   *
   * @param forwards describes the step of the one scan
   * @param back describes the step of the other
   * @throws WeftException of kind ARGUMENT if the scan goes backwards already, or a step ends it
   */
  public BothWays bidirectional(Consumer<Step> forwards, Consumer<Step> back) {
    if (backwards) {
      throw new WeftException(Kind.ARGUMENT, Message.here("scan: both ways, and backwards", "Leave backwards() out."));
    }
    Scanned there = run(forwards);
    backwards = true;
    try {
      return new BothWays(there.wholly("bidirectional"), run(back).wholly("bidirectional"));
    } finally {
      backwards = false;
    }
  }

  /**
   * Describes the step by a record of expressions, such as {@code record State(Expr h, Expr c)}: the scan's only carry, each component of
   * which may have a type of its own.
   *
   * @param initial the carry before the first step
   * @param step from the step and the carry before it to the carry after it
   */
  public <R extends Record> States<R> run(R initial, BiFunction<Step, R, R> step) {
    Message.needed("scan: the record of carries", initial);
    Message.needed("scan: the step", step);
    if (!starts.isEmpty()) {
      throw new WeftException(Kind.ARGUMENT, Message.here("scan: a record beside " + starts.size() + " other carries",
          "Make all carries components of the record."));
    }
    @SuppressWarnings("unchecked")
    var type = (Class<R>) initial.getClass();
    List<Object> parts = Records.parts(initial);
    carry(parts.toArray());
    Scanned scanned = run(s -> {
      var before = new ArrayList<Expr>();
      for (int i = 0; i < parts.size(); i++) before.add(s.prev(i));
      s.next(Records.parts(step.apply(s, Records.make(type, before.iterator()))).toArray());
    });
    return new States<>(type, scanned);
  }

  /**
   * Lets the step read nothing but its rows, its carries, constants and what is listed here; anything else is an error that names it.
   *
   * @param captured expressions that are the same at every step
   */
  public ScanBuilder strict(Expr... captured) {
    strict = List.copyOf(Message.neededAll("scan: what the step may read", captured));
    return this;
  }

  static WeftException fail(Kind kind, String what, Expr side, String advice) {
    return new WeftException(kind, Message.of(what, List.of(side), Origin.here(), advice));
  }
}
