package weft.samples.chars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weft.Program;
import weft.codegen.Jit;
import weft.runtime.Tensor;
import weft.samples.chars.CharModel.Method;
import weft.samples.shipped.Shipped;

/**
 * The sample's net trained by the class that is made at run time and by the one that a build would generate, the state kept from segment to
 * segment: the same bits, and the loss that the probabilities of the characters that follow say.
 */
class ShippedCharsTest {
  /** The net behind an interface. */
  public interface Characters {
    float train(Tensor chars, Tensor following, float rate);

    Tensor next(Tensor written, float temperature);
  }

  @TempDir
  Path directory;

  @ParameterizedTest
  @CsvSource({"1, ADAM", "8, ADAM", "8, RMSPROP"})
  void trainsTheSame(int lanes, Method method) throws Exception {
    var text = Text.of("xacyad".repeat(10));
    var model = new CharModel(new CharModel.Sizes(text.alphabet().length(), 16, 1, 3), method);
    var program = Program.program(Characters.class).method("train", model.training().lanes(lanes))
        .method("next", model.continuing().lanes(lanes));
    var shipped = new Shipped<>(program, directory, lanes);
    Characters jit = Jit.compile(program);

    for (var segment : text.segments(7, 1)) {
      var surprise = 0.0;
      for (var t = 0; t < 7; t++) {
        var written = Tensor.of(new int[][] {{segment.chars().ints()[t]}});
        var p = jit.next(written, 1).floats();
        assertThat(shipped.made.next(written, 1).floats()).containsExactly(p);
        surprise -= Math.log(p[segment.next().ints()[t]]);
      }
      var loss = jit.train(segment.chars(), segment.next(), 0.02f);
      assertThat((double) loss).isCloseTo(surprise / 7, within(1e-5));
      assertThat(shipped.made.train(segment.chars(), segment.next(), 0.02f)).isEqualTo(loss);
    }
    shipped.sharesBitsWith(model.training().compile().parameters());
  }
}
