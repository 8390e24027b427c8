package weft.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import weft.lower.Monitored;
import weft.runtime.Prints;
import weft.runtime.Tensor;

/**
 * Who is called around each kernel of a function.
 *
 * @param before with what the kernel will read
 * @param after with that and what it computed
 */
public record Monitor(Consumer<KernelRun> before, Consumer<KernelRun> after) {
  /** Runs a program that shows its kernels, on this thread. */
  void run(Prepared prepared, Runnable program) {
    Prints.Listener outer = Prints.listen(new Hearing(prepared.spec().name(), prepared.lowering().monitored()));
    try {
      program.run();
    } finally {
      Prints.listen(outer);
    }
  }

  /** Collects the tensors of a kernel until it has been shown whole. */
  private final class Hearing implements Prints.Listener {
    final String function;
    final Monitored shown;
    final Map<String, Tensor> inputs = new LinkedHashMap<>();
    final Map<String, Tensor> outputs = new LinkedHashMap<>();

    Hearing(String function, Monitored shown) {
      this.function = function;
      this.shown = shown;
    }

    @Override
    public boolean heard(String message, Tensor value, int[] steps) {
      Monitored.Event event = shown.event(message);
      if (event == null) return false;
      switch (event.part()) {
        case INPUT -> put(inputs, event.name(), value);
        case BEFORE -> before.accept(run(event, steps));
        case OUTPUT -> put(outputs, event.name(), value);
        case AFTER -> {
          KernelRun run = run(event, steps);
          inputs.clear();
          outputs.clear();
          after.accept(run);
        }
      }
      return true;
    }

    private void put(Map<String, Tensor> tensors, String name, Tensor value) {
      String free = name;
      for (int n = 2; tensors.containsKey(free); n++) free = name + "_" + n;
      tensors.put(free, value);
    }

    private KernelRun run(Monitored.Event event, int[] steps) {
      var at = new ArrayList<Integer>();
      for (int step : steps) at.add(step);
      Monitored.Computation of = event.computation();
      return new KernelRun(function, of.index(), of.computes(), of.at(), List.copyOf(at), inputs, outputs);
    }
  }
}
