package weft.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.loop.Programs.at;
import static weft.loop.Programs.block;
import static weft.loop.Programs.buffer;
import static weft.loop.Programs.call;
import static weft.loop.Programs.driver;
import static weft.loop.Programs.f32;
import static weft.loop.Programs.get;
import static weft.loop.Programs.i32;
import static weft.loop.Programs.kernel;
import static weft.loop.Programs.loop;
import static weft.loop.Programs.run;
import static weft.loop.Programs.store;
import static weft.loop.Programs.var;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.loop.Buffer.Role;
import weft.loop.Stmt.Order;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/** One broken program a message. */
class LoopVerifierTest {
  private static final Buffer X = buffer("x", DType.F32, 8, Role.INPUT);
  private static final Buffer W = buffer("W", DType.F32, 8, Role.PARAMETER);
  private static final Buffer OUT = buffer("out", DType.F32, 8, Role.OUTPUT);
  private static final Buffer WORDS = buffer("words", DType.I32, 8, Role.INPUT);
  private static final Buffer H = buffer("h", DType.F32, 8, Role.WORKSPACE);
  private static final Symbol I = var("i");
  private static final Symbol J = var("j");
  private static final Symbol MEASURED = Symbol.measured("steps");
  private static final Value HOLDS = call(Fun.EQ, i32(1), i32(1));

