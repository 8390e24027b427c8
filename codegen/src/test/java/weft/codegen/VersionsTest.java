package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions of a function for sizes of batches that are called often: bits, choice, threads, memory ({@link VersionsRuns}). */
class VersionsTest {
  @ParameterizedTest
  @ValueSource(strings = {"bits", "choice", "threads", "allocation"})
  void inAVirtualMachineOfItsOwn(String what) throws Exception {
    assertThat(Jvm.run(List.of("--add-modules", "jdk.incubator.vector", "-Xshare:auto"), VersionsRuns.class, what)).contains("done");
  }
}
