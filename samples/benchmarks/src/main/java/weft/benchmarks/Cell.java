package weft.benchmarks;

import java.util.Locale;

/** The recurrence of one step, with its gates in the order in which their columns stand in a weight matrix. */
public enum Cell {
  /** h = tanh(x·w + b + h·u). */
  ELMAN(1),
  /** Gates i, f, g, o: c = f·c + i·g, h = o·tanh(c). */
  LSTM(4),
  /** Gates r, z, n, the reset after the recurrent product: n = tanh(x·w + b + r·(h·u + c)), h = (1−z)·n + z·h. */
  GRU(3);

  private final int gates;

  Cell(int gates) {
    this.gates = gates;
  }

  public int gates() {
    return gates;
  }

  /** The name in results: elman, lstm, gru. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
