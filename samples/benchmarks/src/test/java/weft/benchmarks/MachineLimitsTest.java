package weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class MachineLimitsTest {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  @Test
  void theCountedWorkIsDone() {
    // s = s/2 + 1 from zero, three times: 1, 1.5, 1.75 in every lane of twelve chains.
    assertThat(MachineLimits.multiplyAdd(3, 0.5f, 1)).isEqualTo(12 * LANES * 1.5f);
    var array = new float[16 * LANES + 3];
    Arrays.fill(array, 2, 2 + 16 * LANES, 1);
    assertThat(MachineLimits.sum(array, 2, 16 * LANES)).isEqualTo(16 * LANES);
  }

  @Test
  void allocationIsCountedPerCall() {
    var kept = new Object[1];
    assertThat(Allocation.perCall(() -> { })).isZero();
    assertThat(Allocation.perCall(() -> kept[0] = new byte[1000])).isBetween(1000.0, 1040.0);
  }
}
