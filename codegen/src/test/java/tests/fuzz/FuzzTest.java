package tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import weft.codegen.Jvm;

/**
 * Random programs in every mode: the interpreter and bytecode agree in every bit, rewrites and vectors
 * within a tolerance, all of them with what the lines mean in plain Java, and gradients with differences.
 *
 * <p>{@code -Dweft.fuzz.seeds=20000 -Dweft.fuzz.from=1000} runs more of them, from another seed on, says how far it is, goes on behind
 * a failure, and ends with a {@link Tally} of what the programs were made of;
 * {@code -Dweft.fuzz.classes=1} generates classes for each. A program that fails is made smaller and
 * printed twice: in Java, and in the form in which {@code programs.txt} keeps it to be run for ever.
 */
class FuzzTest {
  private static final int IN_THE_BUILD = 200;

  @Test
  void randomPrograms() {
    long from = Long.getLong("weft.fuzz.from", 1);
    long seeds = Long.getLong("weft.fuzz.seeds", IN_THE_BUILD);
    if (seeds > IN_THE_BUILD) assertThat(FuzzRun.of(from, seeds)).isEmpty();
    else for (long seed = from; seed < from + seeds; seed++) check("seed " + seed, Generator.program(seed));
  }

  /** Programs as small as these, where nearly everything counts as large. */
  @Test
  void smallProgramsGoTheWaysOfLargeOnes() throws Exception {
    var arguments = List.of("--add-modules", "jdk.incubator.vector", "-Xshare:auto", "-Dweft.tiny=true", "-Dweft.threads.worth=0");
    assertThat(Jvm.run(arguments, FuzzRun.class, "1", "60")).contains("60 seeds in").contains(" 0 of them failed");
  }

  @Test
  void programsThatFailedOnce() throws IOException {
    List<Program> programs = kept();
    assertThat(programs).isNotEmpty();
    for (Program p : programs) check("programs.txt", p);
  }

  private static List<Program> kept() throws IOException {
    try (InputStream in = FuzzTest.class.getResourceAsStream("/fuzz/programs.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\n\n")).filter(p -> !p.isBlank()).map(Program::parse).toList();
    }
  }

  private static void check(String which, Program program) {
    String failure = FuzzRun.failure(which, program);
    if (failure != null) fail(failure);
  }

  /** A generator that draws the same thing every time would find nothing. */
  @Test
  void programsAreVariedAndCalled() {
    var words = new ArrayList<String>();
    var tally = new Tally();
    int calls = 0;
    for (long seed = 1; seed <= 1000; seed++) {
      Program p = Generator.program(seed);
      tally.add(p);
      p.all().forEach(l -> words.add(l.word()));
      calls += p.calls().size();
    }
    assertThat(words.stream().distinct().count()).isGreaterThan(135);
    assertThat(Tally.WANTED).allSatisfy(w -> assertThat(tally.count(w)).as(w).isGreaterThan(4));
    assertThat(LeanTally.WANTED).allSatisfy(w -> assertThat(tally.count(w)).as(w).isGreaterThan(9));
    assertThat(tally.count("scan")).isGreaterThan(400);
    assertThat(tally.count("gradient")).isGreaterThan(400);
    assertThat(calls).isGreaterThan(1500);
  }

  /** What is printed is what was built. */
  @Test
  void programsAreReadAsTheyAreWritten() {
    for (long seed = 1; seed <= 100; seed++) {
      Program p = Generator.program(seed);
      assertThat(Program.parse(p.toString())).hasToString(p.toString());
    }
  }

  /** As written the loss is NaN, since 2¹¹ apart a softmax has zeros; with stability rewrites it is a number, so which branch is taken is open. */
  private static final String NAN_DECIDES = """
      program 407569 16
      call 0
      2 = input : 1 0 3
      4 = param : 1 11 1
      5 = param : 1 3
      6 = scan {
        over 4 : 0
        carry 5
        10 = prev : 0 -1
        19 = plus 10 10
        next 19
      }
      21 = last 6 : 0
      27 = crossEntropy 21 21
      30 = lt 27 : -3
      31 = ifElse 30 {
        then {
          give 2
        }
        else {
          34 = logOf 2 : -7
          give 34
        }
      }
      36 = chosen 31 : 0
      40 = tanh 2 : 0
      output 36
      output 40
      """;

  /** The check knows what a program's lines leave open, and holds all else of the same program to what it means. */
  @Test
  void onlyWhatHangsOnTheUndecidedIsLeftOut() {
    Program open = Program.parse(NAN_DECIDES);
    int before = Check.count("undecided by what is not finite as written");
    assertThat(Check.of(open)).isNull();
    assertThat(Check.count("undecided by what is not finite as written")).isEqualTo(before + 1);
    Words.mean("tanh", (x, n) -> x[0], () -> assertThat(Check.of(open).kind()).isEqualTo("meaning"));
    Words.mean("logOf", (x, n) -> x[0], () -> assertThat(Check.of(open)).isNull());
  }

  /** What is compared with a number far from it is no excuse. */
  @Test
  void aWrongDecisionIsFound() {
    Program decided = Program.parse("""
        program 1 8
        call 3
        1 = bind : 1 0 -1
        2 = gt 1 : 1
        3 = toFloat 2 : 1
        output 3
        """);
    assertThat(Check.of(decided)).isNull();
    Words.mean("gt", (x, n) -> x[0].map(v -> 1), () -> assertThat(Check.of(decided).kind()).isEqualTo("meaning"));
  }

  /** The check itself finds what is wrong. */
  @Test
  void aWrongMeaningIsFound() {
    Program right = Program.parse("""
        program 1 8
        call 3
        1 = bind : 1 0 -1
        2 = sum 1
        output 2
        """);
    assertThat(Check.of(right)).isNull();
    Words.mean("sum", (x, n) -> x[0].max(false, n), () -> assertThat(Check.of(right).kind())
        .isEqualTo("meaning"));
    assertThat(Check.of(right)).isNull();
  }
}
