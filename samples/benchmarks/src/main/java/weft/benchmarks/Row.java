package weft.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of results: a system's time for one call of one case.
 *
 * @param medianUs median time of a call in microseconds
 * @param p99Us 99th percentile of the same samples
 * @param gflops operations of the matrix products over the median time
 * @param peakFraction of the machine's multiply-add peak, measured in the same run
 * @param bytesPerCall bytes of heap that a call allocates
 * @param run names the run; rows of a case are comparable only within one
 */
public record Row(String workload, String cell, String mode, String system, String version, String jdk, String cpu,
                  int threads, double medianUs, double p99Us, double gflops, double peakFraction, double bytesPerCall,
                  String run) {

  /** What is compared: all rows with the same key are one call of one case, by different systems. */
  public record Key(String workload, String cell, String mode, int threads) {}

  public Key key() {
    return new Key(workload, cell, mode, threads);
  }

  Map<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("workload", workload);
    fields.put("cell", cell);
    fields.put("mode", mode);
    fields.put("system", system);
    fields.put("version", version);
    fields.put("jdk", jdk);
    fields.put("cpu", cpu);
    fields.put("threads", threads);
    fields.put("median_us", rounded(medianUs, 1e3));
    fields.put("p99_us", rounded(p99Us, 1e3));
    fields.put("gflops", rounded(gflops, 1e3));
    fields.put("peak_fraction", rounded(peakFraction, 1e5));
    fields.put("bytes_per_call", rounded(bytesPerCall, 1e2));
    fields.put("run", run);
    return fields;
  }

  static Row of(Map<String, Object> f) {
    return new Row((String) f.get("workload"), (String) f.get("cell"), (String) f.get("mode"),
        (String) f.get("system"), (String) f.get("version"), (String) f.get("jdk"), (String) f.get("cpu"),
        (int) number(f, "threads"), number(f, "median_us"), number(f, "p99_us"), number(f, "gflops"),
        number(f, "peak_fraction"), number(f, "bytes_per_call"), (String) f.get("run"));
  }

  private static double number(Map<String, Object> fields, String name) {
    return ((Number) fields.get(name)).doubleValue();
  }

  private static double rounded(double value, double scale) {
    return Math.round(value * scale) / scale;
  }
}
