package weft.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Uses;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Turns the innermost parallel loop of a kernel into vectors where every load and store of it has stride 1 or none, else its innermost
 * reductions. What is left over at the end runs in a scalar loop behind, or not at all where rows are padded.
 */
public final class Vectorise {
  private static final int SIDE_BY_SIDE = 4;

  private final int lanes32;
  private final boolean numbers;

  private Vectorise(int lanes32, boolean numbers) {
    this.lanes32 = lanes32;
    this.numbers = numbers;
  }

  /**
   * The body of a kernel in which this is done, for vectors of so many 32-bit lanes.
   *
   * @param numbers whether no vectors are made; sums are added in the order in which vectors would
   */
  public static Stmt apply(Kernel kernel, int lanes32, boolean numbers) {
    if (lanes32 <= 1 || kernel.kind() != Kernel.Kind.LOOPS || hasVectors(kernel.body())) return kernel.body();
    return new Vectorise(lanes32, numbers).rewrite(kernel.body());
  }

  /** Whether there are vectors in a statement. */
  static boolean hasVectors(Stmt s) {
    if (s instanceof Stmt.Block b) return b.stmts().stream().anyMatch(Vectorise::hasVectors);
    if (s instanceof Stmt.For f) return hasVectors(f.body());
    if (s instanceof Stmt.Declare d) return d.local().lanes() > 1;
    return Loops.storesVector(s);
  }

  private int lanes(DType dtype) {
    return switch (dtype) {
      case F32 -> lanes32;
      case F64 -> lanes32 / 2;
      default -> 0;
    };
  }

  private Stmt rewrite(Stmt s) {
    if (s instanceof Stmt.Block b) return new Stmt.Block(b.stmts().stream().map(this::rewrite).toList());
    if (!(s instanceof Stmt.For f)) return s;
    if (f.order() == Stmt.Order.PARALLEL && !hasParallelInside(f.body())) {
      Stmt vector = parallel(f);
      if (vector != null) return numbers ? f : vector;
    }
    if (f.order() == Stmt.Order.REDUCTION) {
      Stmt vector = reduction(f);
      return vector != null ? vector : with(f, f.body() instanceof Stmt.For ? rewrite(f.body()) : f.body());
    }
    return with(f, rewrite(f.body()));
  }

  /** Where the whole vectors of a loop from 0 end: how many there are is computed at the door, so that no loop around may say it. */
  private static Dim whole(Stmt.For f, int lanes) {
    return f.to().floorDiv(lanes).times(lanes);
  }

  private static Stmt with(Stmt.For f, Stmt body) {
    return body == f.body() ? f : new Stmt.For(f.var(), f.from(), f.to(), f.step(), f.order(), f.along(), body);
  }

  private static boolean hasParallelInside(Stmt s) {
    if (s instanceof Stmt.Block b) return b.stmts().stream().anyMatch(Vectorise::hasParallelInside);
    return s instanceof Stmt.For f && (f.order() == Stmt.Order.PARALLEL || hasParallelInside(f.body()));
  }

  /** The iterations of a parallel loop, several at once. */
  private Stmt parallel(Stmt.For f) {
    DType dtype = Widen.dtypeOf(f.body());
    if (dtype == null || lanes(dtype) < 2 || !f.from().is(0) || f.step() != 1 || f.to().usesLoops()) return null;
    int lanes = lanes(dtype);
    boolean short_ = f.to().isConstant() && f.to().constant() < lanes;
    var widen = new Widen(f.var(), dtype, lanes);
    Stmt body = widen.stmt(f.body());
    if (body == null) return null;
    Dim whole = whole(f, lanes);
    if (short_) return null;
    Stmt main = new Stmt.For(f.var(), Dim.ZERO, whole, lanes, Stmt.Order.PARALLEL, body);
    if (whole.equals(f.to())) return main;
    if (f.to().isConstant() && !readsWhatItWrites(f.body())) return overlapping(f, lanes, body);
    var tail = Symbol.loopVariable(f.var().name());
    Stmt rest = new Rename(f.var(), tail).stmt(f.body());
    return new Stmt.Block(List.of(main, new Stmt.For(tail, whole, f.to(), 1, Stmt.Order.PARALLEL, rest)));
  }

