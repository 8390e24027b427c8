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
