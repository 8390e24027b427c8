package weft.samples.languages;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import weft.samples.languages.Dataset.Split;

/** The texts that the program shows before and after the learning. */
final class Report {
  private static final int LIKELIEST = 3;
  private static final int BAR = 30;
  private static final int LABELS_SHOWN = 30;
  private static final int LINE = 68;

  private final Screen screen;

  /** A report on this screen. */
  Report(Screen screen) {
    this.screen = screen;
  }

  /** What there is to learn from. */
  void data(Dataset data, Split split, Alphabet alphabet) {
    screen.line("data      %,d texts from %s: %,d to learn from, %,d held out", data.examples().size(),
        data.source(), split.training().size(), split.heldOut().size());
    screen.line("symbols   %d: %d characters, start, end and other", alphabet.size(),
        alphabet.characters().codePoints().count());
    labels(data.labels());
  }

  /** What can be told apart. */
  void labels(List<String> labels) {
    var more = labels.size() - LABELS_SHOWN;
    var shown = labels.stream().limit(LABELS_SHOWN).collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "");
    var title = String.format(Locale.ROOT, "labels    %d: ", labels.size());
    var line = new StringBuilder(title);
    for (var word : shown.split(" ")) {
      if (line.length() + word.length() > LINE + title.length() - 4) {
        screen.line("%s", line.toString().stripTrailing());
        line = new StringBuilder(" ".repeat(title.length()));
      }
      line.append(word).append(' ');
    }
    screen.line("%s", line.toString().stripTrailing());
  }

  /** What became bytecode. */
  void compiled(Classifier classifier) {
    screen.line("compiled  %s", classifier.compileReport().replaceAll("\\R", "$0" + " ".repeat(10)));
  }

  /** The shares of right answers, the net's below those of the baselines. */
  void comparison(Baselines baselines, double net, String commonest, int heldOut) {
    screen.line("%nRight answers on the %,d held-out texts:", heldOut);
    var always = "always " + commonest;
    var names = List.of(always, "naive Bayes on characters", "naive Bayes on bigrams", "recurrent net");
    var shares = List.of(baselines.majority(), baselines.characters(), baselines.bigrams(), net);
    bars(names, shares);
  }

  /** The likeliest labels of a text. */
  void guess(String text, List<String> labels, float[] probabilities) {
    var likeliest = IntStream.range(0, labels.size()).boxed()
        .sorted(Comparator.comparingDouble((Integer label) -> probabilities[label]).reversed())
        .limit(LIKELIEST).toList();
    screen.line("%n%s", text);
    bars(likeliest.stream().map(labels::get).toList(),
        likeliest.stream().map(label -> (double) probabilities[label]).toList());
  }

  private void bars(List<String> names, List<Double> shares) {
    var wide = Math.max(12, names.stream().mapToInt(String::length).max().orElse(0));
    for (var i = 0; i < names.size(); i++) {
      var line = String.format(Locale.ROOT, "  %-" + wide + "s %5.1f %%  ", names.get(i), 100 * shares.get(i))
          + screen.bar(shares.get(i), BAR);
      screen.line("%s", line.stripTrailing());
    }
  }
}
