package weft.benchmarks;

import java.util.Locale;

/** What one call does: a forward pass, or a whole training step. */
public enum Mode {
  INFERENCE, TRAINING;

  /** The name in results. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
