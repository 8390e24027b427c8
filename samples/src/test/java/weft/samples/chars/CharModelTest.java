package weft.samples.chars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import weft.runtime.WeftException;
import weft.samples.chars.CharModel.Method;

class CharModelTest {
  /** What follows an a depends on what was before it, so one character is not enough to know. */
  private static final Text RIDDLE = Text.of("xacyad".repeat(100));

  private static CharModel model(Text text, int batch, Method method) {
    return new CharModel(new CharModel.Sizes(text.alphabet().length(), 16, batch, 3), method);
  }

  private static double learn(CharModel model, int batch, int epochs, float rate) {
    var loss = 0.0;
    for (var epoch = 1; epoch <= epochs; epoch++) {
      model.forget();
      for (var segment : RIDDLE.segments(10, batch)) loss = model.train(segment, rate);
    }
    return loss;
  }

  @Test
  void remembersWhatWasBeforeTheLastCharacter() {
    var model = model(RIDDLE, 4, Method.ADAM);
    assertThat(learn(model, 4, 1, 0)).isCloseTo(Math.log(5), within(0.2));
    assertThat(learn(model, 4, 8, 0.02f)).isLessThan(0.1);
    assertThat(model.write(RIDDLE, "xa", 10, 0.1f, new Random(1))).isEqualTo("xacyadxacyad");
    assertThat(model.write(RIDDLE, "ya", 4, 0.1f, new Random(1))).isEqualTo("yadxac");
  }

  @Test
  void learnsByEitherMethod() {
    assertThat(learn(model(RIDDLE, 4, Method.RMSPROP), 4, 8, 0.01f)).isLessThan(0.2);
  }

  @Test
  void theStateGoesThroughAllSegments() {
    var model = model(RIDDLE, 1, Method.ADAM);
    learn(model, 1, 1, 0.02f);
    var text = Text.of("xacyadxacyadxacyadxacyad" + "y");
    model.forget();
    var whole = model.train(text.segments(24, 1).get(0), 0);
    model.forget();
    var parts = 0.0;
    for (var segment : text.segments(6, 1)) parts += model.train(segment, 0) / 4;
    assertThat(parts).isCloseTo(whole, within(1e-5));
    var started = 0.0;
    for (var segment : text.segments(6, 1)) {
      model.forget();
      started += model.train(segment, 0) / 4;
    }
    assertThat(started).isNotCloseTo(whole, within(1e-3));
  }

  @Test
  void temperatureSharpensAndFlattens() {
    var model = model(RIDDLE, 4, Method.ADAM);
    learn(model, 4, 1, 0.02f);
    var plain = model.probabilities(RIDDLE, "xa", 1);
    for (var temperature : new float[] {0.5f, 2}) {
      var p = model.probabilities(RIDDLE, "xa", temperature);
      var sum = 0.0;
      for (var each : plain) sum += Math.pow(each, 1 / temperature);
      for (var i = 0; i < p.length; i++) {
        assertThat((double) p[i]).isCloseTo(Math.pow(plain[i], 1 / temperature) / sum, within(1e-5));
      }
    }
    assertThat(model.write(RIDDLE, "x", 30, 1, new Random(5))).isEqualTo(model.write(RIDDLE, "x", 30, 1, new Random(5)))
        .isNotEqualTo(model.write(RIDDLE, "x", 30, 1, new Random(6)));
  }

  @Test
  void drawsInProportion() {
    float[] p = {0.25f, 0, 0.5f, 0.25f, 0};
    assertThat(CharModel.draw(p, 0)).isZero();
    assertThat(CharModel.draw(p, 0.24f)).isZero();
    assertThat(CharModel.draw(p, 0.25f)).isEqualTo(2);
    assertThat(CharModel.draw(p, 0.75f)).isEqualTo(3);
    assertThat(CharModel.draw(p, 1)).isEqualTo(3);
  }

  @Test
  void textsAreCutIntoStreams() {
    var text = Text.of("abcdefghijk");
    var segments = text.segments(2, 2);
    assertThat(segments).hasSize(2);
    assertThat(segments.get(0).chars().ints()).startsWith(0, 5, 1, 6);
    assertThat(segments.get(0).next().ints()).startsWith(1, 6, 2, 7);
    assertThat(segments.get(1).chars().ints()).startsWith(2, 7, 3, 8);
    assertThatThrownBy(() -> text.segments(6, 2)).isInstanceOf(WeftException.class).hasMessageContaining("need 13");
    assertThatThrownBy(() -> text.encode("abz")).isInstanceOf(WeftException.class).hasMessageContaining("no 'z'");
  }

  @Test
  void everyJdkKnowsTheNamesOfCharacters() {
    var text = Text.characterNames();
    assertThat(text.symbols()).hasSizeGreaterThan(50_000);
    assertThat(text.alphabet()).startsWith("\n -").contains("ABC", "XYZ").hasSizeLessThan(50);
    var start = new StringBuilder();
    for (var i = 0; i < 45; i++) start.append(text.alphabet().charAt(text.symbols()[i]));
    assertThat(start.toString()).startsWith("LATIN CAPITAL LETTER A\nLATIN CAPITAL LETTER B");
  }
}
