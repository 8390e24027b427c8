package weft.samples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ElmanRnnTest {
  private final Random rng = new Random(4);
  private final ElmanRnn net = new ElmanRnn(3, 16, 3, rng);

  @Test
  void learnsWhichLightWasTheLastButTwo() {
    var known = Stream.generate(() -> Lights.random(rng)).limit(100).toList();
    var unknown = Stream.generate(() -> Lights.random(rng)).limit(200).toList();
    for (int round = 1; round <= 6; round++) {
      for (var lights : known) net.train(lights.seen(), lights.answer(), 0.03f, 1);
    }
    assertThat(unknown.stream().filter(lights -> net.predict(lights.seen()) == lights.asked()))
        .hasSizeGreaterThan(190);
  }

  @Test
  void lossIsTheLogarithmOfTheRightProbabilityAndFalls() {
    var lights = new Lights(0, 1, 2, 2, 0, 1);
    assertThat(lights.asked()).isEqualTo(2);
    var p = net.probabilities(lights.seen());
    assertThat(p).hasSize(3);
    assertThat(p[0] + p[1] + p[2]).isCloseTo(1, within(1e-6f));
    var losses = net.train(lights.seen(), lights.answer(), 0.05f, 20);
    assertThat((double) losses[0]).isCloseTo(-Math.log(p[2]), within(1e-6));
    assertThat(losses).hasSize(20).isSortedAccordingTo((a, b) -> Float.compare(b, a));
    assertThat(net.probabilities(lights.seen())[2]).isGreaterThan(p[2]);
    assertThat(net.predict(lights.seen())).isEqualTo(2);
  }

  @Test
  void sequencesHaveAnyLength() {
    for (var lights : List.of(new Lights(0, 1, 2), new Lights(rng.ints(50, 0, 3).toArray()), new Lights(1, 1, 1, 1))) {
      var expected = -Math.log(net.probabilities(lights.seen())[lights.asked()]);
      assertThat((double) net.train(lights.seen(), lights.answer(), 0.01f, 1)[0]).isCloseTo(expected, within(1e-6));
    }
  }
}
