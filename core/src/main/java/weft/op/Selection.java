package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.op.Selector.Bounds;
import weft.op.Selector.Mark;
import weft.op.Selector.Range;
import weft.op.Selector.Window;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Reads {@code x[…]}: integers, ranges and marks become views, integer tensors one {@link Take}, masks the places where they are true. */
final class Selection {
  /** An integer tensor, and the axis that it indexes. */
  private record Chosen(int axis, Expr indices) {}

  private final Expr x;
  private final List<Chosen> chosen = new ArrayList<>();
  private Expr now;
  /** The axes of the result before the first integer or tensor, or -1 where there is none yet. */
  private int place = -1;
  private boolean apart;
  private boolean closed;

  private Selection(Expr x) {
    this.x = x;
    this.now = x;
  }

  static Expr of(Expr x, Object... items) {
    return new Selection(Message.needed("at: x", x)).read(items);
  }

  private Expr read(Object... items) {
    int used = 0;
    int rests = 0;
    for (Object item : Message.needed("at: items", items)) {
      if (item == Mark.REST) rests++;
      else if (item != Mark.NEW_AXIS) used += item instanceof Integer || item instanceof Selector ? 1 : axes(Operands.expr("at", item));
    }
    if (rests > 1) {
      throw Operands.fail(Kind.ARGUMENT, "at: REST is given twice", List.of(x), "Only one can be what is left.");
    }
    if (used > x.rank()) {
      throw Operands.fail(Kind.SHAPE, "at: " + used + " axes are indexed, and there are " + x.rank(), List.of(x),
          "Give at most one item an axis; NEW_AXIS and REST need none.");
    }
    int axis = 0;
    for (Object item : items) {
      if (item == Mark.REST) {
        axis += x.rank() - used;
        part();
      } else {
        axis = read(item, axis);
      }
    }
    return chosen.isEmpty() ? now : placed(chosen.size() == 1 ? one() : several());
  }

  /** Reads one item for an axis of what there is now, and gives the axis of the next one. */
  private int read(Object item, int axis) {
    if (item == Mark.NEW_AXIS) {
      now = Ops.expandDims(now, axis);
      part();
      return axis + 1;
    }
    if (item == Mark.ALL) {
      part();
      return axis + 1;
    }
    if (item instanceof Range r) {
      now = Ops.slice(now, axis, r.from(), r.to(), r.step());
      part();
      return axis + 1;
    }
    if (item instanceof Bounds b) {
      now = ShapeWords.between(now, axis, b.from(), b.to());
      part();
      return axis + 1;
    }
    if (item instanceof Window w) {
      now = window(axis, w);
      part();
      return axis + 1;
    }
    if (item instanceof Integer i) {
      now = Ops.index(now, axis, i);
      tensor(axis);
      return axis;
    }
    Expr given = Operands.expr("at", item);
    Expr indices = given.dtype() == DType.BOOL ? masked(given, axis) : given;
    tensor(axis);
    String of = "axis " + axis + " of " + Message.label(now) + " " + now.type();
    chosen.add(new Chosen(axis, NetWords.checked("at", indices, now.dim(axis), of)));
    return axis + 1;
  }

  private Expr window(int axis, Window w) {
    Expr start = NetWords.checked("window", now, w.from(), axis);
    Expr indices = Ops.plus(NetWords.arange(w.length(), start.dtype()), start);
    return Apply.one(new Take(axis, 0), now, NetWords.checked("window", now, indices, axis));
  }

  /** How many axes an index tensor is for: a mask has its own. */
  private static int axes(Expr indices) {
    return indices.dtype() == DType.BOOL ? indices.rank() : 1;
  }

  /** The places where a mask is true, after the axes that it is for were made one. */
  private Expr masked(Expr mask, int axis) {
    int rank = mask.rank();
    List<Dim> dims = now.type().dims();
    if (rank == 0 || !mask.type().dims().equals(dims.subList(axis, axis + rank))) {
      throw Operands.fail(Kind.SHAPE, "at: the mask does not fit " + (rank > 1 ? "axes " + axis + " to " + (axis + rank - 1) : "axis " + axis),
          List.of(now, mask), "A mask has the dims of the axes that it chooses from; where chooses element by element.");
    }
    if (rank > 1) now = Ops.reshape(now, Axes.join(dims.subList(0, axis), List.of(mask.type().size()), dims.subList(axis + rank, dims.size())));
    return Places.of(mask, "at");
  }

  /** An axis that stays. */
  private void part() {
    if (place >= 0) closed = true;
  }

  /** An axis that is indexed; those apart from each other put what they choose in front. */
  private void tensor(int axis) {
    if (place < 0) place = axis;
    apart |= closed;
  }

  private Expr one() {
    Chosen only = chosen.get(0);
    return Apply.one(new Take(only.axis(), 0), now, only.indices());
  }

  /** Several index tensors: the axes are made one, and so are the indices; rows of a matrix need neither. */
  private Expr several() {
    Chosen first = chosen.get(0);
    Chosen second = chosen.get(1);
    if (chosen.size() == 2 && first.axis() == 0 && second.axis() == 1 && second.indices().rank() == 1
        && counts(first.indices(), now.dim(0)) && second.indices().dim(0).equals(now.dim(0))) {
      return Apply.one(new Take(1, 1), now, second.indices());
    }
    DType dtype = first.indices().dtype();
    List<Dim> shape = first.indices().type().dims();
    for (Chosen c : chosen) {
      dtype = Operands.join(dtype, c.indices().dtype());
      shape = Operands.broadcast(shape, c.indices().type().dims());
      if (shape != null) continue;
      throw Operands.fail(Kind.SHAPE, "at: the shapes of the index tensors do not fit",
          chosen.stream().map(Chosen::indices).toList(), "They broadcast against each other.");
    }
    var order = new ArrayList<Integer>();
    for (Chosen c : chosen) order.add(c.axis());
    List<Integer> others = Axes.without(now.rank(), order);
    order.addAll(0, others.subList(0, first.axis()));
    order.addAll(others.subList(first.axis(), others.size()));
    Expr together = Ops.transpose(now, Axes.array(order));

    Dim size = Dim.ONE;
    Expr flat = null;
    for (Chosen c : chosen) {
      Dim extent = now.dim(c.axis());
      Expr indices = Ops.cast(c.indices(), dtype);
      flat = flat == null ? indices : Ops.plus(Ops.times(flat, Ops.extent(extent, dtype)), indices);
      size = size.times(extent);
    }
    List<Dim> dims = together.type().dims();
    var merged = new ArrayList<>(dims.subList(0, first.axis()));
    merged.add(size);
    merged.addAll(dims.subList(first.axis() + chosen.size(), dims.size()));
    return Apply.one(new Take(first.axis(), 0), Ops.reshape(together, merged), Ops.broadcastTo(flat, shape));
  }

  /** Whether these are the indices 0, 1, 2 … of a whole axis. */
  private static boolean counts(Expr indices, Dim extent) {
    return indices.apply().input(0).op() instanceof Arange a && a.length().equals(extent);
  }

  private Expr placed(Expr taken) {
    int from = chosen.get(0).axis();
    int to = apart ? 0 : place;
    if (from == to) return taken;
    int moved = taken.rank() - (now.rank() - chosen.size());
    var order = new ArrayList<>(Axes.range(0, taken.rank()));
    List<Integer> block = List.copyOf(order.subList(from, from + moved));
    order.removeAll(block);
    order.addAll(to, block);
    return Ops.transpose(taken, Axes.array(order));
  }
}
