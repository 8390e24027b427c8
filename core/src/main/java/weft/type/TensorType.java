package weft.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import weft.runtime.DType;

/** What is known of a tensor while it is still symbolic: its dtype and one {@link Dim} an axis. */
public record TensorType(DType dtype, List<Dim> dims) {
  public TensorType {
    dims = List.copyOf(dims);
  }

  /** The type of tensors with these dims. */
  public static TensorType of(DType dtype, Dim... dims) {
    return new TensorType(dtype, Arrays.asList(dims));
  }

  /** The type of tensors of this shape. */
  public static TensorType of(DType dtype, int... dims) {
    return new TensorType(dtype, Arrays.stream(dims).mapToObj(Dim::of).toList());
  }

  /** How many axes there are. */
  public int rank() {
    return dims.size();
  }

  /** The extent of an axis, counted from 0. */
  public Dim dim(int axis) {
    return dims.get(axis < 0 ? axis + rank() : axis);
  }

  /** The number of elements. */
  public Dim size() {
    Dim size = Dim.ONE;
    for (Dim d : dims) size = size.times(d);
    return size;
  }

  /** The same with other elements. */
  public TensorType withDType(DType other) {
    return new TensorType(other, dims);
  }

  /** The same with other extents. */
  public TensorType withDims(List<Dim> other) {
    return new TensorType(dtype, other);
  }

  /** This type with one more axis in front: the type of the rows stacked over time. */
  public TensorType stacked(Dim length) {
    var all = new ArrayList<Dim>(rank() + 1);
    all.add(length);
    all.addAll(dims);
    return new TensorType(dtype, all);
  }

  /** The type of one row of axis 0. */
  public TensorType row() {
    return new TensorType(dtype, dims.subList(1, rank()));
  }

  @Override
  public String toString() {
    return dims.isEmpty()
        ? dtype.text()
        : dtype.text() + dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
