package weft.schedule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * The body of a loop for several iterations at once: what varies with the loop variable becomes a vector, what does not stays a
 * number. Gives null where something varies in a way that vectors cannot.
 */
public final class Widen {
  private final Symbol var;
  private final DType dtype;
  private final int lanes;
  private final Map<Local, Local> locals = new IdentityHashMap<>();
  private final Set<Local> assigned = new HashSet<>();

  /** For a loop variable that steps by so many lanes of a dtype. */
  public Widen(Symbol var, DType dtype, int lanes) {
    this.var = var;
    this.dtype = dtype;
    this.lanes = lanes;
  }

  /** The one float dtype that the body stores, or null. */
  static DType dtypeOf(Stmt s) {
    if (s instanceof Stmt.For f) return dtypeOf(f.body());
    DType found = null;
    for (Stmt each : s instanceof Stmt.Block b ? b.stmts() : List.of(s)) {
      Buffer written = written(each);
      if (written == null) continue;
      if (!written.dtype().isFloat() || found != null && found != written.dtype()) return null;
      found = written.dtype();
    }
    return found;
  }

  private static Buffer written(Stmt s) {
    if (s instanceof Stmt.Scatter st) return st.buffer();
    return s instanceof Stmt.Store st ? st.buffer() : null;
  }

  /** Reads a vector wherever a scalar was read. */
  public void replace(Local scalar, Local vector) {
    locals.put(scalar, vector);
  }

  /** The statement for all lanes at once. */
  public Stmt stmt(Stmt s) {
    findAssigned(s);
    return widen(s);
  }

  private void findAssigned(Stmt s) {
    if (s instanceof Stmt.Block b) b.stmts().forEach(this::findAssigned);
    else if (s instanceof Stmt.For f) findAssigned(f.body());
    else if (s instanceof Stmt.Assign a) assigned.add(a.local());
  }

  private Stmt widen(Stmt s) {
    if (s instanceof Stmt.Block b) {
      var all = new ArrayList<Stmt>();
      for (Stmt each : b.stmts()) {
        Stmt wide = widen(each);
        if (wide == null) return null;
        all.add(wide);
      }
      return new Stmt.Block(all);
    }
    if (s instanceof Stmt.For f) {
      if (f.from().uses(var) || f.to().uses(var) || !f.along().isEmpty()) return null;
      Stmt body = widen(f.body());
      return body == null ? null : new Stmt.For(f.var(), f.from(), f.to(), f.step(), f.order(), body);
    }
    if (s instanceof Stmt.Declare d) return declare(d);
    if (s instanceof Stmt.Assign a) {
      Value value = value(a.value());
      Local to = locals.get(a.local());
      if (value == null || to == null) return null;
      value = vector(value);
      return value == null ? null : new Stmt.Assign(to, value);
    }
    if (s instanceof Stmt.Store st) {
      Value value = stored(st.index(), st.buffer(), st.value());
      return value == null ? null : new Stmt.Store(st.buffer(), st.index(), value);
    }
    if (s instanceof Stmt.Scatter st) {
      Value value = stored(st.base(), st.buffer(), st.value());
      return value == null || st.stride().uses(var) || !isNumber(st.at()) ? null
          : new Stmt.Scatter(st.buffer(), st.base(), st.stride(), st.at(), value);
    }
    return s instanceof Stmt.Require r && isNumber(r.condition()) && r.subjects().stream().allMatch(this::isNumber) ? s : null;
  }

  /** What is stored in neighbouring elements from an index on, null where they are no neighbours. */
  private Value stored(Dim index, Buffer buffer, Value v) {
    Dim stride = index.coefficient(var);
    Value value = value(v);
    return value == null || stride == null || !stride.is(1) || buffer.dtype() != dtype ? null : vector(value);
  }

  /** Whether a value is the same number in all lanes. */
  private boolean isNumber(Value v) {
    Value wide = value(v);
    return wide != null && wide.lanes() == 1;
  }

  private Stmt declare(Stmt.Declare d) {
    Value value = value(d.value());
    if (value == null) return null;
    if (value.lanes() == 1 && !assigned.contains(d.local())) return new Stmt.Declare(d.local(), value);
    value = vector(value);
    if (value == null) return null;
    var local = new Local(d.local().name(), value.dtype(), lanes);
    locals.put(d.local(), local);
    return new Stmt.Declare(local, value);
  }

  /** The value as a vector; a bool or an integer that does not vary cannot be one. */
  private Value vector(Value v) {
    if (v.lanes() > 1) return v;
    return v.dtype() == dtype ? new Value.Splat(v, lanes) : null;
  }

  private Value value(Value v) {
    if (v instanceof Value.Num) return v;
    if (v instanceof Value.Get g) return locals.containsKey(g.local()) ? new Value.Get(locals.get(g.local())) : v;
    if (v instanceof Value.Position p) return p.index().uses(var) ? null : v;
    if (v instanceof Value.Load l) {
      Dim stride = l.index().coefficient(var);
      if (stride == null) return null;
      if (stride.is(0)) return v;
      return stride.is(1) && l.dtype() == dtype ? new Value.Load(l.buffer(), l.index(), lanes) : null;
    }
    if (v instanceof Value.Gather g) {
      Dim stride = g.base().coefficient(var);
      if (stride == null || g.stride().uses(var) || !isNumber(g.at())) return null;
      if (stride.is(0)) return v;
      return stride.is(1) && g.dtype() == dtype ? new Value.Gather(g.buffer(), g.base(), g.stride(), g.at(), lanes) : null;
    }
    if (v instanceof Value.Cast c) return cast(c);
    return v instanceof Value.Call c ? call(c) : null;
  }

  private Value cast(Value.Cast c) {
    Value inner = value(c.value());
    if (inner == null) return null;
    if (inner.lanes() == 1) return new Value.Cast(c.dtype(), inner);
    if (inner.dtype() != DType.BOOL || c.dtype() != dtype) return null;
    return new Value.Call(Fun.SELECT, inner, new Value.Splat(Value.number(dtype, 1), lanes),
        new Value.Splat(Value.number(dtype, 0), lanes));
  }

  private Value call(Value.Call c) {
    List<Value> arguments = new ArrayList<>();
    boolean varies = false;
    for (Value a : c.arguments()) {
      Value wide = value(a);
      if (wide == null) return null;
      varies |= wide.lanes() > 1;
      arguments.add(wide);
    }
    if (!varies) return new Value.Call(c.fun(), arguments);
    if (!canVectorise(c, arguments)) return null;
    for (int i = 0; i < arguments.size(); i++) {
      Value wide = vector(arguments.get(i));
      if (wide == null) return null;
      arguments.set(i, wide);
    }
    return new Value.Call(c.fun(), arguments);
  }

  private static boolean canVectorise(Value.Call c, List<Value> arguments) {
    DType of = arguments.get(c.fun() == Fun.SELECT ? 1 : 0).dtype();
    return Expand.canVectorise(c.fun(), of);
  }
}
