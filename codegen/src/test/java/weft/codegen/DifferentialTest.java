package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import weft.codegen.source.SourceBackEnd;
import weft.loop.Buffer;
import weft.loop.Compiled;
import weft.loop.Interpreter;
import weft.loop.Kernel;
import weft.loop.LoopPrinter;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.schedule.Alternate;
import weft.schedule.Constants;
import weft.schedule.Hoist;
import weft.schedule.Pieces;
import weft.schedule.Rebase;
import weft.schedule.Schedule;

/** Random programs give the same bits emitted as interpreted, before and after HotSpot has compiled them. */
class DifferentialTest {
  @Test
  void emittedIsInterpreted() {
    for (long seed = 0; seed < 250; seed++) check(seed, 1);
  }

  /** Every third one with what does not change moved out of its loops, and every third one in as many methods as can be. */
  @Test
  void sourceIsInterpreted() {
    for (long seed = 0; seed < 120; seed++) {
      RandomLoops.Example example = RandomLoops.of(seed);
      Map<Buffer, Object> want = example.run(new Interpreter().compile(example.program()));
      RandomLoops.Example printed = seed % 3 == 0 ? example : seed % 3 == 1 ? example.with(inPieces(example.program()))
          : example.with(Schedule.eachKernel(Schedule.eachKernel(example.program(), Hoist::apply), DifferentialTest::rebased));
      same(seed, printed, new SourceBackEnd().compile(printed.program()), want);
    }
  }

  /**
   * In a virtual machine that compiles everything at once, so that its compiler is tested, and not its
   * interpreter.
   */
  @Test
  void compiledIsInterpreted() throws Exception {
    String out = Jvm.run(List.of("--add-modules", "jdk.incubator.vector", "-Xbatch", "-XX:-TieredCompilation",
        "-XX:CompileThreshold=100"), DifferentialTest.class, "1000", "1016", "250");
    assertThat(out).contains("16 programs agree");
  }

  public static void main(String[] args) {
    int from = Integer.parseInt(args[0]);
    int to = Integer.parseInt(args[1]);
    for (int seed = from; seed < to; seed++) check(seed, Integer.parseInt(args[2]));
    System.out.println(to - from + " programs agree");
  }

  /** The emitted program runs so many times, each time on the same numbers, and its last result counts. */
  private static void check(long seed, int times) {
    RandomLoops.Example example = RandomLoops.of(seed);
    LoopVerifier.check(example.program());
    Map<Buffer, Object> want = example.run(new Interpreter().compile(example.program()));
    compare(seed, example, want, times);
    LoopProgram hoisted = Schedule.eachKernel(example.program(), Hoist::apply);
    LoopVerifier.check(hoisted);
    compare(seed, example.with(Schedule.eachKernel(hoisted, DifferentialTest::rebased)), want, times);
    LoopProgram pieces = inPieces(hoisted);
    LoopVerifier.check(pieces);
    compare(seed, example.with(pieces), want, times);
  }

  private static LoopProgram inPieces(LoopProgram program) {
    return Schedule.eachKernel(Pieces.smallest(Alternate.of(program, s -> {}, 0)), Constants::apply);
  }

  /** Every loop counting elements, as if it could run in any order. */
  private static Stmt rebased(Kernel kernel) {
    Stmt parallel = new StmtRewriter() {
      @Override
      public Stmt rewrite(Stmt stmt) {
        Stmt inner = children(stmt);
        return inner instanceof Stmt.For f
            ? new Stmt.For(f.var(), f.from(), f.to(), f.step(), Stmt.Order.PARALLEL, f.along(), f.body())
            : inner;
      }
    }.rewrite(kernel.body());
    return Rebase.apply(kernel.with(parallel));
  }

  private static void compare(long seed, RandomLoops.Example example, Map<Buffer, Object> want, int times) {
    LoopProgram program = example.program();
    Compiled emitted = times == 1 ? Loops.compile(program) : new BytecodeBackEnd().compile(program);
    for (int i = 1; i < times; i++) example.run(emitted);
    same(seed, example, emitted, want);
  }

  private static void same(long seed, RandomLoops.Example example, Compiled emitted, Map<Buffer, Object> want) {
    LoopProgram program = example.program();
    example.run(emitted).forEach((buffer, got) -> {
      for (int i = 0; i < Array.getLength(got); i++) {
        Object one = Array.get(want.get(buffer), i);
        Object other = Array.get(got, i);
        if (!one.equals(other)) {
          fail("seed %s: %s[%s] is %s, not %s%n%s", seed, buffer, i, other, one, LoopPrinter.text(program));
        }
      }
    });
  }
}
