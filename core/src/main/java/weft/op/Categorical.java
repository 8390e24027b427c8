package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/**
 * The class in which a number from 0 to 1 falls: with the weights w along the last axis summed up one by one, s, it is the first k with
 * s[k] above u·s[last], so a weight of 0 is never chosen.
 *
 * <p>Inputs: the weights, of any positive sum, and u, of one rank less.
 */
public record Categorical() implements Structured, Liftable, Guarded {
  @Override
  public String name() {
    return "categorical";
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return i == 0 ? ElementRule.Wants.MEMORY : ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType weights = inputs.get(0);
    TensorType u = inputs.get(1);
    if (!weights.dtype().isFloat() || u.dtype() != weights.dtype()) {
      throw TypeProblem.dtype("weights are floats, not " + weights.dtype().text(), "Cast them first.");
    }
    if (weights.rank() == 0) throw TypeProblem.shape("weights need an axis for the classes", "");
    int last = weights.rank() - 1;
    Reduce.checkNotEmpty(weights, last);
    List<Dim> rows = Axes.remove(weights.dims(), last);
    if (!u.dims().equals(rows)) throw TypeProblem.shape("there are " + u + " numbers for rows of " + rows, "");
    return List.of(new TensorType(DType.I64, rows));
  }

  @Override
  public List<Guard> guards(Apply apply) {
    return Reduce.notEmpty(apply, List.of(apply.input(0).rank() - 1));
  }

  @Override
  public void lower(Apply apply, Site site) {
    Place out = site.output(0);
    Place weights = site.inputPlace(0);
    DType dtype = apply.input(0).dtype();
    int last = weights.rank() - 1;
    Dim classes = weights.dims().get(last);
    site.kernel(name(), LoopNest.over(out.dims(), Stmt.Order.PARALLEL, at -> {
      var total = new Local("total", dtype, 1);
      var sum = new Local("sum", dtype, 1);
      var limit = new Local("limit", dtype, 1);
      var chosen = new Local("chosen", DType.I64, 1);
      Symbol j = Symbol.loopVariable("j");
      Symbol k = Symbol.loopVariable("k");
      Value past = new Value.Call(Fun.SELECT, new Value.Call(Fun.LE, get(sum), get(limit)), RandomBits.whole(1),
          RandomBits.whole(0));
      Value most = new Value.Cast(DType.I64, new Value.Position(classes.minus(1)));
      return new Stmt.Block(List.of(
          new Stmt.Declare(total, Value.number(dtype, 0)),
          new Stmt.For(j, Dim.ZERO, classes, 1, Stmt.Order.SEQUENTIAL, add(total, weights, at, j)),
          new Stmt.Declare(limit, new Value.Call(Fun.MUL, site.input(1, at), get(total))),
          new Stmt.Declare(sum, Value.number(dtype, 0)),
          new Stmt.Declare(chosen, RandomBits.whole(0)),
          new Stmt.For(k, Dim.ZERO, classes, 1, Stmt.Order.SEQUENTIAL, new Stmt.Block(List.of(
              add(sum, weights, at, k), new Stmt.Assign(chosen, new Value.Call(Fun.ADD, get(chosen), past))))),
          new Stmt.Store(out.buffer(), out.index(at), new Value.Call(Fun.MIN, get(chosen), most))));
    }));
  }

  private static Stmt add(Local to, Place weights, List<Dim> row, Symbol at) {
    Value weight = weights.load(Axes.insert(row, row.size(), Dim.of(at)));
    return new Stmt.Assign(to, new Value.Call(Fun.ADD, get(to), weight));
  }

  private static Value get(Local local) {
    return new Value.Get(local);
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return Arrays.asList(null, null);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return Apply.of(this, Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
