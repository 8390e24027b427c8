package weft.op;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.runtime.DType;
import weft.type.Dim;

/** Where booleans are true, which is as much as only a call finds out. */
public final class Places {
  /** What was found of a mask, so that two selections by it have one length. */
  private static final Map<Expr, WeakReference<Expr>> FOUND = new WeakHashMap<>();

  private Places() {}

  /**
   * Where a mask is true: the numbers of the elements in row-major order, as i32. Calls with one mask give one expression.
   *
   * @param name of the scans that find them, for dumps and generated code
   */
  public static Expr of(Expr mask, String name) {
    synchronized (FOUND) {
      var known = FOUND.get(mask);
      Expr places = known == null ? null : known.get();
      if (places == null) {
        places = find(mask.rank() == 1 ? mask : Ops.reshape(mask, List.of(mask.type().size())), name);
        FOUND.put(mask, new WeakReference<>(places));
      }
      return places;
    }
  }

  private static Expr find(Expr flags, String name) {
    Dim length = flags.dim(0);
    Expr end = Ops.extent(length, DType.I32);
    Expr firsts = firsts(flags, end, name);
    long since = ScanMaker.now();
    Expr found = Graphs.variable(end.type(), "place", "carry of " + name);
    Expr next = Ops.take(firsts, Ops.plus(found, 1), 0);
    Apply all = ScanMaker.apply(name, since, List.of(), List.of(), List.of(found), List.of(Ops.constant(-1, end.type())), List.of(next),
        Ops.ge(next, end), length.plus(1), false, List.of());
    Expr places = all.output(((Scan) all.op()).trajectory(0));
    return Ops.slice(places, 0, Dim.ONE, places.dim(0).minus(2));
  }

  /** Row t says where the first true element from t on is; the last row, behind all elements, says how many elements there are. */
  private static Expr firsts(Expr flags, Expr end, String name) {
    Dim length = flags.dim(0);
    long since = ScanMaker.now();
    Expr number = Graphs.variable(end.type(), "number", "row of " + name);
    Expr flag = Graphs.variable(flags.type().row(), "flag", "row of " + name);
    Expr later = Graphs.variable(end.type(), "later", "carry of " + name);
    Apply backwards = ScanMaker.apply(name, since, List.of(number, flag), List.of(Ops.arange(length, DType.I32), flags), List.of(later),
        List.of(end), List.of(Ops.where(flag, number, later)), null, length, true, List.of());
    return backwards.output(((Scan) backwards.op()).trajectory(0));
  }
}
