package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.runtime.TensorTest.refused;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.runtime.WeftException.Kind;

/** What classes that a build has generated ask of the runtime: arguments, parameters by name, locks, literals. */
class GeneratedSupportTest {
  private static final Argument X = new Argument("train", "x", DType.F32, 2, "f32[time, 4]", "Tutorial.java:12");

  @Test
  void argumentsAreHeldToTheirDeclaration() {
    X.check(Tensor.zeros(DType.F32, 3, 4));
    X.extent(Tensor.zeros(DType.F32, 3, 4), 1, 4);
    refused(Kind.MISSING_INPUT, () -> X.check(null)).hasMessageContaining("train: input x is null");
    refused(Kind.DTYPE, () -> X.check(Tensor.zeros(DType.F64, 3, 4))).hasMessageContaining("given     f64[3, 4]");
    refused(Kind.SHAPE, () -> X.check(Tensor.zeros(DType.F32, 3))).hasMessageContaining("rank must be 2, not 1");
    refused(Kind.SHAPE, () -> X.extent(Tensor.zeros(DType.F32, 3, 5), 1, 4))
        .hasMessageContaining("Dimension 1 must be 4.").hasMessageContaining("f32[time, 4]   at Tutorial.java:12");
    refused(Kind.SHAPE, () -> X.extent(Tensor.zeros(DType.F32, 3, 5), 0, 7, "time", "dimension 0 of y"))
        .hasMessageContaining("Dimension 0 (time) must be 7, as in dimension 0 of y.");
  }

