package weft.op;

import java.util.ArrayList;
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
 * How many rows of a sequence count, one integer for each element of a batch, as they are: one below 0 or above the number of rows is an
 * error of kind STEPS.
 *
 * @param rows how many there are
 * @param where who has them, for the error, with {@code %d} for their number
 */
public record CheckedLengths(Dim rows, String where) implements Structured, Liftable {
  @Override
  public String name() {
    return "lengths";
  }

  @Override
  public String attributes() {
    return "up to " + rows;
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    if (x.dtype().isInteger()) return List.of(x);
    throw TypeProblem.dtype("lengths are integers, not " + x.dtype().text(), "Give an i32 or i64 tensor.");
  }

  @Override
  public void lower(Apply apply, Site site) {
    Expr lengths = apply.input(0);
    DType dtype = lengths.dtype();
    Place out = site.output(0);
    Value most = dtype == DType.I32 ? new Value.Position(rows) : new Value.Cast(dtype, new Value.Position(rows));
    String at = apply.origin().at();
    site.kernel(name(), LoopNest.over(out.dims(), Stmt.Order.SEQUENTIAL, index -> {
      var given = new Local("given", dtype, 1);
      Value value = new Value.Get(given);
      Value fits = new Value.Call(Fun.AND, new Value.Call(Fun.GE, value, Value.number(dtype, 0)), new Value.Call(Fun.LE, value, most));
      var subjects = new ArrayList<Value>();
      String element = StepText.element(index, subjects);
      subjects.add(value);
      subjects.add(StepText.position(rows));
      String message = "scan: " + StepText.plain(Message.label(lengths)) + element + " is %d, where " + where
          + (at.isEmpty() ? "" : "\n  at " + StepText.plain(at)) + StepText.steps(site.steps(), subjects)
          + "\n  Lengths go from 0 to the number of rows.";
      return new Stmt.Block(List.of(
          new Stmt.Declare(given, site.input(0, index)),
          new Stmt.Require(fits, Kind.STEPS, message, subjects),
          new Stmt.Store(out.buffer(), out.index(index), value)));
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
