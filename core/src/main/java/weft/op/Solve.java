package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * X in {@code A·X = B} by what {@link Lu} made of A: inputs A {@code [batch…, n, n]}, the first two results of Lu, and B
 * {@code [batch…, more…, n, m]}. Its value is that of the factors, its gradient that by A.
 *
 * @param transposed whether Aᵀ stands in the place of A
 * @param of who solves which matrix, for the error where that is singular
 */
public record Solve(boolean transposed, String of) implements Composite, Liftable {
  /** The solution for any square matrices. */
  static Expr of(String word, Expr a, Expr b) {
    return factored(word, a, Apply.of(new Lu(), List.of(a)), b);
  }

  private static Expr factored(String word, Expr a, Apply lu, Expr b) {
    return Apply.one(new Solve(false, word + ": the matrix is singular, for elimination leaves a 0 on its diagonal" + Matrices.shown(a)),
        a, lu.output(0), lu.output(1), b);
  }

  @Override
  public String name() {
    return "solve";
  }

  @Override
  public String attributes() {
    return transposed ? "transposed" : "";
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    Matrices.checkFactors(inputs);
    return List.of(Matrices.solution(inputs.get(0), inputs.get(3)));
  }

  @Override
  public List<Expr> expand(Apply apply) {
    Expr lu = apply.input(1);
    Expr rows = apply.input(2);
    Expr b = apply.input(3);
    int axis = b.rank() - 2;
    int batch = lu.rank() - 2;
    if (!transposed) {
      Expr ordered = Apply.one(new Take(axis, batch), b, rows);
      return List.of(Apply.one(upper(false), lu, Apply.one(lower(false), lu, ordered)));
    }
    Expr x = Apply.one(lower(true), lu, Apply.one(upper(true), lu, b));
    return List.of(Apply.one(new ScatterAdd(axis, batch, x.type().dims()), rows, x));
  }

  private SolveTriangular lower(boolean transposed) {
    return new SolveTriangular(true, transposed, true, of);
  }

  private SolveTriangular upper(boolean transposed) {
    return new SolveTriangular(false, transposed, false, of);
  }

  /** {@code G = A⁻ᵀ·g} for B, and {@code -G·Xᵀ} for A (Giles, 2008, section 2.3.1). */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr a = apply.input(0);
    Expr back = Apply.one(new Solve(!transposed, of), a, apply.input(1), apply.input(2), cotangents.get(0));
    Expr x = apply.output(0);
    Expr outer = Ops.neg(transposed ? Matrices.outer(x, back, a.rank()) : Matrices.outer(back, x, a.rank()));
    return Arrays.asList(outer, null, null, back);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    boolean matrices = stacked[0] || stacked[1] || stacked[2];
    if (!matrices && inputs.get(0).rank() == 2) {
      return List.of(columns(inputs.get(3), b -> Apply.one(this, inputs.get(0), inputs.get(1), inputs.get(2), b)));
    }
    return Apply.of(this, Ops.allStacked(inputs, stacked, length)).outputs();
  }

  /** What one matrix gives for right sides {@code [t, n, 1]}: each a column beside the others, so that they are computed side by side. */
  static Expr columns(Expr b, UnaryOperator<Expr> solve) {
    if (b.rank() != 3 || !b.dim(2).is(1)) return solve.apply(b);
    Expr beside = Ops.reshape(ShapeWords.transpose(b, 1, 0, 2), List.of(b.dim(1), b.dim(0)));
    Expr x = solve.apply(beside);
    var dims = new ArrayList<>(List.of(b.dim(1), b.dim(0), Dim.ONE));
    return ShapeWords.transpose(Ops.reshape(x, dims), 1, 0, 2);
  }
}
