package weft.samples.rnnrbm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RnnRbmTest {
  @Test
  void writesChordsThatFollowTheRules() {
    var rng = new Random(1);
    var net = new RnnRbm(Music.KEYS, 1);
    assertThat(Music.shares(net.write(200))[0]).isLessThan(0.1);
    for (int i = 0; i < 600; i++) net.train(Music.random(rng, 60), 0.003f);
    double[] shares = Music.shares(net.write(400));
    assertThat(shares[0]).isGreaterThan(0.35);
    assertThat(shares[1]).isGreaterThan(0.8);
  }

  @Test
  void theSeedSaysWhatIsWritten() {
    float[][] one = new RnnRbm(Music.KEYS, 3).write(20);
    assertThat(new RnnRbm(Music.KEYS, 3).write(20)).isDeepEqualTo(one);
    assertThat(one).hasDimensions(20, Music.KEYS);
    assertThat(new RnnRbm(Music.KEYS, 4).write(20)).isNotEqualTo(one);
  }

  @Test
  void musicThatIsMadeUpKeepsTheRules() {
    float[][] music = Music.random(new Random(2), 100);
    assertThat(Music.shares(music)).containsExactly(1, 1);
    assertThat(Music.text(music).lines()).hasSize(12).allMatch(line -> line.length() == 103);
    assertThat(Music.chord(new float[Music.KEYS])).isEqualTo(-1);
  }
}
