package weft.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.KernelCost;
import weft.loop.KernelCosts;
import weft.loop.LoopProgram;
import weft.schedule.Clocks;
import weft.type.Symbol;

/** Adds up what the clocks of a program measured, over all calls and threads. */
final class Profiler {
  private static final List<Profiler> AT_EXIT = new ArrayList<>();

  private final String function;
  private final List<Clocks.Clock> clocks;
  /** Where the program's arrays have the clocks. */
  private final int array;
  private final KernelCost[] costs;
  private final Map<Symbol, Integer> symbols;
  private final long[] nanos;
  private final long[] runs;
  private final long[] flops;
  private final long[] bytes;
  private final KernelCost.Numbers[] numbers;
  private int[] sizes = {-1};
  private long calls;
  private long total;

  /**
   * @param program what the clocks measure, each kernel whole
   * @param buffers whose arrays a call has, in order
   * @param symbols where the extents of a call stand
   */
  Profiler(Clocks clocks, LoopProgram program, List<Buffer> buffers, Map<Symbol, Integer> symbols) {
    this.function = program.name();
    this.clocks = clocks.clocks();
    this.array = buffers.indexOf(clocks.buffer());
    this.symbols = symbols;
    int n = this.clocks.size();
    costs = new KernelCost[n];
    numbers = new KernelCost.Numbers[n];
    nanos = new long[n];
    runs = new long[n];
    flops = new long[n];
    bytes = new long[n];
    var byKernel = new IdentityHashMap<Kernel, KernelCost>();
    for (KernelCost c : KernelCosts.of(program)) byKernel.put(c.kernel(), c);
    for (int i = 0; i < n; i++) costs[i] = byKernel.get(this.clocks.get(i).kernel());
  }

  /** Prints the profile when the virtual machine ends. */
  void showAtExit() {
    synchronized (AT_EXIT) {
      if (AT_EXIT.isEmpty()) Runtime.getRuntime().addShutdownHook(new Thread(Profiler::show));
      AT_EXIT.add(this);
    }
  }

  private static void show() {
    synchronized (AT_EXIT) {
      for (Profiler p : AT_EXIT) if (p.calls > 0) System.err.println(p.profile());
    }
  }

  /**
   * Takes over what a call measured, and sets its clocks to nothing.
   *
   * @param took what the call took, in ns; negative for one that failed, whose clocks mean nothing
   */
  synchronized void add(Object[] arrays, int[] extents, long took) {
    if (array < 0 || arrays[array] == null) return;
    var measured = (long[]) arrays[array];
    if (took >= 0) {
      calls++;
      total += took;
      if (!Arrays.equals(sizes, extents)) price(extents.clone());
      for (int i = 0; i < nanos.length; i++) {
        nanos[i] += measured[2 * i];
        runs[i] += measured[2 * i + 1];
        if (costs[i] == null) continue;
        flops[i] += measured[2 * i + 1] * numbers[i].flops();
        bytes[i] += measured[2 * i + 1] * numbers[i].bytes();
      }
    }
    Arrays.fill(measured, 0);
  }

  private void price(int[] extents) {
    sizes = extents;
    for (int i = 0; i < costs.length; i++) {
      if (costs[i] != null) numbers[i] = costs[i].at(s -> symbols.containsKey(s) ? extents[symbols.get(s)] : 1);
    }
  }

  synchronized Profile profile() {
    var kernels = new ArrayList<Profile.KernelTime>();
    var scans = new ArrayList<Profile.ScanTime>();
    for (int i = 0; i < nanos.length; i++) {
      Kernel k = clocks.get(i).kernel();
      String inside = clocks.get(i).inside() == null ? "" : clocks.get(i).inside().name();
      double share = total == 0 ? 0 : (double) nanos[i] / total;
      if (k.kind() == Kernel.Kind.LOOPS) {
        kernels.add(new Profile.KernelTime(k.name(), k.formula(), k.origin(), inside, runs[i], nanos[i], share, flops[i], bytes[i]));
      } else {
        long within = 0;
        for (int c = 0; c < nanos.length; c++) if (clocks.get(c).inside() == k) within += nanos[c];
        scans.add(new Profile.ScanTime(k.name(), k.origin(), inside, runs[i], nanos[i], within, share));
      }
    }
    return new Profile(function, calls, total, kernels, scans);
  }

  synchronized void reset() {
    calls = 0;
    total = 0;
    for (long[] each : new long[][] {nanos, runs, flops, bytes}) Arrays.fill(each, 0);
  }
}
