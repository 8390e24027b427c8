package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.runtime.TensorTest.refused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import weft.runtime.WeftException.Kind;

class ParameterTest {
  @Test
  void ownsItsValue() {
    var initial = Tensor.of(1f, 2f);
    var parameter = new Parameter("w", initial);
    initial.set(9, 0);
    parameter.get().set(9, 1);
    assertThat(parameter.get().toDoubles()).containsExactly(1, 2);
    assertThat(parameter).hasToString("w f32[2]");
    assertThat(DType.F32.length(parameter.array())).isEqualTo(2 + 16);
    var wrapped = new Parameter("v", Tensor.wrap(new float[2], 2));
    assertThat(DType.F32.length(wrapped.array())).as("slack even if the initial value had none").isEqualTo(2 + 16);
    assertThat(wrapped.id()).isGreaterThan(parameter.id());
  }

  @Test
  void replacesItsValueAndCounts() {
    var parameter = new Parameter("w", Tensor.of(1f, 2f));
    var storage = parameter.array();
    var before = parameter.version();
    parameter.set(Tensor.of(3f, 4f));
    assertThat(parameter.get().toDoubles()).containsExactly(3, 4);
    assertThat(parameter.array()).as("compiled code keeps the array").isSameAs(storage);
    assertThat(parameter.version()).isGreaterThan(before);
  }

  @Test
  void refusesAnotherType() {
    var parameter = new Parameter("Wx", Tensor.zeros(DType.F32, 2, 3));
    var before = parameter.version();
    refused(Kind.SHAPE, () -> parameter.set(Tensor.zeros(DType.F32, 3, 2))).hasMessage("""
        parameter Wx has another type than the value it was to be set to
            parameter  f32[2, 3]
            value      f32[3, 2]
          The type of a parameter is fixed when it is made.""");
    refused(Kind.DTYPE, () -> parameter.set(Tensor.zeros(DType.F64, 2, 3))).hasMessageContaining("f64[2, 3]");
    refused(Kind.ARGUMENT, () -> parameter.set(null)).hasMessageContaining("Wx");
    refused(Kind.ARGUMENT, () -> new Parameter(" ", Tensor.scalar(1f))).hasMessageContaining("name");
    refused(Kind.ARGUMENT, () -> new Parameter("b", null)).hasMessageContaining("b needs an initial value");
    assertThat(parameter.version()).isEqualTo(before);
  }

  @Test
  @Timeout(60)
  void isNeverSeenHalfSet() throws Exception {
    var parameter = new Parameter("w", Tensor.zeros(DType.I32, 5000));
    var threads = Executors.newFixedThreadPool(3);
    try {
      Callable<Void> writer = () -> {
        for (var i = 0; i < 500; i++) {
          parameter.set(Tensor.full(DType.I32, i, 5000));
        }
        return null;
      };
      Callable<Void> reader = () -> {
        for (var i = 0; i < 500; i++) {
          var ints = parameter.get().ints();
          for (var at = 1; at < 5000; at++) {
            assertThat(ints[at]).isEqualTo(ints[0]);
          }
        }
        return null;
      };
      for (var done : threads.invokeAll(List.of(writer, reader, writer))) {
        done.get();
      }
      assertThat(parameter.version()).as("no update was lost").isEqualTo(1000);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  @Timeout(60)
  void locksInOneOrderNeverDeadlock() throws Exception {
    var a = new Parameter("a", Tensor.scalar(0));
    var b = new Parameter("b", Tensor.scalar(0));
    var threads = Executors.newFixedThreadPool(2);
    try {
      for (var order : new Parameter[][] {{a, b}, {b, a}}) {
        threads.submit(() -> {
          var locks = new ParameterLocks(new Parameter[0], order);
          var stamps = new long[locks.count()];
          for (var i = 0; i < 50_000; i++) {
            locks.lock(stamps);
            ((int[]) a.array())[0]++;
            ((int[]) b.array())[0]++;
            locks.unlock(stamps);
          }
        });
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(50, TimeUnit.SECONDS)).isTrue();
    } finally {
      threads.shutdownNow();
    }
    assertThat(a.get().item()).isEqualTo(100_000);
    assertThat(b.get().item()).isEqualTo(100_000);
  }

  @Test
  void readersShareAndWritersExclude() throws Exception {
    var parameter = new Parameter("w", Tensor.scalar(0));
    var stamps = new long[1];
    var locks = new ParameterLocks(new Parameter[] {parameter});
    locks.lock(stamps);
    assertThat(parameter.get().item()).as("a second reader enters").isZero();
    var writer = new Thread(() -> parameter.set(Tensor.scalar(1)));
    writer.start();
    writer.join(50);
    assertThat(((int[]) parameter.array())[0]).isZero();
    locks.unlock(stamps);
    writer.join();
    assertThat(parameter.get().item()).isEqualTo(1);
  }

  @Test
  void locksAreTakenOnceEachWhateverTheOrder() {
    var all = new Parameter[100];
    for (var i = 0; i < all.length; i++) {
      all[i] = new Parameter("p" + i, Tensor.scalar(i));
    }
    var shuffled = new ArrayList<>(Arrays.asList(all));
    shuffled.addAll(List.of(all[3], all[50]));
    Collections.shuffle(shuffled, new Random(7));
    var locks = new ParameterLocks(shuffled.toArray(new Parameter[0]), all[7], all[50]);
    assertThat(locks.count()).isEqualTo(100);
    var stamps = new long[100];
    locks.lock(stamps);
    locks.updated();
    locks.unlock(stamps);
    for (var parameter : all) {
      parameter.unlock(parameter.writeLock());
      assertThat(parameter.version()).as(parameter.name()).isEqualTo(parameter == all[7] || parameter == all[50] ? 1 : 0);
    }
  }
}
