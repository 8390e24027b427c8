package weft.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * A long loop as a kernel for so many iterations at a time, run by the driver: the sums that it carries wait in memory from one run to the
 * next. They are added in the same order as before.
 */
final class Stretches {
  private final Kernel kernel;
  private final UnaryOperator<String> unique;
  private final List<Stmt> before;
  private final Stmt.For loop;
  private final List<Stmt> after;
  private final Map<Local, Value> constants = new LinkedHashMap<>();
  /** Where each local waits that is needed in more than one of the kernels. */
  private final Map<Local, Value.Load> places = new LinkedHashMap<>();

  private Stretches(Kernel kernel, List<Stmt> before, Stmt.For loop, List<Stmt> after, UnaryOperator<String> unique) {
    this.kernel = kernel;
    this.before = before;
    this.loop = loop;
    this.after = after;
    this.unique = unique;
  }

  /**
   * The statements of a kernel with one of its loops in stretches.
   *
   * @param stmts the statements of its body
   * @param at which of them is the loop
   * @param iterations of a stretch
   * @param unique gives a name that no kernel has yet
   * @param mayWait whether numbers may wait in memory, of which a program has one for all threads
   * @return null if a local cannot wait, or if the length of the loop is another one in each step or thread
   */
  static Stmt of(Kernel kernel, List<Stmt> stmts, int at, int iterations, UnaryOperator<String> unique, boolean mayWait) {
    var stretches = new Stretches(kernel, stmts.subList(0, at), (Stmt.For) stmts.get(at), stmts.subList(at + 1, stmts.size()), unique);
    boolean isOne = isOne(stretches.loop.to().minus(stretches.loop.from()));
    return isOne && stretches.findPlaces(mayWait) ? stretches.driver(iterations) : null;
  }

  /** How many vectors are carried from one iteration to the next one somewhere in a statement. */
  static long carriedVectors(Stmt s) {
    return carriedVectors(s, bytes -> true);
  }

  /** How many whose bytes count. */
  static long carriedVectors(Stmt s, IntPredicate bytes) {
    return assigned(s).stream().filter(l -> l.lanes() > 1 && bytes.test(l.lanes() * l.dtype().bytes())).count();
  }

  /** Whether an extent is one number for a whole call. */
  static boolean isOne(Dim d) {
    return d.symbols().stream().allMatch(s -> !s.isLoopVariable() && !(s.definition() instanceof Symbol.Part)
        && LoopProgram.parts(s).stream().allMatch(Stretches::isOne));
  }

  private boolean findPlaces(boolean mayWait) {
    Set<Local> read = locals(List.of(loop));
    read.addAll(locals(after));
    Set<Local> changed = assigned(loop);
    before.forEach(s -> changed.addAll(assigned(s)));
    var waiting = new ArrayList<Local>();
    for (Stmt s : before) {
      if (!(s instanceof Stmt.Declare d) || !read.contains(d.local())) continue;
      if (!changed.contains(d.local()) && isNumber(d.value())) constants.put(d.local(), d.value());
      else waiting.add(d.local());
    }
    if (!waiting.isEmpty() && !mayWait || waiting.stream().anyMatch(l -> l.dtype() == DType.BOOL)) return false;
    var sizes = new EnumMap<DType, Integer>(DType.class);
    waiting.forEach(l -> sizes.merge(l.dtype(), l.lanes(), Integer::sum));
    var buffers = new EnumMap<DType, Buffer>(DType.class);
    sizes.forEach((dtype, size) -> buffers.put(dtype, Buffer.workspace(kernel.name() + "_so_far", dtype, Dim.of(size))));
    for (Local l : waiting) {
      int end = sizes.merge(l.dtype(), -l.lanes(), Integer::sum);
      places.put(l, new Value.Load(buffers.get(l.dtype()), Dim.of(end), l.lanes()));
    }
    return true;
  }

  private static boolean isNumber(Value v) {
    return v instanceof Value.Num || v instanceof Value.Splat s && s.value() instanceof Value.Num;
  }

  private Stmt driver(int iterations) {
    int by = iterations * loop.step();
    Dim length = loop.to().minus(loop.from());
    Dim whole = length.floorDiv(by);
    var run = Symbol.loopVariable("run");
    var all = new ArrayList<Stmt>();
    if (!places.isEmpty() || !before.stream().allMatch(Stmt.Declare.class::isInstance)) {
      var first = new ArrayList<>(before);
      places.forEach((local, place) -> first.add(new Stmt.Store(place.buffer(), place.index(), new Value.Get(local))));
      all.add(run(kernel.name() + "_first", first));
    }
    String stretch = all.isEmpty() ? kernel.name() : kernel.name() + "_stretch";
    Stmt.Order order = places.isEmpty() ? loop.order() : Stmt.Order.SEQUENTIAL;
    all.add(new Stmt.For(run, Dim.ZERO, whole, 1, order, run(stretch, stretch(Dim.of(run), iterations, length, false))));
    if (!whole.times(by).equals(length)) all.add(run(kernel.name() + "_rest", stretch(whole, iterations, length, true)));
    if (!after.isEmpty()) {
      var last = new ArrayList<>(fetched(locals(after)));
      last.addAll(after);
      all.add(run(kernel.name(), last));
    }
    return Stmt.of(all);
  }

  /** The iterations from {@code number · iterations} on. */
  private List<Stmt> stretch(Dim number, int iterations, Dim length, boolean toEnd) {
    int by = iterations * loop.step();
    Dim from = loop.from().plus(number.times(by));
    Dim to = toEnd ? loop.from().plus(length) : from.plus(by);
    List<Stmt.Along> along = loop.along().stream()
        .map(a -> new Stmt.Along(a.var(), a.from().plus(number.times(iterations * a.step())), a.step())).toList();
    var stmts = new ArrayList<>(fetched(locals(List.of(loop))));
    stmts.add(new Stmt.For(loop.var(), from, to, loop.step(), loop.order(), along, loop.body()));
    Set<Local> changed = assigned(loop);
    places.forEach((local, place) -> {
      if (changed.contains(local)) stmts.add(new Stmt.Store(place.buffer(), place.index(), new Value.Get(local)));
    });
    return stmts;
  }

  private List<Stmt> fetched(Set<Local> used) {
    var stmts = new ArrayList<Stmt>();
    constants.forEach((local, value) -> {
      if (used.contains(local)) stmts.add(new Stmt.Declare(local, value));
    });
    places.forEach((local, place) -> {
      if (used.contains(local)) stmts.add(new Stmt.Declare(local, place));
    });
    return stmts;
  }

  /** A kernel of these statements; the names are made in the order in which they run. */
  private Stmt run(String name, List<Stmt> stmts) {
    String own = name.equals(kernel.name()) ? name : unique.apply(name);
    return new Stmt.Run(new Kernel(own, kernel.formula(), kernel.origin(), kernel.kind(), Stmt.of(stmts)));
  }

  private static Set<Local> assigned(Stmt stmt) {
    Set<Local> found = Collections.newSetFromMap(new IdentityHashMap<>());
    new StmtRewriter() {
      @Override
      public Stmt rewrite(Stmt s) {
        if (s instanceof Stmt.Assign a) found.add(a.local());
        return children(s);
      }
    }.rewrite(stmt);
    return found;
  }

  /** Every local that statements declare, assign or read. */
  static Set<Local> locals(List<Stmt> stmts) {
    var found = new LinkedHashSet<Local>();
    var rewriter = new StmtRewriter() {
      @Override
      protected Local local(Local l) {
        found.add(l);
        return l;
      }
    };
    stmts.forEach(rewriter::rewrite);
    return found;
  }
}
