package weft.samples.tagger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TaggerTest {
  private final Random random = new Random(5);

  @Test
  void learnsWhereOneComesFromAndGoesTo() {
    var net = new Tagger(Requests.words(), Requests.TAGS.size(), 1);
    assertThat(net.train(Requests.random(random), 0)).isCloseTo(Math.log(5), within(0.5));
    for (int i = 0; i < 500; i++) net.train(Requests.random(random), 0.3f);
    var words = Requests.numbers("i want to go to oslo from rome on friday please".split(" "));
    assertThat(net.tag(new Requests.Request(words, null))).containsExactly(0, 0, 0, 0, 0, 2, 0, 1, 0, 3, 0);
    var other = Requests.numbers("show me flights leaving oslo arriving in rome in the morning".split(" "));
    assertThat(net.tag(new Requests.Request(other, null))).containsExactly(0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 4);
  }

  @Test
  void windowsHaveNothingBesideTheEnds() {
    assertThat(new Requests.Request(new int[] {4, 5, 6}, null).windows()).isDeepEqualTo(new int[][] {{0, 4, 5}, {4, 5, 6}, {5, 6, 0}});
    assertThatThrownBy(() -> Requests.numbers("fly", "to", "paris")).hasMessageContaining("[fly, paris]");
  }
}
