package weft.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How every row is measured: by JMH, in fresh processes, with several short iterations.
 *
 * @param forks processes a row
 * @param warmups iterations before the clock counts
 * @param iterations iterations that count
 * @param iterationMillis length of an iteration; a call in progress is finished
 * @param verbose show what JMH and the forks print
 */
record Measurement(int forks, int warmups, int iterations, int iterationMillis, boolean verbose) {

  /** Times and what the fork reported of itself. */
  record Timing(double medianUs, double p99Us, ForkReport fork) {
    /** The median of several, of each number on its own. */
    static Timing middle(List<Timing> all) {
      return new Timing(middle(all, Timing::medianUs), middle(all, Timing::p99Us), all.get(0).fork());
    }

    private static double middle(List<Timing> all, ToDoubleFunction<Timing> what) {
      double[] sorted = all.stream().mapToDouble(what).sorted().toArray();
      return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
  }

  /**
   * One system on one case.
   *
   * <p>Every call is a sample of its own. A streaming step is so short that reading the clock would show: its median is
   * that of the iterations' means, and only its p99 comes from the samples.
   */
  Timing measure(Entrant entrant, Case c, Mode mode, int threads) throws RunnerException, IOException {
    var report = Files.createTempFile("weft-benchmark", ".txt");
    try {
      var options = new OptionsBuilder()
          .include(CallBenchmark.class.getName().replace(".", "\\.") + "\\." + mode.key() + "$")
          .param("caseId", c.id()).param("mode", mode.name()).param("system", entrant.key())
          .param("threads", Integer.toString(threads)).param("report", report.toString())
          .mode(org.openjdk.jmh.annotations.Mode.SampleTime).timeUnit(TimeUnit.MICROSECONDS)
          .forks(forks).warmupIterations(warmups).measurementIterations(iterations)
          .warmupTime(TimeValue.milliseconds(iterationMillis))
          .measurementTime(TimeValue.milliseconds(iterationMillis))
          .jvmArgs(entrant.jvmArgs().toArray(String[]::new)).jvmArgsAppend("-Xms2g", "-Xmx6g")
          .shouldFailOnError(true)
          .verbosity(verbose ? VerboseMode.EXTRA : VerboseMode.SILENT);
      if (c.task() == Task.STREAM) {
        options.mode(org.openjdk.jmh.annotations.Mode.AverageTime);
      }
      return timing(new Runner(options.build()).run(), ForkReport.parse(Files.readString(report)));
    } finally {
      Files.deleteIfExists(report);
    }
  }

  private static Timing timing(Collection<RunResult> results, ForkReport fork) {
    double median = 0;
    double p99 = 0;
    boolean averaged = false;
    for (var result : results) {
      var statistics = result.getPrimaryResult().getStatistics();
      if (result.getParams().getMode() == org.openjdk.jmh.annotations.Mode.SampleTime) {
        p99 = statistics.getPercentile(99);
        median = averaged ? median : statistics.getPercentile(50);
      } else {
        median = statistics.getPercentile(50);
        averaged = true;
      }
    }
    return new Timing(median, Math.max(p99, median), fork);
  }

  /** The machine's limits, from a process of their own. */
  static Map<String, Object> limits(Path java) throws IOException, InterruptedException {
    var process = new ProcessBuilder(java.toString(), "--add-modules", "jdk.incubator.vector", "-cp",
        System.getProperty("java.class.path"), MachineLimits.class.getName())
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var limits = new LinkedHashMap<String, Object>();
    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
        .map(line -> line.split("=", 2)).forEach(pair -> limits.put(pair[0], Double.parseDouble(pair[1])));
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the machine's limits could not be measured");
    }
    return limits;
  }
}
