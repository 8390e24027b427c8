package tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.runtime.Numerics;

/** The dumps in HACKING.md are those of the README's program, shortened. */
class HackingTest {
  private static final int WIDTH = 112;

  @TempDir Path dir;

  @Test
  void dumpsAreReal() {
    assumeThat(Numerics.FMA).as("the dumps are those of a machine that multiplies and adds at once").isTrue();
    String program = ReadmeProgram.withEightLanes(Document.of("README.md").blocks("java").get(0));
    SortedMap<String, String> files = Dumps.of(() -> ReadmeProgram.run(program, dir), "predict");
    String loops = Dumps.text(files, "lowered.loops");
    String kernel = firstKernel(Dumps.overTime(loops));
    show("text files", String.join("\n", files.keySet()) + "\n");
    show("text built", Dumps.text(files, "built.graph"));
    show("text rewritten", Dumps.text(files, ".graph"));
    show("text lowered", loops.substring(0, loops.indexOf("\n\n")) + "\n\n…\n\n" + Dumps.overTime(loops) + "\n…\n");
    show("text scheduled", section(Dumps.text(files, "scheduled.loops"), "(?m)^kernel " + kernel + " "));
    show("text plan", Dumps.text(files, "plan.txt"));
    show("text listing", head(section(Dumps.text(files, "bytecode.listing"), "(?m)^ *" + kernel + "\\("), 16));
  }

  private static void show(String info, String text) {
    var cut = new StringBuilder();
    text.lines().forEach(line -> cut.append(line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…").append('\n'));
    Document.of("HACKING.md").check(info, cut.toString());
  }

  private static String firstKernel(String loops) {
    Matcher m = Pattern.compile("^kernel (\\w+)").matcher(loops);
    assertThat(m.find()).as(loops).isTrue();
    return m.group(1);
  }

  /** From where the pattern is found to the next empty line. */
  private static String section(String text, String start) {
    Matcher m = Pattern.compile(start).matcher(text);
    assertThat(m.find()).as(start).isTrue();
    int end = text.indexOf("\n\n", m.start());
    return text.substring(m.start(), end < 0 ? text.length() : end + 1);
  }

  private static String head(String text, int lines) {
    var all = text.lines().toList();
    return all.size() <= lines ? text : String.join("\n", all.subList(0, lines)) + "\n    …\n";
  }
}
