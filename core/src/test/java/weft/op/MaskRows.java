package weft.op;

import static weft.op.IndexWords.ALL;
import static weft.op.IndexWords.NEW_AXIS;
import static weft.op.Nd.shape;
import static weft.op.OpRow.bools;
import static weft.op.OpRow.floats;
import static weft.op.OpRow.ints;
import static weft.op.OpRow.row;

import java.util.ArrayList;
import java.util.List;

/** The rows of parts that masks choose. */
final class MaskRows {
  private MaskRows() {}

  static final List<OpRow> ROWS = List.of(
      row("at of a mask of elements", List.of(floats(4, 3), bools(4, 3)), x -> x[0].at(x[1]), x -> {
        List<int[]> at = places(x[1]);
        return Nd.of(shape(at.size()), i -> x[0].at(at.get(i[0])));
      }),
      row("at of a mask of rows", List.of(floats(5, 2), bools(5)), x -> x[0].at(x[1]), x -> {
        List<int[]> at = places(x[1]);
        return Nd.of(shape(at.size(), 2), i -> x[0].at(at.get(i[0])[0], i[1]));
      }),
      row("at of a mask of columns", List.of(floats(3, 5), bools(5)), x -> x[0].at(ALL, x[1]), x -> {
        List<int[]> at = places(x[1]);
        return Nd.of(shape(3, at.size()), i -> x[0].at(i[0], at.get(i[1])[0]));
      }),
      row("at of a mask of the last axes", List.of(floats(2, 3, 4), bools(3, 4)), x -> x[0].at(NEW_AXIS, ALL, x[1]), x -> {
        List<int[]> at = places(x[1]);
        return Nd.of(shape(1, 2, at.size()), i -> x[0].at(i[1], at.get(i[2])[0], at.get(i[2])[1]));
      }),
      row("at of a mask and an int apart", List.of(floats(4, 2, 3), bools(4)), x -> x[0].at(x[1], ALL, -1), x -> {
        List<int[]> at = places(x[1]);
        return Nd.of(shape(at.size(), 2), i -> x[0].at(at.get(i[0])[0], i[1], 2));
      }),
      row("at of a mask and a scalar tensor", List.of(floats(4, 3), bools(4), ints(-3, 2)), x -> x[0].at(x[1], x[2]), x -> {
        List<int[]> at = places(x[1]);
        int column = (int) x[2].at() + (x[2].at() < 0 ? 3 : 0);
        return Nd.of(shape(at.size()), i -> x[0].at(at.get(i[0])[0], column));
      }),
      row("at of a mask without elements", List.of(floats(0, 3), bools(0, 3)), x -> x[0].at(x[1]), x -> Nd.of(shape(0), i -> 0)),
      row("two parts of one mask", List.of(floats(4, 3), floats(4, 3), bools(4, 3)), x -> x[0].at(x[2]).times(x[1].at(x[2])), x -> {
        List<int[]> at = places(x[2]);
        return Nd.of(shape(at.size()), i -> x[0].at(at.get(i[0])) * x[1].at(at.get(i[0])));
      }),
      row("set by a mask", List.of(floats(4, 3), floats(4, 3), bools(4, 3)),
          x -> Ops.set(x[0], x[0].at(x[2]), Ops.sqr(x[1].at(x[2]))),
          x -> Nd.of(shape(4, 3), i -> x[2].at(i) != 0 ? x[1].at(i) * x[1].at(i) : x[0].at(i))),
      row("set columns by a mask", List.of(floats(4, 3), floats(4, 1), bools(3)), x -> Ops.set(x[0], x[0].at(ALL, x[2]), x[1]),
          x -> Nd.of(shape(4, 3), i -> x[2].at(i[1]) != 0 ? x[1].at(i[0], 0) : x[0].at(i))),
      row("set by a mask to a number", List.of(floats(4, 3), bools(4)), x -> Ops.set(x[0], x[0].at(x[1]), 7),
          x -> Nd.of(shape(4, 3), i -> x[1].at(i[0]) != 0 ? 7 : x[0].at(i))),
      row("increment by a mask", List.of(floats(4, 3), floats(3), bools(4)), x -> Ops.increment(x[0], x[0].at(x[2]), x[1]),
          x -> Nd.of(shape(4, 3), i -> x[0].at(i) + (x[2].at(i[0]) != 0 ? x[1].at(i[1]) : 0))),
      row("increment elements by a mask", List.of(floats(4, 3), bools(4, 3)), x -> Ops.increment(x[0], x[0].at(x[1]), x[0].at(x[1])),
          x -> Nd.of(shape(4, 3), i -> x[0].at(i) * (x[1].at(i) != 0 ? 2 : 1))));

  /** The indices of the elements that are true, in row-major order. */
  private static List<int[]> places(Nd mask) {
    var at = new ArrayList<int[]>();
    Nd.of(mask.shape(), i -> {
      if (mask.at(i) != 0) at.add(i.clone());
      return 0;
    });
    return at;
  }
}
