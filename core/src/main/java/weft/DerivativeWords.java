package weft;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import weft.grad.Gradient;
import weft.grad.Gradient.Disconnected;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Ops;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The words of derivatives beyond the gradient of a scalar: Jacobians, Hessians, and their products with vectors,
 * which cost about as much as a gradient and never build the matrix. All of them give expressions, which can be
 * differentiated again.
 */
public abstract class DerivativeWords extends SelectionWords {
  DerivativeWords() {}

  /**
   * The derivative of each element of y by each element of x, of shape {@code [y…, x…]}: a gradient for each element of
   * y, in a scan over them.
   *
   * @param y a float of any rank
   * @throws WeftException of kind DISCONNECTED if y does not depend on x
   */
  public static Expr jacobian(Expr y, Expr x) {
    return jacobian(y, Message.operands("jacobian", x)).get(0);
  }

  /** The Jacobians of y by several expressions, in order; one scan makes them all. */
  public static List<Expr> jacobian(Expr y, List<Expr> xs) {
    return jacobian(y, xs, Disconnected.RAISE);
  }

  private static List<Expr> jacobian(Expr y, List<Expr> xs, Disconnected choice) {
    checkFloat("jacobian", y);
    if (y.rank() == 0) return Gradient.of(y).disconnected(choice).wrt(xs);
    Dim size = y.type().size();
    Scanned rows = scan("jacobian").over(Ops.arange(size, DType.I64)).run(s -> {
      Expr unit = Ops.reshape(Ops.oneHot(s.row(), size, y.dtype()), y.type().dims());
      s.emit(Gradient.ofKnown().known(y, unit).disconnected(choice).wrt(xs).toArray());
    });
    var jacobians = new ArrayList<Expr>();
    for (int i = 0; i < xs.size(); i++) {
      var dims = new ArrayList<>(y.type().dims());
      dims.addAll(xs.get(i).type().dims());
      jacobians.add(Ops.reshape(rows.emitted(i), dims).named(name(y, xs.get(i))));
    }
    return jacobians;
  }

  /**
   * The second derivatives of a scalar by the elements of x, of shape {@code [x…, x…]}; zeros where the gradient does
   * not depend on x.
   *
   * @throws WeftException of kind SHAPE if the cost is no scalar, of kind DISCONNECTED if it does not depend on x
   */
  public static Expr hessian(Expr cost, Expr x) {
    return jacobian(Gradient.of(cost).wrt(x), List.of(x), Disconnected.ZERO).get(0);
  }

  /** The Hessians of a scalar by each of several expressions; their mixed derivatives are left out. */
  public static List<Expr> hessian(Expr cost, List<Expr> xs) {
    return Message.needed("hessian: xs", xs).stream().map(x -> hessian(cost, x)).toList();
  }

  /**
   * The product of the Hessian of a scalar with a vector, {@code Σ_j ∂²cost/∂x_i∂x_j · v_j}, as the gradient of a
   * gradient (Pearlmutter 1994).
   *
   * @param v of the shape of x
   * @return of the shape of x
   */
  public static Expr hessianVector(Expr cost, Expr x, Expr v) {
    return hessianVector(cost, Message.operands("hessianVector", x), Message.operands("hessianVector", v)).get(0);
  }

  /** The same for all of {@code xs} as one long vector, mixed derivatives included; one result for each of them. */
  public static List<Expr> hessianVector(Expr cost, List<Expr> xs, List<Expr> vs) {
    checkEach("hessianVector", xs, vs);
    List<Expr> gradients = Gradient.of(cost).wrt(xs);
    Gradient product = Gradient.ofKnown().disconnected(Disconnected.ZERO);
    for (int i = 0; i < xs.size(); i++) product.known(gradients.get(i), like("hessianVector", xs.get(i), vs.get(i)));
    return product.wrt(xs);
  }

  /**
   * A vector times the Jacobian of y by x, {@code Σ_i v_i · ∂y_i/∂x_j}: backward mode (Theano's Lop).
   *
   * @param v of the shape of y
   * @return of the shape of x
   */
  public static Expr vjp(Expr y, Expr x, Expr v) {
    return vjp(y, Message.operands("vjp", x), v).get(0);
  }

  /** The same by several expressions, in order. */
  public static List<Expr> vjp(Expr y, List<Expr> xs, Expr v) {
    return vjp(Message.operands("vjp", y), xs, Message.operands("vjp", v));
  }

