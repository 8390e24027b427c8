package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.runtime.TensorTest.refused;

import org.junit.jupiter.api.Test;
import weft.runtime.WeftException.Kind;

class ChecksTest {
  private static final String DECLARED = "f32[time, 4]";
  private static final String WHERE = "Tutorial.java:12";
  private final Tensor given = Tensor.zeros(DType.F32, 10, 5);

  @Test
  void aWrongNumberInTheShape() {
    refused(Kind.SHAPE, () -> Checks.extent("train", "x", DECLARED, WHERE, 1, null, 4, null, given)).hasMessage("""
        train: input x has the wrong shape
            declared  f32[time, 4]   at Tutorial.java:12
            given     f32[10, 5]
          Dimension 1 must be 4.""");
  }

  @Test
  void aNamedDimensionThatDisagrees() {
    refused(Kind.SHAPE, () -> Checks.extent("train", "x", DECLARED, WHERE, 0, "time", 12, "dimension 0 of y", given))
        .hasMessage("""
        train: input x has the wrong shape
            declared  f32[time, 4]   at Tutorial.java:12
            given     f32[10, 5]
          Dimension 0 (time) must be 12, as in dimension 0 of y.""");
  }

  @Test
  void aWrongRank() {
    refused(Kind.SHAPE, () -> Checks.rank("train", "x", DECLARED, "", 2, Tensor.of(1f))).hasMessage("""
        train: input x has the wrong rank
            declared  f32[time, 4]
            given     f32[1]
          The rank must be 2, not 1.""");
  }

  @Test
  void aWrongDtype() {
    refused(Kind.DTYPE, () -> Checks.dtype("train", "x", DECLARED, WHERE, DType.F32, Tensor.of(1.0)))
        .hasMessage("""
        train: input x has the wrong dtype
            declared  f32[time, 4]   at Tutorial.java:12
            given     f64[1]
          Convert it with to(DType.F32), or declare x as f64.""");
  }

  @Test
  void nullInsteadOfATensor() {
    refused(Kind.MISSING_INPUT, () -> Checks.dtype("train", "x", DECLARED, WHERE, DType.F32, null)).hasMessage("""
        train: input x is null
            declared  f32[time, 4]   at Tutorial.java:12
          Give a tensor of the declared type.""");
  }

  @Test
  void anIndexThatPointsOutside() {
    assertThat(Checks.index("train", "words into rows of E", 9, 10, 3)).isEqualTo(9);
    assertThat(Checks.index("train", "words into rows of E", 0, 1, 3)).isZero();
    refused(Kind.INDEX, () -> Checks.index("train", "words into rows of E", 10, 10, 3)).hasMessage("""
        train: index 10 is out of range
            index      words into rows of E, number 3
            dimension  10
          Indices go from 0 to 9.""");
    refused(Kind.INDEX, () -> Checks.index("train", "words", -1, 10, 0)).hasMessageContaining("index -1 is");
    refused(Kind.INDEX, () -> Checks.index("train", "words", (1L << 32) + 1, 10, 0)).hasMessageContaining("4294967297");
    refused(Kind.INDEX, () -> Checks.index("train", "words", 0, 0, 0)).hasMessageContaining("empty dimension");
  }

  @Test
  void aScanThatWantsTooManySteps() {
    assertThat(Checks.steps("train", "the scan", WHERE, 10, "x", 10)).isEqualTo(10);
    assertThat(Checks.steps("train", "the scan", WHERE, 12, null, 0)).isEqualTo(12);
    assertThat(Checks.steps("train", "the scan", WHERE, 0, "x", 0)).isZero();
    refused(Kind.STEPS, () -> Checks.steps("train", "the scan", WHERE, 12, "x", 10)).hasMessage("""
        train: the scan wants more steps than a sequence has
            steps     12   at Tutorial.java:12
            sequence  x has 10
          Ask for at most 10 steps, or give a longer sequence.""");
    refused(Kind.STEPS, () -> Checks.steps("train", "the scan", WHERE, -1, null, 0)).hasMessage("""
        train: the scan cannot take -1 steps  at Tutorial.java:12
          The number of steps must be from 0 to 2147483583.""");
  }
}
