package weft.lower;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Lengths;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Concat;
import weft.op.Guarded;
import weft.op.IfElse;
import weft.op.Place;
import weft.op.Scan;
import weft.op.Stack;
import weft.op.Structured;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** Turns a region's results into statements of its driver: plans, groups, gives places, and appends one kernel a group. */
final class Emission implements Readers {
  private final Region region;
  private Plan plan;
  private Grouping grouping;
  private Map<Expr, List<Apply>> users;
  private final Set<Expr> wanted = new HashSet<>();
  /** Parts of concats in which rows of scans are wanted. */
  private final Set<Place> offered = new HashSet<>();
  /** Conditions on measured extents, and which those are. */
  private final Map<Stmt, Set<Symbol>> late = new LinkedHashMap<>();

  private Emission(Region region) {
    this.region = region;
  }

  /**
   * A result and where the caller wants it.
   *
   * @param last whether the place may be written only after everything else has been read (a parameter)
   * @param from where the result was put aside, or null
   */
  record Target(Expr expr, Place place, boolean last, Place from) {
    Target(Expr expr, Place place, boolean last) {
      this(expr, place, last, null);
    }
  }

  /**
   * A carry that has no trajectory: its new value wants to go where the old one lies.
   *
   * @param next the target of the new value, used if something still reads the old one then
   * @param current where the old value lies
   * @param stays whether the old value is read at the end of the step
   */
  record Carry(Expr variable, Target next, Place current, boolean stays) {}

  static void lower(Region region, List<Target> targets, Set<Expr> known) {
    new Emission(region).lower(targets, List.of(), List.of(), known);
  }

  /**
   * Gives the carries whose new value went elsewhere, to be copied at the end of the step.
   *
   * @param copied targets that are copied from where their kernels have room
   */
  static List<Carry> lower(Region region, List<Target> targets, List<Target> copied, List<Carry> carries, Set<Expr> known) {
    return new Emission(region).lower(targets, copied, carries, known);
  }

  private List<Carry> lower(List<Target> others, List<Target> copied, List<Carry> carries, Set<Expr> known) {
    var targets = new ArrayList<>(others);
    for (Carry c : carries) targets.add(c.next());
    var results = new ArrayList<Expr>();
    for (Target t : targets) results.add(t.expr());
    for (Target t : copied) results.add(t.expr());
    wanted.addAll(results);
    plan = new Plan(region, results, known);
    for (Apply a : plan.order) guard(a);
    var copies = new ArrayList<>(copied);
    for (Target t : targets) aim(t, targets, copies);
    for (Target t : copied) if (plan.units.containsKey(t.expr())) plan.units.get(t.expr()).needsMemory = true;
    targets.addAll(copied);
    grouping = new Grouping(region, plan);
    while (demote(copies)) continue;
    List<Group> groups = grouping.group();
    stage(groups, copies);
    var elsewhere = new ArrayList<Carry>();
    for (Carry c : carries) if (!replaces(c, targets, groups)) elsewhere.add(c);
    place(groups);
    copies.sort(Comparator.comparing(Target::last));
    boolean finished = false;
    guardMeasured();
    for (Group g : groups) {
      if (g.last && !finished) {
        for (Target t : copies) if (!t.last()) copy(t);
        finished = true;
      }
      emit(g);
    }
    for (Target t : copies) if (t.last() || !finished) copy(t);
    return elsewhere;
  }

  /** Conditions on extents are checked before anything runs. */
  private void guard(Apply a) {
    if (!(a.op() instanceof Guarded guarded)) return;
    for (Guarded.Guard g : guarded.guards(a)) {
      Value holds = new Value.Call(Fun.GE, new Value.Position(g.atLeastZero()), Value.number(DType.I32, 0));
      Value subject = g.subject() == null ? null : new Value.Position(g.subject());
      var stmt = new Stmt.Require(holds, g.kind(), g.message(), subject);
      var measured = new HashSet<>(Lengths.in(g.atLeastZero()));
      if (g.subject() != null) measured.addAll(Lengths.in(g.subject()));
      if (measured.isEmpty()) region.start().driver.add(stmt);
      else late.put(stmt, measured);
    }
  }

