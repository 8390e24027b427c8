package weft.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Buffer;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * A kernel that computes rows of all steps, made to compute those of some: their number takes the place of how many steps there are, and what
 * it reads begins at the first of them, what it writes at 0.
 */
final class StripKernel extends StmtRewriter {
  private final Symbol time;
  private final Dim length;
  private final Dim first;
  private final Map<Buffer, Long> rows;
  private final Map<Buffer, Buffer> rooms;
  /** What counts in time, or from or to what does. */
  private final Set<Symbol> timed = new HashSet<>();
  /** What is stepped along a loop from where rows lie. */
  private final Set<Symbol> moved = new HashSet<>();
  /** Of what counts rows, how many of its iterations there are in a step. */
  private final Map<Symbol, Long> inStep = new HashMap<>();
  private final List<Stmt.For> around = new ArrayList<>();
  private boolean isOdd;

  /**
   * @param length how many steps
   * @param first which of all steps the first one is
   * @param rows elements of each buffer that a step reads
   * @param rooms where these lie instead
   */
  StripKernel(Symbol time, Dim length, Dim first, Map<Buffer, Long> rows, Map<Buffer, Buffer> rooms) {
    this.time = time;
    this.length = length;
    this.first = first;
    this.rows = rows;
    this.rooms = rooms;
  }

  /** The loops over some steps; null if rows do not stand apart in them. */
  Stmt of(Stmt loops) {
    new Counters().rewrite(loops);
    Stmt changed = rewrite(loops);
    return isOdd ? null : changed;
  }

  boolean isOdd() {
    return isOdd;
  }

  /** Finds what counts rows. */
  private final class Counters extends StmtRewriter {
    @Override
    public Stmt rewrite(Stmt stmt) {
      if (stmt instanceof Stmt.For f && (isTimed(f.from()) || isTimed(f.to()))) {
        timed.add(f.var());
        isOdd |= f.order() != Stmt.Order.PARALLEL;
      }
      if (stmt instanceof Stmt.For f) for (Stmt.Along a : f.along()) if (isTimed(a.from())) moved.add(a.var());
      if (stmt instanceof Stmt.Store s) store(s);
      return children(stmt);
    }

    private void store(Stmt.Store s) {
      List<Symbol> counters = s.index().symbols().stream().filter(timed::contains).toList();
      Dim by = counters.size() == 1 ? s.index().coefficient(counters.get(0)) : null;
      long each = rows.get(s.buffer());
      boolean isRow = by != null && by.isConstant() && by.constant() > 0 && each % by.constant() == 0 && !usesTime(s.index())
          && s.index().symbols().stream().noneMatch(moved::contains);
      isOdd |= !isRow;
      if (!isRow) return;
      Long before = inStep.putIfAbsent(counters.get(0), each / by.constant());
      isOdd |= before != null && before != each / by.constant();
    }
  }

  private boolean isTimed(Dim d) {
    return usesTime(d) || d.symbols().stream().anyMatch(s -> timed.contains(s) || moved.contains(s));
  }

  private boolean usesTime(Dim d) {
    return d.symbols().stream().anyMatch(s -> s == time || LoopProgram.parts(s).stream().anyMatch(this::usesTime));
  }

  /** An extent or bound, of fewer steps. */
  @Override
  protected Dim dim(Dim d) {
    return usesTime(d) ? d.substitute(this::fewer) : d;
  }

  private Dim fewer(Symbol s) {
    if (s == time) return length;
    if (LoopProgram.parts(s).stream().noneMatch(this::usesTime)) return null;
    if (s.definition() instanceof Symbol.FloorDiv d) return dim(d.of()).floorDiv(d.by());
    if (s.definition() instanceof Symbol.CeilDiv d) return dim(d.of()).ceilDiv(d.by());
    isOdd = true;
    return null;
  }

  /** Where something lies that has a row for each of all steps. */
  private Dim later(Dim index) {
    isOdd |= usesTime(index);
    return index.substitute(s -> {
      if (!timed.contains(s)) return null;
      isOdd |= !inStep.containsKey(s);
      return Dim.of(s).plus(first.times(inStep.getOrDefault(s, 0L)));
    });
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    if (stmt instanceof Stmt.Store s) return new Stmt.Store(rooms.get(s.buffer()), s.index(), rewrite(s.value()));
    if (!(stmt instanceof Stmt.For f)) return children(stmt);
    around.add(f);
    var along = f.along().stream().map(a -> new Stmt.Along(a.var(), later(a.from()), a.step())).toList();
    Stmt loop = new Stmt.For(f.var(), dim(f.from()), dim(f.to()), f.step(), f.order(), along, rewrite(f.body()));
    around.remove(around.size() - 1);
    return loop;
  }

  @Override
  public Value rewrite(Value value) {
    if (value instanceof Value.Position p && !around.isEmpty()) return new Value.Position(later(p.index()));
    Value inner = children(value);
    if (inner instanceof Value.Gather g) return new Value.Gather(odd(g.buffer()), later(g.base()), later(g.stride()), g.at(), g.lanes());
    if (!(inner instanceof Value.Load l)) return inner;
    return rows.containsKey(l.buffer()) ? row(l) : new Value.Load(l.buffer(), later(l.index()), l.lanes());
  }

  private Buffer odd(Buffer buffer) {
    isOdd |= rows.containsKey(buffer);
    return buffer;
  }

  /** An element of a row that another kernel has computed for the same strip. */
  private Value row(Value.Load l) {
    List<Symbol> counters = l.index().symbols().stream().filter(inStep::containsKey).toList();
    long each = rows.get(l.buffer());
    boolean isRow = counters.size() == 1 && each % inStep.get(counters.get(0)) == 0;
    if (isRow) {
      long by = each / inStep.get(counters.get(0));
      Dim rest = l.index().minus(Dim.of(counters.get(0)).times(by));
      isRow = rest.symbols().stream().noneMatch(timed::contains) && Stores.isWithin(around, rest, l.lanes(), by);
    }
    isOdd |= !isRow || usesTime(l.index());
    return new Value.Load(rooms.get(l.buffer()), l.index(), l.lanes());
  }

  /** Whether a condition holds that has numbers only, null for another one. */
  static Boolean known(Value condition) {
    if (!(condition instanceof Value.Call c) || c.arguments().size() != 2) return null;
    Long left = number(c.argument(0));
    Long right = number(c.argument(1));
    if (left == null || right == null) return null;
    return switch (c.fun()) {
      case GE -> left >= right;
      case GT -> left > right;
      case LT -> left < right;
      case LE -> left <= right;
      default -> null;
    };
  }

  private static Long number(Value v) {
    if (v instanceof Value.Num n) return n.value().longValue();
    return v instanceof Value.Position p && p.index().isConstant() ? p.index().constant() : null;
  }
}
