package weft.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Buffer;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * The row that each step of a loop over time makes of a buffer, of as many elements each: whether all that the step does with the buffer stays in that
 * row, and the same with a buffer that has room for one row.
 */
final class StepRow {
  final Buffer buffer;
  final long size;
  private final Symbol step;
  private final Dim start;

  private StepRow(Buffer buffer, Symbol step, Dim start, long size) {
    this.buffer = buffer;
    this.step = step;
    this.start = start;
    this.size = size;
  }

  /**
   * The row that a step stores into: the one of the step's number, the next one, or, if the loop goes backwards, the one of as many as there are left; null
   * if a step stores anywhere else.
   */
  static StepRow stored(Buffer buffer, Stmt.For steps) {
    Dim by = new Strides(buffer, steps.var(), true).of(steps.body());
    if (by == null) return null;
    long size = Math.abs(by.constant());
    Dim t = Dim.of(steps.var());
    List<Dim> numbers = by.constant() > 0 ? List.of(t, t.plus(1)) : List.of(steps.to().minus(1).minus(t));
    return numbers.stream().map(n -> new StepRow(buffer, steps.var(), n.times(size), size)).filter(r -> r.holds(steps.body(), true)).findFirst().orElse(null);
  }

  /** The row of the step's number, if that is all that a step reads of the buffer, else null. */
  static StepRow read(Buffer buffer, Stmt.For steps) {
    Dim by = new Strides(buffer, steps.var(), false).of(steps.body());
    if (by == null || by.constant() < 0) return null;
    var row = new StepRow(buffer, steps.var(), Dim.of(steps.var()).times(by), by.constant());
    return row.holds(steps.body()) ? row : null;
  }

  /** The row before it. */
  StepRow before() {
    return new StepRow(buffer, step, start.minus(size), size);
  }

  /** Whether it is the row behind that of the step's number. */
  boolean isNext() {
    return start.equals(Dim.of(step).plus(1).times(size));
  }

  /** From row to row of a buffer that steps store into, or read. */
  private static final class Strides extends StmtRewriter {
    private final Buffer buffer;
    private final Symbol step;
    private final boolean stored;
    private final Map<Symbol, Dim> along = new HashMap<>();
    private Dim first;

    Strides(Buffer buffer, Symbol step, boolean stored) {
      this.buffer = buffer;
      this.step = step;
      this.stored = stored;
    }

    /** A number that is not 0; null for anything else. */
    Dim of(Stmt body) {
      rewrite(body);
      Dim by = first == null ? null : first.coefficient(step);
      return by == null || !by.isConstant() || by.is(0) ? null : by;
    }

    @Override
    public Stmt rewrite(Stmt s) {
      if (s instanceof Stmt.For f) for (Stmt.Along a : f.along()) along.put(a.var(), a.from());
      if (stored && s instanceof Stmt.Store store && store.buffer() == buffer) found(store.index());
      return children(s);
    }

    @Override
    public Value rewrite(Value v) {
      if (!stored && v instanceof Value.Load l && l.buffer() == buffer) found(l.index());
      return children(v);
    }

    private void found(Dim index) {
      if (first == null) first = index.substitute(along::get);
    }
  }

  /** Whether a statement of the step does nothing to the buffer outside of the row. */
  boolean holds(Stmt s) {
    return holds(s, false);
  }

  private boolean holds(Stmt s, boolean storesOnly) {
    return alone(s, storesOnly) != null;
  }

  /** The statement with the row in a place of its own; null if it is not all that the statement needs of the buffer. */
  Stmt alone(Stmt s) {
    return alone(s, false);
  }

  private Stmt alone(Stmt s, boolean storesOnly) {
    var change = new Change(storesOnly);
    Stmt changed = change.rewrite(s);
    change.isOdd |= change.along.stream().anyMatch(change.others::contains);
    return change.isOdd ? null : changed;
  }

  private final class Change extends StmtRewriter {
    private final Buffer room = Buffer.workspace(buffer.name(), buffer.dtype(), Dim.of(size));
    private final boolean storesOnly;
    private final List<Stmt.For> around = new ArrayList<>();
    /** Of what is stepped along a loop, what counts in the row and what in other buffers. */
    private final Set<Symbol> along = new HashSet<>();
    private final Set<Symbol> others = new HashSet<>();
    private boolean isOdd;

    Change(boolean storesOnly) {
      this.storesOnly = storesOnly;
    }

    @Override
    protected Dim dim(Dim index) {
      others.addAll(index.symbols());
      return index;
    }

    @Override
    public Stmt rewrite(Stmt stmt) {
      if (stmt instanceof Stmt.Scatter s) isOdd |= s.buffer() == buffer;
      if (stmt instanceof Stmt.Print p) isOdd |= p.buffer() == buffer;
      if (stmt instanceof Stmt.Store s && s.buffer() == buffer) return new Stmt.Store(room, row(s.index(), s.value().lanes()), rewrite(s.value()));
      if (!(stmt instanceof Stmt.For f)) return children(stmt);
      around.add(f);
      var inner = (Stmt.For) children(f);
      around.remove(around.size() - 1);
      if (inner.along().stream().noneMatch(a -> along.contains(a.var()))) return inner;
      var moved = inner.along().stream().map(a -> along.contains(a.var()) ? new Stmt.Along(a.var(), a.from().minus(start), a.step()) : a).toList();
      return new Stmt.For(f.var(), inner.from(), inner.to(), f.step(), f.order(), moved, inner.body());
    }

    @Override
    public Value rewrite(Value value) {
      if (storesOnly) return children(value);
      if (value instanceof Value.Gather g) isOdd |= g.buffer() == buffer;
      return value instanceof Value.Load l && l.buffer() == buffer ? new Value.Load(room, row(l.index(), l.lanes()), l.lanes()) : children(value);
    }

    /** The index in the row; what is stepped from where the row lies is stepped from its beginning instead. */
    private Dim row(Dim index, int lanes) {
      isOdd |= !isInRow(index, lanes);
      for (Symbol s : index.symbols()) {
        if (stepped(s) == null) continue;
        isOdd |= !Dim.ONE.equals(index.coefficient(s));
        along.add(s);
        return index;
      }
      return index.minus(start);
    }

    private boolean isInRow(Dim index, int lanes) {
      for (Symbol s : index.symbols()) {
        Stmt.For loop = stepped(s);
        if (loop == null) continue;
        Stmt.Along a = loop.along().stream().filter(each -> each.var() == s).findFirst().orElseThrow();
        Dim rounds = loop.to().minus(loop.from()).ceilDiv(loop.step());
        Dim last = a.from().plus(rounds.minus(1).times(a.step()));
        return isInRow(index.substitute(v -> v == s ? a.from() : null), lanes) && isInRow(index.substitute(v -> v == s ? last : null), lanes);
      }
      Dim inRow = index.minus(start);
      return !inRow.uses(step) && Stores.isWithin(around, inRow, lanes, size);
    }

    private Stmt.For stepped(Symbol s) {
      for (Stmt.For f : around) for (Stmt.Along a : f.along()) if (a.var() == s) return f;
      return null;
    }
  }
}