  record Case(String name, LoopProgram program, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Local local(DType dtype, int lanes) {
    return new Local("a", dtype, lanes);
  }

  private static Value load4(Buffer b, long index) {
    return new Value.Load(b, Dim.of(index), 4);
  }

  /** A program with vectors of four lanes whose one kernel does this. */
  private static LoopProgram kernelOf(Stmt... body) {
    return driverOf(run(kernel("k", body)));
  }

  private static LoopProgram driverOf(Stmt... body) {
    return LoopProgram.of("p", 4, List.of(X, WORDS), List.of(OUT), driver(body));
  }

  static List<Case> cases() {
    var cases = new ArrayList<Case>();
    values(cases);
    vectors(cases);
    scopes(cases);
    buffers(cases);
    drivers(cases);
    promises(cases);
    programs(cases);
    return cases;
  }

  private static void add(List<Case> cases, String name, LoopProgram program, String message) {
    cases.add(new Case(name, program, message));
  }

  private static void values(List<Case> cases) {
    add(cases, "dtypes of a call", kernelOf(store(OUT, 0, call(Fun.ADD, at(X, 0), i32(1)))), """
        p: kernel k: ADD of f32 and i32
            in  store out[0] = x[0] + 1""");
    add(cases, "dtype of a store", kernelOf(store(OUT, 0, at(WORDS, 0))), """
        p: kernel k: buffer out is f32, but the value is i32
            in  store out[0] = words[0]""");
    var a = local(DType.F32, 1);
    add(cases, "dtype of a declaration", kernelOf(new Stmt.Declare(a, i32(1))), """
        p: kernel k: local a is f32, but the value is i32
            in  f32 a = 1""");
    add(cases, "dtype of an assignment", kernelOf(block(new Stmt.Declare(a, f32(1)), new Stmt.Assign(a, HOLDS))), """
        p: kernel k: local a is f32, but the value is bool
            in  a = 1 == 1""");
    add(cases, "function without a definition", kernelOf(store(OUT, 0, new Value.Cast(DType.F32,
        call(Fun.DIV, i32(1), i32(2))))), """
        p: kernel k: DIV is not defined on i32
            in  store out[0] = (f32) (1 / 2)""");
    add(cases, "arity", kernelOf(store(OUT, 0, call(Fun.SELECT, HOLDS, f32(1)))), """
        p: kernel k: SELECT takes 3 arguments, not 2
            in  store out[0] = SELECT of 1 == 1 of 1""");
    add(cases, "choice by a number", kernelOf(store(OUT, 0, call(Fun.SELECT, f32(1), f32(1), f32(2)))), """
        p: kernel k: SELECT chooses by a bool, not f32
            in  store out[0] = 1 ? 1 : 2""");
    add(cases, "number held in the wrong class", kernelOf(store(OUT, 0, new Value.Num(DType.F32, 1.0))), """
        p: kernel k: a number of dtype f32 is held in Double
            in  store out[0] = 1""");
    add(cases, "condition that is no bool", kernelOf(new Stmt.If(i32(1), block(), block())), """
        p: kernel k: a condition must be one bool, not i32
            in  if 1""");
    add(cases, "condition of a while", kernelOf(new Stmt.While(f32(0.5), block())), """
        p: kernel k: a condition must be one bool, not f32
            in  while 0.5""");
    add(cases, "gather at a float", kernelOf(store(OUT, 0, new Value.Gather(X, Dim.ZERO, Dim.ONE, at(X, 0)))), """
        p: kernel k: a computed index must be one i32 or i64, not f32
            in  store out[0] = x[x[0]]""");
    add(cases, "subject of a requirement", kernelOf(
        new Stmt.Require(HOLDS, WeftException.Kind.INDEX, "index %d", load4(X, 0))), """
        p: kernel k: a message must show one element, not f32x4
            in  require 1 == 1 else INDEX "index %d" with x[0 : 4]""");
  }

  private static void vectors(List<Case> cases) {
    add(cases, "lanes of a call", kernelOf(store(OUT, 0, call(Fun.ADD, load4(X, 0), at(X, 0)))), """
        p: kernel k: ADD of f32x4 and f32: a number next to a vector needs a splat
            in  store out[0 : 4] = x[0 : 4] + x[0]""");
    add(cases, "lanes of a choice", kernelOf(store(OUT, 0, call(Fun.SELECT, HOLDS, load4(X, 0), load4(X, 4)))), """
        p: kernel k: SELECT of bool and f32x4: a number next to a vector needs a splat
            in  store""");
    add(cases, "lanes of a local", kernelOf(new Stmt.Declare(local(DType.F32, 4), at(X, 0))), """
        p: kernel k: local a is f32x4, but the value is f32
            in  f32x4 a = x[0]""");
    add(cases, "vectors of another length", kernelOf(store(OUT, 0, new Value.Load(X, Dim.ZERO, 8))), """
        p: kernel k: a vector f32x8 in a program whose vectors have 4 lanes of f32
            in  store""");
    add(cases, "conversion to wider lanes", kernelOf(new Stmt.Declare(local(DType.F64, 2),
        new Value.Cast(DType.F64, load4(X, 0)))), """
        p: kernel k: a vector f64x4 in a program whose vectors have 4 lanes of f32
            in  f64x2 a = (f64x4) x[0 : 4]""");
    add(cases, "splat of a vector", kernelOf(store(OUT, 0, new Value.Splat(load4(X, 0), 4))), """
        p: kernel k: a splat of f32x4, which is a vector already
            in  store""");
    add(cases, "splat into one lane", kernelOf(store(OUT, 0, new Value.Splat(f32(1), 1))), """
        p: kernel k: a splat into one lane
            in  store""");
    add(cases, "reduction of a number", kernelOf(store(OUT, 0, new Value.Reduce(Fun.ADD, at(X, 0)))), """
        p: kernel k: lanes of f32, which is one number, are combined
            in  store out[0] = sum(x[0])""");
    add(cases, "reduction by a function without order", kernelOf(store(OUT, 0, new Value.Reduce(Fun.SUB, load4(X, 0)))), """
        p: kernel k: SUB does not combine the lanes of f32x4
            in  store""");
  }

  private static void scopes(List<Case> cases) {
    var a = local(DType.F32, 1);
    Stmt declare = new Stmt.Declare(a, f32(0));
    add(cases, "local before its declaration", kernelOf(block(store(OUT, 0, get(a)), declare)), """
        p: kernel k: local a is read outside its declaration
            in  store out[0] = a""");
    add(cases, "local behind its block", kernelOf(block(block(declare), store(OUT, 0, get(a)))), """
        p: kernel k: local a is read outside its declaration
            in  store out[0] = a""");
    add(cases, "local of a loop without a block", kernelOf(block(loop(I, 2, Order.PARALLEL, declare), new Stmt.Assign(a, f32(1)))),
        """
        p: kernel k: local a is assigned outside its declaration
            in  a = 1""");
    add(cases, "local in its own value", kernelOf(new Stmt.Declare(a, get(a))), """
        p: kernel k: local a is read outside its declaration
            in  f32 a = a""");
    add(cases, "local declared twice", kernelOf(block(declare, declare)), """
        p: kernel k: local a is declared twice
            in  f32 a = 0""");
    add(cases, "local of the driver in a kernel", driverOf(declare, run(kernel("k", store(OUT, 0, get(a))))), """
        p: kernel k: local a is read outside its declaration
            in  store out[0] = a""");
    add(cases, "loop variable behind its loop", kernelOf(block(loop(I, 8, Order.PARALLEL, store(OUT, I, f32(0))),
        store(OUT, J, f32(1)))), """
        p: kernel main: loop variable j is read outside its loop
            in  run k""");
    add(cases, "loop variable counted and read from outside", driverOf(loop(I, 8, Order.SEQUENTIAL,
        run(kernel("k", loop(I, 8, Order.PARALLEL, store(OUT, I, f32(0))), store(OUT, I, f32(0)))))), """
        p: kernel k: symbol i is counted in one place and read from outside in another""");
    add(cases, "loop variable counted twice", kernelOf(loop(I, 2, Order.SEQUENTIAL,
        loop(I, 2, Order.SEQUENTIAL, store(OUT, I, f32(0))))), """
        p: kernel k: loop variable i is counted twice
            in  for i in 0 .. 2""");
    add(cases, "extent as a loop variable", kernelOf(loop(MEASURED, 2, Order.SEQUENTIAL, block())), """
        p: kernel k: extent steps is counted by a loop
            in  for steps in 0 .. 2""");
    add(cases, "step 0", kernelOf(new Stmt.For(I, Dim.ZERO, Dim.of(8), 0, Order.SEQUENTIAL, block())), """
        p: kernel k: the step of a loop is 0
            in  for i in 0 .. 8 step 0""");
    add(cases, "extent before it is measured", driverOf(run(kernel("k", loop(I, Dim.of(MEASURED), Order.PARALLEL,
        store(OUT, I, f32(0))))), new Stmt.Measure(MEASURED, i32(1))), """
        p: kernel k: extent steps is read before it is measured
            in  for i in 0 .. steps parallel""");
  }

  private static void buffers(List<Case> cases) {
    add(cases, "store to an input", kernelOf(store(X, 0, f32(0))), """
        p: kernel k: buffer x is written, but it is INPUT
            in  store x[0] = 0""");
    add(cases, "index behind the end", kernelOf(store(OUT, 0, at(X, 8))), """
        p: kernel k: index 8 is outside x f32[8]
            in  store out[0] = x[8]""");
    add(cases, "index before the start", kernelOf(store(OUT, -1, f32(0))), """
        p: kernel k: index -1 is outside out f32[8]
            in  store out[-1] = 0""");
    add(cases, "loop that leaves the buffer", kernelOf(loop(I, 3, Order.PARALLEL, store(OUT, Dim.of(I).times(4), f32(0)))), """
        p: kernel k: index 8 is outside out f32[8]
            in  store out[4*i] = 0""");
    add(cases, "companion that leaves the buffer", kernelOf(new Stmt.For(I, Dim.ZERO, Dim.of(3), 1, Order.SEQUENTIAL,
        List.of(new Stmt.Along(J, Dim.of(1), -1)), store(OUT, J, f32(0)))), """
        p: kernel k: index -1 is outside out f32[8]
            in  store out[j] = 0""");
    add(cases, "vector behind the end of an input", kernelOf(store(OUT, 0, load4(X, 5))), """
        p: kernel k: index 5 with 4 lanes is outside x f32[8]
            in  store out[0 : 4] = x[5 : 4]""");
    add(cases, "vector behind the slack", kernelOf(store(OUT, 0, load4(W, 24))), """
        p: kernel k: index 24 with 4 lanes is outside W f32[8]
            in  store out[0 : 4] = W[24 : 4]""");
    add(cases, "vector written behind the end", kernelOf(store(H, 5, load4(X, 0))), """
        p: kernel k: index 5 with 4 lanes is outside h f32[8]
            in  store h[5 : 4] = x[0 : 4]""");
    add(cases, "workspace that nothing writes", kernelOf(store(OUT, 0, at(H, 0))), "p: buffer h is read, but nothing writes it");
  }

  private static void drivers(List<Case> cases) {
    Buffer clocks = buffer("clocks", DType.I64, 2, Role.KEPT);
    add(cases, "clock in a kernel", kernelOf(new Stmt.Clock(clocks, 0, false)), """
        p: kernel k: a clock runs inside a kernel of loops
            in  start clocks[0]""");
    add(cases, "clock of floats", driverOf(new Stmt.Clock(H, 0, true)), """
        p: kernel main: buffer h is f32, but the value is i64
            in  stop h[0]""");
    add(cases, "clock outside of its buffer", driverOf(new Stmt.Clock(clocks, 1, true)), """
        p: kernel main: index 2 is outside clocks i64[2]
            in  stop clocks[1]""");
    add(cases, "print of a driver", driverOf(new Stmt.Print("x", X, Dim.ZERO, List.of(Dim.of(8)), List.of())), """
        p: kernel main: a driver prints x
            in  print "x" x[0] as [8]""");
    add(cases, "driver that stores", driverOf(store(OUT, 0, f32(0))), """
        p: kernel main: a driver stores into out
            in  store out[0] = 0""");
    add(cases, "driver with a vector", driverOf(new Stmt.Declare(local(DType.F32, 4), load4(X, 0))), """
        p: kernel main: a driver holds a vector
            in  f32x4 a = x[0 : 4]""");
    add(cases, "kernel that runs a kernel", kernelOf(run(kernel("inner", block()))), """
        p: kernel k: a kernel of loops runs kernel inner
            in  run inner""");
    add(cases, "kernel that measures", kernelOf(new Stmt.Measure(MEASURED, i32(1))), """
        p: kernel k: extent steps is measured outside a driver
            in  measure steps = 1""");
    Dim time = Dim.named("time");
    add(cases, "measure of another extent", driverOf(new Stmt.Measure(time.symbols().iterator().next(), i32(1))), """
        p: kernel main: extent time is not a measured one of the program
            in  measure time = 1""");
    add(cases, "main that is no driver", LoopProgram.of("p", 1, List.of(), List.of(), kernel("k", block())),
        "p: kernel k is main, but no driver");
  }

  private static void promises(List<Case> cases) {
    var a = local(DType.F32, 1);
    Dim i = Dim.of(I);
    Stmt declare = new Stmt.Declare(a, f32(0));
    add(cases, "parallel stores to one place", kernelOf(loop(I, 8, Order.PARALLEL, store(OUT, 0, at(X, I)))), """
        p: kernel k: every iteration of the parallel loop writes to out[0]
            in  for i in 0 .. 8 parallel""");
    add(cases, "parallel driver whose kernel writes to one place", driverOf(loop(I, 8, Order.PARALLEL,
        run(kernel("k", loop(J, 8, Order.PARALLEL, store(OUT, J, at(X, I))))))), """
        p: kernel main: every iteration of the parallel loop writes to out[j]
            in  for i in 0 .. 8 parallel""");
    add(cases, "parallel vectors that overlap", kernelOf(new Stmt.For(I, Dim.ZERO, Dim.of(4), 2, Order.PARALLEL,
        store(OUT, i, load4(X, 0)))), """
        p: kernel k: iterations of the parallel loop overlap in out[i : 4]
            in  for i in 0 .. 4 step 2 parallel""");
    add(cases, "parallel loop that reads what it wrote", kernelOf(loop(I, 7, Order.PARALLEL, store(H, i.plus(1), at(H, i)))), """
        p: kernel k: an iteration of the parallel loop reads h[i], another one writes h[i + 1]
            in  for i in 0 .. 7 parallel""");
    add(cases, "parallel scatter", kernelOf(loop(I, 8, Order.PARALLEL,
        new Stmt.Scatter(OUT, Dim.ZERO, Dim.ONE, at(WORDS, I), f32(1)))), """
        p: kernel k: iterations of the parallel loop may scatter to the same place of out
            in  for i in 0 .. 8 parallel""");
    add(cases, "parallel loop that shares a local", kernelOf(block(declare,
        loop(I, 8, Order.PARALLEL, new Stmt.Assign(a, at(X, I))))), """
        p: kernel k: iterations of a parallel loop share local a
            in  a = x[i]""");
    add(cases, "parallel loop that measures", driverOf(loop(I, 8, Order.PARALLEL, new Stmt.Measure(MEASURED, i32(1)))), """
        p: kernel main: a parallel loop measures steps
            in  for i in 0 .. 8 parallel""");
    add(cases, "reduction that replaces", kernelOf(block(declare, loop(I, 8, Order.REDUCTION, new Stmt.Assign(a, at(X, I))))), """
        p: kernel k: a reduction assigns a = x[i]
            in  for i in 0 .. 8 reduction""");
    add(cases, "reduction that reads its sum", kernelOf(block(declare, loop(I, 8, Order.REDUCTION,
        new Stmt.Assign(a, call(Fun.ADD, get(a), call(Fun.MUL, get(a), at(X, I))))))), """
        p: kernel k: the reduction reads a before it is complete
            in  for i in 0 .. 8 reduction""");
    add(cases, "reduction by two functions", kernelOf(block(declare, loop(I, 8, Order.REDUCTION,
        new Stmt.Assign(a, call(Fun.ADD, get(a), at(X, I))), new Stmt.Assign(a, call(Fun.MUL, get(a), at(X, I)))))), """
        p: kernel k: a reduction combines a by ADD and by MUL
            in  for i in 0 .. 8 reduction""");
    add(cases, "reduction that stores", kernelOf(loop(I, 8, Order.REDUCTION, store(OUT, I, f32(0)))), """
        p: kernel k: a reduction does more than combine: store out[i] = 0
            in  for i in 0 .. 8 reduction""");
  }

  private static void programs(List<Case> cases) {
    Kernel main = driver(run(kernel("k", store(OUT, 0, at(X, 0)))));
    add(cases, "buffer not listed", new LoopProgram("p", 1, List.of(OUT), List.of(), List.of(), List.of(OUT), main), """
        p: kernel k: buffer x is not one of the program
            in  store out[0] = x[0]""");
    add(cases, "buffer listed twice", new LoopProgram("p", 1, List.of(X, OUT, X), List.of(), List.of(), List.of(OUT), main),
        "p: buffer x is listed twice");
    add(cases, "output that is no output", new LoopProgram("p", 1, List.of(X, OUT), List.of(), List.of(), List.of(X), main),
        "p: buffer x is listed as OUTPUT, but it is INPUT");
    Dim time = Dim.named("time");
    Dim half = time.ceilDiv(2);
    var symbols = List.of(half.symbols().iterator().next(), time.symbols().iterator().next());
    add(cases, "extent before what it is computed from", new LoopProgram("p", 1, List.of(), symbols, List.of(), List.of(),
        driver()), "p: extent ceil(time / 2) is listed before time");
    Buffer long1 = buffer("y", DType.F32, time, Role.INPUT);
    add(cases, "size of a buffer unknown", new LoopProgram("p", 1, List.of(long1), List.of(), List.of(), List.of(), driver()),
        "p: the size of buffer y has the unknown symbol time");
    add(cases, "loop variable as an extent", new LoopProgram("p", 1, List.of(), List.of(I), List.of(), List.of(), driver()),
        "p: loop variable i is listed as an extent");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void saysWhatIsWrongAndWhere(Case broken) {
    assertThatThrownBy(() -> LoopVerifier.check(broken.program()))
        .isInstanceOfSatisfying(WeftException.class, e -> {
          assertThat(e.kind()).isEqualTo(WeftException.Kind.INTERNAL);
          assertThat(e.getMessage()).startsWith(broken.message());
        });
  }

  @Test
  void acceptsAWholeNet() {
    LoopVerifier.check(new Programs.Elman().program);
  }

  @Test
  void acceptsTilesWhoseStartIsCountedOutside() {
    Dim i = Dim.of(I);
    LoopVerifier.check(kernelOf(new Stmt.For(I, Dim.ZERO, Dim.of(8), 4, Order.PARALLEL,
        new Stmt.For(J, i, i.plus(4), 1, Order.PARALLEL, store(OUT, J, at(X, J))))));
  }

  @Test
  void acceptsVectorsThatReadIntoTheSlack() {
    LoopVerifier.check(kernelOf(store(OUT, 0, load4(W, 8))));
  }

  @Test
  void acceptsGuardedIndicesOutsideTheirBuffer() {
    LoopVerifier.check(kernelOf(new Stmt.If(HOLDS, store(OUT, 9, f32(0)), block())));
  }

  @Test
  void acceptsWhatAParallelLoopWouldWriteToOnePlaceIfALoopInsideEverRan() {
    LoopVerifier.check(kernelOf(loop(I, 8, Order.PARALLEL, loop(J, 0, Order.PARALLEL, store(OUT, J, at(X, I))))));
  }

  /** The last vector of a row ends where the row does, so that a loop outside says where it begins; the next part of the row is another's. */
  @Test
  void acceptsPartsOfARowWhoseLengthALoopOutsideSays() {
    Dim j = Dim.of(J);
    LoopVerifier.check(kernelOf(loop(I, 2, Order.SEQUENTIAL, new Stmt.For(J, Dim.of(I), Dim.of(4), 1, Order.PARALLEL,
        block(store(OUT, j, at(X, J)), store(OUT, j.plus(4), at(X, J)))))));
  }

  @Test
  void acceptsReductionsBySumAndByMultiplyAdd() {
    var a = local(DType.F32, 1);
    LoopVerifier.check(kernelOf(block(new Stmt.Declare(a, f32(0)), loop(I, 8, Order.REDUCTION,
        new Stmt.Assign(a, call(Fun.FMA, at(X, I), at(X, I), get(a))),
        new Stmt.Assign(a, call(Fun.ADD, get(a), at(X, I)))))));
  }
}
