package weft.lower;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Buffer;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Place;
import weft.runtime.DType;
import weft.type.Dim;

/** Shows what a group is about to read, and then what it computed, by prints around its kernels that a listener takes. */
final class Monitoring {
  private final Region region;
  private final Monitored monitored;
  private final Group group;
  private final Monitored.Computation computation;

  private Monitoring(Region region, Group group) {
    this.region = region;
    this.monitored = region.program.notes.monitored();
    this.group = group;
    Expr first = group.members.get(0).expr;
    computation = monitored.computation(formula(), first.apply().origin().at());
  }

  /**
   * Shows what it reads.
   *
   * @param reads what each of its members reads
   * @return null if nobody is interested, or if it is a driver, whose parts are shown
   */
  static Monitoring before(Region region, Group group, Map<Unit, Map<Expr, Boolean>> reads) {
    Unit.Kind kind = group.members.get(0).kind;
    if (region.program.notes.monitored() == null || kind == Unit.Kind.SCAN || kind == Unit.Kind.CHOICE) return null;
    var monitoring = new Monitoring(region, group);
    region.program.notes.about(List.of());
    var inputs = new LinkedHashSet<Expr>();
    for (Unit u : group.members) inputs.addAll(reads.get(u).keySet());
    Set<Expr> own = monitoring.outputs();
    for (Expr in : inputs) if (!own.contains(in)) monitoring.show(in, Monitored.Part.INPUT);
    monitoring.mark(Monitored.Part.BEFORE);
    return monitoring;
  }

  /** Shows what it computed. */
  void after() {
    region.program.notes.about(List.of());
    for (Expr out : outputs()) show(out, Monitored.Part.OUTPUT);
    mark(Monitored.Part.AFTER);
  }

  private Set<Expr> outputs() {
    var outputs = new LinkedHashSet<Expr>();
    for (Unit u : group.members) outputs.addAll(u.apply.outputs());
    return outputs;
  }

  private String formula() {
    var parts = new ArrayList<String>();
    for (Unit u : group.members) {
      if (u.kind != Unit.Kind.STRUCTURED && u.places.isEmpty()) continue;
      parts.add(Message.label(u.expr) + " = " + Formula.of(u.expr));
    }
    return String.join("; ", parts);
  }

  private void show(Expr e, Monitored.Part part) {
    Place place = region.source(e) == null ? null : region.placeOrNull(e);
    if (place == null) return;
    if (!place.isDense()) place = dense(e, place);
    print(monitored.message(computation, part, Message.label(e)), place.buffer(), place.base(), place.dims());
  }

  /** A copy made for this showing alone: later ones may find other numbers. */
  private Place dense(Expr e, Place place) {
    Place copy = Place.dense(region.program.scratch(Message.label(e) + ".shown", e.dtype(), e.type().size()), place.dims());
    List<Dim> at = region.canonical(place.dims());
    Stmt store = new Stmt.Store(copy.buffer(), copy.index(at), place.load(at));
    region.run("shown", "what is shown of " + Message.label(e), e, Loops.nest(at, place.dims(), List.of(store)));
    return copy;
  }

  private void mark(Monitored.Part part) {
    Buffer nothing = region.program.scratch("shown", DType.I32, Dim.ONE);
    print(monitored.message(computation, part, null), nothing, Dim.ZERO, List.of(Dim.ZERO),
        new Stmt.Store(nothing, Dim.ZERO, Value.number(DType.I32, 0)));
  }

  private void print(String message, Buffer buffer, Dim from, List<Dim> shape, Stmt... first) {
    List<Dim> steps = region.steps().stream().map(s -> s.at()).toList();
    var body = new ArrayList<Stmt>(List.of(first));
    body.add(new Stmt.Print(message, buffer, from, shape, steps));
    region.run("show", "shows " + message, group.members.get(0).expr, Stmt.of(body));
  }
}
