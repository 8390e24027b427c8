package weft.codegen;

import static weft.loop.Fun.*;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.schedule.Expand;
import weft.type.Dim;

/** Operations on vectors, and a program that does each of them once. */
public final class VectorOperations {
  /** Statements around those that show something. */
  private static final int AROUND = 4;

  private final int lanes;
  private final Predicate<Use> shown;

  /**
   * An operation that something does.
   *
   * @param fun null for a cast
   * @param dtype of the vectors that it takes, for SELECT of those that it chooses from
   * @param reduces whether lanes of one vector are its arguments
   */
  private record Use(Fun fun, DType dtype, boolean reduces) {}

  private VectorOperations(int lanes, Predicate<Use> shown) {
    this.lanes = lanes;
    this.shown = shown;
  }

  /** All that vectors may do. */
  static VectorOperations all(int lanes) {
    return new VectorOperations(lanes, u -> true);
  }

  /** What programs do to their vectors, all of so many f32 lanes. */
  public static VectorOperations of(List<LoopProgram> programs, int lanes) {
    var uses = new HashSet<Use>();
    for (LoopProgram p : programs) for (Kernel k : p.kernels()) k.body().accept(new Finder(uses));
    return new VectorOperations(lanes, uses::contains);
  }

  private static final class Finder extends Walker {
    private final Set<Use> uses;

    Finder(Set<Use> uses) {
      this.uses = uses;
    }

    @Override
    public Void call(Value.Call v) {
      if (v.isVector()) uses.add(new Use(v.fun(), v.argument(v.fun() == SELECT ? 1 : 0).dtype(), false));
      return super.call(v);
    }

    @Override
    public Void cast(Value.Cast v) {
      if (v.isVector()) uses.add(new Use(null, v.value().dtype(), false));
      return super.cast(v);
    }

    @Override
    public Void reduce(Value.Reduce v) {
      uses.add(new Use(v.fun(), v.vector().dtype(), true));
      return super.reduce(v);
    }
  }

  /** The dtypes of vectors that more than one thing is done to: a single operation shares its profile with no other. */
  public List<DType> dtypes() {
    return Stream.of(DType.F32, DType.F64).filter(d -> {
      Kernel all = program(d).kernels().get(0);
      return all.body() instanceof Stmt.Block b && b.stmts().size() > AROUND + 1;
    }).toList();
  }

  private Buffer buffer(String name, DType dtype, Buffer.Role role) {
    return new Buffer(name, dtype, Dim.of(count(dtype)), role, null);
  }

  /** Lanes of vectors of a dtype. */
  public int count(DType dtype) {
    return dtype == DType.F64 ? lanes / 2 : lanes;
  }

  /** One vector in, one vector out, every operation between. */
  public LoopProgram program(DType dtype) {
    Buffer x = buffer("x", dtype, Buffer.Role.INPUT);
    Buffer y = buffer("y", dtype, Buffer.Role.OUTPUT);
    Kernel kernel = new Kernel("everyOperation", "every operation", "", Kernel.Kind.LOOPS, new Stmt.Block(body(x, y)));
    Kernel main = new Kernel("profiles", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel));
    return Expand.program(LoopProgram.of("profiles", lanes, List.of(x), List.of(y), main));
  }

  private boolean isShown(Fun fun, DType dtype) {
    return shown.test(new Use(fun, dtype, false));
  }

  private List<Stmt> body(Buffer in, Buffer out) {
    DType dtype = in.dtype();
    int count = count(dtype);
    var stmts = new ArrayList<Stmt>();
    Value first = declared("first", new Value.Load(in, Dim.of(0), count), stmts);
    Value two = declared("two", splat(dtype, 2), stmts);
    Local local = new Local("v", dtype, count);
    stmts.add(new Stmt.Declare(local, first));
    Value v = new Value.Get(local);
    for (Fun f : List.of(ADD, SUB, MUL, DIV, MIN, MAX)) {
      if (isShown(f, dtype)) stmts.add(new Stmt.Assign(local, new Value.Call(f, v, two)));
    }
    for (Fun f : List.of(NEG, ABS, SQRT)) if (isShown(f, dtype)) stmts.add(new Stmt.Assign(local, new Value.Call(f, v)));
    if (isShown(FMA, dtype)) stmts.add(new Stmt.Assign(local, new Value.Call(FMA, v, two, first)));
    for (Fun f : List.of(EQ, LT, LE, GT, GE)) {
      if (isShown(f, dtype)) stmts.add(new Stmt.Assign(local, new Value.Call(SELECT, new Value.Call(f, v, first), v, two)));
    }
    for (Fun f : List.of(ADD, MAX, MIN)) {
      if (shown.test(new Use(f, dtype, true))) stmts.add(new Stmt.Assign(local, new Value.Splat(new Value.Reduce(f, v), count)));
    }
    if (dtype == DType.F32) addBits(local, stmts);
    stmts.add(new Stmt.Store(out, Dim.of(0), v));
    return stmts;
  }

  private static Value declared(String name, Value value, List<Stmt> stmts) {
    var local = new Local(name, value.dtype(), value.lanes());
    stmts.add(new Stmt.Declare(local, value));
    return new Value.Get(local);
  }

  /** Adds what the exponential and clamps do to the bits of floats. */
  private void addBits(Local floats, List<Stmt> stmts) {
    if (!isShown(BITS, DType.F32) && !isShown(FROM_BITS, DType.I32)) return;
    Local local = new Local("bits", DType.I32, lanes);
    Value bits = new Value.Get(local);
    stmts.add(new Stmt.Declare(local, new Value.Call(BITS, new Value.Get(floats))));
    for (Fun f : List.of(ADD, SUB, MUL, MIN, MAX, AND, OR, XOR)) {
      if (isShown(f, DType.I32)) stmts.add(new Stmt.Assign(local, new Value.Call(f, bits, splat(DType.I32, 3))));
    }
    for (Fun f : List.of(SHIFT_LEFT, SHIFT_RIGHT)) {
      if (isShown(f, DType.I32)) stmts.add(new Stmt.Assign(local, new Value.Call(f, bits, splat(DType.I32, 1))));
    }
    stmts.add(new Stmt.Assign(floats, new Value.Call(FROM_BITS, bits)));
    if (isShown(null, DType.I32)) stmts.add(new Stmt.Assign(floats, new Value.Cast(DType.F32, bits)));
  }

  private Value splat(DType dtype, int number) {
    return new Value.Splat(Value.number(dtype, number), count(dtype));
  }
}
