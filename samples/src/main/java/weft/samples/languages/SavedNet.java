package weft.samples.languages;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import weft.runtime.SafeTensors;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.samples.languages.Classifier.Sizes;

/**
 * A classifier with all that it takes to use it again: its sizes, its labels and its alphabet.
 *
 * <p>In a safetensors file these are metadata beside the parameters: {@code labels} (one a line), {@code
 * characters} and {@code hidden}.
 */
record SavedNet(Classifier classifier, Sizes sizes, List<String> labels, Alphabet alphabet) {
  /** The largest hidden size. */
  static final int LARGEST_HIDDEN = 1024;

  private static final String LABELS = "labels";
  private static final String CHARACTERS = "characters";
  private static final String HIDDEN = "hidden";

  /**
   * Writes all of it, or, failing, leaves a file that was there before as it was.
   *
   * @throws WeftException if the file cannot be written
   */
  void save(Path file) {
    SafeTensors.save(file, classifier.parameters(), Map.of(LABELS, String.join("\n", labels),
        CHARACTERS, alphabet.characters(), HIDDEN, Integer.toString(sizes.hidden())));
  }

  /**
   * Builds the saved classifier for batches of {@code width} texts.
   *
   * @throws WeftException if the file cannot be read or is not one that {@link #save} wrote
   */
  static SavedNet load(Path file, Classifier.Factory factory, int width) {
    var metadata = SafeTensors.metadata(file);
    var labels = List.of(value(file, metadata, LABELS).split("\n"));
    if (labels.size() < 2 || labels.size() > WordFile.MOST_LABELS) {
      throw refused(file, "has " + labels.size() + " labels, not 2 to " + WordFile.MOST_LABELS);
    }
    if (labels.stream().anyMatch(label -> label.length() > WordFile.LONGEST_LABEL
        || label.chars().anyMatch(Character::isISOControl))) {
      throw refused(file, "has a label that is too long or cannot be shown");
    }
    var alphabet = new Alphabet(value(file, metadata, CHARACTERS));
    if (alphabet.size() > Alphabet.LARGEST) {
      throw refused(file, "has " + alphabet.size() + " symbols, more than " + Alphabet.LARGEST);
    }
    var hidden = hidden(file, value(file, metadata, HIDDEN));
    var sizes = new Sizes(alphabet.size(), labels.size(), hidden, width, 0);
    var classifier = factory.create(sizes);
    try {
      SafeTensors.load(file, classifier.parameters());
    } catch (WeftException e) {
      throw new WeftException(Kind.FILE, e.getMessage(), e);
    }
    return new SavedNet(classifier, sizes, labels, alphabet);
  }

  private static String value(Path file, Map<String, String> metadata, String key) {
    var value = metadata.get(key);
    if (value == null) {
      throw refused(file, "lacks the metadata \"" + key + "\"");
    }
    return value;
  }

  private static int hidden(Path file, String text) {
    if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > LARGEST_HIDDEN) {
      throw refused(file, "does not give a hidden size from 1 to " + LARGEST_HIDDEN);
    }
    return Integer.parseInt(text);
  }

  private static WeftException refused(Path file, String what) {
    return new WeftException(Kind.FILE, "The file of parameters " + what + "\n    file  " + file
        + "\n  Give a file that this program saved.");
  }
}
