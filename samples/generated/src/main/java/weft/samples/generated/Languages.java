package weft.samples.generated;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import weft.runtime.WeftException;

/** The program that says which language words are from. It starts fast: nothing here is compiled, looked up or formatted at run time. */
public final class Languages {
  private static final int SHOWN = 3;
  private static final int BEYOND_ACCENTS = 0x300;
  private static final String USAGE = """
      Usage: java -jar languages.jar [--weights FILE] WORD...
      Says which language each word is from.
        --weights FILE   what the sample "languages" saved; else languages.safetensors""";

  private Languages() {}

  /** Ends the process with 0 for an answer, 1 if the weights cannot be used, 2 for arguments that make no sense. */
  public static void main(String[] arguments) {
    int code = run(arguments);
    if (code != 0) System.exit(code);
  }

  private static int run(String[] arguments) {
    var words = new ArrayList<>(Arrays.asList(arguments));
    String file = "languages.safetensors";
    if (words.size() > 1 && words.get(0).equals("--weights")) {
      file = words.get(1);
      words.subList(0, 2).clear();
    }
    if (words.isEmpty() || words.get(0).startsWith("-")) {
      boolean help = words.size() == 1 && words.get(0).matches("-h|--help");
      (help ? System.out : System.err).println(USAGE);
      return help ? 0 : 2;
    }
    try {
      answer(Weights.read(file), words);
      return 0;
    } catch (WeftException e) {
      System.err.println(e.getMessage());
      return 1;
    } catch (IOException e) {
      System.err.println("Cannot read the weights or write the answer: " + e.getMessage());
      return 1;
    }
  }

  private static void answer(Weights weights, List<String> words) throws IOException {
    Classifier net = new LanguageNet(weights.values());
    var text = new StringBuilder();
    for (String word : words) {
      String folded = fold(word);
      text.append(word).append('\n');
      if (!folded.isEmpty()) best(net.probabilities(weights.encode(folded)).floats(), weights.labels(), text);
    }
    new FileOutputStream(FileDescriptor.out).write(text.toString().getBytes(Charset.defaultCharset()));
  }

  /** The likeliest languages, a line each. */
  private static void best(float[] p, List<String> labels, StringBuilder text) {
    var taken = new boolean[labels.size()];
    for (int n = 0; n < Math.min(SHOWN, taken.length); n++) {
      int best = -1;
      for (int i = 0; i < taken.length; i++) if (!taken[i] && (best < 0 || p[i] > p[best])) best = i;
      taken[best] = true;
      int thousandths = Math.round(1000 * p[best]);
      String percent = thousandths / 10 + "." + thousandths % 10;
      text.append("  ").append(labels.get(best)).append(" ".repeat(Math.max(1, 19 - labels.get(best).length() - percent.length())))
          .append(percent).append(" %\n");
    }
  }

  /** One way of writing, as in training: lower case, composed accents, plain apostrophes and spaces. */
  private static String fold(String word) {
    String plain = word.replace('\u2019', '\'').replace('\u00a0', ' ').replace('\u202f', ' ').strip();
    String lower = composed(plain).toLowerCase(Locale.ROOT);
    return composed(lower);
  }

  /** Where no character could be part of another, nothing is to be composed, and the JDK's tables for that need not be read. */
  private static String composed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= BEYOND_ACCENTS) return Normalizer.normalize(text, Normalizer.Form.NFC);
    }
    return text;
  }
}
