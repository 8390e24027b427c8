package weft.loop;

import java.util.function.ToLongFunction;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * What a kernel costs, read off its loops before it ever runs; every figure is an expression over the extents of the program.
 *
 * @param calls how often one call of the function runs it
 * @param flops float operations of one run: a multiply-add is two, any other function one, choices and comparisons none; the
 *     numbers that fill up rows to whole vectors count, since they are computed
 * @param bytes memory that one run touches: of every buffer what is loaded and what is stored, each at most the whole buffer
 *     (where that depends on the extents, as it is for long ones)
 * @param workspace bytes of the buffers of the workspace that it reads or writes
 */
public record KernelCost(Kernel kernel, Dim calls, Dim flops, Dim bytes, Dim workspace) {
  /** The same with numbers for the extents. */
  public record Numbers(String kernel, long calls, long flops, long bytes, long workspace) {
    /** Float operations of one call of the function. */
    public long totalFlops() {
      return calls * flops;
    }

    /** Bytes touched in one call of the function. */
    public long totalBytes() {
      return calls * bytes;
    }
  }

  /**
   * The cost where extents have these values.
   *
   * @param values of the extents that nothing computes; those computed from others follow
   */
  public Numbers at(ToLongFunction<Symbol> values) {
    return new Numbers(kernel.name(), KernelCosts.value(calls, values), KernelCosts.value(flops, values),
        KernelCosts.value(bytes, values), KernelCosts.value(workspace, values));
  }
}
