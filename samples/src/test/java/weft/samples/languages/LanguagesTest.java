package weft.samples.languages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weft.runtime.SafeTensors;
import weft.runtime.Tensor;

class LanguagesTest {
  private final StringWriter errors = new StringWriter();
  private final AtomicLong clock = new AtomicLong();
  private final List<Classifier.Sizes> built = new ArrayList<>();
  private final List<Double> rates = new ArrayList<>();
  private double firstLoss = 2;
  private String output;

  @TempDir
  private Path directory;
  private Path data;
  private Path saved;

  @BeforeEach
  void writeData() throws IOException {
    saved = directory.resolve("net.safetensors");
    data = Files.writeString(directory.resolve("data.tsv"), IntStream.range(0, 20)
        .mapToObj(i -> i % 4 == 0
            ? "vowels\t" + "aeiou".repeat(1 + i / 4) : "consonants\t" + "bcdfg".repeat(1 + i))
        .collect(Collectors.joining("\n")));
  }

  @Test
  void learnsComparesGuessesAndSaves() {
    assertThat(learn("--epochs", "2", "--batch", "8", "--save", saved.toString(), "Aäe", "xyz")).isZero();
    assertThat(output).isEqualTo("""
        data      20 texts from data.tsv: 16 to learn from, 4 held out
        symbols   13: 10 characters, start, end and other
        labels    2: consonants, vowels
        compiled  nothing in 0 ms

        epoch  1 of 2   0.2 s  loss 1.500  held-out 75.0 %%
        epoch  2 of 2   0.4 s  loss 0.583  held-out 75.0 %%

        Right answers on the 4 held-out texts:
          always consonants          75.0 %%  ██████████████████████▌
          naive Bayes on characters 100.0 %%  ██████████████████████████████
          naive Bayes on bigrams    100.0 %%  ██████████████████████████████
          recurrent net              75.0 %%  ██████████████████████▌

        Aäe
          consonants    70.0 %%  █████████████████████
          vowels        30.0 %%  █████████

        xyz
          consonants    70.0 %%  █████████████████████
          vowels        30.0 %%  █████████

        The parameters are in %s; --load %s skips the learning.
        """.formatted(saved, saved));
    assertThat(built).containsExactly(new Classifier.Sizes(13, 2, 96, 8, 1));
    assertThat(SafeTensors.metadata(saved)).isEqualTo(
        Map.of("labels", "consonants\nvowels", "characters", "abcdefgiou", "hidden", "96"));
  }

  @Test
  void loadsWhatWasSavedAndLearnsNothing() {
    assertThat(learn("--epochs", "1", "--hidden", "3", "--save", saved.toString())).isZero();
    assertThat(run("--load", saved.toString(), "Aäe")).isZero();
    assertThat(output).isEqualTo("""
        loaded    %s
        labels    2: consonants, vowels
        compiled  nothing in 0 ms

        Aäe
          consonants    70.0 %%  █████████████████████
          vowels        30.0 %%  █████████
        """.formatted(saved));
    assertThat(built.get(1)).isEqualTo(new Classifier.Sizes(13, 2, 3, 1, 0));
  }

  @Test
  void namesOfTheJdkAreTheDefault() {
    assertThat(run("--epochs", "1", "--save", saved.toString())).isZero();
    assertThat(output).contains(" texts from the locale data of Java " + Runtime.version().feature() + ": ",
        "labels    24: ", "\nSchmetterling\n  Croatian ", "\ngünaydın\n  Croatian ");
    assertThat(output.lines()).allMatch(line -> line.length() < 100 || line.contains(saved.toString()));
    assertThat(SafeTensors.metadata(saved).get("labels").lines()).hasSize(24);
  }

  @Test
  void secondsEndTheLearningWithinAnEpoch() {
    assertThat(learn("--batch", "1", "--seconds", "0.55", "--save", saved.toString())).isZero();
    assertThat(output.lines().filter(line -> line.startsWith("epoch"))).hasSize(1);
    assertThat(output).contains("epoch  1 of 8   0.6 s ");
  }

  @Test
  void learningRateFallsToNothing() {
    learn("--batch", "4", "--epochs", "2", "--learning-rate", "0.5", "--save", saved.toString());
    assertThat(rates).containsExactly(0.5, 0.4375, 0.375, 0.3125, 0.25, 0.1875, 0.125, 0.0625);
  }

  @Test
  void manyWordsAreGuessedInSeveralBatches() {
    var code = learn("--batch", "2", "--epochs", "1", "--save", saved.toString(), "a", "b", "c", "d", "e");
    assertThat(code).isZero();
    assertThat(output).contains("\na\n", "\nb\n", "\nc\n", "\nd\n", "\ne\n");
  }

