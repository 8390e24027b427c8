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
 * How often something happens that happens {@code rate} times on average: rates above {@link #WHOLE} fall into equal parts, each of which
 * is drawn by going up the sums of probabilities (Devroye 1986, section X.3.3), in f64.
 *
 * <p>Inputs: a state, and the rate as f64, of the shape of the result.
 *
 * @param dtype of the result
 */
public record Poisson(DType dtype) implements Structured, Liftable {
  /** The largest rate that is drawn in one part; e to its negative is far from the smallest number. */
  static final int WHOLE = 512;

  @Override
  public String name() {
    return "poisson";
  }

  @Override
  public String attributes() {
    return dtype.text();
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    List<Dim> batch = RandomBits.batch(inputs.get(0));
    TensorType rate = inputs.get(1);
    if (rate.dtype() != DType.F64) throw TypeProblem.dtype("the rate is f64, not " + rate.dtype().text(), "");
    boolean fits = rate.rank() >= batch.size() && rate.dims().subList(0, batch.size()).equals(batch);
    if (!fits) throw TypeProblem.shape("the rate is " + rate + " and there are states of " + batch, "");
    return List.of(rate.withDType(dtype));
  }

  @Override
  public void lower(Apply apply, Site site) {
    Place out = site.output(0);
    int batch = apply.input(0).rank() - 1;
    site.kernel(name(), LoopNest.over(out.dims(), Stmt.Order.PARALLEL, at -> {
      List<Dim> which = at.subList(0, batch);
      var key = new Local("key", DType.I64, 1);
      var draw = new Local("draw", DType.I64, 1);
      var rate = new Local("rate", DType.F64, 1);
      var parts = new Local("parts", DType.F64, 1);
      var part = new Local("part", DType.I64, 1);
      var u = new Local("u", DType.F64, 1);
      var p = new Local("p", DType.F64, 1);
      var sum = new Local("sum", DType.F64, 1);
      var k = new Local("k", DType.F64, 1);
      var count = new Local("count", DType.F64, 1);
      Value element = RandomBits.flat(at.subList(batch, at.size()), out.dims().subList(batch, at.size()));
      Value share = call(Fun.DIV, get(rate), get(parts));
      Value goesOn = call(Fun.AND, call(Fun.GE, get(u), get(sum)), call(Fun.GT, get(p), number(0)));
      Stmt up = new Stmt.While(goesOn, new Stmt.Block(List.of(
          new Stmt.Assign(k, call(Fun.ADD, get(k), number(1))),
          new Stmt.Assign(p, call(Fun.MUL, get(p), call(Fun.DIV, share, get(k)))),
          new Stmt.Assign(sum, call(Fun.ADD, get(sum), get(p))))));
      Stmt each = new Stmt.While(call(Fun.LT, new Value.Cast(DType.F64, get(part)), get(parts)), new Stmt.Block(List.of(
          new Stmt.Assign(u, RandomBits.uniform(RandomBits.of(get(key), get(draw), element, get(part)), DType.F64)),
          new Stmt.Assign(p, call(Fun.EXP, call(Fun.NEG, share))),
          new Stmt.Assign(sum, get(p)),
          new Stmt.Assign(k, number(0)),
          up,
          new Stmt.Assign(count, call(Fun.ADD, get(count), get(k))),
          new Stmt.Assign(part, call(Fun.ADD, get(part), RandomBits.whole(1))))));
      return new Stmt.Block(List.of(
          new Stmt.Declare(key, site.input(0, RandomBits.part(which, 0))),
          new Stmt.Declare(draw, site.input(0, RandomBits.part(which, 1))),
          new Stmt.Declare(rate, site.input(1, at)),
          new Stmt.Declare(parts, call(Fun.CEIL, call(Fun.DIV, get(rate), number(WHOLE)))),
          new Stmt.Declare(part, RandomBits.whole(0)),
          new Stmt.Declare(u, number(0)),
          new Stmt.Declare(p, number(0)),
          new Stmt.Declare(sum, number(0)),
          new Stmt.Declare(k, number(0)),
          new Stmt.Declare(count, number(0)),
          each,
          new Stmt.Store(out.buffer(), out.index(at), new Value.Cast(dtype, get(count)))));
    }));
  }

  private static Value call(Fun fun, Value... arguments) {
    return new Value.Call(fun, arguments);
  }

  private static Value number(double value) {
    return Value.number(DType.F64, value);
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
