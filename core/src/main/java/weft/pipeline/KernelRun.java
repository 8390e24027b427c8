package weft.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.runtime.Tensor;

/**
 * One run of a kernel, as a monitor is shown it. Tensors are copies that the monitor may keep.
 *
 * @param function the name of the function
 * @param index the number of the kernel, in the order in which kernels run first, the same in every call and step
 * @param computes what it computes, in the words of the graph: {@code h = tanh(x_t + prev)}
 * @param at the user's source line, or ""
 * @param steps the step of each scan around, outermost first: the row of its sequences that it reads
 * @param inputs what it reads from memory, by name; of equal names the second is {@code name_2}
 * @param outputs what it computed and left in memory, by name; empty before it runs
 */
public record KernelRun(String function, int index, String computes, String at, List<Integer> steps, Map<String, Tensor> inputs,
    Map<String, Tensor> outputs) {
  public KernelRun {
    steps = List.copyOf(steps);
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /** Whether no output has a NaN or an infinity. */
  public boolean isFinite() {
    return isBelow(Double.POSITIVE_INFINITY);
  }

  /** Whether all numbers of its outputs are smaller than this in size; NaN is not. */
  public boolean isBelow(double limit) {
    for (Tensor output : outputs.values()) {
      if (!output.dtype().isFloat()) continue;
      for (double each : output.toDoubles()) if (!(Math.abs(each) < limit)) return false;
    }
    return true;
  }

  /** Function, number, what is computed, step and line. */
  @Override
  public String toString() {
    return function + ": kernel " + index + ", " + computes + (steps.isEmpty() ? "" : ", step " + steps.toString().replaceAll("[\\[\\]]", ""))
        + (at.isEmpty() ? "" : "   at " + at);
  }
}
