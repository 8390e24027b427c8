package weft.codegen;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import weft.loop.BackEnd;
import weft.loop.Compiled;
import weft.loop.LoopPrinter;
import weft.loop.LoopProgram;
import weft.loop.Stmt;

/**
 * The back end that emits bytecode: a loop program becomes one hidden class with one static method a kernel.
 *
 * <p>With {@code -Dweft.debug=true} it becomes an ordinary class whose line numbers point into the printed
 * loops, as {@code train.loops:37}. A kernel that would be larger than HotSpot compiles is an error of kind
 * INTERNAL; a virtual machine that defines no classes at run time is one of kind UNSUPPORTED. Has no state;
 * any number of threads may use it.
 */
public final class BytecodeBackEnd implements BackEnd {
  @Override
  public String name() {
    return "bytecode";
  }

  @Override
  public int lanes() {
    return Simd.lanes();
  }

  @Override
  public Compiled compile(LoopProgram program) {
    long start = System.nanoTime();
    if (program.lanes() > 1) Simd.require(program.lanes());
    VectorProfiles.show(program);
    boolean debug = Boolean.getBoolean("weft.debug");
    ToIntFunction<Stmt> lines = debug ? linesOf(program) : s -> 0;
    ProgramEmitter.Classes classes = ProgramEmitter.emit(program, debug, lines);
    BiConsumer<Object[], int[]> entry = classes.named()
        ? Definer.named(classes.files(), classes.main())
        : Definer.hidden(classes.files().get(classes.main()));
    int kernels = program.kernels().size();
    return new Emitted(entry, classes, kernels, (System.nanoTime() - start) / 1_000_000);
  }

  private static ToIntFunction<Stmt> linesOf(LoopProgram program) {
    Map<Stmt, Integer> lines = LoopPrinter.listing(program).lineOf();
    return s -> lines.getOrDefault(s, 0);
  }
}
