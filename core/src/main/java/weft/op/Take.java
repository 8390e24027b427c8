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
 * Parts of a table chosen by an integer tensor: {@code out[b…, p…, i…, r…] = x[b…, p…, indices[b…, i…], r…]}.
 * With no batch axes and axis 0 it looks up rows (an embedding); with all other axes as batch it picks one
 * element a row.
 *
 * <p>Inputs: x, and indices that {@link CheckedIndices} has made safe.
 *
 * @param axis which axis of x is indexed
 * @param batch how many leading axes x and indices share
 */
public record Take(int axis, int batch) implements ElementRule, Liftable {
  @Override
  public String name() {
    return "take";
  }

  @Override
  public String attributes() {
    return "axis " + axis + (batch == 0 ? "" : " batch " + batch);
  }

  @Override
  public Wants wants(int i) {
    return i == 0 ? Wants.MEMORY : Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    TensorType indices = inputs.get(1);
    check(axis, batch, x.dims(), indices);
    return List.of(x.withDims(result(axis, batch, x.dims(), indices)));
  }

  static void check(int axis, int batch, List<Dim> x, TensorType indices) {
    if (!indices.dtype().isInteger()) {
      throw TypeProblem.dtype("indices are integers, not " + indices.dtype().text(),
          "Give an i32 or i64 tensor.");
    }
    for (int i = 0; i < batch; i++) {
      if (indices.rank() > i && indices.dim(i).equals(x.get(i))) continue;
      throw TypeProblem.shape("the leading dimensions of " + indices + " are not those of " + x,
          "Give one index for each row of the other side.");
    }
  }

  static List<Dim> result(int axis, int batch, List<Dim> x, TensorType indices) {
    var dims = new ArrayList<>(x.subList(0, axis));
    dims.addAll(indices.dims().subList(batch, indices.rank()));
    dims.addAll(x.subList(axis + 1, x.size()));
    return dims;
  }

  @Override
  public Value element(Element at) {
    int chosen = at.inputType(1).rank() - batch;
    List<Dim> index = at.index();
    var which = new ArrayList<>(index.subList(0, batch));
    which.addAll(index.subList(axis, axis + chosen));
    var rest = new ArrayList<>(index.subList(0, axis));
    rest.add(Dim.ZERO);
    rest.addAll(index.subList(axis + chosen, index.size()));
    return at.gather(0, axis, at.input(1, which), rest);
  }

  /** Added up where it was read; repeated indices accumulate. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    if (!apply.input(0).dtype().isFloat()) return Arrays.asList(null, null);
    var scatter = new ScatterAdd(axis, batch, apply.input(0).type().dims());
    return Arrays.asList(Apply.one(scatter, apply.input(1), cotangents.get(0)), null);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    if (!stacked[1] && batch == 0) return List.of(Apply.one(new Take(axis + 1, 0), inputs.get(0), inputs.get(1)));
    if (!stacked[0] && batch == 0 && axis == 0) return List.of(Apply.one(this, inputs.get(0), inputs.get(1)));
    return Apply.of(new Take(axis + 1, batch + 1), Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
