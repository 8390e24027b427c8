package weft.codegen;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.Sizes;
import weft.loop.Stmt;
import weft.loop.Uses;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * What a loop program does, as text without the names of its function, kernels, buffers, extents and locals: one class runs all programs
 * of one key. Things are numbered in the order in which they come; messages that a call may show stay as they are.
 */
public final class ProgramKey implements Stmt.Visitor, Value.Visitor<Void> {
  private final StringBuilder text = new StringBuilder();
  private final Map<Object, Integer> numbers = new IdentityHashMap<>();

  private ProgramKey() {}

  static String of(LoopProgram program) {
    var key = new ProgramKey();
    key.number(program.lanes());
    for (Buffer b : program.buffers()) key.see(b).word(b.dtype().name());
    for (Symbol s : program.symbols()) key.extent(s);
    key.kernel(program.main());
    return key.text.toString();
  }

  /** The same of one kernel: two of one key are one method, given what each uses in the order of {@link Uses}. */
  public static String of(Kernel kernel) {
    var key = new ProgramKey();
    Uses uses = Uses.of(kernel.body());
    for (Buffer b : uses.buffers()) key.see(b).word(b.dtype().name());
    for (Symbol s : uses.symbols()) key.see(s).word(Sizes.isMeasured(s) ? "measured" : "given");
    key.kernel(kernel);
    return key.text.toString();
  }

  private ProgramKey word(String word) {
    text.append(word).append(' ');
    return this;
  }

  private ProgramKey number(long number) {
    text.append(number).append(' ');
    return this;
  }

  private ProgramKey message(String message) {
    text.append(message.length()).append(':').append(message);
    return this;
  }

  /** A buffer, extent, local or kernel by its number. */
  private ProgramKey see(Object thing) {
    Integer known = numbers.putIfAbsent(thing, numbers.size());
    return known == null ? word("new") : number(known);
  }

  /** What the program itself computes when an extent has been measured belongs to it; the others are given to it. */
  private void extent(Symbol s) {
    see(s);
    if (!Sizes.isMeasured(s)) return;
    Symbol.Definition d = s.definition();
    word(d.getClass().getSimpleName());
    for (Dim part : LoopProgram.parts(s)) dim(part);
    if (d instanceof Symbol.CeilDiv c) number(c.by());
    if (d instanceof Symbol.FloorDiv f) number(f.by());
    if (d instanceof Symbol.Root r) number(r.times() ? 1 : 0);
  }

  private ProgramKey dim(Dim d) {
    number(d.terms().size());
    for (Dim.Term t : d.terms()) {
      number(t.coefficient()).number(t.symbols().size());
      for (Symbol s : t.symbols()) see(s);
    }
    return this;
  }

  private void dims(List<Dim> all) {
    number(all.size());
    for (Dim d : all) dim(d);
  }

  private void values(List<Value> all) {
    number(all.size());
    for (Value v : all) v.accept(this);
  }

  private ProgramKey local(Local l) {
    return see(l).word(l.dtype().name()).number(l.lanes());
  }

  private void kernel(Kernel k) {
    boolean first = !numbers.containsKey(k);
    see(k);
    if (!first) return;
    word(k.kind().name());
    k.body().accept(this);
  }

  @Override
  public void block(Stmt.Block s) {
    word("block").number(s.stmts().size());
    for (Stmt each : s.stmts()) each.accept(this);
  }

  @Override
  public void loop(Stmt.For s) {
    word("for").see(s.var()).dim(s.from()).dim(s.to()).number(s.step()).word(s.order().name()).number(s.along().size());
    for (Stmt.Along a : s.along()) see(a.var()).dim(a.from()).number(a.step());
    s.body().accept(this);
  }

  @Override
  public void loop(Stmt.While s) {
    word("while");
    s.condition().accept(this);
    s.body().accept(this);
  }

  @Override
  public void branch(Stmt.If s) {
    word("if");
    s.condition().accept(this);
    s.then().accept(this);
    s.otherwise().accept(this);
  }

  @Override
  public void declare(Stmt.Declare s) {
    word("declare").local(s.local());
    s.value().accept(this);
  }

  @Override
  public void assign(Stmt.Assign s) {
    word("assign").local(s.local());
    s.value().accept(this);
  }

  @Override
  public void store(Stmt.Store s) {
    word("store").see(s.buffer()).dim(s.index());
    s.value().accept(this);
  }

  @Override
  public void scatter(Stmt.Scatter s) {
    word("scatter").see(s.buffer()).dim(s.base()).dim(s.stride());
    s.at().accept(this);
    s.value().accept(this);
  }

  @Override
  public void measure(Stmt.Measure s) {
    word("measure").see(s.symbol());
    s.value().accept(this);
  }

  @Override
  public void require(Stmt.Require s) {
    word("require").word(s.kind().name()).message(s.message());
    s.condition().accept(this);
    values(s.subjects());
  }

  @Override
  public void print(Stmt.Print s) {
    word("print").message(s.message()).see(s.buffer()).dim(s.from());
    dims(s.shape());
    dims(s.steps());
  }

  @Override
  public void clock(Stmt.Clock s) {
    word(s.stops() ? "stop" : "start").see(s.buffer()).number(s.at());
  }

  @Override
  public void meet(Stmt.Meet s) {
    word("meet").see(s.team());
  }

  @Override
  public void fence(Stmt.Fence s) {
    word("fence").word(s.by().name()).see(s.buffer()).dim(s.at()).number(s.number());
  }

  @Override
  public void run(Stmt.Run s) {
    word("run").kernel(s.kernel());
  }

  @Override
  public Void num(Value.Num v) {
    word(v.dtype().name()).number(v.dtype() == DType.F32 ? Float.floatToRawIntBits(v.value().floatValue())
        : v.dtype() == DType.F64 ? Double.doubleToRawLongBits(v.value().doubleValue()) : v.value().longValue());
    return null;
  }

  @Override
  public Void get(Value.Get v) {
    word("get").local(v.local());
    return null;
  }

  @Override
  public Void position(Value.Position v) {
    word("position").dim(v.index());
    return null;
  }

  @Override
  public Void load(Value.Load v) {
    word("load").see(v.buffer()).dim(v.index()).number(v.lanes());
    return null;
  }

  @Override
  public Void gather(Value.Gather v) {
    word("gather").see(v.buffer()).dim(v.base()).dim(v.stride()).number(v.lanes());
    return v.at().accept(this);
  }

  @Override
  public Void splat(Value.Splat v) {
    word("splat").number(v.lanes());
    return v.value().accept(this);
  }

  @Override
  public Void call(Value.Call v) {
    word(v.fun().name());
    values(v.arguments());
    return null;
  }

  @Override
  public Void cast(Value.Cast v) {
    word("cast").word(v.dtype().name());
    return v.value().accept(this);
  }

  @Override
  public Void reduce(Value.Reduce v) {
    word("reduce").word(v.fun().name());
    return v.vector().accept(this);
  }
}
