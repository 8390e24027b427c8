package weft.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One call of one system on one case; {@link Measurement} says which, and reads back what only the fork knows. */
@State(Scope.Benchmark)
public class CallBenchmark {
  @Param("")
  public String caseId;
  @Param("")
  public String mode;
  @Param("")
  public String system;
  @Param("1")
  public int threads;
  /** Where the fork leaves its {@link ForkReport}. */
  @Param("")
  public String report;

  private static final long QUIET_NANOS = 1_000_000_000L;
  private static final int QUIET_CALLS = 5;
  /** Less than this much faster than the best before is noise. */
  private static final double FASTER = 0.95;
  private static final long LIMIT_NANOS = 60_000_000_000L;

  private Contender contender;

  @Setup(Level.Trial)
  public void open() {
    var data = Data.of(Cases.of(caseId));
    var entrant = Entrant.of(system);
    var wanted = Mode.valueOf(mode);
    // The check trains, so it has a contender of its own and the measured one starts from the seed.
    try (var first = entrant.open(data, wanted, threads)) {
      Agreement.check(data, wanted, first);
    }
    contender = entrant.open(data, wanted, threads);
    settle(wanted == Mode.TRAINING ? contender::train : contender::infer);
  }

  /** Calls until a second has brought nothing faster, since large nets take longer to be compiled than JMH would wait. */
  private static void settle(Runnable call) {
    long start = System.nanoTime();
    long since = start;
    long best = Long.MAX_VALUE;
    for (int quiet = 0; quiet < QUIET_CALLS || System.nanoTime() - since < QUIET_NANOS; quiet++) {
      long before = System.nanoTime();
      call.run();
      long now = System.nanoTime();
      if (now - before < FASTER * best) {
        best = now - before;
        since = now;
        quiet = 0;
      }
      if (now - start > LIMIT_NANOS) return;
    }
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    var bytes = Allocation.perCall(Mode.valueOf(mode) == Mode.TRAINING ? contender::train : contender::infer);
    Files.writeString(Path.of(report), new ForkReport(contender.version(), bytes).text());
    contender.close();
  }

  @Benchmark
  public void inference() {
    contender.infer();
  }

  @Benchmark
  public void training() {
    contender.train();
  }
}
