package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.util.CheckClassAdapter;
import weft.codegen.source.SourceBackEnd;
import weft.loop.Buffer;
import weft.loop.Buffer.Role;
import weft.loop.Compiled;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/** Loop programs written by hand, run through the bytecode back end with ASM's verifier over every class. */
final class Loops {
  private Loops() {}

  static Buffer in(String name, DType dtype, long size) {
    return new Buffer(name, dtype, Dim.of(size), Role.PARAMETER, null);
  }

  static Buffer out(String name, DType dtype, long size) {
    return new Buffer(name, dtype, Dim.of(size), Role.OUTPUT, null);
  }

  static Symbol var(String name) {
    return Symbol.loopVariable(name);
  }

  static Dim d(Symbol symbol) {
    return Dim.of(symbol);
  }

  static Value load(Buffer buffer, Dim index) {
    return new Value.Load(buffer, index, 1);
  }

  static Value load(Buffer buffer, Symbol index) {
    return load(buffer, d(index));
  }

  static Value load(Buffer buffer, Dim index, int lanes) {
    return new Value.Load(buffer, index, lanes);
  }

  static Value get(Local local) {
    return new Value.Get(local);
  }

  static Value call(Fun fun, Value... arguments) {
    return new Value.Call(fun, arguments);
  }

  static Value num(DType dtype, double value) {
    return Value.number(dtype, value);
  }

  static Value splat(Value value, int lanes) {
    return new Value.Splat(value, lanes);
  }

  static Stmt block(Stmt... stmts) {
    return new Stmt.Block(Arrays.asList(stmts));
  }

  static Stmt loop(Symbol var, Dim to, Stmt... body) {
    return loop(var, to, 1, body);
  }

  static Stmt loop(Symbol var, Dim to, int step, Stmt... body) {
    return new Stmt.For(var, Dim.ZERO, to, step, Stmt.Order.SEQUENTIAL, Stmt.of(Arrays.asList(body)));
  }

  static Stmt store(Buffer buffer, Dim index, Value value) {
    return new Stmt.Store(buffer, index, value);
  }

  static Stmt store(Buffer buffer, Symbol index, Value value) {
    return store(buffer, d(index), value);
  }

  static Stmt declare(Local local, Value value) {
    return new Stmt.Declare(local, value);
  }

  static Stmt assign(Local local, Value value) {
    return new Stmt.Assign(local, value);
  }

  static Kernel kernel(String name, Stmt... body) {
    return new Kernel(name, "", "", Kernel.Kind.LOOPS, Stmt.of(Arrays.asList(body)));
  }

  static Kernel driver(String name, Stmt... body) {
    return new Kernel(name, "", "", Kernel.Kind.DRIVER, Stmt.of(Arrays.asList(body)));
  }

  static LoopProgram program(int lanes, Kernel main) {
    return LoopProgram.of("test", lanes, List.of(), List.of(), main);
  }

  /** A program of one kernel with this body. */
  static LoopProgram program(int lanes, Stmt... body) {
    return program(lanes, driver("main", new Stmt.Run(kernel("body", body))));
  }

  /** Compiles and verifies. */
  static Emitted compile(LoopProgram program) {
    var compiled = (Emitted) new BytecodeBackEnd().compile(program);
    for (byte[] file : compiled.classes().files().values()) {
      var report = new StringWriter();
      CheckClassAdapter.verify(new ClassReader(file), Loops.class.getClassLoader(), false,
          new PrintWriter(report));
      assertThat(report.toString()).isEmpty();
    }
    return compiled;
  }

  static void run(LoopProgram program, Map<Buffer, Object> arrays) {
    run(program, arrays, Map.of());
  }

  /** Runs a program once, as bytecode and as compiled source, which must agree; gives the sizes as the call left them. */
  static Map<Symbol, Integer> run(LoopProgram program, Map<Buffer, Object> arrays, Map<Symbol, Integer> sizes) {
    var others = new HashMap<Buffer, Object>();
    arrays.forEach((b, array) -> others.put(b, copy(b, array)));
    Map<Symbol, Integer> after;
    try {
      after = run(compile(program), program, arrays, sizes);
    } catch (WeftException e) {
      assertThatThrownBy(() -> run(new SourceBackEnd().compile(program), program, others, sizes))
          .isInstanceOfSatisfying(WeftException.class, other -> assertThat(other.kind()).isEqualTo(e.kind()));
      throw e;
    }
    assertThat(run(new SourceBackEnd().compile(program), program, others, sizes)).isEqualTo(after);
    others.forEach((b, array) -> assertThat(array).as(b.name()).isEqualTo(arrays.get(b)));
    return after;
  }

  /** Runs a program once as bytecode alone, for tests of very many small programs. */
  static void runBytecode(LoopProgram program, Map<Buffer, Object> arrays) {
    run(compile(program), program, arrays, Map.of());
  }

  private static Object copy(Buffer b, Object array) {
    int length = b.dtype().length(array);
    Object copy = b.dtype().newArray(length);
    System.arraycopy(array, 0, copy, 0, length);
    return copy;
  }

  static Map<Symbol, Integer> run(Compiled compiled, LoopProgram program, Map<Buffer, Object> arrays,
      Map<Symbol, Integer> sizes) {
    int[] values = program.symbols().stream().mapToInt(s -> sizes.getOrDefault(s, 0)).toArray();
    weft.loop.Sizes.complete(program, values, 0);
    compiled.run(program.buffers().stream().map(arrays::get).toArray(), values);
    var after = new HashMap<Symbol, Integer>();
    for (int i = 0; i < values.length; i++) after.put(program.symbols().get(i), values[i]);
    return after;
  }
}
