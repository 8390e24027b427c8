package weft.samples.languages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.samples.languages.Dataset.Example;

class WordFileTest {
  private static final String GOOD = IntStream.range(0, 12)
      .mapToObj(i -> (i % 2 == 0 ? "x\tAb" : "y\tcd") + i + "\n")
      .collect(Collectors.joining());

  @TempDir
  private Path directory;

  @Test
  void labelsAreSortedAndTextsFolded() throws IOException {
    var data = WordFile.read(written("\ufeffzebra\t Öl \r\n\r\nx\tAb0\nx\tAB0\n  \n" + GOOD + "y\tlast"));
    assertThat(data.source()).isEqualTo("words.tsv");
    assertThat(data.labels()).containsExactly("x", "y", "zebra");
    assertThat(data.examples()).hasSize(14)
        .startsWith(new Example(2, "öl"), new Example(0, "ab0"), new Example(1, "cd1"))
        .endsWith(new Example(1, "last"));
  }

  @Test
  void oneTextMayHaveSeveralLabels() throws IOException {
    assertThat(WordFile.read(written(GOOD + "y\tab0\n")).examples())
        .contains(new Example(0, "ab0"), new Example(1, "ab0"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "no tab here        | has no tab             | no tab here",
      "a{t}b{t}c          | has more than one tab  | a\\tb\\tc",
      "{t}text            | has no label           | \\ttext",
      "label{t}           | has no text            | label\\t",
      "label{t} {r}       | has no text            | label\\t \\r",
      "a{t}b{esc}[31mc    | has a control character | a\\tb\\u001b[31mc",
      "a{t}b{nul}         | has a control character | a\\tb\\u0000"})
  void malformedLineIsNamedAndShown(String line, String what, String shown) throws IOException {
    var real = line.replace("{t}", "\t").replace("{r}", "\r").replace("{esc}", "\u001b").replace("{nul}", "\0");
    var file = written(GOOD + real + "\n" + GOOD);
    assertRefused(file, "Line 13 of the data " + what + "\n    file  " + file + "\n    line  " + shown
        + "\n  Each line is a label, one tab and a text, in UTF-8.");
  }

  @Test
  void bytesThatAreNotUtf8AreFound() throws IOException {
    var file = directory.resolve("latin1.tsv");
    Files.write(file, (GOOD + "x\tÖl\n").getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(file, "Line 13 of the data is not UTF-8\n    file  " + file
        + "\n    line  x\\tÖl\n  Each line is a label, one tab and a text, in UTF-8.");
  }

  @Test
  void longLinesAreCutWhenShown() throws IOException {
    var file = written("x\t" + "a".repeat(501) + "\n");
    assertRefused(file, "Line 1 of the data has a text of more than 500 characters\n    file  " + file
        + "\n    line  x\\t" + "a".repeat(58) + "…\n  Each line is a label, one tab and a text, in UTF-8.");
    assertRefused(written("l".repeat(41) + "\ta\n"), "Line 1 of the data has a label of more than 40 characters");
    assertThat(WordFile.read(written(GOOD + "x\t" + "a".repeat(500))).examples()).hasSize(13);
  }

  @Test
  void tooManyLabelsAreCounted() throws IOException {
    var lines = IntStream.range(0, 201).mapToObj(i -> i + "\ta\n").collect(Collectors.joining());
    assertRefused(written(lines), "Line 201 of the data has the label number 201 (at most 200)");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "''                  | is empty                    | Give lines of a label, a tab and a text.",
      "'{n} {n}'           | is empty                    | Give lines of a label, a tab and a text.",
      "'x{t}a{n}x{t}b{n}'  | has only one label, \"x\"   | Give texts of at least two labels to tell apart.",
      "'x{t}a{n}y{t}b{n}'  | has only 2 different lines  | Give at least 10, since one in five is held out."})
  void fileWithNothingToLearnIsRefused(String content, String what, String remedy) throws IOException {
    var file = written(content.replace("{t}", "\t").replace("{n}", "\n"));
    assertRefused(file, "The data file " + what + "\n    file  " + file + "\n  " + remedy);
  }

  @Test
  void whatCannotBeReadIsSaid() {
    var missing = directory.resolve("missing.tsv");
    assertRefused(missing, "The data file does not exist\n    file  " + missing);
    assertRefused(directory, "The data file is a directory\n    file  " + directory);
  }

  @Test
  void hugeFileIsRefusedBeforeItIsTakenApart() throws IOException {
    var file = directory.resolve("huge.tsv");
    try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.allocate(1), WordFile.MOST_BYTES);
    }
    assertRefused(file, "The data file is larger than 64 MiB\n    file  " + file + "\n  Give a part of it.");
  }

  private Path written(String content) throws IOException {
    return Files.writeString(directory.resolve("words.tsv"), content);
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> WordFile.read(file)).isInstanceOfSatisfying(WeftException.class,
            refused -> assertThat(refused.kind()).isEqualTo(Kind.FILE))
        .hasMessageStartingWith(message);
  }
}
