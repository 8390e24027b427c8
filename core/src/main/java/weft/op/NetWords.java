package weft.op;

import java.util.Collections;
import java.util.List;
import weft.graph.Apply;
import java.util.function.Supplier;
import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * The words of neural nets: lookups, probabilities, losses and activations.
 *
 * <p>Losses give one number a sample and drop the last axis, the classes: a scalar for a vector; take the mean or
 * sum over samples yourself.
 */
public abstract class NetWords extends ReductionWords {
  protected NetWords() {}

  /**
   * The parts of x at the given indices of an axis, under the axes of {@code indices}; outside indices are an
   * error of kind INDEX.
   */
  public static Expr take(Expr x, Expr indices, int axis) {
    int at = Axes.check("take", x, axis);
    return Apply.one(new Take(at, 0), x, checked("take", x, indices, at));
  }

  /** One element of the last axis for each index: {@code x[…, indices[…]]}. */
  public static Expr pick(Expr x, Expr indices) {
    int last = Axes.check("pick", x, -1);
    if (!Message.needed("pick: indices", indices).type().dims().equals(x.type().dims().subList(0, last))) {
      throw Operands.fail(Kind.SHAPE, "pick: the shapes do not fit", List.of(x, indices),
          "The indices have the shape of the other side without its last axis.");
    }
    return Apply.one(new Take(last, last), x, checked("pick", x, indices, last));
  }

  static Expr checked(String what, Expr x, Expr indices, int axis) {
    String of = "axis " + axis + " of " + Message.label(x) + " " + x.type();
    return checked(what, indices, x.dim(axis), of);
  }

  /** Indices that are known to lie below a limit; negative ones count from the end. */
  static Expr checked(String what, Expr indices, Dim limit, String of) {
    if (!Message.needed(what + ": indices", indices).dtype().isInteger()) {
      throw Operands.fail(Kind.DTYPE, what + ": indices are integers, not " + indices.dtype().text(),
          List.of(indices),
          "Give an i32 or i64 tensor.");
    }
    return Apply.one(new CheckedIndices(limit, what, of), indices);
  }

  /** The rows of a table at the given indices, under the axes of {@code indices}: {@link #take} along axis 0. */
  public static Expr embedding(Expr table, Expr indices) {
    return take(table, indices, 0);
  }

  /** For each integer a row of {@code depth} zeros with a one at that place, in f32, along a new last axis. */
  public static Expr oneHot(Expr indices, Object depth) {
    return oneHot(indices, depth, DType.F32);
  }

  /** The same in another dtype. */
  public static Expr oneHot(Expr indices, Object depth, DType dtype) {
    Dim classes = Dims.one("oneHot", depth);
    return Apply.one(new OneHot(classes, dtype), checked("oneHot", indices, classes, classes + " classes"));
  }

  /** The vector 0, 1, 2 … {@code length} - 1, as i32. */
  public static Expr arange(Object length) {
    return arange(length, DType.I32);
  }

  /** The same in another dtype. */
  public static Expr arange(Object length, DType dtype) {
    return Apply.one(new Arange(Dims.one("arange", length), dtype));
  }

  /** e^x divided by its sum over the last axis. */
  public static Expr softmax(Expr x) {
    return Apply.one(new Softmax(), x);
  }

  /** The same over another axis. */
  public static Expr softmax(Expr x, int axis) {
    int at = Axes.check("softmax", x, axis);
    return moveAxis(softmax(moveAxis(x, at, -1)), -1, at);
  }

  /** The logarithm of the softmax over the last axis. */
  public static Expr logSoftmax(Expr x) {
    return Apply.one(new LogSoftmax(), x);
  }

  /** The same over another axis. */
  public static Expr logSoftmax(Expr x, int axis) {
    int at = Axes.check("logSoftmax", x, axis);
    return moveAxis(logSoftmax(moveAxis(x, at, -1)), -1, at);
  }

  /** log Σ e^x over one axis, which is dropped. */
  public static Expr logSumExp(Expr x, int axis) {
    return Apply.one(new LogSumExp(), moveAxis(x, Axes.check("logSumExp", x, axis), -1));
  }

  /**
   * -Σ target · log p for float targets of p's shape, or -log p[target] for integer targets of one rank less. What
   * is impossible and does not happen (both 0) adds 0.
   */
  public static Expr crossEntropy(Expr p, Expr target) {
    boolean fits = Message.needed("crossEntropy: target", target).rank() == Message.needed("crossEntropy: p", p).rank() && !target.dtype().isInteger()
        && Operands.broadcast(p.type().dims(), target.type().dims()) != null;
    if (!fits || isPositive(p)) return fromLogs("crossEntropy", log(p), p, target);
    return fromLogs("crossEntropy", log(unlessZero(p, not(cast(target, DType.BOOL)))), p, target);
  }

  /** p, or 1 where it is 0 and its logarithm does not count. */
  private static Expr unlessZero(Expr p, Expr unimportant) {
    return where(and(eq(p, 0), unimportant), 1, p);
  }

  /** Whether rules see these probabilities whole, as those of a softmax or sigmoid, whose logarithm is finite. */
  private static boolean isPositive(Expr p) {
    if (p.op() instanceof Softmax || p.op() == Scalar.SIGMOID) return true;
    if (p.op() == Scalar.DIV) return isExponential(p.apply().input(0)) || isExponential(p.apply().input(1));
    if (p.op() instanceof Scan scan) {
      return scan.bodies().stream().flatMap(b -> b.results().stream()).anyMatch(NetWords::isPositive);
    }
    boolean moves = p.op() instanceof Index || p.op() instanceof Slice || p.op() instanceof Transpose
        || p.op() instanceof Reshape || p.op() instanceof Reverse || p.op() instanceof Take;
    return moves && isPositive(p.apply().input(0));
  }

