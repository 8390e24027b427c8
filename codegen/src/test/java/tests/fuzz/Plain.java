package tests.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/** What some words mean, in plain Java. */
final class Plain {
  private Plain() {}

  static double sigmoid(double v) {
    return 1 / (1 + Math.exp(-v));
  }

  static double softplus(double v) {
    return Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
  }

  /** By its power series, and by the continued fraction of what is left to 1 where that has lost its digits. */
  static double erf(double v) {
    if (Math.abs(v) > 2.5) {
      double x = Math.abs(v);
      double fraction = x;
      for (int k = 80; k > 0; k--) fraction = x + k / 2.0 / fraction;
      return Math.signum(v) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction);
    }
    double sum = v;
    double term = v;
    for (int k = 1; k < 120; k++) {
      term *= -v * v / k;
      sum += term / (2 * k + 1);
    }
    return sum * 2 / Math.sqrt(Math.PI);
  }

  static Num batchedDot(Num a, Num b) {
    Num[] products = new Num[a.dim(0)];
    for (int i = 0; i < products.length; i++) products[i] = a.row(i).tensordot(b.row(i), 1);
    int[] shape =
        IntStream.concat(Arrays.stream(a.shape(), 0, a.rank() - 1), Arrays.stream(b.shape(), 2, b.rank()))
            .toArray();
    return products.length == 0 ? Num.fill(shape, at -> 0) : Num.stack(0, products);
  }

  static Num transpose(Num x, int... axes) {
    int[] from = axes.length > 0 ? Arrays.stream(axes).map(x::axis).toArray() : IntStream.range(0, x.rank())
        .map(a -> x.rank() - 1 - a).toArray();
    return Num.fill(Arrays.stream(from).map(a -> x.shape()[a]).toArray(), at -> {
      int[] there = new int[at.length];
      for (int a = 0; a < from.length; a++) there[from[a]] = at[a];
      return x.get(there);
    });
  }

  /** As in NumPy, where the bounds are inside the axis. */
  static Num slice(Num x, int axis, int from, int to, int step) {
    int n = x.dim(axis);
    int first = from == Integer.MAX_VALUE ? (step > 0 ? n : n - 1) : from < 0 ? from + n : from;
    int end = to == Integer.MAX_VALUE ? (step > 0 ? n : -1) : to < 0 ? to + n : to;
    int count = step > 0 ? (end - first + step - 1) / step : (first - end - step - 1) / -step;
    return x.along(axis, Math.max(0, count), i -> first + i * step);
  }

  private static int wrapped(double index, int extent) {
    return (int) index + (index < 0 ? extent : 0);
  }

  static Num take(Num x, Num indices, int axis) {
    int a = x.axis(axis);
    int inner = indices.rank();
    int[] shape = new int[x.rank() - 1 + inner];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = i < a ? x.shape()[i] : i < a + inner ? indices.shape()[i - a] : x.shape()[i - inner + 1];
    }
    return Num.fill(shape, at -> {
      int[] there = new int[x.rank()];
      for (int i = 0; i < there.length; i++) there[i] = i < a ? at[i] : i > a ? at[i + inner - 1] : 0;
      there[a] = wrapped(indices.get(Arrays.copyOfRange(at, a, a + inner)), x.shape()[a]);
      return x.get(there);
    });
  }

  static Num pick(Num x, Num indices) {
    int last = x.rank() - 1;
    return Num.fill(indices.shape(),
        at -> x.get(Num.insert(at, last, wrapped(indices.get(at), x.shape()[last]))));
  }

  static Num oneHot(Num indices, int depth) {
    int last = indices.rank();
    return Num.fill(Num.insert(indices.shape(), last, depth),
        at -> wrapped(indices.get(Arrays.copyOf(at, last)), depth) == at[last] ? 1 : 0);
  }

  /** Where the elements along an axis stand in ascending or descending order; equal ones keep theirs. */
  static Num argsort(Num x, int axis, boolean descending) {
    int a = x.axis(axis);
    Num order = Num.fill(x.shape(), at -> 0);
    Num.fill(x.without(a), at -> {
      var places = new ArrayList<>(IntStream.range(0, x.shape()[a]).boxed().toList());
      Comparator<Integer> ascending = (i, j) -> {
        double one = x.get(Num.insert(at, a, i));
        double other = x.get(Num.insert(at, a, j));
        return one < other ? -1 : one > other ? 1 : 0;
      };
      places.sort(descending ? ascending.reversed() : ascending);
      for (int i = 0; i < places.size(); i++) order.put(places.get(i), Num.insert(at, a, i));
      return 0;
    });
    return order;
  }

  /** The elements along an axis that stand where indices say. */
  static Num along(Num x, Num indices, int axis) {
    return Num.fill(indices.shape(), at -> {
      int[] there = at.clone();
      there[x.axis(axis)] = (int) indices.get(at);
      return x.get(there);
    });
  }

  /** For each element it and all before it, or behind it, combined. */
  static Num cumulate(Num x, int axis, boolean backwards, DoubleBinaryOperator f) {
    int a = x.axis(axis);
    int n = x.shape()[a];
    Num sums = Num.fill(x.shape(), at -> 0);
    Num.fill(x.without(a), at -> {
      for (int k = 0; k < n; k++) {
        int i = backwards ? n - 1 - k : k;
        double here = x.get(Num.insert(at, a, i));
        double before = k == 0 ? 0 : sums.get(Num.insert(at, a, backwards ? i + 1 : i - 1));
        sums.put(k == 0 ? here : f.applyAsDouble(before, here), Num.insert(at, a, i));
      }
      return 0;
    });
    return sums;
  }

  static Num crossEntropy(Num logs, Num target) {
    return target.rank() < logs.rank() ? pick(logs, target).map(v -> -v) : target.zip(logs, (t, l) -> -t * l)
        .sum(false, -1);
  }
}
