package weft.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.loop.LoopProgram;
import weft.lower.Lowering;
import weft.op.Scan;
import weft.runtime.Tensor;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * The versions of one function for particular numbers of rows, such as the sizes of its batches: made and warmed up beside the callers,
 * for what is called often and where it gains something, and at most {@link #MOST} at a time. The general version behind them runs all
 * else. What decides how long a scan is never has a version.
 */
final class Versions {
  static final int MOST = 4;
  /** Before a version is made its calls must have come so often, and taken so long, that making it pays. */
  private static final int CALLS = 64;
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long WARM_UP = TimeUnit.SECONDS.toNanos(10);
  private static final int WATCHED = 8;
  private static final boolean OFF = "off".equals(System.getProperty("weft.specialise"));
  /** One is made at a time, so that callers keep their processors. */
  private static final Object MAKING = new Object();

  private final Prepared general;
  private final Memories memories;
  private final Set<Symbol> named;
  private final Binding.Source[] sources;
  private final List<Symbol> symbols;
  private final int[] ranks;
  private final Candidate[] candidates = new Candidate[WATCHED];
  private final Map<String, String> given = new LinkedHashMap<>();
  private volatile Version[] made = {};
  private int replaced;
  /** Counts calls of versions; not exact, since nobody waits for it. */
  private long clock;

  /** A program for calls in which the extents have these values. */
  static final class Version {
    final Door door;
    private final int[] values;
    private long calls;
    private long used;

    Version(int[] values, Door door) {
      this.values = values;
      this.door = door;
    }
  }

  /** Values that have come, and how often and for how long. */
  private static final class Candidate {
    final int[] values;
    int calls;
    long nanos;
    boolean isDecided;

    Candidate(int count) {
      values = new int[count];
    }
  }

  private Versions(Prepared general, Set<Symbol> named, List<Symbol> symbols, List<Binding.Source> sources, Memories memories) {
    this.general = general;
    this.memories = memories;
    this.named = named;
    this.symbols = symbols;
    this.sources = sources.toArray(Binding.Source[]::new);
    this.ranks = sources.stream().mapToInt(s -> general.spec().inputs().get(s.input()).rank()).toArray();
    for (int i = 0; i < WATCHED; i++) candidates[i] = new Candidate(symbols.size());
  }

  /**
   * The versions that a function may have; null if none can gain anything, or if rehearsals would be seen.
   *
   * @param named the only extents to make versions for, empty for those where it gains something
   * @param memories what calls of versions use
   */
  static Versions of(Prepared general, Binding binding, Set<Symbol> named, Memories memories) {
    Options options = general.options();
    boolean isPlain = !options.checked() && !options.profiled() && !options.watch().isOn() && options.monitor() == null && !"source".equals(options.backend());
    if (OFF || !isPlain || general.program().lanes() == 1 || BackEnds.find(options.backend()) == BackEnds.INTERPRETER) return null;
    for (Apply a : Graphs.order(general.spec().results())) if (!a.op().isPure()) return null;
    var wanted = new HashSet<>(general.lowering().rows());
    if (!named.isEmpty()) wanted.retainAll(named);
    if (wanted.isEmpty()) return null;
    wanted.removeAll(lengths(general));
    var symbols = new ArrayList<Symbol>();
    var sources = new ArrayList<Binding.Source>();
    for (Binding.Source s : binding.sources()) {
      Symbol symbol = binding.symbols().get(s.symbol());
      if (!wanted.contains(symbol)) continue;
      symbols.add(symbol);
      sources.add(s);
    }
    return symbols.isEmpty() ? null : new Versions(general, named, symbols, sources, memories);
  }

  /** What scans are as long as, as they were written and as they are computed. */
  private static Set<Symbol> lengths(Prepared general) {
    var found = new HashSet<Symbol>();
    var open = new ArrayList<List<Expr>>(List.of(general.spec().results(), general.rewritten().results()));
    while (!open.isEmpty()) {
      for (Apply a : Graphs.order(open.remove(open.size() - 1))) {
        a.op().bodies().forEach(b -> open.add(b.results()));
        if (!(a.op() instanceof Scan s)) continue;
        below(s.length(), found);
        below(s.most(), found);
      }
    }
    return found;
  }

  private static void below(Dim d, Set<Symbol> found) {
    for (Symbol s : d.symbols()) {
      if (found.add(s)) LoopProgram.parts(s).forEach(part -> below(part, found));
    }
  }

  Set<Symbol> named() {
    return named;
  }

  /** The version for these arguments, null if there is none. */
  Version find(Tensor[] arguments) {
    for (Version v : made) {
      if (!fits(v.values, arguments)) continue;
      v.calls++;
      v.used = ++clock;
      return v;
    }
    return null;
  }

  private boolean fits(int[] values, Tensor[] arguments) {
    for (int i = 0; i < values.length; i++) if (value(i, arguments) != values[i]) return false;
    return true;
  }

  /** The value of an extent, -1 where the argument has none. */
  private int value(int i, Tensor[] arguments) {
    Tensor t = arguments[sources[i].input()];
    return t == null || t.rank() != ranks[i] ? -1 : t.dimAt(sources[i].axis());
  }

  /** Whether a version for these arguments would be faster than the general one. */
  boolean gains(Tensor[] arguments) {
    boolean gains = false;
    for (int i = 0; i < sources.length; i++) {
      int value = value(i, arguments);
      if (value < 0) return false;
      gains |= Lowering.gains(value, general.program().lanes()) || general.notes().awaits(symbols.get(i), value) || !named.isEmpty();
    }
    return gains;
  }

  /** Hears of a call that the general version has made, and has a version made where that pays. */
  void note(Door caller, Tensor[] arguments, long nanos) {
    synchronized (this) {
      Candidate c = candidate(arguments);
      if (c == null || c.isDecided) return;
      c.calls++;
      c.nanos += nanos;
      // Values that keep changing places with each other must not keep the compiler busy.
      if (c.calls < (long) CALLS << Math.min(replaced, 20) || c.nanos < NANOS) return;
      c.isDecided = true;
    }
    var copies = new Tensor[arguments.length];
    for (int i = 0; i < copies.length; i++) copies[i] = arguments[i].copy();
    var thread = new Thread(() -> make(caller, copies), "weft-specialise");
    thread.setDaemon(true);
    thread.start();
  }

  /** Where these values are counted, in the place of the rarest others if they are new; null if there is no place. */
  private Candidate candidate(Tensor[] arguments) {
    Candidate rarest = null;
    for (Candidate c : candidates) {
      if (c.calls > 0 && fits(c.values, arguments)) return c;
      if (!c.isDecided && (rarest == null || c.calls < rarest.calls)) rarest = c;
    }
    if (rarest == null) return null;
    for (int i = 0; i < rarest.values.length; i++) rarest.values[i] = value(i, arguments);
    rarest.calls = 0;
    rarest.nanos = 0;
    return rarest;
  }

  private void make(Door caller, Tensor[] arguments) {
    synchronized (MAKING) {
      int[] values = values(arguments);
      try {
        Version version = compile(values);
        WarmUp.of(caller.own(version), arguments, WARM_UP);
        publish(version);
      } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
        // The general version goes on; explain() says why.
        synchronized (this) {
          given.put(text(values), "runs the general version: " + e.getMessage());
        }
      }
    }
  }

  /** The version for these arguments, made at once if there is none; null if it would gain nothing. */
  Version require(Tensor[] arguments) {
    if (!gains(arguments)) return null;
    synchronized (MAKING) {
      Version known = find(arguments);
      if (known != null) return known;
      Version version = compile(values(arguments));
      publish(version);
      return version;
    }
  }

  private int[] values(Tensor[] arguments) {
    var values = new int[sources.length];
    for (int i = 0; i < values.length; i++) values[i] = value(i, arguments);
    return values;
  }

  private Version compile(int[] values) {
    var extents = new LinkedHashMap<Symbol, Integer>();
    for (int i = 0; i < values.length; i++) extents.put(symbols.get(i), values[i]);
    return new Version(values, Compiler.specialised(general, extents).in(memories));
  }

  private synchronized void publish(Version version) {
    for (Version v : made) if (Arrays.equals(v.values, version.values)) return;
    version.used = ++clock;
    Version[] now = Arrays.copyOf(made, made.length < MOST ? made.length + 1 : MOST);
    int at = now.length - 1;
    if (made.length == MOST) {
      for (int i = 0; i < MOST; i++) if (now[i].used < now[at].used) at = i;
      replaced++;
      now[at].door.retire();
      for (Candidate c : candidates) {
        if (!Arrays.equals(c.values, now[at].values)) continue;
        c.isDecided = false;
        c.calls = 0;
        c.nanos = 0;
      }
    }
    now[at] = version;
    made = now;
  }

  /** Which versions there are and how often they were called, a line each. */
  synchronized List<String> lines() {
    var lines = new ArrayList<String>();
    for (Version v : made) lines.add(text(v.values) + ": " + v.calls + (v.calls == 1 ? " call" : " calls"));
    given.forEach((values, why) -> lines.add(values + ": " + why));
    return lines;
  }

  private String text(int[] values) {
    var parts = new ArrayList<String>();
    for (int i = 0; i < values.length; i++) parts.add(symbols.get(i).name() + " = " + values[i]);
    return String.join(", ", parts);
  }
}
