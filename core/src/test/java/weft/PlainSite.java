package weft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Place;
import weft.op.Structured;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/** Carries out what a structured op appends, statement by statement as it comes. */
final class PlainSite implements Structured.Site, PlainNumbers.Memory, Stmt.Visitor {
  private final Map<Symbol, Long> symbols;
  private final ToIntFunction<Dim> dims;
  private final Apply apply;
  private final List<PlainGraph.Array> inputs;
  private final Map<Buffer, double[]> memory = new HashMap<>();
  private final Map<Local, Double> locals = new HashMap<>();
  private final List<Place> inputPlaces = new ArrayList<>();
  private final List<Place> outputPlaces = new ArrayList<>();

  PlainSite(Map<Symbol, Long> symbols, ToIntFunction<Dim> dims, Apply apply, List<PlainGraph.Array> inputs) {
    this.symbols = symbols;
    this.dims = dims;
    this.apply = apply;
    this.inputs = inputs;
    for (int i = 0; i < inputs.size(); i++) inputPlaces.add(place(apply.input(i), inputs.get(i).data()));
    for (Expr out : apply.outputs()) outputPlaces.add(place(out, null));
  }

  private Place place(Expr e, double[] data) {
    Buffer buffer = Buffer.workspace("b" + memory.size(), e.dtype(), e.type().size());
    memory.put(buffer, data == null ? new double[dims.applyAsInt(e.type().size())] : data);
    return Place.dense(buffer, e.type().dims());
  }

  List<PlainGraph.Array> outputs() {
    var all = new ArrayList<PlainGraph.Array>();
    for (Place p : outputPlaces) all.add(new PlainGraph.Array(memory.get(p.buffer()),
        p.dims().stream().mapToInt(dims).toArray()));
    return all;
  }

  private double number(Value value) {
    return PlainNumbers.number(value, dims, this);
  }

  @Override
  public Value input(int i, List<Dim> at) {
    return inputPlaces.get(i).load(at);
  }

  @Override
  public Place inputPlace(int i) {
    return inputPlaces.get(i);
  }

  @Override
  public Place output(int i) {
    return outputPlaces.get(i);
  }

  @Override
  public Buffer scratch(String name, DType dtype, Dim size) {
    Buffer buffer = Buffer.workspace(name, dtype, size);
    memory.put(buffer, new double[dims.applyAsInt(size)]);
    return buffer;
  }

  @Override
  public void kernel(String what, Stmt body) {
    body.accept(this);
  }

  @Override
  public void append(Stmt stmt) {
    stmt.accept(this);
  }

  @Override
  public void fill(String what, Place place, Function<List<Dim>, Value> value) {
    int[] shape = place.dims().stream().mapToInt(dims).toArray();
    for (int n = 0; n < PlainGraph.Array.size(shape); n++) {
      var at = new ArrayList<Dim>();
      for (int i : PlainGraph.index(n, shape)) at.add(Dim.of(i));
      memory.get(place.buffer())[dims.applyAsInt(place.index(at))] = number(value.apply(at));
    }
  }

  @Override
  public Apply apply() {
    return apply;
  }

  @Override
  public double load(Buffer buffer, int index) {
    return memory.get(buffer)[index];
  }

  @Override
  public double local(Local local) {
    return locals.get(local);
  }

  @Override
  public void block(Stmt.Block s) {
    for (Stmt each : s.stmts()) each.accept(this);
  }

  @Override
  public void loop(Stmt.For s) {
    if (!s.along().isEmpty()) throw new IllegalStateException("companion variables");
    int to = dims.applyAsInt(s.to());
    for (int i = dims.applyAsInt(s.from()); i < to; i += s.step()) {
      symbols.put(s.var(), (long) i);
      s.body().accept(this);
    }
  }

  @Override
  public void loop(Stmt.While s) {
    while (number(s.condition()) != 0) s.body().accept(this);
  }

  @Override
  public void branch(Stmt.If s) {
    Stmt chosen = number(s.condition()) != 0 ? s.then() : s.otherwise();
    if (chosen != null) chosen.accept(this);
  }

  @Override
  public void declare(Stmt.Declare s) {
    locals.put(s.local(), number(s.value()));
  }

  @Override
  public void assign(Stmt.Assign s) {
    locals.put(s.local(), number(s.value()));
  }

  @Override
  public void store(Stmt.Store s) {
    memory.get(s.buffer())[dims.applyAsInt(s.index())] = number(s.value());
  }

  @Override
  public void scatter(Stmt.Scatter s) {
    int at = (int) number(s.at());
    memory.get(s.buffer())[dims.applyAsInt(s.base()) + dims.applyAsInt(s.stride()) * at] = number(s.value());
  }

  @Override
  public void measure(Stmt.Measure s) {
    symbols.put(s.symbol(), (long) number(s.value()));
  }

  @Override
  public void require(Stmt.Require s) {
    if (number(s.condition()) == 0) throw new WeftException(s.kind(), s.message());
  }

  @Override
  public void print(Stmt.Print s) {}

  @Override
  public void clock(Stmt.Clock s) {}

  @Override
  public void fence(Stmt.Fence s) {}

  @Override
  public void meet(Stmt.Meet s) {}

  @Override
  public void run(Stmt.Run s) {
    throw new IllegalStateException("a kernel " + Kernel.class);
  }
}
