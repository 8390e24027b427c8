package weft.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where a function's time went since it was compiled: measured by clocks around every kernel, which themselves take some tens of ns each.
 *
 * @param calls how often the function was called
 * @param nanos what all calls took, in ns
 * @param kernels in the order in which they run first
 * @param scans loops over time and choices between branches, outer ones before inner ones
 */
public record Profile(String function, long calls, long nanos, List<KernelTime> kernels, List<ScanTime> scans) {
  private static final int WIDEST = 100;

  /**
   * One kernel.
   *
   * @param computes in the words of the graph
   * @param at the user's source line, or ""
   * @param scan the scan that runs it, or ""
   * @param calls how often it ran
   * @param nanos what all its runs took, in ns
   * @param share of the function's time, from 0 to 1
   * @param flops float operations of all its runs
   * @param bytes memory that all its runs touched
   */
  public record KernelTime(String name, String computes, String at, String scan, long calls, long nanos, double share, long flops, long bytes) {
    /** Float operations a ns, which are GFLOP/s. */
    public double gflops() {
      return nanos == 0 ? 0 : (double) flops / nanos;
    }

    /** Bytes a ns, which are GB/s. */
    public double gigabytes() {
      return nanos == 0 ? 0 : (double) bytes / nanos;
    }
  }

  /**
   * One scan.
   *
   * @param at the user's source line, or ""
   * @param scan the scan that runs it, or ""
   * @param calls how often it ran
   * @param nanos what all its runs took, in ns
   * @param inside what its kernels and inner scans took of that, in ns
   * @param share of the function's time, from 0 to 1
   */
  public record ScanTime(String name, String at, String scan, long calls, long nanos, long inside, double share) {
    /** What the loop itself took, in ns: calls of kernels, conditions, clocks. */
    public long overhead() {
      return nanos - inside;
    }
  }

  public Profile {
    kernels = List.copyOf(kernels);
    scans = List.copyOf(scans);
  }

  /** What no kernel and no scan took, in ns: checks of arguments, memory, locks, clocks. */
  public long overhead() {
    long inside = 0;
    for (KernelTime k : kernels) if (k.scan().isEmpty()) inside += k.nanos();
    for (ScanTime s : scans) if (s.scan().isEmpty()) inside += s.nanos();
    return nanos - inside;
  }

  /** A table: scans with what is left for the loop, and kernels, each by time. */
  @Override
  public String toString() {
    var text = new StringBuilder(String.format(Locale.ROOT, "%s: %,d calls, %,.3f ms, %,.1f us a call, %.1f %% of it outside of kernels and scans%n",
        function, calls, nanos / 1e6, calls == 0 ? 0 : nanos / 1e3 / calls, nanos == 0 ? 0 : 100.0 * overhead() / nanos));
    if (!scans.isEmpty()) {
      var rows = new ArrayList<String[]>();
      rows.add(new String[] {"scan", "runs", "ms", "share", "in kernels", "overhead", ""});
      scans.stream().sorted((a, b) -> Long.compare(b.nanos(), a.nanos())).forEach(s -> rows.add(new String[] {s.name(), count(s.calls()),
          millis(s.nanos()), percent(s.share()), millis(s.inside()), millis(s.overhead()), where(s.scan(), "", s.at())}));
      table(text, rows);
    }
    var rows = new ArrayList<String[]>();
    rows.add(new String[] {"kernel", "runs", "ms", "share", "ns a run", "flops", "bytes", "GFLOP/s", "GB/s", "computes"});
    kernels.stream().sorted((a, b) -> Long.compare(b.nanos(), a.nanos())).forEach(k -> rows.add(new String[] {k.name(), count(k.calls()),
        millis(k.nanos()), percent(k.share()), count(k.calls() == 0 ? 0 : k.nanos() / k.calls()), count(k.flops()), count(k.bytes()),
        String.format(Locale.ROOT, "%.2f", k.gflops()), String.format(Locale.ROOT, "%.2f", k.gigabytes()),
        where(k.scan(), k.computes(), k.at())}));
    table(text, rows);
    return text.toString();
  }

  private static String where(String scan, String computes, String at) {
    String what = computes.length() > WIDEST ? computes.substring(0, WIDEST - 1) + "…" : computes;
    return (scan.isEmpty() ? "" : "in " + scan + (what.isEmpty() ? "" : ": ")) + what + (at.isEmpty() ? "" : "   at " + at);
  }

  private static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%,.3f", nanos / 1e6);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** The first column and the last one stand left, all others right. */
  private static void table(StringBuilder text, List<String[]> rows) {
    int columns = rows.get(0).length;
    var width = new int[columns];
    for (String[] row : rows) for (int i = 0; i < columns; i++) width[i] = Math.max(width[i], row[i].length());
    text.append('\n');
    for (String[] row : rows) {
      var line = new StringBuilder("  ").append(row[0]).append(" ".repeat(width[0] - row[0].length()));
      for (int i = 1; i < columns - 1; i++) line.append("  ").append(" ".repeat(width[i] - row[i].length())).append(row[i]);
      text.append(line.append("  ").append(row[columns - 1]).toString().stripTrailing()).append('\n');
    }
  }
}
