package weft.lower;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Fun;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.op.Broadcast;
import weft.op.Cast;
import weft.runtime.WeftException.Kind;

/**
 * Which values divide integers by what may be 0, and the checks ahead of the statements that compute them: what divides knows the
 * numbers alone, a check the user's expressions and line as well. A divisor that is a number other than 0 needs none.
 */
final class Divisions {
  private static final String ADVICE = "Make the divisor other than 0, for example where(eq(divisor, 0), 1, divisor), or divide floats.";

  /** What each of them is in the graph; values are the same if they are one object, as for {@link Share}. */
  private final Map<Value, Apply> known = new IdentityHashMap<>();

  /** Notes the value of an element of an apply if it is such a division. */
  void note(Value value, Apply apply) {
    if (!(value instanceof Value.Call c) || c.fun() != Fun.FLOOR_DIV && c.fun() != Fun.MOD || c.dtype().isFloat()) return;
    if (c.argument(1) instanceof Value.Num n && n.value().longValue() != 0) return;
    known.put(value, apply);
  }

  boolean contains(Value value) {
    return known.containsKey(value);
  }

  /** What is noted of a value holds of what it was rewritten to. */
  Value rewritten(Value value, Value to) {
    Apply apply = known.get(value);
    if (apply != null) known.put(to, apply);
    return to;
  }

  /** The same statements with checks where something may divide by 0. */
  List<Stmt> checked(List<Stmt> stmts) {
    if (known.isEmpty()) return stmts;
    var result = new ArrayList<Stmt>();
    for (Stmt s : stmts) {
      result.addAll(checks(s));
      result.add(inside(s));
    }
    return result;
  }

  Stmt checked(Stmt stmt) {
    return known.isEmpty() ? stmt : Stmt.of(checked(stmt instanceof Stmt.Block b ? b.stmts() : List.of(stmt)));
  }

  /** The statements inside a statement; what a {@code while} or an {@code if} asks is one of their own. */
  private Stmt inside(Stmt s) {
    if (s instanceof Stmt.Block b) return new Stmt.Block(checked(b.stmts()));
    if (s instanceof Stmt.For f) {
      return new Stmt.For(f.var(), f.from(), f.to(), f.step(), f.order(), f.along(), checked(f.body()));
    }
    if (s instanceof Stmt.While w) return new Stmt.While(w.condition(), checked(w.body()));
    if (s instanceof Stmt.If i) return new Stmt.If(i.condition(), checked(i.then()), checked(i.otherwise()));
    return s;
  }

  /** For all divisions of a statement's own values, those inside others first. */
  private List<Stmt> checks(Stmt s) {
    if (s instanceof Stmt.Block || s instanceof Stmt.For || s instanceof Stmt.While || s instanceof Stmt.Run) return List.of();
    var found = new ArrayList<Stmt>();
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    new StmtRewriter() {
      @Override
      public Stmt rewrite(Stmt stmt) {
        return stmt == s || !(s instanceof Stmt.If) ? children(stmt) : stmt;
      }

      @Override
      public Value rewrite(Value value) {
        if (!seen.add(value)) return value;
        children(value);
        Apply apply = known.get(value);
        if (apply != null) found.add(check((Value.Call) value, apply));
        return value;
      }
    }.rewrite(s);
    return found;
  }

  private static Stmt check(Value.Call division, Apply apply) {
    List<Expr> sides = apply.inputs().stream().map(Divisions::given).toList();
    Value divisor = division.argument(1);
    // Which dividend it was is not said: of several threads any may come first.
    String what = apply.op().name() + ": " + Message.label(sides.get(0)) + " is divided by " + Message.label(sides.get(1))
        + (divisor instanceof Value.Num ? "" : sides.get(1).rank() == 0 ? ", which is 0" : ", of which an element is 0");
    return new Stmt.Require(new Value.Call(Fun.NE, divisor, Value.number(divisor.dtype(), 0)), Kind.ARGUMENT,
        Message.of(what, sides, apply.origin(), ADVICE), List.of());
  }

  /** What the user wrote, which was made to fit the other side. */
  private static Expr given(Expr e) {
    boolean fitted = e.op() instanceof Broadcast || e.op() instanceof Cast && e.apply().input(0).dtype().isInteger();
    return fitted ? given(e.apply().input(0)) : e;
  }
}
