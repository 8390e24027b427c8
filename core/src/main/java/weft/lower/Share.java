package weft.lower;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Gives a local to each value that is used more than once, and to each that an inner loop would compute again in every iteration. Two
 * uses are the same object (see {@link Composer}); only shapes that lowering makes (blocks, loops, locals, stores) occur here.
 */
final class Share {
  private final Divisions divisions;

  private Share(Divisions divisions) {
    this.divisions = divisions;
  }

  /** The statements with locals, and with checks of what divides integers. */
  static List<Stmt> in(Memory memory, List<Stmt> stmts) {
    Divisions divisions = memory.divisions;
    return divisions.checked(new Share(divisions).scope(stmts, new IdentityHashMap<>()));
  }

  /** What a scope knows of a value: how often it is used, and in which of its statements first. */
  private static final class Use {
    int count;
    int first;
    boolean inLoop;
  }

  private List<Stmt> scope(List<Stmt> stmts, Map<Value, Value> outer) {
    var uses = new IdentityHashMap<Value, Use>();
    var order = new ArrayList<Value>();
    var inside = new HashMap<Object, Integer>();
    for (int i = 0; i < stmts.size(); i++) inner(stmts.get(i), i, false, inside);
    for (int i = 0; i < stmts.size(); i++) collect(stmts.get(i), i, false, uses, order, outer);
    var replaced = new IdentityHashMap<>(outer);
    var declared = new ArrayList<List<Stmt>>();
    for (int i = 0; i < stmts.size(); i++) declared.add(new ArrayList<>());
    for (Value v : order) {
      Use use = uses.get(v);
      if (use.count < 2 && !use.inLoop || depends(v, use.first, inside, new IdentityHashMap<>())) continue;
      // Asked of what is left of it, since a value that shares its parts may be exponentially large as a tree.
      Value rest = rebuild(v, replaced);
      var local = new Local(name(v), rest.dtype(), rest.lanes());
      declared.get(use.first).add(new Stmt.Declare(local, rest));
      replaced.put(v, new Value.Get(local));
    }
    var result = new ArrayList<Stmt>();
    for (int i = 0; i < stmts.size(); i++) {
      result.addAll(declared.get(i));
      result.add(rewrite(stmts.get(i), replaced));
    }
    return result;
  }

  /** Like what is read, or what is computed last of all. */
  private static String name(Value v) {
    if (v instanceof Value.Load l) return l.buffer().name().replaceAll("_\\d+$", "");
    if (v instanceof Value.Gather g) return g.buffer().name().replaceAll("_\\d+$", "");
    if (v instanceof Value.Splat s) return name(s.value());
    if (v instanceof Value.Cast c) return c.value() instanceof Value.Position ? "number" : name(c.value());
    if (!(v instanceof Value.Call c)) return "value";
    return switch (c.fun()) {
      case ADD, FMA -> "sum";
      case SUB -> "difference";
      case MUL -> "product";
      case DIV -> "quotient";
      case NEG -> "minus";
      case SELECT -> "chosen";
      case BITS, FROM_BITS, SHIFT_LEFT, SHIFT_RIGHT, XOR -> "bits";
      case AND, OR, NOT, EQ, NE, LT, LE, GT, GE -> "holds";
      default -> c.fun().numerics() == null ? "value" : c.fun().numerics();
    };
  }

  /**
   * Notes what this scope cannot read: symbols counted and locals declared inside loops never, accumulators only behind the
   * statement that adds them up.
   */
  private static void inner(Stmt s, int at, boolean nested, Map<Object, Integer> inside) {
    if (s instanceof Stmt.Block b) {
      for (Stmt each : b.stmts()) inner(each, at, nested, inside);
    } else if (s instanceof Stmt.For f) {
      inside.put(f.var(), Integer.MAX_VALUE);
      inner(f.body(), at, true, inside);
    } else if (nested && s instanceof Stmt.Declare d) {
      inside.put(d.local(), Integer.MAX_VALUE);
    } else if (nested && s instanceof Stmt.Assign a) {
      inside.putIfAbsent(a.local(), at);
    }
  }

