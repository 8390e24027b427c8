package weft.schedule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Uses;
import weft.loop.Value;
import weft.type.Symbol;

/**
 * Loads that an innermost loop would repeat are made once before it: a virtual machine cannot know that no store
 * of the loop goes to the same array, and loads them again and again.
 */
public final class Hoist extends StmtRewriter {
  /** More values than this would not stay in registers. */
  private static final int MOST = 8;

  private int reductions;

  private Hoist() {}

  /** The body of a kernel in which this is done. */
  public static Stmt apply(Kernel kernel) {
    return new Hoist().rewrite(kernel.body());
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    if (!(stmt instanceof Stmt.For)) return children(stmt);
    boolean reduction = ((Stmt.For) stmt).order() == Stmt.Order.REDUCTION;
    if (reduction) reductions++;
    var inner = (Stmt.For) children(stmt);
    if (reduction) reductions--;
    return Loops.isInnermost(inner) ? hoist(inner) : inner;
  }

  private Stmt hoist(Stmt.For loop) {
    boolean runs = loop.to().minus(loop.from()).isConstant() && loop.to().minus(loop.from()).constant() > 0;
    // A reduction holds no branches, so that the loop that may be empty must stay as it is there.
    if (!runs && reductions > 0) return loop;
    var repeated = new Repeated(loop);
    repeated.rewrite(loop.body());
    if (repeated.locals.isEmpty()) return loop;
    var stmts = new ArrayList<Stmt>();
    repeated.locals.forEach((load, local) -> stmts.add(new Stmt.Declare(local, load)));
    Stmt body = new StmtRewriter() {
      @Override
      public Value rewrite(Value value) {
        Local local = value instanceof Value.Load ? repeated.locals.get(value) : null;
        return local == null ? children(value) : new Value.Get(local);
      }
    }.rewrite(loop.body());
    stmts.add(new Stmt.For(loop.var(), loop.from(), loop.to(), loop.step(), loop.order(), loop.along(), body));
    if (runs) return new Stmt.Block(stmts);
    Value some = new Value.Call(Fun.LT, new Value.Position(loop.from()), new Value.Position(loop.to()));
    return new Stmt.If(some, new Stmt.Block(stmts), new Stmt.Block(List.of()));
  }

  /**
   * Finds the loads that every iteration makes anew; those under a condition may be ones that must not be
   * made.
   */
  private static final class Repeated extends StmtRewriter {
    private final Map<Value.Load, Local> locals = new LinkedHashMap<>();
    private final Set<Symbol> counted = new HashSet<>();
    private final Set<Buffer> written;
    private boolean over;

    Repeated(Stmt.For loop) {
      counted.add(loop.var());
      for (Stmt.Along along : loop.along()) counted.add(along.var());
      written = Uses.of(loop.body()).written();
    }

    @Override
    public Stmt rewrite(Stmt stmt) {
      if (stmt instanceof Stmt.If || stmt instanceof Stmt.While || stmt instanceof Stmt.Require) over = true;
      return over ? stmt : children(stmt);
    }

    @Override
    public Value rewrite(Value value) {
      if (value instanceof Value.Call c && c.fun() == Fun.SELECT && !c.isVector()) {
        rewrite(c.argument(0));
        return value;
      }
      if (value instanceof Value.Load load && locals.size() < MOST && !written.contains(load.buffer())
          && load.index().symbols().stream().noneMatch(counted::contains)) {
        locals.computeIfAbsent(load, l -> new Local(l.buffer().name(), l.dtype(), l.lanes()));
      }
      return children(value);
    }
  }
}
