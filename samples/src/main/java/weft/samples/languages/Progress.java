package weft.samples.languages;

import java.util.Locale;

/**
 * What a person sees while the net learns: one line that is written again and again, or, not live, one line
 * an epoch.
 */
final class Progress {
  private static final double SECONDS_BETWEEN_UPDATES = 0.1;
  private static final int BAR = 24;
  private static final int COLUMNS = 80;

  private final Screen screen;
  private final int epochs;
  private double lastUpdate = Double.NEGATIVE_INFINITY;
  private double accuracy = Double.NaN;
  private int written;

  /** The progress of a training of at most this many epochs. */
  Progress(Screen screen, int epochs) {
    this.screen = screen;
    this.epochs = epochs;
  }

  /**
   * One more batch was learned.
   *
   * @param done the share of the whole training that is over
   * @param loss the mean loss of this epoch so far
   */
  void batch(int epoch, double done, double seconds, double loss) {
    if (screen.live() && seconds - lastUpdate >= SECONDS_BETWEEN_UPDATES) {
      lastUpdate = seconds;
      rewrite(epoch, done, seconds, loss);
    }
  }

  /** One more epoch is over, and the share of right answers on the held-out texts was measured. */
  void epoch(int epoch, double done, double seconds, double loss, double accuracy) {
    this.accuracy = accuracy;
    if (screen.live()) {
      rewrite(epoch, done, seconds, loss);
    } else {
      screen.line("%s", state(epoch, seconds, loss));
    }
  }

  /** The training is over, well or badly: whatever is written next starts on a line of its own. */
  void end() {
    if (written > 0) {
      screen.out().println();
      written = 0;
    }
  }

  private void rewrite(int epoch, double done, double seconds, double loss) {
    var bar = screen.bar(done, BAR);
    var rest = (screen.blocks() ? "░" : ".").repeat(BAR - bar.length());
    var whole = bar + rest + "  " + state(epoch, seconds, loss);
    // A line that wraps could not be taken back.
    var line = whole.substring(0, Math.min(whole.length(), COLUMNS - 1));
    screen.out().print("\r" + line + " ".repeat(Math.max(0, written - line.length())));
    screen.out().flush();
    written = line.length();
  }

  private String state(int epoch, double seconds, double loss) {
    var right = Double.isNaN(accuracy) ? "" : String.format(Locale.ROOT, "  held-out %4.1f %%", 100 * accuracy);
    return String.format(Locale.ROOT, "epoch %2d of %d %5.1f s  loss %.3f%s", epoch, epochs, seconds, loss, right);
  }
}