  @Test
  void lossThatIsNotANumberEndsTheLearning() {
    firstLoss = Double.NaN;
    assertThat(learn("--learning-rate", "9", "--batch", "4", "--save", saved.toString())).isEqualTo(1);
    assertThat(errors).hasToString("""
        The loss became NaN in epoch 1, batch 1 of 4
            learning rate  9.0
          Learn more slowly, with a smaller --learning-rate.
        """);
    assertThat(saved).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "--epochs 0           | --epochs must be at least 1, but is 0.",
      "--seconds 0          | --seconds must be more than 0 and at most 1000000, but is 0.0.",
      "--seconds NaN        | --seconds must be more than 0 and at most 1000000, but is NaN.",
      "--batch 1025         | --batch must be from 1 to 1024, but is 1025.",
      "--hidden -1          | --hidden must be from 1 to 1024, but is -1.",
      "--learning-rate -0.1 | --learning-rate must be more than 0 and at most 1000, but is -0.1.",
      "--learning-rate fast | Invalid value for option '--learning-rate': 'fast' is not a float",
      "--load x --epochs 3  | --epochs is for learning, and --load learns nothing; give one of the two.",
      "--load x --save y    | --save is for learning, and --load learns nothing; give one of the two.",
      "--speed 3            | Unknown option: '--speed'",
      "--save .             | --save must be a file, but . is a directory.",
      "--load nowhere       | cannot read nowhere: there is no such file",
      "--data nowhere       | The data file does not exist"})
  void mistakesInTheCommandLineAreExplained(String arguments, String message) {
    assertThat(run(arguments.split(" +"))).isEqualTo(2);
    assertThat(errors.toString()).startsWith(message);
    assertThat(output).isEmpty();
  }

  @Test
  void wordsThatCannotBeClassifiedAreRefused() {
    assertThat(run("good", " \t")).isEqualTo(2);
    assertThat(run("a".repeat(501))).isEqualTo(2);
    assertThat(run("g\ufffd\ufffdn")).isEqualTo(2);
    assertThat(errors.toString()).contains("A word to classify is empty.",
        "A word to classify has 501 characters; at most 500 are possible.",
        "The word \"g\ufffd\ufffdn\" lost letters on its way here; a shell whose locale is UTF-8 (LC_ALL=C.UTF-8)"
            + " passes them all.");
  }

  @Test
  void placeThatCannotBeWrittenIsFoundBeforeTheLearning() {
    assertThat(learn("--save", directory.resolve("missing/net.safetensors").toString())).isEqualTo(2);
    assertThat(errors.toString()).startsWith(
        "--save must be in a directory that can be written to, unlike " + directory.resolve("missing") + ".");
    assertThat(built).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "labels     |      | has 1 labels, not 2 to 200",
      "labels     | only | has 1 labels, not 2 to 200",
      "labels     | a~b  | has a label that is too long or cannot be shown",
      "hidden     | 2000 | does not give a hidden size from 1 to 1024",
      "hidden     | -3   | does not give a hidden size from 1 to 1024",
      "hidden     |      | does not give a hidden size from 1 to 1024"})
  void damagedMetadataIsRefused(String key, String value, String message) {
    var metadata = new HashMap<>(Map.of("labels", "a\nb", "characters", "abc", "hidden", "3"));
    metadata.put(key, value == null ? "" : value.replace("~", "\u001b\n"));
    SafeTensors.save(saved, Map.of("favourite", Tensor.of(1f, 2f, 3f)), metadata);
    assertRefused("The file of parameters " + message + "\n    file  " + saved
        + "\n  Give a file that this program saved.\n");
  }

  @Test
  void parametersOfAnotherProgramAreRefused() {
    var good = Map.of("labels", "a\nb", "characters", "abc", "hidden", "3");
    SafeTensors.save(saved, Map.of("weight", Tensor.of(1f)), Map.of());
    assertRefused("The file of parameters lacks the metadata \"labels\"");
    SafeTensors.save(saved, Map.of("favourite", Tensor.of(1f)), good);
    assertRefused(saved + ": parameter favourite has another type in the file");
    SafeTensors.save(saved, Map.of("another", Tensor.of(1f, 2f, 3f)), good);
    assertRefused(saved + ": the names in the file are not those of the parameters");
  }

  @Test
  void helpShowsDefaults() {
    assertThat(Languages.commandLine(screen(new ByteArrayOutputStream()), null, clock::get).getUsageMessage())
        .contains("Usage: languages [-h]", "[WORD...]", "--learning-rate=X", "Default: 0.01");
  }

  private void assertRefused(String message) {
    assertThat(run("--load", saved.toString())).isEqualTo(2);
    assertThat(errors.toString()).startsWith(message);
    errors.getBuffer().setLength(0);
  }

  private int learn(String... arguments) {
    var all = new ArrayList<>(List.of("--data", data.toString()));
    Collections.addAll(all, arguments);
    return run(all.toArray(new String[0]));
  }

  private int run(String... arguments) {
    var bytes = new ByteArrayOutputStream();
    var line = Languages.commandLine(screen(bytes), sizes -> {
      built.add(sizes);
      return new FakeClassifier(sizes, 0, firstLoss, rate -> {
        clock.addAndGet(100_000_000);
        rates.add(rate);
      });
    }, clock::get);
    line.setErr(new PrintWriter(errors, true));
    var code = line.execute(arguments);
    output = bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    return code;
  }

  private static Screen screen(ByteArrayOutputStream bytes) {
    return new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), false, true);
  }
}
