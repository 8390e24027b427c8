package weft.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The SVG chart of results: a line a case, a dot a system, the place of a dot how many times longer than ours the
 * system takes (than the fastest, where ours is absent), on a logarithmic axis. Readable on light and on dark ground.
 */
final class Chart {
  private static final int LABELS = 250;
  private static final int PLOT = 560;
  private static final int LINE = 17;
  private static final int RIGHT = 30;
  private static final double LEAST = 0.5;
  private static final double[] TICKS = {0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};
  /** Colours of middling lightness, told apart by the colour-blind too. */
  private static final Map<String, String> COLOURS = Map.of("weft", "#d55e00", "weft-scalar", "#b8860b",
      "pytorch", "#cc4b9b", "onnxruntime", "#0083c9", "dl4j", "#009e73");

  private final StringBuilder body = new StringBuilder();
  private final double most;
  private int y = 20;

  private Chart(double most) {
    this.most = most;
  }

  static String svg(Results results) {
    var groups = Results.byKey(results.rows());
    double most = 2;
    for (var group : groups.values()) {
      double unit = unit(group);
      most = Math.max(most, group.stream().mapToDouble(r -> r.medianUs() / unit).max().orElse(1));
    }
    var chart = new Chart(most * 1.1);
    chart.legend(results.rows().stream().map(Row::system).distinct()
        .sorted(Comparator.comparingInt(Table::rank)).toList());
    for (var mode : Mode.values()) {
      for (int threads : results.rows().stream().map(Row::threads).distinct().sorted().toList()) {
        var shown = groups.entrySet().stream()
            .filter(g -> g.getKey().mode().equals(mode.key()) && g.getKey().threads() == threads).toList();
        if (!shown.isEmpty()) {
          chart.panel((mode == Mode.INFERENCE ? "Inference" : "Training step")
              + (threads == 1 ? ", one thread" : ", " + threads + " threads"), shown);
        }
      }
    }
    return chart.document();
  }

  private static double unit(List<Row> group) {
    return group.stream().filter(r -> r.system().equals(Table.OURS)).mapToDouble(Row::medianUs).findFirst()
        .orElse(group.stream().mapToDouble(Row::medianUs).min().orElse(1));
  }

  private void legend(List<String> systems) {
    int x = LABELS;
    for (var system : systems) {
      dot(x, y - 4, system, system);
      text(x + 9, y, "start", "", system);
      x += 24 + 7 * system.length();
    }
    y += 14;
  }

  private void panel(String title, List<Map.Entry<Row.Key, List<Row>>> groups) {
    y += 14;
    text(LABELS, y, "start", " style=\"font-weight: bold\"", title + ": time of a call, relative to weft");
    y += 8;
    int top = y;
    int bottom = top + groups.size() * LINE;
    for (double tick : TICKS) {
      if (tick <= most) {
        double x = place(tick);
        body.append(format("<line class=\"%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>%n",
            tick == 1 ? "one" : "grid", x, top, x, bottom));
        text(x, bottom + 13, "middle", "", tick < 1 ? "0.5" : Integer.toString((int) tick));
      }
    }
    String workload = "";
    for (var group : groups) {
      var key = group.getKey();
      double middle = y + LINE / 2.0;
      text(LABELS - 54, middle + 4, "end", "", key.workload().equals(workload) ? "" : key.workload());
      text(LABELS - 8, middle + 4, "end", "", key.cell());
      workload = key.workload();
      double unit = unit(group.getValue());
      for (var row : new ArrayList<>(group.getValue())) {
        dot(place(row.medianUs() / unit), middle, row.system(),
            format("%s: %.1f µs, %.2f times", row.system(), row.medianUs(), row.medianUs() / unit));
      }
      y += LINE;
    }
    y = bottom + 22;
  }

  private double place(double times) {
    double at = Math.log(Math.max(times, LEAST) / LEAST) / Math.log(most / LEAST);
    return LABELS + PLOT * at;
  }

  private void dot(double x, double middle, String system, String hint) {
    body.append(format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\"><title>%s</title></circle>%n", x, middle,
        COLOURS.getOrDefault(system, "#888888"), escape(hint)));
  }

  private void text(double x, double at, String anchor, String more, String words) {
    if (!words.isEmpty()) {
      body.append(format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n", x, at, anchor, more,
          escape(words)));
    }
  }

  private String document() {
    return format("""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d">
        <style>
        text { fill: #57606a; font: 11px sans-serif }
        .grid { stroke: #8b949e; stroke-opacity: 0.35 }
        .one { stroke: #8b949e; stroke-width: 1.5 }
        @media (prefers-color-scheme: dark) { text { fill: #b1bac4 } }
        </style>
        %3$s</svg>
        """, LABELS + PLOT + RIGHT, y + 6, body);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
