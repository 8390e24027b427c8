package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.loop.Lengths;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.TensorType;

/** The first input as it is, in a graph that keeps the second: what has to be measured before the first makes sense. */
public record After() implements ElementRule, Liftable {
  /** x, once {@code first} has been computed. */
  public static Expr of(Expr x, Expr first) {
    return Apply.one(new After(), x, first);
  }

  /** A constant of the type of another expression, which is kept where its length is known only once it has been computed. */
  public static Expr like(Expr constant, Expr like) {
    return Lengths.in(constant.type()).isEmpty() ? constant : of(constant, like);
  }

  /** The same for a value that may need the other expression already, or what measured it. */
  public static Expr ifMeasured(Expr value, Expr like) {
    boolean open = !Lengths.in(like.type()).isEmpty() && !Graphs.order(List.of(value)).contains(like.apply());
    return open ? of(value, like) : value;
  }

  @Override
  public String name() {
    return "after";
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return inputs.subList(0, 1);
  }

  @Override
  public Value element(Element at) {
    return at.input(0, at.index());
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return Arrays.asList(cotangents.get(0), null);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(of(stacked[0] ? inputs.get(0) : Ops.repeated(inputs.get(0), length), inputs.get(1)));
  }
}
