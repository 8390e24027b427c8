package weft.loop;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Checks what a REDUCTION loop promises: it only combines values into locals, each by one function, and reads them
 * nowhere else.
 */
final class Reductions extends StmtRewriter {
  private final Set<Local> inner = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Local> read = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Local, Fun> combined = new HashMap<>();

  private Reductions() {}

  static void check(Stmt.For loop) {
    var reductions = new Reductions();
    reductions.rewrite(loop.body());
    for (Local l : reductions.combined.keySet()) {
      if (reductions.read.contains(l)) throw new LoopProblem("the reduction reads " + l + " before it is complete");
    }
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    if (stmt instanceof Stmt.Assign s && !inner.contains(s.local())) {
      combine(s);
      return stmt;
    }
    if (stmt instanceof Stmt.Declare s) inner.add(s.local());
    boolean fits = stmt instanceof Stmt.Block || stmt instanceof Stmt.For || stmt instanceof Stmt.Declare
        || stmt instanceof Stmt.Assign || stmt instanceof Stmt.Require;
    if (!fits) throw new LoopProblem("a reduction does more than combine: " + LoopPrinter.text(stmt));
    return children(stmt);
  }

  private void combine(Stmt.Assign s) {
    if (!(s.value() instanceof Value.Call call)) throw new LoopProblem("a reduction assigns " + LoopPrinter.text(s));
    boolean sums = call.fun() == Fun.FMA && isAccumulator(call.argument(2), s.local());
    boolean combines = call.arguments().size() == 2 && isAccumulator(call.argument(0), s.local()) && isCombining(call.fun());
    if (!sums && !combines) throw new LoopProblem("a reduction assigns " + LoopPrinter.text(s));
    Fun fun = sums ? Fun.ADD : call.fun();
    Fun before = combined.putIfAbsent(s.local(), fun);
    if (before != null && before != fun) {
      throw new LoopProblem("a reduction combines " + s.local() + " by " + before + " and by " + fun);
    }
    if (sums) rewrite(call.argument(0));
    rewrite(call.argument(1));
  }

  private static boolean isAccumulator(Value value, Local local) {
    return value instanceof Value.Get g && g.local() == local;
  }

  private static boolean isCombining(Fun fun) {
    return switch (fun) {
      case ADD, MUL, MIN, MAX, AND, OR -> true;
      default -> false;
    };
  }

  @Override
  public Value rewrite(Value value) {
    if (value instanceof Value.Get v) read.add(v.local());
    return children(value);
  }
}