  /** Of a softmax or sigmoid written by hand: an exponential, or one and more. */
  private static boolean isExponential(Expr e) {
    if (e.op() == Scalar.EXP) return true;
    return e.op() == Scalar.ADD && e.apply().inputs().stream().anyMatch(x -> x.op() == Scalar.EXP);
  }

  /** The same from scores before the softmax, exact where a probability would underflow. */
  public static Expr crossEntropyWithLogits(Expr logits, Expr target) {
    return fromLogs("crossEntropyWithLogits", logSoftmax(logits), logits, target);
  }

  private static Expr fromLogs(String what, Expr logs, Expr given, Expr target) {
    if (Message.needed(what + ": target", target).dtype().isInteger() && target.type().dims().equals(Axes.remove(given.type().dims(), given.rank() - 1))) {
      return neg(pick(logs, target));
    }
    boolean fits = Operands.broadcast(given.type().dims(), target.type().dims()) != null;
    if (fits && target.rank() == given.rank() && !target.dtype().isInteger()) return neg(sum(times(target, logs), -1));
    Kind kind = fits && target.rank() == given.rank() ? Kind.DTYPE : Kind.SHAPE;
    throw Operands.fail(kind, what + ": the targets do not fit",
        List.of(given, target), "Targets are floats of the same shape (one-hot or soft), or integers of one rank less.");
  }

  /**
   * -(target · log p + (1 - target) · log(1 - p)), element by element. What is impossible and does not happen adds
   * 0, as in {@link #crossEntropy}.
   */
  public static Expr binaryCrossEntropy(Expr p, Expr target) {
    if (Message.needed("binaryCrossEntropy: p", p).dtype().isFloat() && Message.needed("binaryCrossEntropy: target", target).dtype().isFloat() && !isPositive(p)) {
      Expr sure = times(target, log(unlessZero(p, eq(target, 0))));
      Expr not = minus(1, target);
      return neg(plus(sure, times(not, log(unlessZero(minus(1, p), eq(not, 0))))));
    }
    Expr hit = times(target, log(p));
    Expr miss = times(minus(1, target), log(minus(1, p)));
    return neg(plus(hit, miss));
  }

  /** {@link #binaryCrossEntropy} of the sigmoid of scores, as softplus(x) - target · x, which stays finite. */
  public static Expr sigmoidBinaryCrossEntropy(Expr logits, Expr target) {
    return minus(softplus(logits), times(target, logits));
  }

  /**
   * What {@code then} gives if the condition holds, else what {@code otherwise} gives; only the branch that is taken is computed. What was
   * built before is captured and computed in any case; what a branch builds belongs to it. Gradients flow through the branch taken.
   *
   * @param condition one bool; {@link #where} chooses element by element and computes both sides
   * @return of the dtype that holds both, and of the dims of both, which must be equal but where one says 1
   */
  public static Expr ifElse(Expr condition, Supplier<Expr> then, Supplier<Expr> otherwise) {
    return ifElseAll(condition, () -> Collections.singletonList(Message.needed("ifElse: then", then).get()),
        () -> Collections.singletonList(Message.needed("ifElse: otherwise", otherwise).get())).get(0);
  }

  /** {@link #ifElse} for several results, as many in both branches. */
  public static List<Expr> ifElseAll(Expr condition, Supplier<List<Expr>> then, Supplier<List<Expr>> otherwise) {
    var branches = new Branches(condition);
    long first = ScanMaker.now();
    List<Expr> one = Message.neededAll("what a branch gives", Message.needed("ifElseAll: then", then).get());
    long second = ScanMaker.now();
    List<Expr> other = Message.neededAll("what a branch gives", Message.needed("ifElseAll: otherwise", otherwise).get());
    return branches.choose(one, other, first, second);
  }

  /** x where it is positive, else {@code slope · x}. */
  public static Expr leakyRelu(Expr x, double slope) {
    return where(gt(x, 0), x, times(x, slope));
  }

  /** x where it is positive, else {@code exp(x) - 1} (Clevert, Unterthiner and Hochreiter, 2015). */
  public static Expr elu(Expr x) {
    return where(gt(x, 0), x, expm1(minimum(x, 0)));
  }

  /** {@code x / (1 + |x|)}. */
  public static Expr softsign(Expr x) {
    return div(x, plus(abs(x), 1));
  }

  /** {@code 0.2·x + 0.5} within 0 and 1: a rough, quick sigmoid. */
  public static Expr hardSigmoid(Expr x) {
    return clip(plus(times(x, 0.2), 0.5), 0, 1);
  }

  /**
   * Dropout: elements are 0 with probability {@code rate}, the others larger by 1 / (1 - rate), so that the mean stays (Srivastava et al.
   * 2014, inverted as in section 10). Outside training leave it out, or give a rate that is an input and 0 then.
   *
   * @param rate from 0 to below 1; a number, or an expression that broadcasts to x
   */
  public static Expr dropout(Expr x, Object rate, RandomWords random) {
    return Ops.times(x, Ops.cast(Message.needed("dropout: random", random).dropoutMask(rate, Message.needed("dropout: x", x).type().dims().toArray()), x.dtype()));
  }
}
