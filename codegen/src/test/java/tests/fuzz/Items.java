package tests.fuzz;

import static weft.Tensors.ALL;
import static weft.Tensors.NEW_AXIS;
import static weft.Tensors.REST;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import weft.Tensors;
import weft.graph.Expr;

/**
 * What stands between the brackets of {@code x[…]}, written as numbers: {@link #INDEX} i, {@link #RANGE} from to
 * step, {@link #WHOLE}, {@link #OTHERS}, {@link #NEW} and {@link #TENSOR} for the next index tensor.
 */
final class Items {
  static final int INDEX = 0;
  static final int RANGE = 1;
  static final int WHOLE = 2;
  static final int OTHERS = 3;
  static final int NEW = 4;
  static final int TENSOR = 5;

  private Items() {}

  /** The items as the library takes them. */
  static Object[] selectors(List<Expr> tensors, int[] n) {
    var items = new ArrayList<>();
    int tensor = 0;
    for (int i = 0; i < n.length; i += length(n[i])) {
      items.add(switch (n[i]) {
        case INDEX -> n[i + 1];
        case RANGE -> Tensors.range(n[i + 1], n[i + 2], n[i + 3]);
        case WHOLE -> ALL;
        case OTHERS -> REST;
        case NEW -> NEW_AXIS;
        default -> tensors.get(tensor++);
      });
    }
    return items.toArray();
  }

  /** The items as they are written in Java. */
  static String java(List<String> tensors, List<Integer> numbers) {
    var text = new StringBuilder();
    int tensor = 0;
    for (int i = 0; i < numbers.size(); i += length(numbers.get(i))) {
      text.append(", ").append(switch (numbers.get(i)) {
        case INDEX -> numbers.get(i + 1).toString();
        case RANGE -> "range(" + numbers.get(i + 1) + ", " + numbers.get(i + 2) + ", " + numbers.get(i + 3) + ")";
        case WHOLE -> "ALL";
        case OTHERS -> "REST";
        case NEW -> "NEW_AXIS";
        default -> tensors.get(tensor++);
      });
    }
    return text.substring(Math.min(2, text.length()));
  }

  private static int length(int item) {
    return item == INDEX ? 2 : item == RANGE ? 4 : 1;
  }

  /** x[…] as in NumPy. */
  static Num at(Num x, List<Num> tensors, int[] n) {
    Num places = places(x.shape(), tensors, n);
    return places.map(p -> x.data()[(int) p]);
  }

  /** x with values put to, or added to, the places of a part, one after the other. */
  static Num put(Num x, Num value, List<Num> tensors, int[] n, boolean adds) {
    Num places = places(x.shape(), tensors, n);
    double[] data = x.data().clone();
    Num spread = Num.fill(places.shape(), value::broadcast);
    for (int i = 0; i < places.data().length; i++) {
      int p = (int) places.data()[i];
      data[p] = (adds ? data[p] : 0) + spread.data()[i];
    }
    return new Num(x.shape(), data);
  }

  /** For each element of x[…] where it stands in x, counted in row-major order. */
  private static Num places(int[] shape, List<Num> tensors, int[] n) {
    int used = 0;
    for (int i = 0; i < n.length; i += length(n[i])) if (n[i] != OTHERS && n[i] != NEW) used++;
    int axis = 0;
    int tensor = 0;
    int block = -1;
    boolean closed = false;
    boolean apart = false;
    var kept = new ArrayList<int[]>();
    var keptAxes = new ArrayList<Integer>();
    var chosen = new ArrayList<Num>();
    var chosenAxes = new ArrayList<Integer>();
    for (int i = 0; i < n.length; i += length(n[i])) {
      if (n[i] == INDEX || n[i] == TENSOR) {
        apart |= closed;
        if (block < 0) block = kept.size();
        chosen.add(n[i] == INDEX ? Num.scalar(n[i + 1]) : tensors.get(tensor++));
        chosenAxes.add(axis++);
        continue;
      }
      closed = block >= 0;
      for (int k = n[i] == OTHERS ? shape.length - used : 1; k > 0; k--) {
        keptAxes.add(n[i] == NEW ? -1 : axis);
        kept.add(n[i] == NEW ? new int[1] : n[i] == RANGE ? range(shape[axis], n, i + 1) : all(shape[axis]));
        if (n[i] != NEW) axis++;
      }
    }
    for (; axis < shape.length; axis++) {
      keptAxes.add(axis);
      kept.add(all(shape[axis]));
    }
    int[] inner = new int[0];
    for (Num c : chosen) inner = Num.broadcast(inner, c.shape());
    int front = block < 0 || apart ? 0 : block;
    int[] joint = inner;
    int[] result = IntStream.range(0, kept.size() + joint.length).map(a -> a < front ? kept.get(a).length
        : a < front + joint.length ? joint[a - front] : kept.get(a - joint.length).length).toArray();
    return Num.fill(result, at -> {
      int[] there = new int[shape.length];
      for (int k = 0; k < kept.size(); k++) {
        int a = keptAxes.get(k);
        if (a >= 0) there[a] = kept.get(k)[at[k < front ? k : k + joint.length]];
      }
      int[] where = Arrays.copyOfRange(at, front, front + joint.length);
      for (int k = 0; k < chosen.size(); k++) {
        int a = chosenAxes.get(k);
        int index = (int) chosen.get(k).broadcast(where);
        there[a] = index < 0 ? index + shape[a] : index;
      }
      int offset = 0;
      for (int a = 0; a < shape.length; a++) offset = offset * shape[a] + there[a];
      return offset;
    });
  }

  private static int[] all(int extent) {
    return IntStream.range(0, extent).toArray();
  }

  private static int[] range(int extent, int[] n, int i) {
    return Arrays.stream(Plain.slice(Num.fill(new int[] {extent}, at -> at[0]), 0, n[i], n[i + 1], n[i + 2])
        .data()).mapToInt(d -> (int) d).toArray();
  }
}
