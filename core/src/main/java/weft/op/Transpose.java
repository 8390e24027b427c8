package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The axes in another order.
 *
 * @param permutation for each axis of the result, which axis of the input it is
 */
public record Transpose(List<Integer> permutation) implements ElementRule, Liftable {
  public Transpose {
    permutation = List.copyOf(permutation);
  }

  @Override
  public String name() {
    return "transpose";
  }

  @Override
  public String attributes() {
    return permutation.toString();
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    if (!permutation.stream().sorted().toList().equals(Axes.range(0, x.rank()))) {
      throw TypeProblem.shape(permutation + " is no order of the axes of rank " + x.rank(), "Give each axis exactly once.");
    }
    return List.of(x.withDims(Axes.select(x.dims(), permutation)));
  }

  @Override
  public Value element(Element at) {
    var index = new Dim[permutation.size()];
    for (int i = 0; i < index.length; i++) index[permutation.get(i)] = at.index().get(i);
    return at.input(0, Arrays.asList(index));
  }

  /** The order that undoes this one. */
  public Transpose inverse() {
    var inverse = new ArrayList<>(permutation);
    for (int i = 0; i < permutation.size(); i++) inverse.set(permutation.get(i), i);
    return new Transpose(inverse);
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return List.of(Apply.one(inverse(), cotangents.get(0)));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(new Transpose(Axes.prependShifted(permutation)), inputs.get(0)));
  }
}