  private void collect(Stmt s, int at, boolean inLoop, Map<Value, Use> uses, List<Value> order, Map<Value, Value> outer) {
    if (s instanceof Stmt.Block b) for (Stmt each : b.stmts()) collect(each, at, inLoop, uses, order, outer);
    else if (s instanceof Stmt.For f) collect(f.body(), at, true, uses, order, outer);
    else if (s instanceof Stmt.Declare d) collect(d.value(), at, inLoop, uses, order, outer);
    else if (s instanceof Stmt.Assign a) collect(a.value(), at, inLoop, uses, order, outer);
    else if (s instanceof Stmt.Store st) collect(st.value(), at, inLoop, uses, order, outer);
    else throw new IllegalStateException("not a statement of a fused kernel: " + s);
  }

  private void collect(Value v, int at, boolean inLoop, Map<Value, Use> uses, List<Value> order, Map<Value, Value> outer) {
    if (v instanceof Value.Num || v instanceof Value.Get || v instanceof Value.Position || outer.containsKey(v)) return;
    Use use = uses.get(v);
    if (use != null) {
      use.count++;
      use.inLoop |= inLoop;
      return;
    }
    use = new Use();
    use.count = 1;
    use.first = at;
    use.inLoop = inLoop;
    uses.put(v, use);
    for (Value child : children(v)) collect(child, at, inLoop, uses, order, outer);
    // A check ahead reads the divisor once more.
    if (divisions.contains(v)) collect(children(v).get(1), at, inLoop, uses, order, outer);
    order.add(v);
  }

  private static boolean depends(Value v, int at, Map<Object, Integer> inside, Map<Value, Boolean> seen) {
    Boolean known = seen.get(v);
    if (known != null) return known;
    boolean depends = false;
    if (v instanceof Value.Get g) depends = inside.getOrDefault(g.local(), -1) >= at;
    for (Dim d : indices(v)) for (Symbol s : d.symbols()) depends |= inside.containsKey(s);
    for (Value child : children(v)) depends |= depends(child, at, inside, seen);
    seen.put(v, depends);
    return depends;
  }

  private static List<Dim> indices(Value v) {
    if (v instanceof Value.Load l) return List.of(l.index());
    if (v instanceof Value.Position p) return List.of(p.index());
    if (v instanceof Value.Gather g) return List.of(g.base(), g.stride());
    return List.of();
  }

  static List<Value> children(Value v) {
    if (v instanceof Value.Call c) return c.arguments();
    if (v instanceof Value.Cast c) return List.of(c.value());
    if (v instanceof Value.Gather g) return List.of(g.at());
    if (v instanceof Value.Splat s) return List.of(s.value());
    if (v instanceof Value.Reduce r) return List.of(r.vector());
    return Collections.emptyList();
  }

  private Value rebuild(Value v, Map<Value, Value> replaced) {
    Value by = replaced.get(v);
    if (by != null) return by;
    if (v instanceof Value.Call c) {
      return divisions.rewritten(v, new Value.Call(c.fun(), c.arguments().stream().map(a -> rebuild(a, replaced)).toList()));
    }
    if (v instanceof Value.Cast c) return new Value.Cast(c.dtype(), rebuild(c.value(), replaced));
    if (v instanceof Value.Gather g) return new Value.Gather(g.buffer(), g.base(), g.stride(), rebuild(g.at(), replaced), g.lanes());
    if (v instanceof Value.Splat s) return new Value.Splat(rebuild(s.value(), replaced), s.lanes());
    if (v instanceof Value.Reduce r) return new Value.Reduce(r.fun(), rebuild(r.vector(), replaced));
    return v;
  }

  private Stmt rewrite(Stmt s, Map<Value, Value> replaced) {
    if (s instanceof Stmt.Block b) return Stmt.of(b.stmts().stream().map(each -> rewrite(each, replaced)).toList());
    if (s instanceof Stmt.For f) {
      List<Stmt> body = f.body() instanceof Stmt.Block b ? b.stmts() : List.of(f.body());
      return new Stmt.For(f.var(), f.from(), f.to(), f.step(), f.order(), Stmt.of(scope(body, replaced)));
    }
    if (s instanceof Stmt.Declare d) return new Stmt.Declare(d.local(), rebuild(d.value(), replaced));
    if (s instanceof Stmt.Assign a) return new Stmt.Assign(a.local(), rebuild(a.value(), replaced));
    if (s instanceof Stmt.Store st) return new Stmt.Store(st.buffer(), st.index(), rebuild(st.value(), replaced));
    throw new IllegalStateException("not a statement of a fused kernel: " + s);
  }
}
