package weft.pipeline;

import weft.lower.Watch;

/**
 * How to compile.
 *
 * @param backend the name of the back end, null for the best that is there
 * @param rewrite whether the graph is rewritten first; without, every op is lowered as the user wrote it
 * @param lanes f32 lanes of vectors, 1 for none, 0 for what the back end offers
 * @param watch which numbers are errors of a call
 */
public record Options(String backend, boolean rewrite, int lanes, Watch watch) {
  public static final Options DEFAULT = new Options(null, true, 0, Watch.NONE);

  public Options with(String other) {
    return new Options(other, rewrite, lanes, watch);
  }

  public Options withRewrite(boolean on) {
    return new Options(backend, on, lanes, watch);
  }

  public Options withLanes(int other) {
    return new Options(backend, rewrite, other, watch);
  }

  public Options withWatch(Watch other) {
    return new Options(backend, rewrite, lanes, other);
  }
}
