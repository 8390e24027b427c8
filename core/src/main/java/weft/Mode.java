package weft;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import weft.graph.Message;
import weft.pipeline.Compiler;
import weft.pipeline.Options;
import weft.pipeline.Options.Rewrites;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** What a function is compiled for. */
public enum Mode {
  /** To run fast: all rewrites, vectors and tiles. */
  FAST(Rewrites.ALL, 0, false),
  /** To be there soon, for tests of a program and large graphs that run once: few rewrites and no vectors. */
  FAST_COMPILE(Rewrites.FEW, 1, false),
  /** Every op as it was written. */
  NO_REWRITES(Rewrites.NONE, 0, false),
  /**
   * To find faults of Weft itself, many times slower: types, loops and memory are verified after every pass, and each call is first
   * computed on copies of the parameters in all ways that there are, as written and rewritten, interpreted and by the back end, with vectors
   * and without. Back ends must agree bit for bit; rewrites and vectors may move floats by 1e-4 (f32) or 1e-9 (f64) of the largest of a
   * result, and anything where it is not finite as written. A difference is an error of kind INTERNAL that names the result, its first
   * element, and the pass that brings it. Integers that hang on rounding, such as an argmax of nearly equal numbers, may differ without a
   * fault. What {@code printed} shows is shown once.
   */
  CHECKED(Rewrites.ALL, 0, true);

  private final Rewrites rewrites;
  private final int lanes;
  private final boolean checked;

  Mode(Rewrites rewrites, int lanes, boolean checked) {
    this.rewrites = rewrites;
    this.lanes = lanes;
    this.checked = checked;
  }

  /** How {@code -Dweft.mode} calls it. */
  private String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The names of the passes over graphs that it has, each once, in the order in which they come first; traces and {@code explain} show them,
   * and {@link FunctionBuilder#withoutPasses} leaves single ones out.
   */
  public List<String> passes() {
    return Compiler.passes(in(Options.DEFAULT));
  }

  Options in(Options options) {
    return options.withRewrites(rewrites).withLanes(lanes).withChecked(checked);
  }

  /** The mode that {@code -Dweft.mode=fast|fast-compile|no-rewrites|checked} names, else the first. */
  static Mode fromProperty() {
    String word = System.getProperty("weft.mode", "").strip();
    if (word.isEmpty()) return FAST;
    for (Mode m : values()) if (m.word().equals(word) || m.name().equals(word)) return m;
    throw new WeftException(Kind.ARGUMENT, Message.here("-Dweft.mode: there is no mode " + word,
        "Name one of " + String.join(", ", Arrays.stream(values()).map(Mode::word).toList()) + "."));
  }
}