  /** Conditions on extents that the region has measured by now are checked now. */
  private void guardMeasured() {
    late.entrySet().removeIf(e -> {
      if (!region.isMeasured(e.getValue())) return false;
      region.driver.add(e.getKey());
      return true;
    });
  }

  /** Gives a unit the caller's place, or notes that the result must be copied there in the end. */
  private void aim(Target t, List<Target> all, List<Target> copies) {
    Unit unit = plan.units.get(t.expr());
    boolean inside = unit != null && (unit.kind == Unit.Kind.SCAN || unit.kind == Unit.Kind.CHOICE);
    if (inside && !t.last() && region.offer(t.expr(), t.place())) return;
    boolean direct = unit != null && !(t.last() && region.program.putsAside()) && (unit.isFused() || unit.kind == Unit.Kind.CONCAT || unit.kind == Unit.Kind.CONTRACT);
    if (direct && t.last()) {
      direct = unit.isFused() && all.stream().filter(o -> o.expr() == t.expr()).count() == 1;
      unit.last = direct;
    }
    if (direct) unit.places.add(t.place());
    else if (t.last() && isOverwritten(t.expr(), all)) copies.addAll(aside(t));
    else copies.add(t);
    if (unit != null) unit.needsMemory = true;
  }

  /** Takes new values that something else needs earlier out of the last kernels; gives whether there were any. */
  private boolean demote(List<Target> copies) {
    var before = new HashSet<Expr>();
    for (Unit reader : plan.units.values()) if (!reader.last) before.addAll(grouping.reads.get(reader).keySet());
    boolean any = false;
    for (Unit u : plan.units.values()) {
      if (!u.last || !before.contains(u.expr)) continue;
      u.last = false;
      copies.add(new Target(u.expr, u.places.remove(0), true));
      any = true;
    }
    return any;
  }

  /** Whether an expression is a parameter that gets a new value. */
  private boolean isOverwritten(Expr e, List<Target> all) {
    return e.op() instanceof Leaf.Parametric p
        && all.stream().anyMatch(t -> t.last() && t.place().buffer() == region.program.parameter(p.parameter()));
  }

  /** An old value that outlives its parameter goes through memory of its own. */
  private List<Target> aside(Target t) {
    Place place = region.allocate(t.expr(), "old_" + Message.label(t.expr()), false);
    return List.of(new Target(t.expr(), place, false), new Target(t.expr(), t.place(), true, place));
  }

  /**
   * A parameter's new value may be stored where it is computed only if no other kernel at the end reads the old one, and its own reads
   * only the element it replaces. Otherwise it goes through memory of its own.
   */
  private void stage(List<Group> groups, List<Target> copies) {
    List<Unit> units = groups.stream().flatMap(g -> g.members.stream()).toList();
    if (units.stream().noneMatch(u -> u.last)) return;
    Map<Buffer, List<OldRead>> readers = readers(units);
    for (Unit u : units) {
      if (!u.last) continue;
      Place target = u.places.get(0);
      boolean hazard = readers.getOrDefault(target.buffer(), List.of()).stream()
          .anyMatch(r -> (r.reader.last || reads(r.reader, u)) && (r.reader != u || !r.same));
      if (hazard) {
        u.places.clear();
        copies.add(new Target(u.expr, target, true));
        u.needsMemory = true;
      }
    }
  }

  /** @param same whether only the element is read that the reader computes */
  private record OldRead(Unit reader, boolean same) {}

  /** Who reads what no unit computes, by the buffer that it lies in. */
  private Map<Buffer, List<OldRead>> readers(List<Unit> units) {
    var places = new HashMap<Expr, Buffer>();
    var readers = new HashMap<Buffer, List<OldRead>>();
    for (Unit reader : units) {
      grouping.reads.get(reader).forEach((read, same) -> {
        if (plan.units.containsKey(read)) return;
        Buffer from = places.computeIfAbsent(read, e -> {
          Place place = region.placeOrNull(e);
          return place == null ? null : place.buffer();
        });
        if (from != null) readers.computeIfAbsent(from, k -> new ArrayList<>()).add(new OldRead(reader, same));
      });
    }
    return readers;
  }

