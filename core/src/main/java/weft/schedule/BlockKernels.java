package weft.schedule;

import java.util.HashSet;
import java.util.Set;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Stmt;

/** Kernels that compute for some steps of a loop over time what another one computes for one step or for all. */
final class BlockKernels {
  private final Ahead.Notes notes;
  private final Set<String> names = new HashSet<>();

  BlockKernels(LoopProgram program, Ahead.Notes notes) {
    this.notes = notes;
    for (Kernel k : program.kernels()) names.add(k.name());
  }

  /**
   * A kernel in place of another one.
   *
   * @param count how many steps there are in a block
   * @param suffix what tells those of the last steps apart, empty for those of whole blocks
   */
  Kernel kernel(Kernel of, Stmt body, int count, String suffix) {
    return kernel(of, body, suffix, "of " + (suffix.isEmpty() ? count : "the last") + " steps");
  }

  /**
   * A kernel that does a part of what another one does.
   *
   * @param suffix what tells its name apart, empty if it takes the other's place
   * @param part which part it is, for people
   */
  Kernel kernel(Kernel of, Stmt body, String suffix, String part) {
    String name = of.name() + suffix;
    for (int i = 2; !suffix.isEmpty() && !names.add(name); i++) name = of.name() + suffix + i;
    notes.same(name, of.name());
    return new Kernel(name, of.formula() + "; " + part, of.origin(), of.kind(), body);
  }
}
