package weft.grad;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.After;
import weft.op.Cotangents;
import weft.op.GradientMark;
import weft.op.Ops;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * The gradient of a scalar cost in the making. {@link #wrt} may be asked for anything the cost depends on,
 * leaves or not.
 *
 * <p>Integers end the flow, but the gradient by an integer that is used as a float is that by the float.
 * Expressions that read one parameter are one to it, however many there are.
 */
public final class Gradient {
  /** What to do where the cost does not depend on what it is differentiated by. */
  public enum Disconnected {
    /** An error of kind DISCONNECTED. */
    RAISE,
    /** A line on the log, and zeros. */
    WARN,
    /** Zeros. */
    ZERO
  }

  private static final System.Logger LOG = System.getLogger(Gradient.class.getName());

  private final Expr cost;
  private final Map<Expr, Expr> known = new LinkedHashMap<>();
  private final Set<Expr> constants = new LinkedHashSet<>();
  private final Set<Expr> ends = new LinkedHashSet<>();
  private Disconnected disconnected = Disconnected.RAISE;

  private Gradient(Expr cost) {
    this.cost = cost;
  }

  /**
   * Of a cost.
   *
   * @throws WeftException of kind SHAPE if it is no scalar, of kind DTYPE if it is no float
   */
  public static Gradient of(Expr cost) {
    if (Message.needed("grad: the cost", cost).rank() != 0) {
      throw fail(Kind.SHAPE, "grad: the cost must be a scalar", cost,
          "Combine its elements first, for instance with .sum() or .mean().");
    }
    if (!cost.dtype().isFloat()) throw fail(Kind.DTYPE, "grad: the cost must be a float", cost,
        "Cast it first.");
    var gradient = new Gradient(cost);
    gradient.known.put(cost, Origin.inherit(cost.apply().origin(), () -> Ops.onesLike(cost)));
    return gradient;
  }

  /** Of no cost of its own: everything starts from {@link #known}. */
  public static Gradient ofKnown() {
    return new Gradient(null);
  }

  /**
   * Nothing flows into these, as if they were given: what they are computed of gets no gradient through them, and
   * neither do they.
   */
  public Gradient constant(Expr... expressions) {
    constants.addAll(Message.neededAll("grad: what is constant", expressions));
    return this;
  }

  /**
   * The gradient of a part of the graph: what is above these expressions is all that counts. They may be asked for
   * by {@link #wrt} themselves, and handed to {@link #known} to go on below.
   */
  public Gradient stopAt(Expr... expressions) {
    ends.addAll(Message.neededAll("grad: where it stops", expressions));
    return this;
  }

  /**
   * The cotangent of an expression is known; it adds to what flows there from the cost.
   *
   * @throws WeftException of kind SHAPE if its shape is not that of the expression, of kind DTYPE if it is no float,
   * of kind NO_GRADIENT if it is marked undefined
   */
  public Gradient known(Expr expression, Expr cotangent) {
    Message.needed("grad: the expression whose gradient is known", expression);
    if (!Message.needed("grad: the known gradient", cotangent).dtype().isFloat()) {
      throw fail(Kind.DTYPE, "grad: the known gradient of " + Message.label(expression) + " is no float", cotangent,
          "Cast it first.");
    }
    if (GradientMark.isUndefined(cotangent)) {
      throw fail(Kind.NO_GRADIENT, "grad: the known gradient of " + Message.label(expression) + " is undefined",
          cotangent, "Give one that has a value.");
    }
    if (!cotangent.type().dims().equals(expression.type().dims())) {
      throw new WeftException(Kind.SHAPE, Message.of("grad: the known gradient has another shape than its expression",
          List.of(expression, cotangent), Origin.here(),
              "Give one of shape " + expression.type().dims() + "."));
    }
    Expr floats = expression.dtype().isFloat() ? Ops.cast(cotangent, expression.dtype()) : cotangent;
    known.merge(expression, floats, Ops::plus);
    return this;
  }

  /** What to do where the cost does not depend on what it is differentiated by; without, it is an error. */
  public Gradient disconnected(Disconnected choice) {
    disconnected = Message.needed("grad: what to do where nothing is connected", choice);
    return this;
  }

  /** The gradient by one expression. */
  public Expr wrt(Expr x) {
    return wrt(Collections.singletonList(x)).get(0);
  }

  /**
   * The gradients by several expressions, in order.
   *
   * @throws WeftException of kind DISCONNECTED if the cost does not depend on one of them, unless told
   * otherwise, of kind NO_GRADIENT if an op on the way has none
   */
  public List<Expr> wrt(List<Expr> expressions) {
    Message.neededAll("grad: what to differentiate by", expressions);
    List<Apply> order = Graphs.order(known.keySet());
    if (order.isEmpty()) {
      throw new WeftException(Kind.ARGUMENT, Message.here("grad: there is nothing to start from",
          "Say what is known with known(expression, gradient)."));
    }
    Map<Parameter, List<Expr>> readers = readers(order);
    var reached = new LinkedHashSet<>(order);
    var wanted = new LinkedHashSet<>(expressions);
    for (Expr x : expressions) wanted.addAll(aliases(x, readers));
    Map<Expr, Expr> found = Cotangents.of(known, wanted, constants, ends);
    var gradients = new ArrayList<Expr>();
    for (Expr x : expressions) {
      Expr sum = null;
      for (Expr alias : aliases(x, readers)) {
        Expr part = found.get(alias);
        if (part != null) sum = sum == null ? part : Ops.plus(sum, part);
      }
      gradients.add(finished(x, sum, reached.contains(x.apply())));
    }
    return gradients;
  }

  private static Map<Parameter, List<Expr>> readers(List<Apply> order) {
    var readers = new LinkedHashMap<Parameter, List<Expr>>();
    for (Apply a : order) {
      if (a.op() instanceof Leaf.Parametric p) readers.computeIfAbsent(p.parameter(), k -> new ArrayList<>())
          .add(a.output(0));
    }
    return readers;
  }

  private static Collection<Expr> aliases(Expr x, Map<Parameter, List<Expr>> readers) {
    return x.op() instanceof Leaf.Parametric p && readers.containsKey(p.parameter())
        ? readers.get(p.parameter()) : List.of(x);
  }

  private Expr finished(Expr x, Expr gradient, boolean reached) {
    Expr result = gradient;
    if (result == null) {
      if (disconnected != Disconnected.ZERO) disconnected(x, reached);
      DType dtype = x.dtype().isFloat() ? x.dtype() : cost == null ? DType.F64 : cost.dtype();
      result = After.like(Ops.zeros(x.type().withDType(dtype)), x);
    } else {
      // The gradient of a mean is a number for each of so many elements: without x nothing would say how many.
      result = After.ifMeasured(result, x);
    }
    if (result.name() == null && !known.containsValue(result)) result.named(name(x));
    return result;
  }

  private String name(Expr x) {
    return "d " + (cost == null ? "" : Message.label(cost) + "/d ") + Message.label(x);
  }

  private void disconnected(Expr x, boolean reached) {
    String what = "grad: the cost does not depend on " + Message.label(x);
    String advice = (reached
        ? "It is used, but only where no gradient flows: through integers, comparisons or constants. "
        : "") + "Leave it out, or say that its gradient is zero with disconnected(ZERO).";
    String message = Message.of(what, cost == null ? List.of(x) : List.of(cost, x), Origin.here(), advice);
    if (disconnected == Disconnected.RAISE) throw new WeftException(Kind.DISCONNECTED, message);
    LOG.log(System.Logger.Level.WARNING, message);
  }

  private static WeftException fail(Kind kind, String what, Expr side, String advice) {
    return new WeftException(kind, Message.of(what, List.of(side), Origin.here(), advice));
  }
}