  /** Lets a carry's new value be computed in place of the old one, if by then nobody else reads that. */
  private boolean replaces(Carry c, List<Target> targets, List<Group> groups) {
    Unit unit = plan.units.get(c.next().expr());
    // A concat's operands are written before others of them are computed, which may still read the old value.
    if (c.stays() || unit == null || unit.kind == Unit.Kind.CONCAT || !unit.places.contains(c.next().place())) return false;
    for (Target t : targets) if (t.expr() == c.variable()) return false;
    int at = groups.indexOf(unit.group);
    for (var reader : grouping.reads.entrySet()) {
      Boolean same = reader.getValue().get(c.variable());
      if (same == null) continue;
      Group group = reader.getKey().group;
      if (group == unit.group ? !same || group.isContraction() : groups.indexOf(group) > at) return false;
    }
    unit.group.replacesCarries = true;
    unit.places.set(unit.places.indexOf(c.next().place()), c.current());
    return true;
  }

  private boolean reads(Unit reader, Unit what) {
    return grouping.reads.get(reader).containsKey(what.expr);
  }

  /** Gives every unit that needs memory a place; operands of a concat get theirs inside its result. */
  private void place(List<Group> groups) {
    for (int i = groups.size() - 1; i >= 0; i--) {
      List<Unit> members = groups.get(i).members;
      for (int k = members.size() - 1; k >= 0; k--) {
        Unit u = members.get(k);
        if (u.kind == Unit.Kind.SCAN || u.kind == Unit.Kind.CHOICE || u.kind == Unit.Kind.STRUCTURED) continue;
        boolean silent = u.isFused() || u.kind == Unit.Kind.CONTRACT;
        if (u.places.isEmpty() && (u.needsMemory || !silent)) {
          u.places.add(region.allocate(u.expr, Message.label(u.expr), u.dense));
        }
        if (u.kind == Unit.Kind.CONCAT) aimOperands(u);
        if (!u.places.isEmpty()) region.define(u.expr, u.places.get(0));
      }
    }
  }

  private void aimOperands(Unit concat) {
    Place whole = concat.places.get(0);
    for (int i = 0; i < concat.apply.inputs().size(); i++) {
      Expr in = concat.apply.input(i);
      Unit operand = plan.units.get(in);
      if (operand == null || operand.last || operand.dense) continue;
      boolean steps = operand.kind == Unit.Kind.SCAN;
      if (!steps && !operand.isFused()) continue;
      // Where it would lie is known only once every length is, and what does not need them all may come before they are measured.
      if (!Lengths.in(operand.expr.type()).containsAll(Lengths.in(concat.expr.type()))) continue;
      Place part = part(concat, whole, i);
      if (!steps) {
        operand.places.add(part);
        operand.needsMemory = true;
      } else if (region.offer(in, part)) {
        offered.add(part);
      }
    }
  }

  /** Where operand {@code i} of a concat or stack lies in its result. */
  private static Place part(Unit concat, Place whole, int i) {
    if (!(concat.apply.op() instanceof Concat c)) {
      return whole.at(((Stack) concat.apply.op()).axis(), Dim.of(i));
    }
    Dim from = Dim.ZERO;
    for (int k = 0; k < i; k++) from = from.plus(concat.apply.input(k).dim(c.axis()));
    return whole.slice(c.axis(), from, concat.apply.input(i).dim(c.axis()));
  }

