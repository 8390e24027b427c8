package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.F32;
import static weft.Tensors.F64;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weft.Backend;
import weft.codegen.Allocated;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** Calls that write into the caller's tensors allocate no byte once they are warm. */
class SteadyStateTest {
  private static final int IN = 6;
  private static final int OUT = 3;
  private static final int CALLS = 2_000;

  static Stream<Arguments> modes() {
    return Mode.all(8).stream().filter(m -> m.backend() == Backend.BYTECODE && m.rewrites())
        .flatMap(m -> List.of(F32, F64).stream().map(dtype -> Arguments.of(m, dtype)));
  }

  private static long allocatedBy(Runnable call) {
    return Allocated.inTheEnd(CALLS, 0, 120, call);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void aTrainingStep(Mode mode, DType dtype) {
    var net = new Nets(mode, dtype, IN, 16, OUT);
    Tensor[] arguments = {net.sequence(1, 5, IN), net.oneHot(1, OUT), net.rate(1e-6)};
    Tensor[] loss = {net.train.call((Object[]) arguments)};
    var before = net.values();
    assertThat(allocatedBy(() -> net.train.callInto(loss, arguments))).isZero();
    assertThat(net.values()).isNotEqualTo(before);
  }

  /** Sequences are hardly ever as long as the one before. */
  @ParameterizedTest
  @MethodSource("modes")
  void trainingStepsOfChangingLength(Mode mode, DType dtype) {
    var net = new Nets(mode, dtype, IN, 16, OUT);
    Tensor[] two = {net.sequence(1, 5, IN), net.oneHot(1, OUT), net.rate(1e-6)};
    Tensor[] other = {net.sequence(2, 8, IN), net.oneHot(2, OUT), net.rate(1e-6)};
    Tensor[] loss = {net.train.call((Object[]) two)};
    assertThat(allocatedBy(() -> {
      net.train.callInto(loss, two);
      net.train.callInto(loss, other);
    })).isZero();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void aPrediction(Mode mode, DType dtype) {
    var net = new Nets(mode, dtype, IN, 16, OUT);
    Tensor[] arguments = {net.sequence(1, 5, IN)};
    Tensor[] results = net.predict.callAll((Object[]) arguments);
    assertThat(allocatedBy(() -> net.predict.callInto(results, arguments))).isZero();
  }
}
