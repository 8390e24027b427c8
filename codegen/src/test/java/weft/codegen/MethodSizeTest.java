package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.codegen.Loops.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
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

/** No method is larger than HotSpot compiles. */
class MethodSizeTest {
  /**
   * A body of known size: each store takes 8 bytes, {@code aload_0 sipush sipush iastore}, and the return one.
   */
  @Test
  void sizesAreThoseOfTheClassFile() {
    Buffer z = out("z", DType.I32, 1000);
    var stores = new ArrayList<Stmt>();
    for (int i = 200; i < 300; i++) stores.add(store(z, Dim.of(i), num(DType.I32, 1000)));
    Emitted compiled = compile(program(1, stores.toArray(Stmt[]::new)));
    assertThat(compiled.classes().sizes()).containsEntry("body", 801);
    assertThat(compiled.report()).startsWith("2 kernels, 2 methods, 8").contains("largest 801 (body)");
  }

  @Test
  void aLargeKernelIsRefused() {
    Buffer z = out("z", DType.I32, 1000);
    var stores = new ArrayList<Stmt>();
    for (int i = 0; i < 800; i++) stores.add(store(z, Dim.of(200 + i), num(DType.I32, 1000)));
    assertThatThrownBy(() -> compile(program(1, stores.toArray(Stmt[]::new))))
        .isInstanceOfSatisfying(WeftException.class,
            e -> assertThat(e.kind()).isEqualTo(WeftException.Kind.INTERNAL))
        .hasMessageContaining("kernel body has 6401 bytes of code, and at most 6000");
  }

  /** One nest cannot be cut, so it may be as large as HotSpot still compiles, and no larger. */
  @Test
  void oneNestMayBeLarger() {
    Buffer z = out("z", DType.I32, 1000);
    Symbol i = var("i");
    var stores = new ArrayList<Stmt>();
    for (int k = 0; k < 800; k++) stores.add(store(z, Dim.of(200 + k), num(DType.I32, 1000)));
    Emitted compiled = compile(program(1, loop(i, Dim.of(9), stores.toArray(Stmt[]::new))));
    assertThat(compiled.classes().sizes().get("body")).isBetween(6401, 8000);
    for (int k = 0; k < 200; k++) stores.add(store(z, Dim.of(200 + k), num(DType.I32, 1000)));
    assertThatThrownBy(() -> compile(program(1, loop(i, Dim.of(9), stores.toArray(Stmt[]::new)))))
        .hasMessageContaining("at most 8000");
  }

  @Test
  void aMethodThatNoClassFileHoldsIsRefused() {
    Buffer z = out("z", DType.I32, 1000);
    var stores = new ArrayList<Stmt>();
    for (int i = 0; i < 9000; i++) stores.add(store(z, Dim.of(200), num(DType.I32, 1000)));
    assertThatThrownBy(() -> compile(program(1, stores.toArray(Stmt[]::new))))
        .isInstanceOf(WeftException.class).hasMessageContaining("kernel body has 72001 bytes");
  }

  /**
   * HotSpot takes methods of up to 325 bytes into those that call them often. Where that would be much, kernels whose vectors are read as bits are made
   * larger, with code that is never reached.
   */
  @Test
  void kernelsThatDriversMustNotTakeInAreLarger() {
    Buffer x = in("x", DType.F32, 64);
    Buffer z = out("z", DType.F32, 64);
    Symbol i = var("i");
    Value bits = call(Fun.FROM_BITS, call(Fun.BITS, load(x, d(i), 8)));
    Kernel read = kernel("read", loop(i, Dim.of(64), 8, store(z, i, bits)));
    Kernel add = kernel("add", loop(i, Dim.of(64), 8, store(z, i, load(x, d(i), 8))));
    var runs = new ArrayList<Stmt>();
    for (int k = 0; k < 3; k++) runs.add(new Stmt.Run(read));
    runs.add(new Stmt.Run(add));
    Map<String, Integer> few = compile(program(8, driver("main", runs.toArray(Stmt[]::new)))).classes().sizes();
    assertThat(few.get("read")).isLessThanOrEqualTo(MethodEmitter.TAKEN);
    for (int k = 0; k < 20; k++) runs.add(new Stmt.Run(read));
    LoopProgram program = program(8, driver("main", runs.toArray(Stmt[]::new)));
    Map<String, Integer> many = compile(program).classes().sizes();
    assertThat(many.get("read")).isGreaterThan(MethodEmitter.TAKEN).isLessThan(MethodEmitter.TAKEN + 10);
    assertThat(many.get("add")).isEqualTo(few.get("add"));
    float[] from = new float[64];
    for (int k = 0; k < 64; k++) from[k] = k - 7.5f;
    float[] to = new float[64];
    runBytecode(program, Map.of(x, from, z, to));
    assertThat(to).containsExactly(from);
  }

