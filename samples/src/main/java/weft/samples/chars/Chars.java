package weft.samples.chars;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import weft.runtime.WeftException;

/** Learns to write like a text, and writes: by default names that Unicode's characters might have had. */
@Command(name = "chars", sortOptions = false, mixinStandardHelpOptions = true, showDefaultValues = true,
    description = "Learns to write like a text, character by character.")
public final class Chars implements Callable<Integer> {
  @Spec
  private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "FILE", description = "A text to learn; without, the names of Unicode's characters.")
  private Path file;

  @Option(names = "--seconds", defaultValue = "60", description = "How long to learn.")
  private double seconds;

  @Option(names = "--hidden", defaultValue = "128", description = "How many cells each of the two layers has.")
  private int hidden;

  @Option(names = "--batch", defaultValue = "50", description = "How many places of the text are read side by side.")
  private int batch;

  @Option(names = "--time", defaultValue = "50", description = "How many characters gradients flow through.")
  private int time;

  @Option(names = "--rate", defaultValue = "0.003", description = "The learning rate.")
  private float rate;

  @Option(names = "--method", defaultValue = "ADAM", description = "${COMPLETION-CANDIDATES}.")
  private CharModel.Method method;

  @Option(names = "--temperature", defaultValue = "0.7", description = "Below 1 for what is likely, above for what is not.")
  private float temperature;

  @Option(names = "--length", defaultValue = "400", description = "How many characters to write.")
  private int length;

  @Option(names = "--seed", defaultValue = "1", description = "Decides all random numbers.")
  private long seed;

  /** The command line. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Chars()).setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((e, command, parsed) -> {
          if (!(e instanceof WeftException) && !(e instanceof IOException)) throw e;
          command.getErr().println(e.getMessage());
          return 1;
        }).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    var text = file == null ? Text.characterNames() : Text.of(Files.readString(file));
    var segments = text.segments(time, batch);
    var model = new CharModel(new CharModel.Sizes(text.alphabet().length(), hidden, batch, seed), method);
    var writer = spec.commandLine().getOut();
    writer.printf(Locale.ROOT, "%,d characters of %d kinds%n", text.symbols().length, text.alphabet().length());
    var started = System.nanoTime();
    for (var epoch = 1; (System.nanoTime() - started) / 1e9 < seconds; epoch++) {
      model.forget();
      var sum = 0.0;
      var count = 0;
      for (var segment : segments) {
        sum += model.train(segment, rate);
        count++;
        if ((System.nanoTime() - started) / 1e9 >= seconds) break;
      }
      report(writer, epoch, (double) count / segments.size(), sum / count);
    }
    var first = text.alphabet().substring(text.symbols()[0], text.symbols()[0] + 1);
    writer.println(model.write(text, first, length, temperature, new Random(seed)));
    writer.flush();
    return 0;
  }

  private static void report(PrintWriter writer, int epoch, double share, double loss) {
    writer.printf(Locale.ROOT, "epoch %d%s: %.2f bits a character%n", epoch,
        share < 1 ? String.format(Locale.ROOT, " (%.0f %%)", 100 * share) : "", loss / Math.log(2));
    writer.flush();
  }
}
