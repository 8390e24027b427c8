package weft.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Checks what a PARALLEL loop promises as far as the indices prove it wrong: every index is written as a polynomial
 * in the number of the iteration and of the iterations of loops inside.
 */
final class Promises extends StmtRewriter {
  private record Access(Buffer buffer, Dim index, int lanes, boolean guarded, String text) {}

  private final Map<Symbol, Dim> positions = new HashMap<>();
  private final Symbol iteration = Symbol.loopVariable("iteration");
  private final List<Access> stores = new ArrayList<>();
  private final List<Access> loads = new ArrayList<>();
  private int guardedBy;

  private Promises() {}

  static void check(Stmt.For loop) {
    var promises = new Promises();
    promises.count(loop, promises.iteration);
    promises.rewrite(loop.body());
    long iterations = iterations(loop);
    // Where another loop says how often it runs, which of its iterations meet cannot be told from the indices.
    if (iterations < 0) promises.compare(loop.to().minus(loop.from()).usesLoops() ? 1 : Long.MAX_VALUE);
    if (iterations > 1) promises.compare(iterations);
  }

  /** How often a loop runs, -1 if that is known only at call time. */
  static long iterations(Stmt.For loop) {
    Dim length = loop.to().minus(loop.from());
    if (!length.isConstant()) return -1;
    return Math.max(0, -Math.floorDiv(-length.constant(), (long) loop.step()));
  }

  private void compare(long iterations) {
    for (Access store : stores) {
      Dim stride = store.index().coefficient(iteration);
      if (stride == null) continue;
      if (stride.is(0)) throw new LoopProblem("every iteration of the parallel loop writes to " + store.text());
      if (!stride.isConstant()) continue;
      if (Math.abs(stride.constant()) < store.lanes()) {
        throw new LoopProblem("iterations of the parallel loop overlap in " + store.text());
      }
      for (Access other : stores) conflict(store, other, stride, iterations, "writes");
      for (Access load : loads) conflict(store, load, stride, iterations, "reads");
    }
  }

  private void conflict(Access store, Access other, Dim stride, long iterations, String does) {
    if (store.buffer() != other.buffer() || store.guarded() || other.guarded()) return;
    if (!Objects.equals(stride, other.index().coefficient(iteration))) return;
    Dim apart = store.index().minus(other.index());
    if (!apart.isConstant() || apart.is(0) || apart.constant() % stride.constant() != 0) return;
    if (Math.abs(apart.constant() / stride.constant()) < iterations) {
      throw new LoopProblem("an iteration of the parallel loop " + does + " " + other.text() + ", another one writes "
          + store.text());
    }
  }

  /** Writes the variables of a loop as where they start plus iterations. */
  private void count(Stmt.For s, Symbol number) {
    Dim i = Dim.of(number);
    Dim from = position(s.from());
    positions.put(s.var(), from.plus(i.times(s.step())));
    for (Stmt.Along along : s.along()) positions.put(along.var(), position(along.from()).plus(i.times(along.step())));
  }

  private Dim position(Dim index) {
    return index.substitute(positions::get);
  }

  private Access access(Buffer buffer, Dim index, int lanes) {
    String text = buffer.name() + "[" + index + (lanes == 1 ? "]" : " : " + lanes + "]");
    return new Access(buffer, position(index), lanes, guardedBy > 0, text);
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    if (stmt instanceof Stmt.For s && iterations(s) == 0) return stmt;
    boolean guards = stmt instanceof Stmt.If || stmt instanceof Stmt.While;
    if (guards) guardedBy++;
    if (stmt instanceof Stmt.For s) count(s, Symbol.loopVariable(s.var().name()));
    if (stmt instanceof Stmt.Store s) stores.add(access(s.buffer(), s.index(), s.value().lanes()));
    if (stmt instanceof Stmt.Scatter s) scatter(s);
    if (stmt instanceof Stmt.Measure s) throw new LoopProblem("a parallel loop measures " + s.symbol());
    if (stmt instanceof Stmt.Run s) rewrite(s.kernel().body());
    else children(stmt);
    if (guards) guardedBy--;
    return stmt;
  }

  private void scatter(Stmt.Scatter s) {
    Dim stride = position(s.base()).coefficient(iteration);
    if (stride != null && stride.isConstant() && Math.abs(stride.constant()) < s.value().lanes()) {
      throw new LoopProblem("iterations of the parallel loop may scatter to the same place of " + s.buffer());
    }
  }

  @Override
  public Value rewrite(Value value) {
    if (value instanceof Value.Load v) loads.add(access(v.buffer(), v.index(), v.lanes()));
    return children(value);
  }
}
