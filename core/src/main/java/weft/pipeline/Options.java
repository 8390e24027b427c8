package weft.pipeline;

import weft.lower.Watch;

/**
 * How to compile.
 *
 * @param backend the name of the back end, null for the best that is there
 * @param rewrites what is done to the graph first
 * @param lanes f32 lanes of vectors, 1 for none, 0 for what the back end offers
 * @param watch which numbers are errors of a call
 * @param checked whether every pass is verified, and every call computed in all ways that there are
 * @param profiled whether clocks measure every run of a kernel
 * @param threads how many threads share the work of a call at most; clocks and verification have one
 * @param passes which passes are switched on or off
 * @param monitor who is shown what kernels read and compute, null for nobody
 */
public record Options(String backend, Rewrites rewrites, int lanes, Watch watch, boolean checked, boolean profiled,
    int threads, PassChoice passes, Monitor monitor) {
  /** What is done to a graph before it is lowered. */
  public enum Rewrites {
    /** All that makes it faster. */
    ALL,
    /** What takes little time and makes it smaller. */
    FEW,
    /** What the lowering cannot do without: every op is lowered as the user wrote it. */
    NONE
  }

  /** The best back end that there is, all rewrites, one thread. */
  public static final Options DEFAULT = new Options(null, Rewrites.ALL, 0, Watch.NONE, false, false, 1, PassChoice.NONE, null);

  /** The same for another back end. */
  public Options with(String other) {
    return new Options(other, rewrites, lanes, watch, checked, profiled, threads, passes, monitor);
  }

  /** The same with these rewrites. */
  public Options withRewrites(Rewrites other) {
    return new Options(backend, other, lanes, watch, checked, profiled, threads, passes, monitor);
  }

  /** The same with vectors of so many floats. */
  public Options withLanes(int other) {
    return new Options(backend, rewrites, other, watch, checked, profiled, threads, passes, monitor);
  }

  /** The same with this guard. */
  public Options withWatch(Watch other) {
    return new Options(backend, rewrites, lanes, other, checked, profiled, threads, passes, monitor);
  }

  /** The same, with every pass and call checked or not. */
  public Options withChecked(boolean on) {
    return new Options(backend, rewrites, lanes, watch, on, profiled, threads, passes, monitor);
  }

  /** The same, with clocks in the drivers or not. */
  public Options withProfiled(boolean on) {
    return new Options(backend, rewrites, lanes, watch, checked, on, threads, passes, monitor);
  }

  /** The same for so many threads. */
  public Options withThreads(int other) {
    return new Options(backend, rewrites, lanes, watch, checked, profiled, other, passes, monitor);
  }

  /** The same with these passes switched on or off. */
  public Options withPasses(PassChoice other) {
    return new Options(backend, rewrites, lanes, watch, checked, profiled, threads, other, monitor);
  }

  /** The same with this monitor, null for none. */
  public Options withMonitor(Monitor other) {
    return new Options(backend, rewrites, lanes, watch, checked, profiled, threads, passes, other);
  }
}
