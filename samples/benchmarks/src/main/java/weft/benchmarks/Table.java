package weft.benchmarks;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The Markdown table of results: a line a case, a column a system. */
final class Table {
  static final String OURS = "weft";

  private Table() {}

  static String markdown(Results results) {
    var text = new StringBuilder();
    results.limits().values().forEach(l -> text.append(limits(l)));
    var groups = Results.byKey(results.rows());
    for (var mode : Mode.values()) {
      for (int threads : results.rows().stream().map(Row::threads).distinct().sorted().toList()) {
        var shown = groups.entrySet().stream()
            .filter(g -> g.getKey().mode().equals(mode.key()) && g.getKey().threads() == threads).toList();
        if (!shown.isEmpty()) {
          text.append("\n### ").append(mode == Mode.INFERENCE ? "Inference" : "Training step")
              .append(threads == 1 ? ", one thread" : ", " + threads + " threads").append("\n\n");
          append(text, shown);
        }
      }
    }
    return text.toString();
  }

  private static String limits(Map<String, Object> l) {
    return ("Run %s, JDK %s, %s. One core at most: %s GFLOP/s f32 multiply-add; reads %s GB/s from L1, %s from L2, "
        + "%s from L3, %s from memory.%s%n").formatted(l.get("run"), l.get("jdk"), l.get("cpu"), l.get("fma_gflops"),
        l.get("l1_read_gb_s"), l.get("l2_read_gb_s"), l.get("l3_read_gb_s"), l.get("memory_read_gb_s"),
        l.get("turns") instanceof Number n && n.intValue() > 1 ? " Medians of " + n.intValue() + " turns." : "");
  }

  private static void append(StringBuilder text, List<Map.Entry<Row.Key, List<Row>>> groups) {
    var systems = groups.stream().flatMap(g -> g.getValue().stream()).map(Row::system).distinct()
        .sorted(Comparator.comparingInt(Table::rank)).toList();
    text.append("Median time of a call in µs (GFLOP/s).\n\n");
    text.append(systems.stream().collect(Collectors.joining(" | ", "| workload | cell | ", " |")));
    text.append(" best peer ÷ weft | weft: of peak | p99 ÷ median | bytes a call |\n");
    text.append("|---|---|").append("---:|".repeat(systems.size() + 4)).append('\n');
    for (var group : groups) {
      var rows = group.getValue();
      text.append("| ").append(group.getKey().workload()).append(" | ").append(group.getKey().cell()).append(" | ");
      for (var system : systems) {
        text.append(find(rows, system).map(Table::time).orElse("")).append(" | ");
      }
      var ours = find(rows, OURS);
      var peer = rows.stream().filter(r -> !r.system().startsWith(OURS)).mapToDouble(Row::medianUs).min();
      text.append(ours.isPresent() && peer.isPresent()
          ? number("%.2f", peer.getAsDouble() / ours.get().medianUs()) : "").append(" | ");
      text.append(ours.map(r -> number("%.0f %%", 100 * r.peakFraction())).orElse("")).append(" | ");
      text.append(ours.map(r -> number("%.2f", r.p99Us() / r.medianUs())).orElse("")).append(" | ");
      text.append(ours.map(r -> number("%.0f", r.bytesPerCall())).orElse("")).append(" |\n");
    }
  }

  /** Ours first, then the others in the order in which they usually stand. */
  static int rank(String system) {
    int at = List.of(OURS, "weft-scalar", "pytorch", "onnxruntime", "dl4j").indexOf(system);
    return at < 0 ? Integer.MAX_VALUE : at;
  }

  private static Optional<Row> find(List<Row> rows, String system) {
    return rows.stream().filter(r -> r.system().equals(system)).findFirst();
  }

  private static String time(Row r) {
    return number(r.medianUs() < 10 ? "%.2f" : r.medianUs() < 100 ? "%.1f" : "%.0f", r.medianUs())
        + number(r.gflops() < 10 ? " (%.1f)" : " (%.0f)", r.gflops());
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
