package tests.fuzz;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import weft.runtime.Tensor;

/**
 * A tensor as plain Java has it, numbers in row-major order: what the words of random programs mean is said
 * in these.
 */
record Num(int[] shape, double[] data) {
  static Num of(Tensor t) {
    return new Num(t.shape(), t.toDoubles());
  }

  static Num scalar(double value) {
    return new Num(new int[0], new double[] {value});
  }

  static Num fill(int[] shape, ToDoubleFunction<int[]> element) {
    double[] data = new double[size(shape)];
    int[] at = new int[shape.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = element.applyAsDouble(at);
      for (int a = shape.length - 1; a >= 0 && ++at[a] == shape[a]; a--) at[a] = 0;
    }
    return new Num(shape, data);
  }

  static int size(int[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  int rank() {
    return shape.length;
  }

  int axis(int a) {
    return a < 0 ? a + rank() : a;
  }

  int dim(int a) {
    return shape[axis(a)];
  }

  double get(int... at) {
    int offset = 0;
    for (int a = 0; a < shape.length; a++) offset = offset * shape[a] + at[a];
    return data[offset];
  }

  void put(double value, int... at) {
    int offset = 0;
    for (int a = 0; a < shape.length; a++) offset = offset * shape[a] + at[a];
    data[offset] = value;
  }

  /** The element that stands at an index of a shape that this broadcasts to. */
  double broadcast(int[] at) {
    int offset = 0;
    int skip = at.length - rank();
    for (int a = 0; a < shape.length; a++) offset = offset * shape[a] + (shape[a] == 1 ? 0 : at[skip + a]);
    return data[offset];
  }

  Num map(DoubleUnaryOperator f) {
    return new Num(shape, Arrays.stream(data).map(f).toArray());
  }

  static int[] broadcast(int[] a, int[] b) {
    int[] shape = new int[Math.max(a.length, b.length)];
    for (int k = 1; k <= shape.length; k++) {
      int left = k > a.length ? 1 : a[a.length - k];
      int right = k > b.length ? 1 : b[b.length - k];
      shape[shape.length - k] = left == 1 ? right : left;
    }
    return shape;
  }

  Num zip(Num other, DoubleBinaryOperator f) {
    return fill(broadcast(shape, other.shape), at -> f.applyAsDouble(broadcast(at), other.broadcast(at)));
  }

  static Num where(Num c, Num then, Num otherwise) {
    return fill(broadcast(c.shape, broadcast(then.shape, otherwise.shape)),
        at -> c.broadcast(at) != 0 ? then.broadcast(at) : otherwise.broadcast(at));
  }

  /** Over the given axes, all where none is given. */
  Num reduce(int[] axes, boolean keep, double start, DoubleBinaryOperator f) {
    boolean[] gone = new boolean[rank()];
    if (axes.length == 0) Arrays.fill(gone, true);
    for (int a : axes) gone[axis(a)] = true;
    int[] kept = IntStream.range(0, rank()).map(a -> gone[a] ? 1 : shape[a]).toArray();
    var result = new Num(kept, new double[size(kept)]);
    Arrays.fill(result.data, start);
    int[] index = new int[rank()];
    fill(shape, at -> {
      for (int a = 0; a < index.length; a++) index[a] = gone[a] ? 0 : at[a];
      int offset = 0;
      for (int a = 0; a < index.length; a++) offset = offset * kept[a] + index[a];
      result.data[offset] = f.applyAsDouble(result.data[offset], get(at));
      return 0;
    });
    if (keep) return result;
    return new Num(IntStream.range(0, rank()).filter(a -> !gone[a]).map(a -> shape[a]).toArray(), result.data);
  }

  Num sum(boolean keep, int... axes) {
    return reduce(axes, keep, 0, Double::sum);
  }

  Num max(boolean keep, int... axes) {
    return reduce(axes, keep, Double.NEGATIVE_INFINITY, Math::max);
  }

  Num mean(boolean keep, int... axes) {
    Num sum = sum(keep, axes);
    double count = sum.data.length == 0 ? 1 : (double) data.length / sum.data.length;
    return sum.map(s -> s / count);
  }

  Num softmax(int axis) {
    Num e = zip(max(true, axis), (x, m) -> Math.exp(x - m));
    return e.zip(e.sum(true, axis), (x, s) -> x / s);
  }

  Num logSumExp(int axis) {
    Num most = max(true, axis);
    return zip(most, (x, m) -> Math.exp(x - m)).sum(true, axis).zip(most, (s, m) -> Math.log(s) + m);
  }

  Num reshape(int... to) {
    int[] dims = to.clone();
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] != -1) continue;
      dims[i] = 1;
      dims[i] = data.length / Math.max(1, size(dims));
    }
    return new Num(dims, data);
  }

  /** Of this shape, without some axis. */
  int[] without(int axis) {
    return IntStream.range(0, rank()).filter(a -> a != axis(axis)).map(a -> shape[a]).toArray();
  }

  /** With another extent along an axis, and the elements from where the function says. */
  Num along(int axis, int extent, java.util.function.IntUnaryOperator from) {
    int a = axis(axis);
    int[] to = shape.clone();
    to[a] = extent;
    return fill(to, at -> {
      int[] there = at.clone();
      there[a] = from.applyAsInt(at[a]);
      return there[a] < 0 || there[a] >= shape[a] ? 0 : get(there);
    });
  }

  Num index(int axis, int i) {
    int a = axis(axis);
    return new Num(without(a), along(a, 1, x -> i < 0 ? i + shape[a] : i).data);
  }

  Num row(int i) {
    return index(0, i);
  }

  static Num stack(int axis, Num... parts) {
    int[] shape = new int[parts[0].rank() + 1];
    for (int a = 0; a < shape.length; a++)
        shape[a] = a == axis ? parts.length : parts[0].shape[a < axis ? a : a - 1];
    return fill(shape,
        at -> parts[at[axis]].get(IntStream.range(0, at.length).filter(a -> a != axis).map(a -> at[a])
            .toArray()));
  }

  static Num concat(int axis, Num... parts) {
    int a = parts[0].axis(axis);
    int[] shape = parts[0].shape.clone();
    shape[a] = Arrays.stream(parts).mapToInt(p -> p.shape[a]).sum();
    return fill(shape, at -> {
      int[] there = at.clone();
      int k = 0;
      while (there[a] >= parts[k].shape[a]) there[a] -= parts[k++].shape[a];
      return parts[k].get(there);
    });
  }

  /** The sum of products over the last {@code axes} axes of this and the first of the other. */
  Num tensordot(Num other, int axes) {
    int[] left = Arrays.copyOf(shape, rank() - axes);
    int[] right = Arrays.copyOfRange(other.shape, axes, other.rank());
    int inner = size(Arrays.copyOf(other.shape, axes));
    int columns = size(right);
    int[] to = IntStream.concat(Arrays.stream(left), Arrays.stream(right)).toArray();
    double[] product = new double[size(to)];
    for (int i = 0; i < product.length; i++) {
      for (int k = 0; k < inner; k++)
          product[i] += data[i / columns * inner + k] * other.data[k * columns + i % columns];
    }
    return new Num(to, product);
  }

  /** Where along an axis the largest stands, times {@code sign}. */
  Num argmax(int axis, int sign) {
    int a = axis(axis);
    return fill(without(a), at -> {
      int best = 0;
      for (int i = 1; i < shape[a]; i++) if (sign * get(insert(at, a, i)) > sign * get(insert(at, a, best)))
          best = i;
      return best;
    });
  }

  static int[] insert(int[] at, int axis, int i) {
    return IntStream.range(0, at.length + 1).map(a -> a == axis ? i : at[a < axis ? a : a - 1]).toArray();
  }
}
