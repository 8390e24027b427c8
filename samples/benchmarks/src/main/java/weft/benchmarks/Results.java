package weft.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rows of one JDK and the machine limits of their runs, as they lie in {@code <jdk>.json} and
 * {@code <jdk>-machine.json}.
 *
 * @param limits by run, each with its name, CPU and {@link MachineLimits}
 */
public record Results(List<Row> rows, Map<String, Map<String, Object>> limits) {

  /** The results that lie in the folder, or none. */
  public static Results read(Path folder, String jdk) throws IOException {
    var rows = lines(folder.resolve(jdk + ".json")).stream().map(Row::of).toList();
    var limits = new LinkedHashMap<String, Map<String, Object>>();
    lines(folder.resolve(jdk + "-machine.json")).forEach(l -> limits.put((String) l.get("run"), l));
    return new Results(rows, limits);
  }

  /** Writes the rows, the limits, the table and the chart. */
  public void write(Path folder, String jdk) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(jdk + ".json"), FlatJson.write(rows.stream().map(Row::fields).toList()));
    Files.writeString(folder.resolve(jdk + "-machine.json"), FlatJson.write(List.copyOf(limits.values())));
    Files.writeString(folder.resolve(jdk + ".md"), Table.markdown(this));
    Files.writeString(folder.resolve(jdk + ".svg"), Chart.svg(this));
  }

  /**
   * These results with a newer run's in their place, case by case. A case of the newer run counts only if it has every
   * system that the older rows of that case have: times of different runs do not stand side by side.
   *
   * @param refused collects what was left as it was, for people
   */
  public Results merge(Results newer, List<String> refused) {
    var older = byKey(rows);
    var merged = new LinkedHashMap<>(older);
    byKey(newer.rows).forEach((key, group) -> {
      var missing = systems(older.getOrDefault(key, List.of()));
      missing.removeAll(systems(group));
      if (missing.isEmpty()) {
        merged.put(key, group);
      } else {
        refused.add("%s %s %s: this run lacks %s".formatted(key.workload(), key.cell(), key.mode(), missing));
      }
    });
    var all = merged.values().stream().flatMap(List::stream).sorted(order()).toList();
    var runs = all.stream().map(Row::run).collect(Collectors.toSet());
    var kept = new LinkedHashMap<>(limits);
    kept.putAll(newer.limits);
    kept.keySet().retainAll(runs);
    return new Results(all, kept);
  }

  /** Rows by what they measure, in the order in which they stand. */
  static Map<Row.Key, List<Row>> byKey(List<Row> rows) {
    return rows.stream().collect(Collectors.groupingBy(Row::key, LinkedHashMap::new, Collectors.toList()));
  }

  private static Comparator<Row> order() {
    var workloads = new ArrayList<>(new LinkedHashSet<>(Cases.ALL.stream().map(Case::workload).toList()));
    var cells = Cases.ALL.stream().map(c -> c.cell().key()).distinct().toList();
    return Comparator.comparingInt((Row r) -> r.threads()).thenComparing(Row::mode)
        .thenComparingInt(r -> workloads.indexOf(r.workload())).thenComparingInt(r -> cells.indexOf(r.cell()));
  }

  private static Set<String> systems(List<Row> rows) {
    return rows.stream().map(Row::system).collect(Collectors.toCollection(HashSet::new));
  }

  private static List<Map<String, Object>> lines(Path file) throws IOException {
    return Files.exists(file) ? FlatJson.read(Files.readString(file)) : List.of();
  }
}
