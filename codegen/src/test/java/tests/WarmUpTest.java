package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.Tensors.*;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

/** Warming up calls a function and leaves no trace of it but compiled code. */
class WarmUpTest {
  @Test
  void updatesGoToCopies() {
    var w = param("w", Tensor.of(new float[] {1, 2}));
    var x = vector("x", 2);
    var f = function(x).returns(sum(w.times(x))).updates(sgd(sum(w.times(x)), List.of(w), 1)).named("f").compile();

    var warm = f.warmUp(Duration.ofMillis(50), new float[] {3, 4});

    assertThat(warm.calls()).isPositive();
    assertThat(warm.bestNanos()).isPositive().isLessThanOrEqualTo(warm.firstNanos());
    assertThat(parameter(w).get().floats()).startsWith(1, 2);
    assertThat(parameter(w).version()).isZero();
    // 1·3 + 2·4, and then the weights are (1, 2) - (3, 4).
    assertThat(f.call(new float[] {3, 4}).item()).isEqualTo(11);
    assertThat(parameter(w).get().floats()).startsWith(-2, -2);
  }

  @Test
  void endsWithTheLimit() {
    var x = scalar("x");
    var f = function(x).returns(x.times(2)).compile();
    assertThat(f.warmUp(Duration.ZERO, 1).calls()).isEqualTo(1);
    assertThat(f.warmUp(Duration.ZERO, 1).settled()).isFalse();
  }

  @Test
  void refusesWhatACallRefuses() {
    var x = vector("x", 2);
    var f = function(x).returns(sum(x)).named("f").compile();
    assertThatThrownBy(() -> f.warmUp(new float[] {1, 2, 3})).isInstanceOf(WeftException.class).hasMessageContaining("x");
  }
}
