package weft.loop;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * What a statement needs from outside: the buffers it touches and the symbols it reads but does not count itself. These are
 * the arguments of the method a kernel becomes, in the order of first use.
 */
public final class Uses implements Stmt.Visitor, Value.Visitor<Void> {
  private final Set<Buffer> read = new LinkedHashSet<>();
  private final Set<Buffer> written = new LinkedHashSet<>();
  private final Set<Buffer> buffers = new LinkedHashSet<>();
  private final Set<Symbol> symbols = new LinkedHashSet<>();
  private final Set<Symbol> counted = new LinkedHashSet<>();
  private final Set<Kernel> kernels = new LinkedHashSet<>();

  private Uses() {}

  /** What a statement uses. */
  public static Uses of(Stmt stmt) {
    var uses = new Uses();
    stmt.accept(uses);
    return uses;
  }

  /** What a value uses. */
  public static Uses of(Value value) {
    var uses = new Uses();
    value.accept(uses);
    return uses;
  }

  /** What is read or written. */
  public Set<Buffer> buffers() {
    return buffers;
  }

  /** What is read. */
  public Set<Buffer> read() {
    return read;
  }

  /** What is written. */
  public Set<Buffer> written() {
    return written;
  }

  /** Extents and loop variables counted outside. */
  public List<Symbol> symbols() {
    var free = new ArrayList<>(symbols);
    free.removeAll(counted);
    return free;
  }

  /** The kernels that are run, those run by them included; a kernel stands behind those it runs. */
  public Set<Kernel> kernels() {
    return kernels;
  }

  private void dim(Dim d) {
    symbols.addAll(d.symbols());
  }

  private void reads(Buffer b) {
    read.add(b);
    buffers.add(b);
  }

  private void writes(Buffer b) {
    written.add(b);
    buffers.add(b);
  }

  @Override
  public void block(Stmt.Block s) {
    for (Stmt each : s.stmts()) each.accept(this);
  }

  @Override
  public void loop(Stmt.For s) {
    counted.add(s.var());
    dim(s.from());
    dim(s.to());
    for (Stmt.Along along : s.along()) {
      counted.add(along.var());
      dim(along.from());
    }
    s.body().accept(this);
  }

  @Override
  public void loop(Stmt.While s) {
    s.condition().accept(this);
    s.body().accept(this);
  }

  @Override
  public void branch(Stmt.If s) {
    s.condition().accept(this);
    s.then().accept(this);
    s.otherwise().accept(this);
  }

  @Override
  public void declare(Stmt.Declare s) {
    s.value().accept(this);
  }

  @Override
  public void assign(Stmt.Assign s) {
    s.value().accept(this);
  }

  @Override
  public void store(Stmt.Store s) {
    writes(s.buffer());
    dim(s.index());
    s.value().accept(this);
  }

  @Override
  public void scatter(Stmt.Scatter s) {
    writes(s.buffer());
    dim(s.base());
    dim(s.stride());
    s.at().accept(this);
    s.value().accept(this);
  }

  @Override
  public void measure(Stmt.Measure s) {
    symbols.add(s.symbol());
    s.value().accept(this);
  }

  @Override
  public void require(Stmt.Require s) {
    s.condition().accept(this);
    for (Value subject : s.subjects()) subject.accept(this);
  }

  @Override
  public void print(Stmt.Print s) {
    reads(s.buffer());
    s.dims().forEach(this::dim);
  }

  @Override
  public void clock(Stmt.Clock s) {
    reads(s.buffer());
    writes(s.buffer());
  }

  @Override
  public void meet(Stmt.Meet s) {
    reads(s.team());
    writes(s.team());
  }

  @Override
  public void fence(Stmt.Fence s) {
    reads(s.buffer());
    dim(s.at());
  }

  @Override
  public void run(Stmt.Run s) {
    Uses inner = s.kernel().uses();
    read.addAll(inner.read);
    written.addAll(inner.written);
    buffers.addAll(inner.buffers);
    symbols.addAll(inner.symbols());
    kernels.addAll(inner.kernels);
    kernels.add(s.kernel());
  }

  @Override
  public Void num(Value.Num v) {
    return null;
  }

  @Override
  public Void get(Value.Get v) {
    return null;
  }

  @Override
  public Void position(Value.Position v) {
    dim(v.index());
    return null;
  }

  @Override
  public Void load(Value.Load v) {
    reads(v.buffer());
    dim(v.index());
    return null;
  }

  @Override
  public Void gather(Value.Gather v) {
    reads(v.buffer());
    dim(v.base());
    dim(v.stride());
    return v.at().accept(this);
  }

  @Override
  public Void splat(Value.Splat v) {
    return v.value().accept(this);
  }

  @Override
  public Void call(Value.Call v) {
    for (Value a : v.arguments()) a.accept(this);
    return null;
  }

  @Override
  public Void cast(Value.Cast v) {
    return v.value().accept(this);
  }

  @Override
  public Void reduce(Value.Reduce v) {
    return v.vector().accept(this);
  }
}
