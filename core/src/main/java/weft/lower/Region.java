package weft.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Measures;
import weft.op.Place;
import weft.op.Structured;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * The lowering of one straight line of applies: a function's, or the body of a scan. It knows where everything lies, and collects
 * the statements of the driver that runs it.
 */
final class Region {
  final Memory program;
  /** The region around the scan whose body this is; null at the top. */
  final Region outer;
  private boolean isBranch;
  final List<Stmt> driver = new ArrayList<>();
  /** The step whose body this is; null at the top. */
  private Structured.Site.Step step;
  private final Map<Expr, Source> sources = new HashMap<>();
  private final Map<Expr, Integer> prices = new HashMap<>();
  private final Set<Expr> invariants = new HashSet<>();
  /** Whether expressions need the step before, as far as somebody has asked. */
  private final Map<Expr, Boolean> carried = new HashMap<>();
  private final Map<Expr, Expr> captured = new HashMap<>();
  private final Map<Expr, Place> offers = new HashMap<>();
  private final Map<Object, Buffer> panels = new HashMap<>();
  private final List<Dim> axes = new ArrayList<>();
  private final Set<Symbol> measured = new HashSet<>();

  Region(Memory program, Region outer) {
    this.program = program;
    this.outer = outer;
  }

  /** The body of a scan's step. */
  static Region ofStep(Region outer, Structured.Site.Step step) {
    var region = new Region(outer.program, outer);
    region.step = step;
    return region;
  }

  /** The steps of the scans around, outermost first. */
  List<Structured.Site.Step> steps() {
    if (outer == null) return List.of();
    var steps = new ArrayList<>(outer.steps());
    if (step != null) steps.add(step);
    return steps;
  }

  /** The region of the function itself. */
  Region top() {
    return outer == null ? this : outer.top();
  }

  /** The region of a branch, which may not be run at all. */
  static Region branch(Region outer) {
    var region = new Region(outer.program, outer);
    region.isBranch = true;
    return region;
  }

  /** Where to check what must hold for this region to run: in the function itself, or in the branch that this is in. */
  Region start() {
    return outer == null || isBranch ? this : outer.start();
  }

  /** Defines an expression of a branch that was computed around it. */
  void defineCaptured(Expr variable, Expr outside, Source source) {
    define(variable, source);
    captured.put(variable, outside);
    if (outer.outer != null && outer.isInvariant(outside)) invariants.add(variable);
  }

  /** What a captured variable is outside, null for anything else. */
  Expr outside(Expr variable) {
    return captured.get(variable);
  }

  boolean isBranch() {
    return isBranch;
  }

  /** Notes that the driver has measured an extent. */
  void measure(Symbol extent) {
    measured.add(extent);
  }

  /** Whether all of these extents are measured, here or around. */
  boolean isMeasured(Set<Symbol> extents) {
    for (Symbol s : extents) if (!measured.contains(s) && (outer == null || !outer.isMeasured(Set.of(s)))) return false;
    return true;
  }

  void define(Expr expr, Source source) {
    sources.put(expr, source);
  }

  /** Has a source that is computed wherever it is read cost something ({@link Costs}). */
  void price(Expr expr, int price) {
    prices.put(expr, price);
  }

  int price(Expr expr) {
    return prices.getOrDefault(expr, 0);
  }

  void define(Expr expr, Place place) {
    sources.put(expr, Source.of(place));
  }

  /** Defines what the step before has computed. */
  void defineCarried(Expr variable, Place place) {
    define(variable, place);
    carried.put(variable, true);
  }

  /** Whether an expression needs the step before; if not, some steps' can be computed at once. */
  boolean isCarried(Expr expr) {
    for (Apply a : Graphs.order(List.of(expr), carried.keySet())) {
      boolean is = a.inputs().stream().anyMatch(carried::get);
      for (Expr out : a.outputs()) carried.put(out, is);
    }
    return carried.get(expr);
  }

  /** Defines an expression that no step of the enclosing scan changes. */
  void defineInvariant(Expr variable, Expr outside, Source source) {
    define(variable, source);
    invariants.add(variable);
    captured.put(variable, outside);
  }

  /** Whether an expression has the same value in every step of the enclosing scan; at the top, in every call until a parameter changes. */
  boolean isInvariant(Expr expr) {
    for (Apply a : Graphs.order(List.of(expr), sources.keySet())) {
      if (a.op() instanceof Leaf.Input || a.op() instanceof Leaf.Variable || !a.op().isPure()) return false;
      if (!Measures.needs(a).isEmpty()) return false;
      for (Expr in : a.inputs()) if (!isKnownInvariant(in)) return false;
    }
    return isKnownInvariant(expr);
  }

  /** Whether only parameters and constants stand below an expression, through whatever scans it was captured by. */
  boolean isFromParameters(Expr expr) {
    var found = new ArrayList<Parameter>();
    return parametersBelow(expr, found) && !found.isEmpty();
  }

