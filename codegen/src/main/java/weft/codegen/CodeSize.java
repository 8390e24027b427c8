package weft.codegen;

import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Stmt;
import weft.loop.Uses;
import weft.loop.Value;
import weft.type.Dim;

/** How many bytes of code a statement of a driver takes at most, known before it is emitted. */
final class CodeSize extends Walker {
  /** {@code aload, sipush, aaload, checkcast}, or less where the array has been fetched before. */
  static final int ARRAY = 8;
  /** {@code aload, sipush, iaload}. */
  static final int INTEGER = 5;
  private static final int INSTRUCTION = 4;

  private int bytes;

  private CodeSize() {}

  static int of(Stmt stmt) {
    var size = new CodeSize();
    stmt.accept(size);
    return size.bytes;
  }

  /** How many bytes the entry of a method takes that fetches all it uses. */
  static int ofEntry(Kernel kernel) {
    Uses uses = Uses.of(kernel.body());
    return uses.buffers().size() * (ARRAY + INSTRUCTION) + uses.symbols().size() * (INTEGER + INSTRUCTION);
  }

  @Override
  protected void dim(Dim d) {
    for (Dim.Term t : d.terms()) bytes += 2 * INSTRUCTION + t.symbols().size() * (INTEGER + 1);
    bytes += INSTRUCTION;
  }

  @Override
  protected void buffer(Buffer b) {
    bytes += ARRAY + INSTRUCTION;
  }

  @Override
  public void loop(Stmt.For s) {
    bytes += 8 * INSTRUCTION + s.along().size() * 3 * INSTRUCTION;
    super.loop(s);
  }

  @Override
  public void loop(Stmt.While s) {
    bytes += 2 * INSTRUCTION;
    super.loop(s);
  }

  @Override
  public void branch(Stmt.If s) {
    bytes += 2 * INSTRUCTION;
    super.branch(s);
  }

  @Override
  public void declare(Stmt.Declare s) {
    bytes += INSTRUCTION;
    super.declare(s);
  }

  @Override
  public void assign(Stmt.Assign s) {
    bytes += INSTRUCTION;
    super.assign(s);
  }

  /** Sizes computed from the measured one are few; each takes some ten instructions. */
  @Override
  public void measure(Stmt.Measure s) {
    bytes += 60 * INSTRUCTION;
    super.measure(s);
  }

  @Override
  public void require(Stmt.Require s) {
    bytes += (12 + 3 * s.subjects().size()) * INSTRUCTION;
    super.require(s);
  }

  @Override
  public void print(Stmt.Print s) {
    bytes += (10 + 4 * s.dims().size()) * INSTRUCTION;
    super.print(s);
  }

  @Override
  public void clock(Stmt.Clock s) {
    bytes += (s.stops() ? 14 : 7) * INSTRUCTION;
    super.clock(s);
  }

  @Override
  public void meet(Stmt.Meet s) {
    bytes += 2 * INSTRUCTION;
    super.meet(s);
  }

  @Override
  public void fence(Stmt.Fence s) {
    bytes += 5 * INSTRUCTION;
    super.fence(s);
  }

  @Override
  public void run(Stmt.Run s) {
    Uses uses = Uses.of(s.kernel().body());
    bytes += INSTRUCTION;
    if (s.kernel().kind() == Kernel.Kind.DRIVER) bytes += 2 + uses.symbols().size() * INSTRUCTION;
    else bytes += uses.buffers().size() * ARRAY + uses.symbols().size() * INTEGER;
  }

  @Override
  public Void num(Value.Num v) {
    bytes += INSTRUCTION;
    return null;
  }

  @Override
  public Void get(Value.Get v) {
    bytes += INSTRUCTION;
    return null;
  }

  @Override
  public Void gather(Value.Gather v) {
    bytes += 3 * INSTRUCTION;
    return super.gather(v);
  }

  @Override
  public Void call(Value.Call v) {
    bytes += (v.fun().isComparison() || v.fun() == Fun.SELECT ? 5 : 2) * INSTRUCTION;
    return super.call(v);
  }

  @Override
  public Void cast(Value.Cast v) {
    bytes += 5 * INSTRUCTION;
    return super.cast(v);
  }
}
