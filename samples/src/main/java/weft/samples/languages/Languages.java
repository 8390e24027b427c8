package weft.samples.languages;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import weft.runtime.WeftException;
import weft.samples.languages.Classifier.Sizes;
import weft.samples.languages.Training.Plan;

/** The program that learns which language a word is from, and then says it of words that it never saw. */
@Command(name = "languages", sortOptions = false, showDefaultValues = true, usageHelpAutoWidth = true,
    description = "Learns which language a word is from, and says it of the given words.")
final class Languages implements Callable<Integer> {
  /** Words that are not among the names that the program learns from. */
  static final List<String> SOME_WORDS = List.of("Schmetterling", "köszönöm", "przyjaciel", "huomenta",
      "merveilleux", "coração", "fiðrildi", "günaydın");

  private static final List<String> FOR_LEARNING = List.of("--data", "--epochs", "--seconds", "--seed", "--batch",
      "--hidden", "--learning-rate", "--save");
  private static final int LONGEST_WORD = WordFile.LONGEST_TEXT;
  private static final int LARGEST_BATCH = 1024;

  private final Screen screen;
  private final Classifier.Factory factory;
  private final LongSupplier nanoTime;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "WORD", arity = "0..*", showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "Words to classify; without any, some that most people will not all know.")
  private List<String> words = SOME_WORDS;

  @Option(names = "--data", paramLabel = "FILE",
      description = "Learn from this file instead: UTF-8 lines of a label, a tab and a text.")
  private Path data;

  @Option(names = "--epochs", paramLabel = "N", defaultValue = "8", description = "At most this many epochs.")
  private int epochs;

  @Option(names = "--seconds", paramLabel = "S", defaultValue = "45", description = "At most this long.")
  private double seconds;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
      description = "Decides what is held out and how the net starts.")
  private long seed;

  @Option(names = "--batch", paramLabel = "N", defaultValue = "64", description = "Texts in one step of learning.")
  private int batch;

  @Option(names = "--hidden", paramLabel = "N", defaultValue = "96", description = "Size of the recurrent state.")
  private int hidden;

  @Option(names = "--learning-rate", paramLabel = "X", defaultValue = "0.01",
      description = "Length of the first steps; later ones are shorter, down to nothing.")
  private float learningRate;

  @Option(names = "--save", paramLabel = "FILE", defaultValue = "languages.safetensors",
      description = "Where the parameters go.")
  private Path save;

  @Option(names = "--load", paramLabel = "FILE", description = "Use saved parameters and learn nothing.")
  private Path load;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this.")
  private boolean help;

  private Languages(Screen screen, Classifier.Factory factory, LongSupplier nanoTime) {
    this.screen = screen;
    this.factory = factory;
    this.nanoTime = nanoTime;
  }

  /** Runs the program in a process of its own. */
  public static void main(String[] arguments) {
    System.exit(commandLine(Screen.ofProcess(), CharNet::new, System::nanoTime).execute(arguments));
  }

  /** The program on this screen, with classifiers from this factory, timed by this clock of nanoseconds. */
  static CommandLine commandLine(Screen screen, Classifier.Factory factory, LongSupplier nanoTime) {
    return new CommandLine(new Languages(screen, factory, nanoTime))
        .setExecutionExceptionHandler((failure, line, parsed) -> {
          if (failure instanceof WeftException mistake) {
            line.getErr().println(mistake.getMessage());
            return mistake.kind() == WeftException.Kind.FILE
                ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
          }
          throw failure;
        });
  }

  @Override
  public Integer call() {
    checkOptions();
    if (load == null) {
      learn();
    } else {
      recall();
    }
    return CommandLine.ExitCode.OK;
  }

  private void learn() {
    var report = new Report(screen);
    var texts = data == null ? LocaleWords.load() : WordFile.read(data);
    var split = texts.split(seed);
    var alphabet = Alphabet.of(split.training().stream().map(Dataset.Example::text).toList());
    report.data(texts, split, alphabet);
    var width = Math.min(batch, split.training().size());
    var sizes = new Sizes(alphabet.size(), texts.labels().size(), hidden, width, seed);
    var classifier = factory.create(sizes);
    report.compiled(classifier);
    screen.line("");
    var plan = new Plan(epochs, seconds, learningRate, seed);
    var outcome = new Training(classifier, split, alphabet, width, plan, nanoTime)
        .run(new Progress(screen, epochs));
    var net = new SavedNet(classifier, sizes, texts.labels(), alphabet);
    net.save(save);
    var majority = texts.labels().get(Baselines.majority(split.training(), texts.labels().size()));
    report.comparison(Baselines.measure(split, alphabet, texts.labels().size()), outcome.accuracy(), majority,
        split.heldOut().size());
    guess(net, report);
    screen.line("%nThe parameters are in %s; --load %s skips the learning.", save, save);
  }

  private void recall() {
    var report = new Report(screen);
    var net = SavedNet.load(load, factory, words.size());
    screen.line("loaded    %s", load);
    report.labels(net.labels());
    report.compiled(net.classifier());
    guess(net, report);
  }

  private void guess(SavedNet net, Report report) {
    var width = net.sizes().width();
    for (var from = 0; from < words.size(); from += width) {
      var some = words.subList(from, Math.min(from + width, words.size()));
      var probabilities = net.classifier().probabilities(Batch.ofTexts(some, net.alphabet(), width));
      for (var i = 0; i < some.size(); i++) {
        report.guess(some.get(i), net.labels(), probabilities[i]);
      }
    }
  }

  private void checkOptions() {
    check(epochs >= 1, "--epochs", "at least 1", epochs);
    check(seconds > 0 && seconds <= 1e6, "--seconds", "more than 0 and at most 1000000", seconds);
    check(batch >= 1 && batch <= LARGEST_BATCH, "--batch", "from 1 to " + LARGEST_BATCH, batch);
    check(hidden >= 1 && hidden <= SavedNet.LARGEST_HIDDEN, "--hidden", "from 1 to " + SavedNet.LARGEST_HIDDEN,
        hidden);
    check(learningRate > 0 && learningRate <= 1000, "--learning-rate", "more than 0 and at most 1000",
        learningRate);
    words.forEach(this::checkWord);
    if (load == null) {
      checkSave();
      return;
    }
    for (var option : FOR_LEARNING) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw refused(option + " is for learning, and --load learns nothing; give one of the two.");
      }
    }
  }

  private void checkWord(String word) {
    if (Alphabet.fold(word).isEmpty()) {
      throw refused("A word to classify is empty.");
    }
    if (word.length() > LONGEST_WORD) {
      throw refused("A word to classify has " + word.length() + " characters; at most " + LONGEST_WORD
          + " are possible.");
    }
    // In the POSIX locale a JVM takes each byte beyond ASCII for U+FFFD, and passes that on as a question mark.
    var ascii = "ANSI_X3.4-1968".equals(System.getProperty("sun.jnu.encoding"));
    if (word.contains("\ufffd") || ascii && word.contains("??")) {
      throw refused("The word \"" + word + "\" lost letters on its way here; a shell whose locale is UTF-8"
          + " (LC_ALL=C.UTF-8) passes them all.");
    }
  }

  /** Asks before the learning what would only be found out after it. */
  private void checkSave() {
    var directory = save.toAbsolutePath().getParent();
    if (directory == null || Files.isDirectory(save)) {
      throw refused("--save must be a file, but " + save + " is a directory.");
    }
    if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
      throw refused("--save must be in a directory that can be written to, unlike " + directory + ".");
    }
  }

  private void check(boolean good, String option, String wanted, Object given) {
    if (!good) {
      throw refused(option + " must be " + wanted + ", but is " + given + ".");
    }
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