  /** Collects the parameters below an expression; false if it depends on anything else. */
  boolean parametersBelow(Expr expr, List<Parameter> found) {
    if (sources.containsKey(expr) && captured.containsKey(expr)) return outer.parametersBelow(captured.get(expr), found);
    if (expr.op() instanceof Leaf.Parametric p) {
      if (!found.contains(p.parameter())) found.add(p.parameter());
      return true;
    }
    if (expr.op() instanceof Leaf.Constant || expr.op() instanceof Leaf.Literal) return true;
    if (expr.op() instanceof Leaf || sources.containsKey(expr)) return false;
    for (Expr in : expr.apply().inputs()) if (!parametersBelow(in, found)) return false;
    return true;
  }

  private boolean isKnownInvariant(Expr expr) {
    return !sources.containsKey(expr) || invariants.contains(expr) || expr.op() instanceof Leaf.Parametric
        || expr.op() instanceof Leaf.Literal;
  }

  /** Where the elements of an expression are, or null if it has to be composed. */
  Source source(Expr expr) {
    Source known = sources.get(expr);
    if (known != null) return known;
    if (expr.op() instanceof Leaf.Parametric || expr.op() instanceof Leaf.Literal) {
      known = Source.of(program.leaf(expr));
      sources.put(expr, known);
    }
    return known;
  }

  /** The index of the element at hand: one symbol an axis, the same ones for every kernel; 0 where the extent is 1. */
  List<Dim> canonical(List<Dim> shape) {
    while (axes.size() < shape.size()) axes.add(Dim.of(Symbol.loopVariable(program.axisName(this, axes.size()))));
    var at = new ArrayList<Dim>();
    for (int i = 0; i < shape.size(); i++) at.add(shape.get(i).is(1) ? Dim.ZERO : axes.get(i));
    return at;
  }

  /** The memory of an expression that is in memory, if need be through views. */
  Place place(Expr expr) {
    Place place = placeOrNull(expr);
    if (place == null) place = copy(expr);
    return place;
  }

  /** The same, null if it is not in memory. */
  Place placeOrNull(Expr expr) {
    var symbols = new ArrayList<Symbol>();
    var at = new ArrayList<Dim>();
    for (int i = 0; i < expr.rank(); i++) {
      symbols.add(Symbol.loopVariable("a" + i));
      at.add(Dim.of(symbols.get(i)));
    }
    if (!(new Composer(this).value(expr, at) instanceof Value.Load load)) return null;
    Dim base = load.index();
    var strides = new ArrayList<Dim>();
    for (Symbol s : symbols) {
      Dim stride = load.index().coefficient(s);
      if (stride == null) return null;
      strides.add(stride);
      base = base.substitute(x -> x == s ? Dim.ZERO : null);
    }
    return new Place(load.buffer(), base, strides, expr.type().dims(), 0);
  }

  /** The memory of an expression in row-major order without gaps, copied if it has to be. */
  Place densePlace(Expr expr) {
    Place place = placeOrNull(expr);
    return place != null && place.isDense() ? place : copy(expr);
  }

  private Place copy(Expr expr) {
    Place place = Place.dense(program.scratch(Formula.name(expr) + ".copy", expr.dtype(), expr.type().size()),
        expr.type().dims());
    var composer = new Composer(this);
    List<Dim> at = canonical(expr.type().dims());
    Stmt store = new Stmt.Store(place.buffer(), place.index(at), composer.value(expr, at));
    run("copy", "copy of " + Formula.name(expr), expr, Loops.nest(at, expr.type().dims(), Share.in(program, List.of(store))));
    return place;
  }

  /** Says where a stacked output of a scan is wanted; false if it is wanted elsewhere already. */
  boolean offer(Expr expr, Place place) {
    return offers.putIfAbsent(expr, place) == null;
  }

  /** Takes the place in which an output is wanted, null if there is none (any more). */
  Place offered(Expr expr) {
    return offers.remove(expr);
  }

  /** The panels of a contraction's operand, packed the first time they are asked for. */
  Buffer panels(Object key, Supplier<Buffer> pack) {
    Buffer known = panels.get(key);
    if (known == null) {
      known = pack.get();
      panels.put(key, known);
    }
    return known;
  }

  /** Appends a kernel to the driver. */
  void run(String name, String formula, Expr about, Stmt body) {
    driver.add(new Stmt.Run(kernel(name, formula, about, body)));
  }

  Kernel kernel(String name, String formula, Expr about, Stmt body) {
    String unique = program.unique(name);
    program.notes.kernel(unique);
    return new Kernel(unique, formula, about.apply().origin().at(), Kernel.Kind.LOOPS, body);
  }

  /** A new buffer for an expression of this region; rows are padded to whole vectors unless they must be dense. */
  Place allocate(Expr expr, String name, boolean dense) {
    return program.allocate(name, expr.dtype(), expr.type().dims(), dense);
  }

  WeftException internal(String what, Expr expr) {
    return new WeftException(WeftException.Kind.INTERNAL, what + ": " + Message.label(expr) + " " + expr.type());
  }

  Buffer scratch(String name, Expr like, Dim size) {
    return program.scratch(name, like.dtype(), size);
  }
}
