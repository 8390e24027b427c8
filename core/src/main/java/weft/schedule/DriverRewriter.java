package weft.schedule;

import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.StmtRewriter;

/** Changes the drivers of a program, and of other kernels only which ones they run. */
abstract class DriverRewriter extends StmtRewriter {
  @Override
  public Kernel rewrite(Kernel kernel) {
    return kernel.kind() == Kernel.Kind.DRIVER ? super.rewrite(kernel) : kernel;
  }

  /** The program with its drivers changed; the same object if nothing changes. */
  final LoopProgram rewrite(LoopProgram program) {
    Kernel main = rewrite(program.main());
    return main == program.main() ? program : LoopProgram.of(program.name(), program.lanes(), program.inputs(), program.outputs(), main);
  }
}