  private void emit(Group g) {
    Unit first = g.members.get(0);
    Monitoring monitoring = Monitoring.before(region, g, grouping.reads);
    region.program.notes.about(LoweringNotes.of(g.members, plan));
    switch (first.kind) {
      case ELEMENT, REDUCE -> fused(g.members, g.shape);
      case CONTRACT -> contract(g);
      case CONCAT -> concat(first);
      case STRUCTURED -> ((Structured) first.apply.op()).lower(first.apply, new StructuredSite(region, first));
      case SCAN, CHOICE -> {
        if (first.apply.op() instanceof Scan scan) ScanLowering.append(region, first.apply, scan, this);
        else ChoiceLowering.append(region, first.apply, (IfElse) first.apply.op(), this::isUsed);
        guardMeasured();
        for (Expr out : first.apply.outputs()) {
          Place refused = region.offered(out);
          if (refused != null) copy(new Target(out, refused, false));
        }
      }
    }
    if (monitoring != null) monitoring.after();
    new Watching(region).computed(g);
  }

  private void contract(Group g) {
    Unit first = g.members.get(0);
    List<Unit> fused = g.members.subList(1, g.members.size());
    boolean followed = Contraction.append(region, first, fused);
    if (!first.places.isEmpty()) duplicate(first);
    if (!followed && !fused.isEmpty()) fused(fused, g.shape);
  }

  @Override
  public boolean isUsed(Expr e) {
    return wanted.contains(e) || isRead(e);
  }

  @Override
  public boolean isRead(Expr e) {
    Unit unit = plan.units.get(e);
    return grouping.reads.entrySet().stream().anyMatch(r -> r.getKey() != unit && r.getValue().containsKey(e));
  }

  @Override
  public Dim lastRows(Expr rows, boolean backwards) {
    if (users == null) users = Graphs.users(plan.order);
    return LastRows.count(rows, backwards, users, wanted);
  }

  private void fused(List<Unit> members, List<Dim> shape) {
    if (ColumnSums.isOne(region, members, shape)) {
      ColumnSums.append(region, members, shape);
      return;
    }
    List<Dim> at = region.canonical(shape);
    var composer = new Composer(region);
    var body = new ArrayList<Stmt>();
    var stores = new ArrayList<Stmt>();
    boolean late = members.get(0).group.replacesCarries;
    Unit named = null;
    for (Unit u : members) {
      Value value = u.kind == Unit.Kind.REDUCE ? Reduction.of(region, u, at).append(body, composer)
          : composer.rule(u.expr, at);
      if (late && !u.places.isEmpty()) {
        var local = new Local(Memory.identifier(Message.label(u.expr)), value.dtype(), 1);
        body.add(new Stmt.Declare(local, value));
        value = new Value.Get(local);
      }
      composer.define(u.expr, at, value);
      for (Place p : u.places) (late ? stores : body).add(new Stmt.Store(p.buffer(), p.index(at), value));
      if (!u.places.isEmpty() && (named == null || named.expr.name() == null)) named = u;
    }
    if (named == null) return;
    body.addAll(stores);
    List<Dim> padded = Padding.extents(region.program, members, at, shape, body);
    region.run(Formula.title(named.expr, named.places.get(0)), Formula.of(members), named.expr, Loops.nest(at, padded, Share.in(region.program, body)));
  }

  private void concat(Unit u) {
    Place whole = u.places.get(0);
    for (int i = 0; i < u.apply.inputs().size(); i++) {
      Expr operand = u.apply.input(i);
      Unit unit = plan.units.get(operand);
      Place part = part(u, whole, i);
      if (!offered.contains(part) && (unit == null || !unit.places.contains(part))) copy(new Target(operand, part, false));
    }
    duplicate(u);
  }

  /** Fills the second and further places of a unit from the first. */
  private void duplicate(Unit u) {
    for (Place p : u.places.subList(1, u.places.size())) copy(new Target(u.expr, p, false));
  }

  private void copy(Target t) {
    region.program.notes.about(List.of());
    List<Dim> shape = t.expr().type().dims();
    List<Dim> at = region.canonical(shape);
    Value value = t.from() == null ? new Composer(region).value(t.expr(), at)
        : new Value.Load(t.from().buffer(), t.from().index(at), 1);
    Stmt store = new Stmt.Store(t.place().buffer(), t.place().index(at), value);
    region.run(Formula.title(t.expr(), t.place()), Formula.copy(t.expr(), t.place()), t.expr(),
        Loops.nest(at, shape, Share.in(region.program, List.of(store))));
  }
}
