package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Place;
import weft.op.StepText;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * Kernels that fail where memory holds a number that is watched for: one behind each kernel that computes floats, and one for
 * each float that the function is given. The first failing element is the one that the error names.
 */
final class Watching {
  private final Region region;
  private final Watch watch;

  Watching(Region region) {
    this.region = region;
    this.watch = region.program.watch;
  }

  /** Checks what a function is given before it computes anything. */
  void leaves(List<Expr> inputs, List<Expr> results) {
    if (!watch.isOn()) return;
    for (Expr input : inputs) check(input, region.place(input), "The call was given it.");
    for (Apply a : Graphs.order(results)) {
      if (a.op() instanceof Leaf.Parametric) check(a.output(0), region.place(a.output(0)), "The parameter held it before the call.");
    }
  }

  /** Checks what a group has just computed. */
  void computed(Group group) {
    if (!watch.isOn()) return;
    for (Unit u : group.members) {
      if (u.kind == Unit.Kind.SCAN || u.kind == Unit.Kind.CHOICE) continue;
      for (Expr out : u.apply.outputs()) {
        Place place = region.source(out) == null ? null : region.placeOrNull(out);
        if (place != null) check(out, place, "What it was computed from holds no such number; parameters are as they were before the call.");
      }
    }
  }

  private void check(Expr e, Place place, String advice) {
    if (!e.dtype().isFloat()) return;
    List<Dim> at = region.canonical(place.dims());
    var seen = new Local("seen", e.dtype(), 1);
    Value value = new Value.Get(seen);
    Value size = new Value.Call(Fun.ABS, value);
    var body = new ArrayList<Stmt>(List.of(new Stmt.Declare(seen, place.load(at))));
    if (watch.nan()) body.add(require(e, at, value, new Value.Call(Fun.EQ, value, value), " is NaN", advice));
    if (watch.infinite()) body.add(require(e, at, value, below(e.dtype(), size, Watch.largest(e.dtype())), " is infinite", advice));
    if (watch.big()) body.add(require(e, at, value, below(e.dtype(), size, Watch.BIG), " is larger than " + Watch.BIG, advice));
    region.program.notes.about(List.of());
    region.run("watch_" + Message.label(e), "watches " + Message.label(e), e, Loops.nest(at, place.dims(), body, Stmt.Order.SEQUENTIAL));
  }

  /** NaN is nothing's business but its own. */
  private static Value below(DType dtype, Value size, double limit) {
    return new Value.Call(Fun.NOT, new Value.Call(Fun.GT, size, Value.number(dtype, limit)));
  }

  private Stmt require(Expr e, List<Dim> at, Value value, Value holds, String what, String advice) {
    String where = e.apply().origin().at();
    String formula = e.op() instanceof Leaf ? e.op().name() : Formula.of(e);
    String text = region.program.function + ": " + Message.label(e) + what + "\n    " + Message.label(e) + "   " + e.type() + "   " + formula
        + (where.isEmpty() ? "" : "   at " + where);
    List<String> written = e.apply().origin().steps();
    if (written.size() > region.steps().size()) {
      text += "\n  written in the scan step at " + written.get(written.size() - 1) + ", and computed for all its steps at once";
    }
    return StepText.require(holds, Kind.NAN, text, at, value, region.steps(), advice);
  }
}
