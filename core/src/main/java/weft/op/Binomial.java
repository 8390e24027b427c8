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
 * How many of n trials succeed, each with probability p: trial k of an element compares the element's bits number k with p.
 *
 * <p>Inputs: a state, n as i64 and p, both of the shape of the result.
 *
 * @param dtype of the result
 */
public record Binomial(DType dtype) implements Structured, Liftable {
  @Override
  public String name() {
    return "binomial";
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
    TensorType n = inputs.get(1);
    TensorType p = inputs.get(2);
    if (n.dtype() != DType.I64 || !p.dtype().isFloat()) {
      throw TypeProblem.dtype("n is i64 and p a float, not " + n.dtype().text() + " and " + p.dtype().text(), "");
    }
    boolean fits = n.dims().equals(p.dims()) && p.rank() >= batch.size() && p.dims().subList(0, batch.size()).equals(batch);
    if (!fits) throw TypeProblem.shape("n is " + n + ", p " + p + " and there are states of " + batch, "");
    return List.of(p.withDType(dtype));
  }

  @Override
  public void lower(Apply apply, Site site) {
    Place out = site.output(0);
    int batch = apply.input(0).rank() - 1;
    DType floats = apply.input(2).dtype();
    site.kernel(name(), LoopNest.over(out.dims(), Stmt.Order.PARALLEL, at -> {
      List<Dim> which = at.subList(0, batch);
      var key = new Local("key", DType.I64, 1);
      var draw = new Local("draw", DType.I64, 1);
      var n = new Local("n", DType.I64, 1);
      var p = new Local("p", floats, 1);
      var trial = new Local("trial", DType.I64, 1);
      var count = new Local("count", DType.I64, 1);
      Value element = RandomBits.flat(at.subList(batch, at.size()), out.dims().subList(batch, at.size()));
      Value u = RandomBits.uniform(RandomBits.of(get(key), get(draw), element, get(trial)), floats);
      Value hit = new Value.Call(Fun.SELECT, new Value.Call(Fun.LT, u, get(p)), RandomBits.whole(1), RandomBits.whole(0));
      Stmt tries = new Stmt.While(new Value.Call(Fun.LT, get(trial), get(n)), new Stmt.Block(List.of(
          new Stmt.Assign(count, new Value.Call(Fun.ADD, get(count), hit)),
          new Stmt.Assign(trial, new Value.Call(Fun.ADD, get(trial), RandomBits.whole(1))))));
      return new Stmt.Block(List.of(
          new Stmt.Declare(key, site.input(0, RandomBits.part(which, 0))),
          new Stmt.Declare(draw, site.input(0, RandomBits.part(which, 1))),
          new Stmt.Declare(n, site.input(1, at)),
          new Stmt.Declare(p, site.input(2, at)),
          new Stmt.Declare(trial, RandomBits.whole(0)),
          new Stmt.Declare(count, RandomBits.whole(0)),
          tries,
          new Stmt.Store(out.buffer(), out.index(at), new Value.Cast(dtype, get(count)))));
    }));
  }

  private static Value get(Local local) {
    return new Value.Get(local);
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return Arrays.asList(null, null, null);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return Apply.of(this, Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
