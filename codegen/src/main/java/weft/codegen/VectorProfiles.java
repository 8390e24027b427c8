package weft.codegen;

import static weft.loop.Fun.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
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
import weft.type.Symbol;

/**
 * Shows HotSpot, once a virtual machine and width, every vector operation before the first kernel runs.
 *
 * <p>Kernels that warm up call one operation a million times before the next one is ever called. So the Vector API's own methods, which
 * all operations share, are compiled for that one, and trap when another comes. HotSpot adds up these traps over everything that it
 * inlines into a kernel, and above {@code PerMethodTrapLimit} (100) it trusts no type profile any more: then the results of that kernel
 * are objects on the heap for ever (seen on 17: every second start of an LSTM, at 0.7 of its speed). After a few hundred calls of all of
 * them in turn the shared methods are compiled for any. It has to be over before the first kernel runs: beside one that is hot already it
 * comes too late, and is itself what traps.
 */
final class VectorProfiles {
  /** Enough for the first compiler to have replaced the shared methods by versions that count types, and to count some. */
  private static final int ROUNDS = 120;

  private static final Map<Kind, CountDownLatch> SHOWN = new ConcurrentHashMap<>();

  private record Kind(DType dtype, int lanes) {}

  private VectorProfiles() {}

  /**
   * Starts to show, beside the caller, what the vectors of a program may do; nothing for widths and dtypes that were shown before, and
   * none that nobody uses: a virtual machine that has seen several widths keeps more vectors as objects.
   */
  static void begin(LoopProgram program) {
    for (Kind kind : kinds(program)) begin(kind);
  }

  private static List<Kind> kinds(LoopProgram program) {
    if (program.lanes() == 1) return List.of();
    return Stream.of(DType.F32, DType.F64).filter(d -> program.buffers().stream().anyMatch(b -> b.dtype() == d))
        .map(d -> new Kind(d, program.lanes())).toList();
  }

  private static CountDownLatch begin(Kind kind) {
    return SHOWN.computeIfAbsent(kind, k -> {
      var shown = new CountDownLatch(1);
      var thread = new Thread(() -> {
        try {
          show(k.lanes(), k.dtype());
        } finally {
          shown.countDown();
        }
      }, "weft-vector-profiles");
      thread.setDaemon(true);
      thread.start();
      return shown;
    });
  }

  /** Waits until everything has been shown that the vectors of a program may do: some hundredths of a second, once a virtual machine. */
  static void await(LoopProgram program) {
    for (Kind kind : kinds(program)) {
      try {
        begin(kind).await();
      } catch (InterruptedException e) {
        // It only costs speed not to wait; the call goes on, and whoever interrupts it is heard by what it calls.
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void show(int lanes, DType dtype) {
    LoopProgram program = program(lanes, dtype);
    ProgramEmitter.Classes classes = ProgramEmitter.emit(program, false, s -> 0);
    BiConsumer<Object[], int[]> entry = Definer.hidden(classes.files().get(classes.main()));
    Object[] arrays = {dtype.newArray(lanes), dtype.newArray(lanes)};
    for (int i = 0; i < ROUNDS; i++) entry.accept(arrays, new int[0]);
  }

  /** One vector in, one vector out, every operation between. */
  static LoopProgram program(int lanes, DType dtype) {
    int count = dtype == DType.F64 ? lanes / 2 : lanes;
    Buffer x = new Buffer("x", dtype, Dim.of(count), Buffer.Role.INPUT, null);
    Buffer y = new Buffer("y", dtype, Dim.of(count), Buffer.Role.OUTPUT, null);
    Kernel kernel = new Kernel("profile", "every operation", "", Kernel.Kind.LOOPS, body(x, y, count));
    Kernel main = new Kernel("profiles", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel));
    return Expand.program(LoopProgram.of("profiles", lanes, List.of(x), List.of(y), main));
  }

  private static Stmt body(Buffer in, Buffer out, int lanes) {
    var stmts = new ArrayList<Stmt>();
    Value x = new Value.Load(in, Dim.of(0), lanes);
    Value z = splat(in.dtype(), 2, lanes);
    Local sum = new Local("sum", in.dtype(), lanes);
    stmts.add(new Stmt.Declare(sum, x));
    Value s = new Value.Get(sum);
    for (Fun f : List.of(ADD, SUB, MUL, DIV, MIN, MAX)) stmts.add(new Stmt.Assign(sum, new Value.Call(f, s, z)));
    for (Fun f : List.of(NEG, ABS, SQRT)) stmts.add(new Stmt.Assign(sum, new Value.Call(f, s)));
    stmts.add(new Stmt.Assign(sum, new Value.Call(FMA, s, z, x)));
    for (Fun f : List.of(EQ, LT, LE, GT, GE)) {
      stmts.add(new Stmt.Assign(sum, new Value.Call(SELECT, new Value.Call(f, s, x), s, z)));
    }
    for (Fun f : List.of(ADD, MAX, MIN)) stmts.add(new Stmt.Assign(sum, new Value.Splat(new Value.Reduce(f, s), lanes)));
    if (in.dtype() == DType.F32) stmts.addAll(bits(sum, lanes));
    stmts.add(new Stmt.Store(out, Dim.of(0), s));
    return new Stmt.Block(stmts);
  }

  /** What the exponential does to the bits of floats. */
  private static List<Stmt> bits(Local sum, int lanes) {
    var stmts = new ArrayList<Stmt>();
    Local bits = new Local("bits", DType.I32, lanes);
    Value b = new Value.Get(bits);
    stmts.add(new Stmt.Declare(bits, new Value.Call(BITS, new Value.Get(sum))));
    for (Fun f : List.of(ADD, SUB, MUL, AND, OR, XOR)) {
      stmts.add(new Stmt.Assign(bits, new Value.Call(f, b, splat(DType.I32, 3, lanes))));
    }
    for (Fun f : List.of(SHIFT_LEFT, SHIFT_RIGHT)) {
      stmts.add(new Stmt.Assign(bits, new Value.Call(f, b, splat(DType.I32, 1, lanes))));
    }
    stmts.add(new Stmt.Assign(sum, new Value.Call(FROM_BITS, b)));
    stmts.add(new Stmt.Assign(sum, new Value.Cast(DType.F32, b)));
    return stmts;
  }

  private static Value splat(DType dtype, int number, int lanes) {
    return new Value.Splat(Value.number(dtype, number), lanes);
  }
}
