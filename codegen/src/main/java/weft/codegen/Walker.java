package weft.codegen;

import weft.loop.Buffer;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.type.Dim;

/** Walks over all that a statement does itself; what a kernel does that it runs is left to {@link #run}. */
public abstract class Walker implements Stmt.Visitor, Value.Visitor<Void> {
  /** An index expression is read here. */
  protected void dim(Dim d) {}

  /** A buffer is touched here. */
  protected void buffer(Buffer b) {}

  @Override
  public void block(Stmt.Block s) {
    for (Stmt each : s.stmts()) each.accept(this);
  }

  @Override
  public void loop(Stmt.For s) {
    dim(s.from());
    dim(s.to());
    for (Stmt.Along along : s.along()) dim(along.from());
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
    buffer(s.buffer());
    dim(s.index());
    s.value().accept(this);
  }

  @Override
  public void scatter(Stmt.Scatter s) {
    buffer(s.buffer());
    dim(s.base());
    dim(s.stride());
    s.at().accept(this);
    s.value().accept(this);
  }

  @Override
  public void measure(Stmt.Measure s) {
    s.value().accept(this);
  }

  @Override
  public void require(Stmt.Require s) {
    s.condition().accept(this);
    for (Value subject : s.subjects()) subject.accept(this);
  }

  @Override
  public void clock(Stmt.Clock s) {
    buffer(s.buffer());
  }

  @Override
  public void print(Stmt.Print s) {
    buffer(s.buffer());
    s.dims().forEach(this::dim);
  }

  @Override
  public void meet(Stmt.Meet s) {
    buffer(s.team());
  }

  @Override
  public void fence(Stmt.Fence s) {
    buffer(s.buffer());
    dim(s.at());
  }

  @Override
  public void run(Stmt.Run s) {}

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
    buffer(v.buffer());
    dim(v.index());
    return null;
  }

  @Override
  public Void gather(Value.Gather v) {
    buffer(v.buffer());
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
