package weft.schedule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Kernel;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * A tile of a product that is a method of its own is told offsets, not the numbers of its panel and rows: the driver's loop steps them along
 * ({@link Stmt.Along}). What the method needs behind its loop over k waits in registers meanwhile, and HotSpot has none left: with G1 it cuts such a
 * loop into stretches of 1000, which takes four more. On an Intel CPU it puts what has none into vector registers, even the address of the next loads,
 * which then wait for multiply-adds (LSTM B64 T50 H200 on a Cascade Lake: 0.90 of the time with offsets, 1.07 with numbers).
 */
final class Offsets extends StmtRewriter {
  /** Sums of one row of A: there loads are what takes the time, and calls would cost more than registers. */
  private static final int ROW = Boolean.getBoolean("weft.tiny") ? 0 : 4;
  /** Sums from which on a tile fills 16 vector registers. */
  private static final int FULL = 8;

  private final Stmt.For loop;
  private final Set<Symbol> inside = new HashSet<>();
  private final Map<Dim, Symbol> offsets = new LinkedHashMap<>();

  private Offsets(Stmt.For loop) {
    this.loop = loop;
  }

  /** A loop of a driver; if it runs a tile and nothing else, it steps along what the tile is told. */
  static Stmt.For of(Stmt.For loop) {
    if (!(loop.body() instanceof Stmt.Run run) || run.kernel().kind() != Kernel.Kind.LOOPS) return loop;
    var rewriting = new Offsets(loop);
    if (!rewriting.isTile(run.kernel().body())) return loop;
    Stmt tile = rewriting.rewrite(run.kernel().body());
    var along = new ArrayList<>(loop.along());
    rewriting.offsets.forEach((dim, symbol) -> along.add(new Stmt.Along(symbol, rewriting.first(dim), Math.toIntExact(rewriting.step(dim).constant()))));
    return new Stmt.For(loop.var(), loop.from(), loop.to(), loop.step(), loop.order(), along, new Stmt.Run(run.kernel().with(tile)));
  }

  /** Whether there are tiles of several rows in it. */
  static boolean hasTiles(Stmt stmt) {
    return loops(stmt).stream().anyMatch(f -> !f.along().isEmpty() && Stretches.carriedVectors(f.body()) > ROW);
  }

  /** Whether there are tiles in it that leave hardly one of 16 vector registers. */
  static boolean hasFullTiles(Stmt stmt) {
    return loops(stmt).stream().anyMatch(f -> !f.along().isEmpty() && Stretches.carriedVectors(f.body(), bytes -> Registers.of(bytes) < Registers.MANY) >= FULL);
  }

  /** Whether all that counts in it is one loop over k. Learns what that counts. */
  private boolean isTile(Stmt stmt) {
    List<Stmt.For> loops = loops(stmt);
    if (loops.size() != 1 || loops.get(0).along().isEmpty()) return false;
    inside.add(loops.get(0).var());
    for (Stmt.Along a : loops.get(0).along()) inside.add(a.var());
    return true;
  }

  private static List<Stmt.For> loops(Stmt stmt) {
    var found = new ArrayList<Stmt.For>();
    new StmtRewriter() {
      @Override
      public Stmt rewrite(Stmt s) {
        if (s instanceof Stmt.For f) found.add(f);
        return children(s);
      }
    }.rewrite(stmt);
    return found;
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    if (!(stmt instanceof Stmt.For f)) return children(stmt);
    List<Stmt.Along> along = f.along().stream().map(a -> new Stmt.Along(a.var(), whole(a.from()), a.step())).toList();
    return new Stmt.For(f.var(), whole(f.from()), whole(f.to()), f.step(), f.order(), along, rewrite(f.body()));
  }

  /** Where a loop begins or ends is one number: from a number and a constant HotSpot would keep both. */
  private Dim whole(Dim dim) {
    return dim.isConstant() || !isStepped(dim) ? dim : offset(dim);
  }

  /** Of an index constants stay, of which the processor adds one to every address. */
  @Override
  protected Dim dim(Dim dim) {
    Dim outside = dim.substitute(s -> inside.contains(s) ? Dim.ZERO : null);
    Dim moving = outside.minus(outside.substitute(s -> Dim.ZERO));
    return moving.is(0) || !isStepped(moving) ? dim : dim.minus(moving).plus(offset(moving));
  }

  private boolean isStepped(Dim dim) {
    Dim step = step(dim);
    return step != null && step.isConstant() && Math.abs(step.constant()) <= Integer.MAX_VALUE;
  }

  /** What it is in the first iteration. */
  private Dim first(Dim dim) {
    Dim first = dim.substitute(s -> s == loop.var() ? loop.from() : null);
    for (Stmt.Along a : loop.along()) first = first.substitute(s -> s == a.var() ? a.from() : null);
    return first;
  }

  /** What each iteration adds to it; null if that is no multiple of what they count. */
  private Dim step(Dim dim) {
    Dim step = dim.coefficient(loop.var());
    if (step != null) step = step.times(loop.step());
    for (Stmt.Along a : loop.along()) {
      Dim more = dim.coefficient(a.var());
      step = step == null || more == null ? null : step.plus(more.times(a.step()));
    }
    return step;
  }

  private Dim offset(Dim dim) {
    return Dim.of(offsets.computeIfAbsent(dim, d -> Symbol.loopVariable("at")));
  }
}
