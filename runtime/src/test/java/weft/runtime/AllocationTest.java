package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What runs at every call of a compiled function leaves nothing for the garbage collector. */
class AllocationTest {
  private static final int CALLS = 50_000;

  private static double bytesPerCall(Runnable body) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    var id = Thread.currentThread().getId();
    var bytes = 0L;
    for (var round = 0; round < 3; round++) {
      var before = threads.getThreadAllocatedBytes(id);
      for (var i = 0; i < CALLS; i++) {
        body.run();
      }
      bytes = threads.getThreadAllocatedBytes(id) - before;
    }
    return (double) bytes / CALLS;
  }

  @Test
  void seesAnAllocation() {
    var kept = new Object[1];
    assertThat(bytesPerCall(() -> kept[0] = new int[4])).isGreaterThanOrEqualTo(16);
  }

  @Test
  void checksThatPass() {
    var x = Tensor.zeros(DType.F32, 10, 4);
    assertThat(bytesPerCall(() -> {
      Checks.dtype("train", "x", "f32[time, 4]", "Tutorial.java:12", DType.F32, x);
      Checks.rank("train", "x", "f32[time, 4]", "Tutorial.java:12", 2, x);
      Checks.extent("train", "x", "f32[time, 4]", "Tutorial.java:12", 1, null, 4, null, x);
      Checks.index("train", "words into rows of E", 3, 10, 0);
      Checks.steps("train", "the scan", "Tutorial.java:12", 10, "x", 10);
    })).isLessThan(1);
  }

  @Test
  void locksWithoutContention() {
    var parameters = new Parameter[] {new Parameter("a", Tensor.scalar(0)), new Parameter("b", Tensor.scalar(0))};
    var locks = new ParameterLocks(parameters, parameters[1]);
    var stamps = new long[2];
    assertThat(bytesPerCall(() -> {
      locks.lock(stamps);
      parameters[1].updated();
      locks.unlock(stamps);
    })).isLessThan(1);
  }

  @Test
  void aPoolWithAFreeWorkspace() {
    var pool = new Pool<Workspace>();
    pool.give(new Workspace(1));
    assertThat(bytesPerCall(() -> {
      var workspace = pool.take();
      workspace.floats(0, 100);
      pool.give(workspace);
    })).isLessThan(1);
  }
}
