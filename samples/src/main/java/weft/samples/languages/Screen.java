package weft.samples.languages;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where the program writes: a stream, whether a person watches it live, and whether it can show block
 * characters.
 */
record Screen(PrintStream out, boolean live, boolean blocks) {
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  /** The standard output of this process. */
  static Screen ofProcess() {
    var charset = charset();
    var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, charset);
    return new Screen(out, isTerminal(), charset.newEncoder().canEncode('█'));
  }

  /**
   * What standard output is encoded in; plain ASCII means a locale that was never set, where UTF-8 serves
   * better.
   */
  private static Charset charset() {
    var name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding",
        System.getProperty("native.encoding", "UTF-8")));
    var charset = Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
  }

  private static boolean isTerminal() {
    var console = System.console();
    if (console == null || "dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    try {
      // Since Java 22 a console may exist without a terminal, and only then there is this method to ask.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  /** Writes one line, formatted without regard to the default locale. */
  void line(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
  }

  /** A bar of this share of {@code width} characters, without blanks behind it. */
  String bar(double share, int width) {
    var eighths = (int) Math.round(Math.max(0, Math.min(1, share)) * width * 8);
    if (!blocks) {
      return "#".repeat((eighths + 4) / 8);
    }
    var rest = eighths % 8;
    return "█".repeat(eighths / 8) + (rest == 0 ? "" : EIGHTHS.charAt(rest));
  }
}
