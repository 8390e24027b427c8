package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * Indices made safe to read with: negative ones count from the end, and one outside is an error of kind INDEX.
 *
 * @param limit how many there are to index
 * @param what who indexes, for the error
 * @param of what is indexed, for the error
 */
public record CheckedIndices(Dim limit, String what, String of) implements Structured, Liftable {
  @Override
  public String name() {
    return "checked";
  }

  @Override
  public String attributes() {
    return "below " + limit;
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    if (!x.dtype().isInteger()) {
      throw TypeProblem.dtype("indices are integers, not " + x.dtype().text(), "Give an i32 or i64 tensor.");
    }
    return List.of(x);
  }

  @Override
  public void lower(Apply apply, Site site) {
    DType dtype = apply.input(0).dtype();
    Place out = site.output(0);
    Value size = new Value.Position(limit);
    Value end = dtype == DType.I32 ? size : new Value.Cast(dtype, size);
    String at = apply.origin().at();
    String message = what + ": the index %d in " + Message.label(apply.input(0)) + " is outside " + of
        + (at.isEmpty() ? "" : "\n  at " + at)
        + (limit.isConstant() ? "\n  Indices go from -" + limit + " to " + limit.minus(1) + "." : "");
    site.kernel(name(), LoopNest.over(out.dims(), Stmt.Order.SEQUENTIAL, index -> {
      var given = new Local("given", dtype, 1);
      Value value = new Value.Get(given);
      Value negative = new Value.Call(Fun.LT, value, Value.number(dtype, 0));
      Value inside = new Value.Call(Fun.AND, new Value.Call(Fun.LT, value, end),
          new Value.Call(Fun.GE, value, new Value.Call(Fun.NEG, end)));
      Value counted = new Value.Call(Fun.SELECT, negative, new Value.Call(Fun.ADD, value, end), value);
      return new Stmt.Block(List.of(
          new Stmt.Declare(given, site.input(0, index)),
          new Stmt.Require(inside, Kind.INDEX, message, value),
          new Stmt.Store(out.buffer(), out.index(index), counted)));
    }));
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return Arrays.asList((Expr) null);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
