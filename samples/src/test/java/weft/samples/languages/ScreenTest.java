package weft.samples.languages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScreenTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource({
      "0, '', ''", "1, ████, ####", "0.5, ██, ##", "0.0625, ▎, ''", "0.99, ████, ####", "0.15625, ▋, #",
      "0.8, ███▎, ###", "-1, '', ''", "7, ████, ####", "NaN, '', ''"})
  void barsCountEighths(double share, String blocks, String plain) {
    assertThat(screen(true, true).bar(share, 4)).isEqualTo(blocks);
    assertThat(screen(true, false).bar(share, 4)).isEqualTo(plain);
  }

  @Test
  void liveProgressRewritesOneLine() {
    var progress = new Progress(screen(true, true), 3);
    progress.batch(1, 0.1, 0.00, 3.1416);
    progress.batch(1, 0.2, 0.05, 3.0);
    progress.batch(1, 0.3, 10.1, 1.5);
    progress.epoch(1, 0.34, 10.2, 1.25, 0.5);
    progress.end();
    progress.end();
    assertThat(written()).isEqualTo("\r██▍░░░░░░░░░░░░░░░░░░░░░  epoch  1 of 3   0.0 s  loss 3.142"
        + "\r███████▎░░░░░░░░░░░░░░░░  epoch  1 of 3  10.1 s  loss 1.500"
        + "\r████████▏░░░░░░░░░░░░░░░  epoch  1 of 3  10.2 s  loss 1.250  held-out 50.0 %"
        + System.lineSeparator());
  }

  @Test
  void shorterLineErasesTheLongerOne() {
    var progress = new Progress(screen(true, false), 3);
    progress.epoch(1, 1, 1, 234.5, 0.25);
    progress.epoch(2, 1, 2, 1.5, 0.25);
    assertThat(written()).isEqualTo(
        "\r########################  epoch  1 of 3   1.0 s  loss 234.500  held-out 25.0 %"
        + "\r########################  epoch  2 of 3   2.0 s  loss 1.500  held-out 25.0 %  ");
  }

  @Test
  void lineNeverWrapsIn80Columns() {
    new Progress(screen(true, true), 100_000).epoch(99_999, 1, 12_345.6, 0.5, 1);
    assertThat(written()).isEqualTo(
        "\r████████████████████████  epoch 99999 of 100000 12345.6 s  loss 0.500  held-out");
  }

  @Test
  void progressInAFileIsOneLineAnEpoch() {
    var progress = new Progress(screen(false, true), 12);
    progress.batch(1, 0.1, 1, 3);
    progress.epoch(1, 0.34, 9.96, 1.25, 0.5);
    progress.batch(2, 0.1, 11, 3);
    progress.epoch(12, 1, 120.5, 0.25, 1);
    progress.end();
    assertThat(written().lines()).containsExactly("epoch  1 of 12  10.0 s  loss 1.250  held-out 50.0 %",
        "epoch 12 of 12 120.5 s  loss 0.250  held-out 100.0 %");
  }

  private Screen screen(boolean live, boolean blocks) {
    return new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), live, blocks);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
