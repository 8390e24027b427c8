package weft.samples.sentiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SentimentTest {
  private final Random random = new Random(5);
  private final Sentiment net = new Sentiment(Reviews.vocabulary(), 1);

  @Test
  void learnsWhatNotAndButMean() {
    assertThat(net.train(Reviews.random(random, 200), 0)).isCloseTo(Math.log(2), within(0.1));
    for (int i = 0; i < 450; i++) net.train(Reviews.random(random, 16), 0.005f);
    assertThat(net.share(Reviews.random(random, 400))).isGreaterThan(0.95);
    var p = net.judge(Reviews.of(new int[4], "the plot was good", "the plot was not good", "the plot was bad", "the plot was not bad"));
    assertThat(p[0]).isGreaterThan(0.5f);
    assertThat(p[1]).isLessThan(0.5f);
    assertThat(p[2]).isLessThan(0.5f);
    assertThat(p[3]).isGreaterThan(0.5f);
  }

  @Test
  void theLengthOfOthersChangesNothing() {
    for (int i = 0; i < 50; i++) net.train(Reviews.random(random, 16), 0.005f);
    String one = "the hero was funny";
    var alone = net.judge(Reviews.of(new int[1], one));
    var beside = net.judge(Reviews.of(new int[2], one, "the plot was really clumsy and the music was so dull but the film was great"));
    assertThat(beside[0]).isCloseTo(alone[0], within(1e-5f));
  }

  @Test
  void reviewsSayWhatTheyMean() {
    var reviews = Reviews.of(new int[2], "the film was not bad", "the film was good");
    assertThat(reviews.lengths()).containsExactly(5, 4);
    assertThat(reviews.words()).hasDimensions(5, 2);
    assertThat(reviews.words()[4][1]).isZero();
    assertThat(reviews.words()[0][0]).isEqualTo(reviews.words()[0][1]);
    assertThatThrownBy(() -> Reviews.of(new int[1], "the film was nice")).hasMessageContaining("no review has the word nice");
  }
}
