package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * All elements along some axes combined into one by an associative function; the axes are dropped.
 *
 * @param fun ADD, MUL, MAX, MIN (of numbers), AND or OR (of booleans)
 * @param axes sorted, from the front
 */
public record Reduce(Fun fun, List<Integer> axes) implements Liftable, Guarded {
  private static final String EMPTY = "No element is the largest or smallest of none.";

  public Reduce {
    axes = List.copyOf(axes);
    word(fun);
  }

  private static String word(Fun fun) {
    return switch (fun) {
      case ADD -> "sum";
      case MUL -> "prod";
      case MAX -> "max";
      case MIN -> "min";
      case AND -> "all";
      case OR -> "any";
      default -> throw new IllegalArgumentException(fun + " does not reduce");
    };
  }

  @Override
  public String name() {
    return word(fun);
  }

  @Override
  public String attributes() {
    return "axes " + axes;
  }

  /** The axes that stay. */
  public List<Integer> kept(int rank) {
    return Axes.without(rank, axes);
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    boolean bool = fun == Fun.AND || fun == Fun.OR;
    if (bool != (x.dtype() == DType.BOOL)) {
      throw TypeProblem.dtype("takes " + (bool ? "bool" : "numbers") + ", not " + x.dtype().text(),
          bool ? "Compare first, for instance with .ne(0)."
              : "Cast it first, for instance with .cast(DType.I32).");
    }
    if (fun == Fun.MAX || fun == Fun.MIN) {
      for (int axis : axes) checkNotEmpty(x, axis);
    }
    return List.of(x.withDims(Axes.select(x.dims(), kept(x.rank()))));
  }

  static void checkNotEmpty(TensorType x, int axis) {
    if (x.dim(axis).is(0)) {
      throw TypeProblem.shape("axis " + axis + " is empty", EMPTY);
    }
  }

  @Override
  public List<Guard> guards(Apply apply) {
    return fun == Fun.MAX || fun == Fun.MIN ? notEmpty(apply, axes) : List.of();
  }

  static List<Guard> notEmpty(Apply apply, List<Integer> axes) {
    Expr x = apply.input(0);
    String what = apply.op().name() + ": " + Message.label(x) + " " + x.type() + " has %d elements along axis ";
    return Guarded.open(apply, axes.stream()
        .map(axis -> new Guard(x.dim(axis).minus(1), Kind.SHAPE, what + axis + "\n  " + EMPTY, x.dim(axis))).toArray(Guard[]::new));
  }

  /**
   * Sum: to every element. Max, min: the whole cotangent to every tied element. Product: times the product of the
   * others.
   */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr x = apply.input(0);
    if (!x.dtype().isFloat()) return Arrays.asList((Expr) null);
    Expr g = spread(cotangents.get(0), x);
    return List.of(switch (fun) {
      case ADD -> g;
      case MUL -> Ops.times(g, productOfOthers(x));
      default -> Ops.where(Ops.eq(x, spread(apply.output(0), x)), g, Ops.zerosLike(g));
    });
  }

  private Expr spread(Expr reduced, Expr x) {
    return Ops.broadcast(reduced, x.type().dims(), kept(x.rank()));
  }

  /**
   * For each element the product of the others along the one axis, in n² steps: unlike the whole product divided
   * by the element, it is right where elements are 0, and so are its derivatives.
   */
  private Expr productOfOthers(Expr x) {
    int axis = axes.get(0);
    Dim n = x.dim(axis);
    List<Dim> square = Axes.insert(x.type().dims(), axis, n);
    Expr others = Ops.broadcast(x, square, Axes.without(x.rank() + 1, List.of(axis)));
    Expr self = Ops.broadcast(Ops.arange(n, DType.I32), square, List.of(axis));
    Expr other = Ops.broadcast(Ops.arange(n, DType.I32), square, List.of(axis + 1));
    return Ops.reduce(Fun.MUL, Ops.where(Ops.eq(self, other), Ops.constantLike(others, 1), others),
        List.of(axis + 1));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Ops.reduce(fun, inputs.get(0), Axes.shifted(axes)));
  }
}
