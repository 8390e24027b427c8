package weft.codegen.source;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.runtime.DType;

/** Gives locals to vectors that Java would say more than once: factors and summands of fused products, and what is reduced. */
final class Bind extends StmtRewriter {
  private List<Stmt> before = new ArrayList<>();
  private Map<Value, Value> known = new IdentityHashMap<>();

  private Bind() {}

  static LoopProgram program(LoopProgram p) {
    Kernel main = new Bind().rewrite(p.main());
    if (main == p.main()) return p;
    return new LoopProgram(p.name(), p.lanes(), p.buffers(), p.symbols(), p.inputs(), p.outputs(), main);
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    List<Stmt> outerBefore = before;
    Map<Value, Value> outerKnown = known;
    before = new ArrayList<>();
    known = new IdentityHashMap<>();
    Stmt changed = stmt instanceof Stmt.While w ? loop(w) : children(stmt);
    if (changed instanceof Stmt.Store s && isFused(s.value())) changed = new Stmt.Store(s.buffer(), s.index(), let(s.value(), "p"));
    if (changed instanceof Stmt.Scatter s && isFused(s.value())) changed = new Stmt.Scatter(s.buffer(), s.base(), s.stride(), s.at(), let(s.value(), "p"));
    if (!before.isEmpty()) {
      before.add(changed);
      changed = new Stmt.Block(before);
    }
    before = outerBefore;
    known = outerKnown;
    return changed;
  }

  /** A condition that is computed anew in every iteration has no place before it where a local could stand. */
  private Stmt loop(Stmt.While s) {
    Stmt body = rewrite(s.body());
    return body == s.body() ? s : new Stmt.While(s.condition(), body);
  }

  @Override
  public Value rewrite(Value value) {
    Value v = children(value);
    if (v instanceof Value.Reduce r && r.vector() != let(r.vector(), "all")) return new Value.Reduce(r.fun(), let(r.vector(), "all"));
    if (!(v instanceof Value.Call c) || !c.isVector()) return v;
    boolean twice = c.fun() == Fun.FMA || c.fun() == Fun.SELECT && c.dtype() == DType.BOOL;
    var arguments = new ArrayList<Value>();
    boolean same = true;
    for (Value a : c.arguments()) {
      Value bound = isFused(a) ? let(a, "p") : twice ? let(a, "part") : a;
      same &= bound == a;
      arguments.add(bound);
    }
    return same ? v : new Value.Call(c.fun(), arguments);
  }

  private static boolean isFused(Value v) {
    return v instanceof Value.Call c && c.fun() == Fun.FMA && c.isVector();
  }

  /** A local that holds the value, unless it is as short as one. */
  private Value let(Value v, String name) {
    if (!(v instanceof Value.Call) && !(v instanceof Value.Cast)) return v;
    Value seen = known.get(v);
    if (seen != null) return seen;
    var local = new Local(name, v.dtype(), v.lanes());
    before.add(new Stmt.Declare(local, v));
    Value get = new Value.Get(local);
    known.put(v, get);
    return get;
  }
}
