package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.loop.Buffer;
import weft.loop.Value;
import weft.type.Dim;

/**
 * A tensor in memory: element {@code (i, j, …)} is at {@code base + i·strides[0] + j·strides[1] + …} of a buffer.
 *
 * @param dims the extents, one an axis
 * @param overrun how many elements behind the end of each row (the last axis) may be overwritten, because nothing lives there
 */
public record Place(Buffer buffer, Dim base, List<Dim> strides, List<Dim> dims, int overrun) {
  public Place {
    strides = List.copyOf(strides);
    dims = List.copyOf(dims);
  }

  /** Row-major without gaps, from the start of a buffer. */
  public static Place dense(Buffer buffer, List<Dim> dims) {
    var strides = new ArrayList<Dim>();
    Dim stride = Dim.ONE;
    for (int i = dims.size() - 1; i >= 0; i--) {
      strides.add(0, stride);
      stride = stride.times(dims.get(i));
    }
    return new Place(buffer, Dim.ZERO, strides, dims, 0);
  }

  /** How many axes it has. */
  public int rank() {
    return dims.size();
  }

  /** Where in the buffer an element is. */
  public Dim index(List<Dim> at) {
    Dim index = base;
    for (int i = 0; i < strides.size(); i++) index = index.plus(strides.get(i).times(at.get(i)));
    return index;
  }

  /** The value of an element. */
  public Value load(List<Dim> at) {
    return new Value.Load(buffer, index(at), 1);
  }

  /** The part of this place where one axis has a fixed index: one rank less. */
  public Place at(int axis, Dim index) {
    var strides = new ArrayList<>(this.strides);
    var dims = new ArrayList<>(this.dims);
    Dim stride = strides.remove(axis);
    dims.remove(axis);
    boolean last = axis == this.dims.size() - 1;
    return new Place(buffer, base.plus(stride.times(index)), strides, dims, last ? 0 : overrun);
  }

  /** The part of this place in which one axis starts at {@code from} and has {@code extent} elements. */
  public Place slice(int axis, Dim from, Dim extent) {
    var dims = new ArrayList<>(this.dims);
    boolean same = dims.get(axis).equals(extent);
    dims.set(axis, extent);
    boolean last = axis == this.dims.size() - 1;
    return new Place(buffer, base.plus(strides.get(axis).times(from)), strides, dims, last && !same ? 0 : overrun);
  }

  /** Whether the elements lie in row-major order without gaps. */
  public boolean isDense() {
    Dim stride = Dim.ONE;
    for (int i = dims.size() - 1; i >= 0; i--) {
      if (!dims.get(i).is(1) && !strides.get(i).equals(stride)) return false;
      stride = stride.times(dims.get(i));
    }
    return true;
  }
}
