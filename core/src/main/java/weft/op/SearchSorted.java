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
import weft.type.TensorType;

/**
 * How many elements of an ascending vector come before each value, as i64, found by halving.
 *
 * <p>Inputs: the vectors {@code [batch…, n]} and the values {@code [batch…, …]}, of one dtype.
 *
 * @param batch how many leading axes both share
 * @param orEqual whether elements equal to the value count too
 */
public record SearchSorted(int batch, boolean orEqual) implements Structured, Liftable {
  @Override
  public String name() {
    return "searchSorted";
  }

  @Override
  public String attributes() {
    return (batch == 0 ? "" : "batch " + batch + " ") + (orEqual ? "up to and equal" : "below");
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return i == 0 ? ElementRule.Wants.MEMORY : ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType sorted = inputs.get(0);
    TensorType values = inputs.get(1);
    if (sorted.rank() != batch + 1) {
      throw TypeProblem.shape("the sorted side has rank " + (sorted.rank() - batch) + ", not 1", "Give a vector.");
    }
    if (sorted.dtype() != values.dtype() || sorted.dtype() == DType.BOOL) {
      throw TypeProblem.dtype("takes numbers of one dtype, not " + sorted.dtype().text() + " and "
          + values.dtype().text(), "Cast one of them.");
    }
    if (values.rank() < batch || !values.dims().subList(0, batch).equals(sorted.dims().subList(0, batch))) {
      throw TypeProblem.shape("the leading dimensions of " + values + " are not those of " + sorted, "");
    }
    return List.of(values.withDType(DType.I64));
  }

  @Override
  public void lower(Apply apply, Site site) {
    Place sorted = site.inputPlace(0);
    Place out = site.output(0);
    DType dtype = apply.input(1).dtype();
    Dim n = apply.input(0).dim(batch);
    site.kernel(name(), LoopNest.over(out.dims(), Stmt.Order.SEQUENTIAL, at -> {
      var value = new Local("value", dtype, 1);
      var low = new Local("low", DType.I32, 1);
      var high = new Local("high", DType.I32, 1);
      var middle = new Local("middle", DType.I32, 1);
      var before = new Local("before", DType.BOOL, 1);
      Value one = Value.number(DType.I32, 1);
      Value half = call(Fun.SHIFT_RIGHT, call(Fun.SUB, get(high), get(low)), one);
      Dim row = sorted.index(Axes.insert(at.subList(0, batch), batch, Dim.ZERO));
      Value element = new Value.Gather(sorted.buffer(), row, sorted.strides().get(batch), get(middle));
      return new Stmt.Block(List.of(
          new Stmt.Declare(value, site.input(1, at)),
          new Stmt.Declare(low, Value.number(DType.I32, 0)),
          new Stmt.Declare(high, new Value.Position(n)),
          new Stmt.While(call(Fun.LT, get(low), get(high)), new Stmt.Block(List.of(
              new Stmt.Declare(middle, call(Fun.ADD, get(low), half)),
              new Stmt.Declare(before, before(element, get(value))),
              new Stmt.Assign(low, call(Fun.SELECT, get(before), call(Fun.ADD, get(middle), one), get(low))),
              new Stmt.Assign(high, call(Fun.SELECT, get(before), get(high), get(middle)))))),
          new Stmt.Store(out.buffer(), out.index(at), new Value.Cast(DType.I64, get(low)))));
    }));
  }

  /** NaN counts as larger than every number. */
  private Value before(Value element, Value value) {
    Value below = call(orEqual ? Fun.LE : Fun.LT, element, value);
    if (!element.dtype().isFloat()) return below;
    Value isNaN = call(Fun.NE, value, value);
    Value counts = orEqual ? isNaN : call(Fun.AND, isNaN, call(Fun.EQ, element, element));
    return call(Fun.OR, below, counts);
  }

  private static Value get(Local local) {
    return new Value.Get(local);
  }

  private static Value call(Fun fun, Value... arguments) {
    return new Value.Call(fun, arguments);
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return Arrays.asList(null, null);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    if (!stacked[0] && batch == 0) return List.of(Apply.one(this, inputs.get(0), inputs.get(1)));
    return Apply.of(new SearchSorted(batch + 1, orEqual), Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
