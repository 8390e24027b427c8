package tests.fuzz;

import static tests.fuzz.Words.word;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import weft.Tensors;
import weft.graph.Expr;

/** Words that sort, that add up along an axis, and that choose and replace parts. */
final class MoreWords {
  private MoreWords() {}

  static void define() {
    word("sort", "sort($0, #0, #1 != 0)", (x, n) -> Tensors.sort(x[0], n[0], n[1] != 0),
        (x, n) -> Plain.along(x[0], Plain.argsort(x[0], n[0], n[1] != 0), n[0]));
    word("argsort", "argsort($0, #0, #1 != 0)", (x, n) -> Tensors.argsort(x[0], n[0], n[1] != 0),
        (x, n) -> Plain.argsort(x[0], n[0], n[1] != 0));
    word("topValues", "topK($0, #1, #0).values()", (x, n) -> Tensors.topK(x[0], n[1], n[0]).values(),
        (x, n) -> Plain.along(x[0], top(x[0], n), n[0]));
    word("topIndices", "topK($0, #1, #0).indices()", (x, n) -> Tensors.topK(x[0], n[1], n[0]).indices(),
        (x, n) -> top(x[0], n));
    word("median", "median($0, #0)", (x, n) -> Tensors.median(x[0], n[0]), (x, n) -> median(x[0], n[0]));
    word("cumsum", "cumsum($0, #0, #1 != 0)", (x, n) -> Tensors.cumsum(x[0], n[0], n[1] != 0),
        (x, n) -> Plain.cumulate(x[0], n[0], n[1] != 0, Double::sum));
    word("cumprod", "cumprod($0.div(2), #0, #1 != 0)", (x, n) -> Tensors.cumprod(x[0].div(2), n[0], n[1] != 0),
        (x, n) -> Plain.cumulate(x[0].map(v -> v / 2), n[0], n[1] != 0, (a, b) -> a * b));
    word("diff", "diff($0, #0)", (x, n) -> Tensors.diff(x[0], n[0]), (x, n) -> diff(x[0], n[0]));
    word("kept", "compress($0.gt(#0 / 7.3), $0)", (x, n) -> Tensors.compress(x[0].gt(n[0] / 7.3), x[0]),
        (x, n) -> vector(Arrays.stream(x[0].data()).filter(v -> v > n[0] / 7.3)));
    word("keptRows", "compress($1, $0, #0)", (x, n) -> Tensors.compress(x[1], x[0], n[0]), (x, n) -> {
      int[] kept = IntStream.range(0, x[0].dim(n[0])).filter(i -> x[1].data()[i] != 0).toArray();
      return x[0].along(n[0], kept.length, i -> kept[i]);
    });
    word("places", "nonzero($0.gt(#0 / 7.3)).get(#1)", (x, n) -> Tensors.nonzero(x[0].gt(n[0] / 7.3)).get(n[1]),
        (x, n) -> places(x[0], n[0] / 7.3, n[1]));
    word("kinds", "unique(floor($0.times(2).plus(0.3))).values()",
        (x, n) -> Tensors.unique(Tensors.floor(x[0].times(2).plus(.3))).values(),
        (x, n) -> vector(Arrays.stream(x[0].data()).map(v -> Math.floor(v * 2 + .3) + 0.).distinct().sorted()));
    word("at", "at($0, #@)", (x, n) -> Tensors.at(x[0], Items.selectors(behind(x, 1), n)),
        (x, n) -> Items.at(x[0], behind(x, 1), n));
    word("set", "set($0, at($0, #@), $1)",
        (x, n) -> Tensors.set(x[0], Tensors.at(x[0], Items.selectors(behind(x, 2), n)), x[1]),
        (x, n) -> Items.put(x[0], x[1], behind(x, 2), n, false));
    word("increment", "increment($0, at($0, #@), $1)",
        (x, n) -> Tensors.increment(x[0], Tensors.at(x[0], Items.selectors(behind(x, 2), n)), x[1]),
        (x, n) -> Items.put(x[0], x[1], behind(x, 2), n, true));
  }

  private static Num vector(DoubleStream values) {
    double[] data = values.toArray();
    return new Num(new int[] {data.length}, data);
  }

  private static Num places(Num x, double above, int axis) {
    int inner = Num.size(Arrays.copyOfRange(x.shape(), axis + 1, x.rank()));
    return vector(IntStream.range(0, x.data().length).filter(i -> x.data()[i] > above).mapToDouble(i -> i / inner % x.shape()[axis]));
  }

  private static <T> List<T> behind(T[] x, int from) {
    return Arrays.asList(x).subList(from, x.length);
  }

  private static Num top(Num x, int[] n) {
    return Plain.argsort(x, n[0], true).along(n[0], n[1], i -> i);
  }

  private static Num median(Num x, int axis) {
    Num sorted = Plain.along(x, Plain.argsort(x, axis, false), axis);
    int n = x.dim(axis);
    Num middle = sorted.index(axis, (n - 1) / 2).zip(sorted.index(axis, n / 2), (a, b) -> (a + b) / 2);
    return middle.zip(sorted.index(axis, n - 1), (m, last) -> Double.isNaN(last) ? last : m);
  }

  private static Num diff(Num x, int axis) {
    int n = x.dim(axis);
    int less = Math.max(0, n - 1);
    return x.along(axis, less, i -> i + 1).zip(x.along(axis, less, i -> i), (a, b) -> a - b);
  }
}