  /** 3,000 kernels over 400 arrays in a loop over time: each adds its own number to its array, in order. */
  @Test
  void aLongDriverIsCut() {
    Symbol t = var("t");
    var runs = new ArrayList<Stmt>();
    var arrays = new HashMap<Buffer, Object>();
    var buffers = new ArrayList<Buffer>();
    for (int k = 0; k < 400; k++) {
      buffers.add(out("z" + k, DType.F64, 2));
      arrays.put(buffers.get(k), new double[2]);
    }
    double[][] want = new double[400][2];
    for (int k = 0; k < 2900; k++) {
      Buffer z = buffers.get(k * 7 % 400);
      Value twice = call(Fun.MUL, num(DType.F64, 0.5), load(z, Dim.ZERO));
      runs.add(new Stmt.Run(kernel("add" + k, store(z, Dim.ZERO, call(Fun.ADD, twice, num(DType.F64, k))),
          store(z, Dim.ONE, new Value.Cast(DType.F64, new Value.Position(d(t)))))));
    }
    for (int step = 0; step < 3; step++) {
      for (int k = 0; k < 2900; k++) {
        double[] z = want[k * 7 % 400];
        z[0] = 0.5 * z[0] + k;
        z[1] = step;
      }
    }
    Emitted compiled = compile(program(1, driver("main", loop(t, Dim.of(3), runs.toArray(Stmt[]::new)))));
    assertThat(compiled.classes().sizes().values()).allMatch(size -> size <= 6000);
    assertThat(compiled.report()).startsWith("2901 kernels, ");
    LoopProgram program = program(1, driver("main", loop(t, Dim.of(3), runs.toArray(Stmt[]::new))));
    run(program, arrays);
    for (int k = 0; k < 400; k++) assertThat((double[]) arrays.get(buffers.get(k))).containsExactly(want[k]);
  }

  /** Statements that share a local stay together, the others are cut around them. */
  @Test
  void localsOfADriverSurviveTheCut() {
    Buffer z = out("z", DType.I32, 1);
    int[] zs = new int[1];
    var count = new Local("count", DType.I32, 1);
    Kernel add = kernel("add", store(z, Dim.ZERO, call(Fun.ADD, load(z, Dim.ZERO), num(DType.I32, 1))));
    var stmts = new ArrayList<Stmt>();
    stmts.add(declare(count, num(DType.I32, 0)));
    for (int k = 0; k < 1000; k++) stmts.add(new Stmt.Run(add));
    stmts.add(new Stmt.While(call(Fun.LT, get(count), num(DType.I32, 5)),
        block(assign(count, call(Fun.ADD, get(count), num(DType.I32, 1))), new Stmt.Run(add))));
    run(program(1, driver("main", stmts.toArray(Stmt[]::new))), Map.of(z, zs));
    assertThat(zs).containsExactly(1005);
  }

  /** Hidden classes cannot call each other, so a program that needs several is made of ordinary ones. */
  @Test
  void aHugeProgramBecomesSeveralClasses() {
    Buffer z = out("z", DType.I32, 1);
    int[] zs = new int[1];
    var runs = new ArrayList<Stmt>();
    for (int k = 0; k < 7000; k++) {
      runs.add(new Stmt.Run(kernel("add",
          store(z, Dim.ZERO, call(Fun.ADD, load(z, Dim.ZERO), num(DType.I32, k))))));
    }
    LoopProgram program = program(1, driver("main", runs.toArray(Stmt[]::new)));
    Emitted compiled = (Emitted) new BytecodeBackEnd().compile(program);
    assertThat(compiled.classes().files()).hasSizeGreaterThan(2);
    compiled.run(new Object[] {zs}, new int[0]);
    assertThat(zs[0]).isEqualTo(7000 * 6999 / 2);
  }

  @Test
  void namesAreMadeLegalAndUnique() {
    Buffer z = out("z", DType.I32, 3);
    int[] zs = new int[3];
    var runs = new ArrayList<Stmt>();
    for (String name : List.of("a/b", "a;b", "<init>")) {
      runs.add(new Stmt.Run(kernel(name, store(z, Dim.of(runs.size()), num(DType.I32, 1 + runs.size())))));
    }
    run(program(1, driver("main", runs.toArray(Stmt[]::new))), Map.of(z, zs));
    assertThat(zs).containsExactly(1, 2, 3);
  }

  /** 40 loads and stores of one vector are fine, 60 are more than HotSpot's first compiler can take. */
  @Test
  void reportNamesKernelsWithTooManyVectors() {
    Buffer x = in("x", DType.F32, 2000);
    Buffer z = out("z", DType.F32, 2000);
    for (int count : new int[] {40, 60}) {
      var stores = new ArrayList<Stmt>();
      for (int k = 0; k < count; k++) stores.add(store(z, Dim.of(k * 8), load(x, Dim.of(k * 16), 8)));
      String report = compile(program(8, stores.toArray(Stmt[]::new))).report();
      if (count == 40) assertThat(report).endsWith(" ms");
      else assertThat(report)
          .endsWith(" ms; body may stay slow, its vectors cost the first compiler 1,320 of 1,000");
    }
  }
}
