package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The determinants of square matrices by what {@link Lu} made of them: inputs A {@code [batch…, n, n]} and the three results of Lu. Its
 * value is that of the factors, its gradient that by A.
 */
public record Determinant(Part part, String of) implements Composite, Liftable {
  /** What of a determinant is wanted. */
  public enum Part {
    /** All of it. */
    WHOLE,
    /** The logarithm of its size, -∞ where it is 0. */
    LOG,
    /** 1, -1 or 0; its gradient is 0. */
    SIGN
  }

  static Expr of(String word, Part part, Expr a) {
    Apply lu = Apply.of(new Lu(), List.of(a));
    String error = "the gradient of " + word + ": the matrix is singular, for elimination leaves a 0 on its diagonal" + Matrices.shown(a);
    return Apply.one(new Determinant(part, error), a, lu.output(0), lu.output(1), lu.output(2));
  }

  @Override
  public String name() {
    return "det";
  }

  @Override
  public String attributes() {
    return part == Part.WHOLE ? "" : part == Part.LOG ? "log" : "sign";
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    Matrices.checkFactors(inputs);
    TensorType a = inputs.get(0);
    TensorType determinants = a.withDims(Matrices.batch(a.dims()));
    if (!inputs.get(3).equals(determinants)) throw TypeProblem.shape("the signs are " + inputs.get(3) + ", not " + determinants, "");
    return List.of(determinants);
  }

  @Override
  public List<Expr> expand(Apply apply) {
    Expr pivots = Matrices.diagonal(apply.input(1));
    List<Integer> last = List.of(pivots.rank() - 1);
    return List.of(switch (part) {
      case WHOLE -> Ops.times(apply.input(3), Ops.reduce(Fun.MUL, pivots, last));
      case LOG -> Ops.reduce(Fun.ADD, Ops.log(Ops.abs(pivots)), last);
      case SIGN -> Ops.times(apply.input(3), Ops.reduce(Fun.MUL, Ops.sign(pivots), last));
    });
  }

  /** A⁻ᵀ times the determinant, or times 1 for its logarithm (Giles, 2008, sections 2.2.4 and 2.3.1). */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr a = apply.input(0);
    if (part == Part.SIGN) return Arrays.asList(Ops.zerosLike(a), null, null, null);
    Expr g = part == Part.LOG ? cotangents.get(0) : Ops.times(cotangents.get(0), apply.output(0));
    Expr scaled = Ops.times(Matrices.identity(a.type()), Ops.broadcast(g, a.type().dims(), Axes.range(0, g.rank())));
    return Arrays.asList(Apply.one(new Solve(true, of), a, apply.input(1), apply.input(2), scaled), null, null, null);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return Apply.of(this, Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