  /** The same for several results, whose products are summed. */
  public static List<Expr> vjp(List<Expr> ys, List<Expr> xs, List<Expr> vs) {
    checkEach("vjp", ys, vs);
    Gradient gradient = Gradient.ofKnown();
    for (int i = 0; i < ys.size(); i++) {
      checkFloat("vjp", ys.get(i));
      gradient.known(ys.get(i), like("vjp", ys.get(i), vs.get(i)));
    }
    return gradient.wrt(xs);
  }

  /**
   * The Jacobian of y by x times a vector, {@code Σ_j ∂y_i/∂x_j · v_j}: how y moves when x moves along v (Theano's Rop).
   * Made of two backward passes, since {@link #vjp} is linear in its vector and can be differentiated by it.
   *
   * @param v of the shape of x
   * @return of the shape of y
   */
  public static Expr jvp(Expr y, Expr x, Expr v) {
    return jvp(y, Message.operands("jvp", x), Message.operands("jvp", v));
  }

  /** The same where several expressions move at once. */
  public static Expr jvp(Expr y, List<Expr> xs, List<Expr> vs) {
    checkEach("jvp", xs, vs);
    checkFloat("jvp", y);
    Expr probe = GradientWords.gradScale(Ops.zerosLike(y), 1).named("probe of " + Message.label(y));
    List<Expr> back = Gradient.ofKnown().known(y, probe).wrt(xs);
    Gradient forward = Gradient.ofKnown().disconnected(Disconnected.ZERO);
    for (int i = 0; i < xs.size(); i++) forward.known(back.get(i), like("jvp", xs.get(i), vs.get(i)));
    return forward.wrt(probe).named("d " + Message.label(y));
  }

  /**
   * A check of the gradients of an expression, of any rank, against differences; say by what and where:
   * {@code verifyGradient(loss, x, y).at(xs, ys)}.
   *
   * @param inputs the inputs that the expression needs, in the order in which {@code at} takes their values
   */
  public static GradientCheck verifyGradient(Expr y, Expr... inputs) {
    return new GradientCheck(y, Message.operands("verifyGradient", inputs));
  }

  /**
   * Checks the gradient of any function at a point, its result of any shape, against differences.
   *
   * @return the largest error met
   * @throws WeftException of kind ASSERTION where the gradient is wrong
   */
  public static double verifyGradient(UnaryOperator<Expr> function, Tensor at) {
    Expr x = input("x", at);
    return verifyGradient(Message.needed("verifyGradient: function", function).apply(x), x).at(at);
  }

  /** The same for a function of two tensors. */
  public static double verifyGradient(BinaryOperator<Expr> function, Tensor first, Tensor second) {
    Expr a = input("a", first);
    Expr b = input("b", second);
    return verifyGradient(Message.needed("verifyGradient: function", function).apply(a, b), a, b).at(first, second);
  }

  private static Expr input(String name, Tensor like) {
    return Apply.one(new Leaf.Input(TensorType.of(Message.needed("verifyGradient: like", like).dtype(), like.shape()))).named(name);
  }

  private static String name(Expr y, Expr x) {
    return "d " + Message.label(y) + "/d " + Message.label(x);
  }

  private static void checkFloat(String word, Expr y) {
    if (Message.needed("jacobian: y", y).dtype().isFloat()) return;
    throw new WeftException(Kind.DTYPE, Message.of(word + ": " + Message.label(y) + " is no float", List.of(y),
        Origin.here(), "Cast it first."));
  }

  private static void checkEach(String word, List<Expr> these, List<Expr> vectors) {
    if (Message.needed("hessianVector: these", these).size() == Message.needed("hessianVector: vectors", vectors).size()) return;
    throw new WeftException(Kind.ARGUMENT, Message.here(word + ": " + vectors.size() + " vectors for " + these.size()
        + " expressions", "Give one vector for each, in order."));
  }

  /** The vector in the dtype of what it belongs to. */
  private static Expr like(String word, Expr x, Expr v) {
    if (!Message.needed("vjp: v", v).type().dims().equals(x.type().dims())) {
      throw new WeftException(Kind.SHAPE, Message.of(word + ": the vector has another shape than "
          + Message.label(x), List.of(x, v), Origin.here(), "Give one of shape " + x.type().dims() + "."));
    }
    DType dtype = x.dtype().isFloat() ? x.dtype() : DType.F64;
    return Ops.cast(v, dtype);
  }
}
