package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/** The random states after 0, 1, 2 … times so many draws, i64[count, 2]: what {@link Advance} gives step by step, at once. */
public record Advances(long by, Dim count) implements ElementRule, Liftable {
  @Override
  public String name() {
    return "advances";
  }

  @Override
  public String attributes() {
    return "by " + by + " to " + count;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    var dims = new ArrayList<>(RandomBits.batch(inputs.get(0)));
    dims.add(count);
    dims.add(Dim.of(2));
    return List.of(new TensorType(DType.I64, dims));
  }

  @Override
  public Value element(Element at) {
    int last = at.index().size() - 1;
    Dim step = at.index().get(last - 1);
    Dim part = at.index().get(last);
    var state = new ArrayList<>(at.index().subList(0, last - 1));
    state.add(part);
    Value draws = new Value.Call(Fun.MUL, at.position(step, DType.I64), RandomBits.whole(by));
    return new Value.Call(Fun.ADD, at.input(0, state), new Value.Call(Fun.MUL, at.position(part, DType.I64), draws));
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
