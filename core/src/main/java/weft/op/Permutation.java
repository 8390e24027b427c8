package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/** The numbers 0 … {@code n} - 1 in a random order, by Fisher and Yates's algorithm from the inside out. */
public record Permutation(Dim n) implements Structured, Liftable {
  @Override
  public String name() {
    return "permutation";
  }

  @Override
  public String attributes() {
    return "of " + n;
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    List<Dim> batch = RandomBits.batch(inputs.get(0));
    return List.of(new TensorType(DType.I64, Axes.insert(batch, batch.size(), n)));
  }

  @Override
  public void lower(Apply apply, Site site) {
    Place out = site.output(0);
    int last = out.rank() - 1;
    Dim stride = out.strides().get(last);
    site.kernel(name(), LoopNest.over(out.dims().subList(0, last), Stmt.Order.PARALLEL, which ->
        LoopNest.over(List.of(n), Stmt.Order.SEQUENTIAL, i -> {
          Value here = new Value.Cast(DType.I64, new Value.Position(i.get(0)));
          Value bits = RandomBits.of(site.input(0, RandomBits.part(which, 0)), site.input(0, RandomBits.part(which, 1)), here);
          Value below = new Value.Call(Fun.MOD, bits, new Value.Call(Fun.ADD, here, RandomBits.whole(1)));
          var other = new Local("other", DType.I64, 1);
          var at = new ArrayList<>(which);
          at.addAll(i);
          Dim base = out.index(RandomBits.part(which, 0));
          Value moved = new Value.Gather(out.buffer(), base, stride, new Value.Get(other));
          return new Stmt.Block(List.of(
              new Stmt.Declare(other, below),
              new Stmt.Store(out.buffer(), out.index(at), moved),
              new Stmt.Scatter(out.buffer(), base, stride, new Value.Get(other), here)));
        })));
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