  @Test
  void stepsAreCounted() {
    assertThat(X.steps(0)).isZero();
    assertThat(X.steps(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    refused(Kind.STEPS, () -> X.steps(-1)).hasMessageContaining("x is -1, but it counts steps");
    refused(Kind.STEPS, () -> X.steps(1L << 31)).hasMessageContaining("x is 2147483648, but")
        .hasMessageEndingWith("It must be at most 2147483647.");
  }

  @Test
  void extentsAreExactOrRefused() {
    assertThat(Checks.size("f", "n", 12)).isEqualTo(12);
    refused(Kind.SIZE, () -> Checks.size("f", "2*n", 1L << 31)).hasMessageContaining("f: extent 2*n would be 2147483648");
    assertThat(Checks.resultDim("f", 0, 3)).isEqualTo(3);
    refused(Kind.SHAPE, () -> Checks.resultDim("f", 1, -2)).hasMessage("f: dimension 1 of the result would be -2");
    refused(Kind.SIZE, () -> Checks.resultDim("f", 1, 1L << 40)).hasMessageContaining("1099511627776");
    assertThat(Checks.times(1L << 31, 1L << 31)).isEqualTo(1L << 62);
    refused(Kind.SIZE, () -> Checks.times(1L << 32, 1L << 31)).hasMessageContaining("4294967296 times 2147483648");
  }

  @Test
  void parametersAreFoundByNameAndType() {
    var w = new Parameter("W", Tensor.of(new float[][] {{1, 2}, {3, 4}}));
    var given = Parameters.of(GeneratedSupportTest.class, List.of(w, new Parameter("other", Tensor.scalar(1))));
    assertThat(given.take("W", DType.F32, 2, 2)).isSameAs(w);
    refused(Kind.ARGUMENT, () -> given.take("b", DType.F32, 2))
        .hasMessageContaining("GeneratedSupportTest: parameter b f32[2] is missing\n  Given are W, other.");
    refused(Kind.SHAPE, () -> given.take("W", DType.F32, 4)).hasMessageContaining("wanted  f32[4]\n    given   f32[2, 2]");
    refused(Kind.DTYPE, () -> given.take("W", DType.F64, 2, 2)).hasMessageContaining("wanted  f64[2, 2]");
    refused(Kind.DUPLICATE, () -> Parameters.of(GeneratedSupportTest.class, List.of(w, new Parameter("W", Tensor.scalar(1f)))))
        .hasMessageContaining("two of the given parameters are named W");
    assertThat(Parameters.of(GeneratedSupportTest.class, List.of(w, w)).take("W", DType.F32, 2, 2)).isSameAs(w);
  }

  @Test
  void valuesBecomeParametersOfTheirOwn() {
    var value = Tensor.of(1f, 2f);
    var made = Parameters.of(GeneratedSupportTest.class, Map.of("b", value)).take("b", DType.F32, 2);
    value.set(9, 0);
    var all = Parameters.of(GeneratedSupportTest.class, Map.of("b", value, "c", value, "d", value));
    all.take("c", DType.F32, 2);
    refused(Kind.ARGUMENT, all::end).hasMessageContaining("values for b, d are given").hasMessageContaining("It has c.");
    all.take("b", DType.F32, 2);
    all.take("d", DType.F32, 2);
    all.end();
    var shared = Parameters.of(GeneratedSupportTest.class, List.of(new Parameter("x", value)));
    shared.end();
    assertThat(made.get().toDoubles()).containsExactly(1, 2);
    refused(Kind.FILE, () -> Parameters.of(GeneratedSupportTest.class, "nowhere.safetensors", null))
        .hasMessageContaining("no resource nowhere.safetensors beside weft.runtime.GeneratedSupportTest");
  }

  @Test
  void aStreamReadsLikeItsFile(@TempDir Path dir) throws IOException {
    var file = dir.resolve("saved.safetensors");
    SafeTensors.save(file, Map.of("a", Tensor.of(1f, 2f), "b", Tensor.of(new long[] {-3})), Map.of());
    var bytes = Files.readAllBytes(file);
    var read = SafeTensors.load(new ByteArrayInputStream(bytes), "saved");
    assertThat(read).containsOnlyKeys("a", "b");
    assertThat(read.get("a").toDoubles()).containsExactly(1, 2);
    assertThat(read.get("b").longs()[0]).isEqualTo(-3);
    for (var length : new int[] {0, 7, 8, bytes.length - 1}) {
      refused(Kind.FILE, () -> SafeTensors.load(new ByteArrayInputStream(bytes, 0, length), "cut"))
          .hasMessageStartingWith("cut: ");
    }
  }

  @Test
  void locksAreHeldForReadingOrForWriting() throws InterruptedException {
    var read = new Parameter("read", Tensor.scalar(1f));
    var both = new Parameter("both", Tensor.scalar(1f));
    var locks = new ParameterLocks(new Parameter[] {both, read}, both);
    var stamps = new long[locks.count()];
    assertThat(stamps).hasSize(2);
    locks.lock(stamps);
    assertThat(read.get().item()).as("a reader passes").isEqualTo(1);
    var writer = new Thread(() -> both.set(Tensor.scalar(2f)));
    writer.start();
    writer.join(50);
    assertThat(writer.isAlive()).isTrue();
    var versions = read.version() + both.version();
    locks.updated();
    assertThat(read.version() + both.version()).isEqualTo(versions + 1);
    locks.unlock(stamps);
    writer.join();
    assertThat(both.get().item()).isEqualTo(2);
  }

  @Test
  void literalsHaveSlack() {
    assertThat(Literals.of(1f, -0f)).hasSize(2 + Tensor.SLACK).startsWith(1f, -0f);
    assertThat(Literals.of(1.5)).hasSize(1 + Tensor.SLACK).startsWith(1.5);
    assertThat(Literals.of(1, 2)).startsWith(1, 2, 0);
    assertThat(Literals.of(1L << 40)).startsWith(1L << 40, 0);
    assertThat(Literals.of(true)).startsWith(true, false);
    // Two floats, 1 and 2: 00 00 80 3f and 00 00 00 40.
    assertThat((float[]) Literals.decode(DType.F32, 2, "AACAPw==", "AAAAQA==")).hasSize(2 + Tensor.SLACK).startsWith(1f, 2f);
    assertThat((int[]) Literals.decode(DType.I32, 1, "/////w==")).startsWith(-1, 0);
    assertThat((long[]) Literals.decode(DType.I64, 1, "AQAAAAAAAAA=")).startsWith(1, 0);
    assertThat((double[]) Literals.decode(DType.F64, 1, "AAAAAAAA8D8=")).startsWith(1.0, 0.0);
    assertThat((boolean[]) Literals.decode(DType.BOOL, 3, "AQAB")).startsWith(true, false, true, false);
  }
}
