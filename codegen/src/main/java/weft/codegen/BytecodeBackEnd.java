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
 * The back end that emits bytecode: a loop program becomes one hidden class with one static method a kernel. Programs
 * that are equal but for names and parameters share one class.
 *
 * <p>With {@code -Dweft.debug=true} it becomes an ordinary class whose line numbers point into the printed
 * loops, as {@code train.loops:37}. A kernel that would be larger than HotSpot compiles is an error of kind
 * INTERNAL; a virtual machine that defines no classes at run time is one of kind UNSUPPORTED. Any number of
 * threads may use it.
 */
public final class BytecodeBackEnd implements BackEnd {
  private static final SharedClasses SHARED = new SharedClasses();

  @Override
  public String name() {
    return "bytecode";
  }

  @Override
  public int lanes() {
    return Simd.lanes();
  }

  @Override
  public boolean isForTeams() {
    return true;
  }

  @Override
  public Compiled compile(LoopProgram program) {
    long start = System.nanoTime();
    if (program.lanes() > 1) Simd.require(program.lanes());
    VectorProfiles.begin(program);
    if (Boolean.getBoolean("weft.debug")) {
      ProgramEmitter.Classes classes = ProgramEmitter.emit(program, true, linesOf(program));
      return new Emitted(program, define(classes), classes, millis(start));
    }
    var made = new ProgramEmitter.Classes[1];
    BiConsumer<Object[], int[]> entry = SHARED.find(ProgramKey.of(program), () -> {
      made[0] = ProgramEmitter.emit(program, false, s -> 0);
      return define(made[0]);
    });
    return new Emitted(program, entry, made[0], millis(start));
  }

  private static BiConsumer<Object[], int[]> define(ProgramEmitter.Classes classes) {
    return classes.named() ? Definer.named(classes.files(), classes.main()) : Definer.hidden(classes.files().get(classes.main()));
  }

  private static long millis(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  private static ToIntFunction<Stmt> linesOf(LoopProgram program) {
    Map<Stmt, Integer> lines = LoopPrinter.listing(program).lineOf();
    return s -> lines.getOrDefault(s, 0);
  }
}
