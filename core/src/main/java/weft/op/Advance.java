package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/** A random state after so many draws: the same key, a larger counter. */
public record Advance(long by) implements ElementRule, Liftable {
  @Override
  public String name() {
    return "advance";
  }

  @Override
  public String attributes() {
    return "by " + by;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    RandomBits.batch(inputs.get(0));
    return inputs;
  }

  @Override
  public Value element(Element at) {
    Dim part = at.index().get(at.index().size() - 1);
    Value more = new Value.Call(Fun.MUL, at.position(part, DType.I64), RandomBits.whole(by));
    return new Value.Call(Fun.ADD, at.input(0, at.index()), by == 1 ? at.position(part, DType.I64) : more);
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
