package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.runtime.TensorTest.refused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import weft.runtime.WeftException.Kind;

class WorkspaceTest {
  @Test
  void growsAndNeverShrinks() {
    var workspace = new Workspace(2);
    assertThat(workspace.slots()).isEqualTo(2);
    assertThat(workspace.array(0)).isNull();
    var first = workspace.floats(0, 10);
    assertThat(first).hasSize(26);
    assertThat(workspace.floats(0, 3)).isSameAs(first);
    assertThat(workspace.floats(0, 10)).isSameAs(first);
    var larger = workspace.floats(0, 11);
    assertThat(larger).hasSize(27).isNotSameAs(first);
    assertThat(workspace.array(0)).isSameAs(larger);
    assertThat(workspace.array(1)).isNull();
  }

  @Test
  void holdsEveryType() {
    var workspace = new Workspace(1);
    assertThat(workspace.doubles(0, 1)).hasSize(17);
    assertThat(workspace.ints(0, 2)).hasSize(18);
    assertThat(workspace.longs(0, 3)).hasSize(19);
    assertThat(workspace.booleans(0, 0)).hasSize(16);
    assertThat(workspace.array(0)).isInstanceOf(boolean[].class);
  }

  @Test
  void namesTheBytesItCannotHave() {
    var workspace = new Workspace(1);
    refused(Kind.SIZE, () -> workspace.doubles(0, 3_000_000_000L)).hasMessage("buffer 0 would need 3000000000 "
        + "elements of f64 (24000000000 bytes); one array holds at most 2147483583 elements");
    refused(Kind.SIZE, () -> workspace.floats(0, Long.MIN_VALUE)).hasMessageContaining("more than 2^63 elements");
    refused(Kind.SIZE, () -> workspace.longs(0, Long.MAX_VALUE))
        .hasMessageContaining("9223372036854775807 elements of i64;");
    assertThat(workspace.floats(0, 4)).as("still usable").hasSize(20);
  }

  @Test
  void poolReusesUpToItsLimit() {
    var pool = new Pool<Workspace>(2);
    assertThat(pool.take()).isNull();
    var a = new Workspace(1);
    var b = new Workspace(1);
    pool.give(a);
    pool.give(b);
    pool.give(new Workspace(1));
    assertThat(new Object[] {pool.take(), pool.take()}).containsExactlyInAnyOrder(a, b);
    assertThat(pool.take()).isNull();
  }

  @Test
  @Timeout(60)
  void poolGivesNoWorkspaceToTwoThreads() throws Exception {
    var pool = new Pool<Workspace>(3);
    var threads = Executors.newFixedThreadPool(8);
    try {
      var calls = new ArrayList<Callable<Integer>>();
      for (var caller = 1; caller <= 8; caller++) {
        var mark = caller;
        calls.add(() -> {
          var wrong = 0;
          for (var i = 0; i < 5000; i++) {
            var free = pool.take();
            var workspace = free == null ? new Workspace(1) : free;
            var ints = workspace.ints(0, 8);
            Arrays.fill(ints, mark);
            Thread.yield();
            for (var value : ints) {
              wrong += value == mark ? 0 : 1;
            }
            pool.give(workspace);
          }
          return wrong;
        });
      }
      for (var wrong : threads.invokeAll(calls)) {
        assertThat(wrong.get()).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