  /**
   * Whole vectors only: the last one ends where the loop ends, and computes again some of what the one before it did. The
   * body stands once, in a loop whose second run is that vector.
   */
  private static Stmt overlapping(Stmt.For f, int lanes, Stmt body) {
    long extent = f.to().constant();
    long whole = extent / lanes * lanes;
    var run = Symbol.loopVariable("run");
    Dim from = Dim.of(run).times(extent - lanes);
    Dim to = Dim.of(run).times(extent - whole).plus(whole);
    return new Stmt.For(run, Dim.ZERO, Dim.of(2), 1, Stmt.Order.SEQUENTIAL,
        new Stmt.For(f.var(), from, to, lanes, Stmt.Order.PARALLEL, body));
  }

  /** Whether a second run of the same iteration would see what the first one wrote. */
  private static boolean readsWhatItWrites(Stmt body) {
    Uses uses = Uses.of(body);
    return !Collections.disjoint(uses.read(), uses.written());
  }

  /** One accumulator a lane for each thing that is combined, combined behind the loop. */
  private Stmt reduction(Stmt.For f) {
    List<Stmt> body = f.body() instanceof Stmt.Block b ? b.stmts() : List.of(f.body());
    List<Stmt.Assign> assigns = body.stream().filter(Stmt.Assign.class::isInstance).map(Stmt.Assign.class::cast).toList();
    boolean combinesOnly = body.stream().allMatch(s -> s instanceof Stmt.Assign || s instanceof Stmt.Declare || s instanceof Stmt.Require);
    if (assigns.isEmpty() || !combinesOnly) return null;
    DType dtype = assigns.get(0).local().dtype();
    int lanes = lanes(dtype);
    if (lanes < 2 || !f.from().is(0) || f.step() != 1 || f.to().usesLoops()) return null;
    if (f.to().isConstant() && f.to().constant() < 2L * lanes) return null;
    var widen = new Widen(f.var(), dtype, lanes);
    var vectors = new LinkedHashMap<Local, Local>();
    for (Stmt.Assign a : assigns) {
      if (a.local().lanes() != 1 || a.local().dtype() != dtype || combines(a) == null) return null;
      Local vector = vectors.computeIfAbsent(a.local(), l -> new Local(l.name() + "s", dtype, lanes));
      widen.replace(a.local(), vector);
    }
    Stmt wide = widen.stmt(f.body());
    if (wide == null) return null;
    var stmts = new ArrayList<Stmt>();
    if (numbers) numbers(f, body, assigns, lanes, stmts);
    else accumulators(f, wide, assigns, vectors, lanes, stmts);
    Dim whole = whole(f, lanes);
    if (!whole.equals(f.to())) {
      var tail = Symbol.loopVariable(f.var().name());
      stmts.add(new Stmt.For(tail, whole, f.to(), 1, Stmt.Order.SEQUENTIAL, new Rename(f.var(), tail).stmt(f.body())));
    }
    return new Stmt.Block(stmts);
  }

  private static void accumulators(Stmt.For f, Stmt wide, List<Stmt.Assign> assigns, Map<Local, Local> vectors, int lanes,
      List<Stmt> stmts) {
    var behind = new LinkedHashMap<Local, Stmt>();
    for (Stmt.Assign a : assigns) {
      Fun fun = combines(a);
      Local vector = vectors.get(a.local());
      if (behind.containsKey(vector)) continue;
      stmts.add(new Stmt.Declare(vector, new Value.Splat(neutral(fun, vector.dtype()), lanes)));
      behind.put(vector, new Stmt.Assign(a.local(),
          new Value.Call(fun, new Value.Get(a.local()), new Value.Reduce(fun, new Value.Get(vector)))));
    }
    boolean isLong = f.to().isConstant() && f.to().constant() >= 2L * SIDE_BY_SIDE * lanes;
    Fun only = combines(assigns.get(0));
    if (isLong && wide instanceof Stmt.Assign one && (only == Fun.MAX || only == Fun.MIN)) sideBySide(f, one, one.local(), only, stmts);
    else stmts.add(new Stmt.For(f.var(), Dim.ZERO, whole(f, lanes), lanes, Stmt.Order.SEQUENTIAL, wide));
    stmts.addAll(behind.values());
  }

