package weft.schedule;

import java.util.IdentityHashMap;
import java.util.function.Function;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;

/** Applies a pass to every kernel of a program. */
public final class Schedule {
  private Schedule() {}

  /** The program with what a pass makes of the body of each kernel. */
  public static LoopProgram eachKernel(LoopProgram program, Function<Kernel, Stmt> pass) {
    var done = new IdentityHashMap<Kernel, Kernel>();
    var rewriter = new StmtRewriter() {
      @Override
      public Kernel rewrite(Kernel kernel) {
        if (kernel.kind() == Kernel.Kind.DRIVER) return super.rewrite(kernel);
        return done.computeIfAbsent(kernel, k -> {
          Stmt body = pass.apply(k);
          return body == k.body() ? k : k.with(body);
        });
      }
    };
    Kernel main = rewriter.rewrite(program.main());
    return LoopProgram.of(program.name(), program.lanes(), program.inputs(), program.outputs(), main);
  }
}
