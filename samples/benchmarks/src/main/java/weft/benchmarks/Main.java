package weft.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The one command: measures the chosen rows under the JDK it runs on, prints them and keeps them. */
@Command(name = "benchmarks", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Times recurrent nets on this machine, system against system. Without filters: everything.")
public final class Main implements Callable<Integer> {
  @Option(names = "--quick", description = "one process, short iterations; prints, keeps nothing")
  boolean quick;
  @Option(names = "--system", split = ",", description = "only these systems")
  List<String> systems = List.of();
  @Option(names = "--workload", split = ",", description = "only workloads that contain one of these texts")
  List<String> workloads = List.of();
  @Option(names = "--cell", split = ",", description = "only these cells: elman, lstm, gru")
  List<String> cells = List.of();
  @Option(names = "--mode", split = ",", description = "only these modes: inference, training")
  List<String> modes = List.of();
  @Option(names = "--threads", defaultValue = "1", description = "threads of every system (${DEFAULT-VALUE})")
  int threads;
  @Option(names = "--forks", defaultValue = "2", description = "processes a row (${DEFAULT-VALUE})")
  int forks;
  @Option(names = "--turns", defaultValue = "1", description = "how often the systems of a case take turns; the median of all counts (${DEFAULT-VALUE})")
  int turns;
  @Option(names = "--results", defaultValue = "samples/benchmarks/results",
      description = "where results lie (${DEFAULT-VALUE})")
  Path folder;
  @Option(names = "--list", description = "say what would run, and stop")
  boolean list;
  @Option(names = "--render", description = "write table and chart anew from the kept rows, and stop")
  boolean render;
  @Option(names = "--verbose", description = "show what JMH and the systems print")
  boolean verbose;

  private record Job(Entrant entrant, Case of, Mode mode) {
    boolean sameCase(Job other) {
      return of == other.of && mode == other.mode;
    }
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    var main = new Main();
    var line = new CommandLine(main);
    try {
      line.parseArgs(args);
    } catch (CommandLine.ParameterException wrong) {
      System.exit(line.execute(args));
    }
    var threads = Integer.toString(main.threads);
    // The native systems read their number of threads from the environment, which a running process cannot change.
    if (!threads.equals(System.getenv("OMP_NUM_THREADS"))) {
      var command = new ArrayList<>(List.of(java().toString(), "-cp", System.getProperty("java.class.path"),
          Main.class.getName()));
      command.addAll(List.of(args));
      var builder = new ProcessBuilder(command).inheritIO();
      for (var name : List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")) {
        builder.environment().put(name, threads);
      }
      System.exit(builder.start().waitFor());
    }
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (turns < 1) throw new CommandLine.ParameterException(new CommandLine(this), "--turns " + turns + " is less than 1");
    var jdk = Integer.toString(Runtime.version().feature());
    if (render) {
      Results.read(folder, jdk).write(folder, jdk);
      return 0;
    }
    var jobs = jobs();
    if (list) {
      jobs.forEach(j -> System.out.println(j.of().id() + " " + j.mode().key() + " " + j.entrant().key()));
      return 0;
    }
    var failures = new ArrayList<String>();
    var refused = new ArrayList<String>();
    var fresh = measure(jobs, jdk, failures, refused);
    System.out.println("\n" + Table.markdown(fresh));
    refused.forEach(r -> System.out.println("not kept: " + r));
    failures.forEach(f -> System.out.println("failed: " + f));
    return failures.isEmpty() ? 0 : 1;
  }

  /** Case by case, so that the systems that are compared run close together in time. */
  private List<Job> jobs() {
    var jobs = new ArrayList<Job>();
    for (var c : Cases.ALL) {
      for (var mode : Mode.values()) {
        for (var entrant : Entrant.values()) {
          if (c.modes().contains(mode) && entrant.able(c, mode) && wanted(systems, entrant.key())
              && !(systems.isEmpty() && entrant.isExtra())
              && wanted(cells, c.cell().key()) && wanted(modes, mode.key())
              && (workloads.isEmpty() || workloads.stream().anyMatch(c.workload()::contains))) {
            jobs.add(new Job(entrant, c, mode));
          }
        }
      }
    }
    return jobs;
  }

  private static boolean wanted(List<String> filter, String key) {
    return filter.isEmpty() || filter.contains(key);
  }

  private Results measure(List<Job> jobs, String jdk, List<String> failures, List<String> refused)
      throws IOException, InterruptedException {
    var run = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    var limits = new LinkedHashMap<String, Object>();
    limits.put("run", run);
    limits.put("jdk", Runtime.version().toString());
    limits.put("cpu", cpu());
    limits.put("turns", turns);
    limits.putAll(Measurement.limits(java()));
    double peak = (Double) limits.get("fma_gflops") * threads;
    System.out.println("machine: " + limits);
    var measurement = quick ? new Measurement(1, 1, 3, 500, verbose) : new Measurement(forks, 1, 5, 1000, verbose);
    var rows = new ArrayList<Row>();
    for (var systems : cases(jobs)) {
      var timings = new LinkedHashMap<Job, List<Measurement.Timing>>();
      for (int turn = 0; turn < turns; turn++) for (var job : systems) time(job, measurement, timings, failures);
      var done = new ArrayList<Row>();
      timings.forEach((job, all) -> {
        if (all.size() == turns) done.add(row(job, Measurement.Timing.middle(all), peak, run));
      });
      rows.addAll(done);
      if (!quick) Results.read(folder, jdk).merge(new Results(done, Map.of(run, limits)), refused).write(folder, jdk);
    }
    return new Results(rows, Map.of(run, limits));
  }

  private static List<List<Job>> cases(List<Job> jobs) {
    var cases = new ArrayList<List<Job>>();
    for (var job : jobs) {
      if (cases.isEmpty() || !cases.get(cases.size() - 1).get(0).sameCase(job)) cases.add(new ArrayList<>());
      cases.get(cases.size() - 1).add(job);
    }
    return cases;
  }

  private void time(Job job, Measurement measurement, Map<Job, List<Measurement.Timing>> timings, List<String> failures) throws IOException {
    var label = job.of().id() + " " + job.mode().key() + " " + job.entrant().key();
    try {
      var timing = measurement.measure(job.entrant(), job.of(), job.mode(), threads);
      timings.computeIfAbsent(job, key -> new ArrayList<>()).add(timing);
      System.out.printf(Locale.ROOT, "%-50s %12.2f us   p99 %12.2f us   %8.2f GFLOP/s   %10.1f B%n", label,
          timing.medianUs(), timing.p99Us(), gflops(job, timing), timing.fork().bytesPerCall());
    } catch (RunnerException | RuntimeException failed) {
      failures.add(label + ": " + failed.getMessage() + " (--verbose says more)");
      System.out.println(failures.get(failures.size() - 1));
    }
  }

  private static double gflops(Job job, Measurement.Timing timing) {
    return job.of().flops(job.mode()) / timing.medianUs() / 1e3;
  }

  private Row row(Job job, Measurement.Timing timing, double peak, String run) {
    return new Row(job.of().workload(), job.of().cell().key(), job.mode().key(), job.entrant().key(),
        timing.fork().version(), Runtime.version().toString(), cpu(), threads, timing.medianUs(),
        timing.p99Us(), gflops(job, timing), gflops(job, timing) / peak, timing.fork().bytesPerCall(), run);
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static String cpu() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines.filter(line -> line.startsWith("model name")).map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst().orElse(System.getProperty("os.arch"));
    } catch (IOException | UncheckedIOException unknown) {
      return System.getProperty("os.arch");
    }
  }
}