  /** The lanes of the accumulators as numbers, which are combined in the order in which {@link Value.Reduce} does it. */
  private static void numbers(Stmt.For f, List<Stmt> body, List<Stmt.Assign> assigns, int lanes, List<Stmt> stmts) {
    var sums = new LinkedHashMap<Local, Fun>();
    for (Stmt.Assign a : assigns) sums.put(a.local(), combines(a));
    var values = new LinkedHashMap<Local, List<Value>>();
    var each = new ArrayList<Stmt>();
    for (int lane = 0; lane < lanes; lane++) {
      var locals = new IdentityHashMap<Local, Local>();
      for (var sum : sums.entrySet()) {
        var local = new Local(sum.getKey().name() + lane, sum.getKey().dtype(), 1);
        locals.put(sum.getKey(), local);
        stmts.add(new Stmt.Declare(local, neutral(sum.getValue(), local.dtype())));
        values.computeIfAbsent(sum.getKey(), s -> new ArrayList<>()).add(new Value.Get(local));
      }
      for (Stmt s : body) if (s instanceof Stmt.Declare d) locals.put(d.local(), new Local(d.local().name(), d.local().dtype(), 1));
      each.add(shifted(new Stmt.Block(body), f.var(), lane, locals));
    }
    stmts.add(new Stmt.For(f.var(), Dim.ZERO, whole(f, lanes), lanes, Stmt.Order.SEQUENTIAL, new Stmt.Block(each)));
    sums.forEach((sum, fun) -> {
      List<Value> all = values.get(sum);
      for (int half = lanes / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) all.set(i, new Value.Call(fun, all.get(i), all.get(i + half)));
      }
      stmts.add(new Stmt.Assign(sum, new Value.Call(fun, new Value.Get(sum), all.get(0))));
    });
  }

  /** What a statement of a reduction combines with, null for what vectors have no such operation for. */
  private static Fun combines(Stmt.Assign a) {
    if (!(a.value() instanceof Value.Call call)) return null;
    return switch (call.fun()) {
      case FMA -> Fun.ADD;
      case ADD, MUL, MAX, MIN -> call.fun();
      default -> null;
    };
  }

  /**
   * Several accumulators, for the next maximum waits for the one before it, and takes longer than all else. The order does not matter to
   * a maximum; it would to a sum.
   */
  private static void sideBySide(Stmt.For f, Stmt.Assign wide, Local vector, Fun fun, List<Stmt> stmts) {
    int lanes = vector.lanes();
    int step = SIDE_BY_SIDE * lanes;
    Dim most = f.to().floorDiv(step).times(step);
    Dim whole = whole(f, lanes);
    var accumulators = new ArrayList<Local>(List.of(vector));
    var each = new ArrayList<Stmt>(List.of(wide));
    for (int i = 1; i < SIDE_BY_SIDE; i++) {
      var local = new Local(vector.name() + i, vector.dtype(), lanes);
      stmts.add(new Stmt.Declare(local, ((Stmt.Declare) stmts.get(0)).value()));
      accumulators.add(local);
      each.add(shifted(wide, f.var(), i * lanes, Map.of(vector, local)));
    }
    stmts.add(new Stmt.For(f.var(), Dim.ZERO, most, step, Stmt.Order.SEQUENTIAL, new Stmt.Block(each)));
    if (!most.equals(whole)) {
      var rest = Symbol.loopVariable(f.var().name());
      stmts.add(new Stmt.For(rest, most, whole, lanes, Stmt.Order.SEQUENTIAL, new Rename(f.var(), rest).stmt(wide)));
    }
    for (int i = 1; i < SIDE_BY_SIDE; i++) {
      stmts.add(new Stmt.Assign(vector, new Value.Call(fun, new Value.Get(vector), new Value.Get(accumulators.get(i)))));
    }
  }

  /** The same for what lies so many elements further on, with other locals. */
  private static Stmt shifted(Stmt s, Symbol var, int by, Map<Local, Local> locals) {
    return new StmtRewriter() {
      @Override
      protected Dim dim(Dim d) {
        return d.uses(var) ? d.substitute(x -> x == var ? Dim.of(var).plus(by) : null) : d;
      }

      @Override
      protected Local local(Local l) {
        return locals.getOrDefault(l, l);
      }
    }.rewrite(s);
  }

  private static Value neutral(Fun fun, DType dtype) {
    return Value.number(dtype, switch (fun) {
      case ADD -> 0;
      case MUL -> 1;
      case MAX -> Double.NEGATIVE_INFINITY;
      default -> Double.POSITIVE_INFINITY;
    });
  }
}
