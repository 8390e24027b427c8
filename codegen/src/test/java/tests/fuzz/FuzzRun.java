package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Many programs one after the other, with a word now and then of how far it is. */
final class FuzzRun {
  private static final int SECONDS_TO_SHRINK = 60;
  private static final long EVERY = TimeUnit.SECONDS.toNanos(15);

  private final long from;
  private final long seeds;
  private final Tally tally = new Tally();
  private final List<String> failures = new ArrayList<>();
  private long said = System.nanoTime();
  /** Counts seeds up, for whoever looks from outside whether one of them hangs. */
  private final AtomicLong now = new AtomicLong();

  private FuzzRun(long from, long seeds) {
    this.from = from;
    this.seeds = seeds;
  }

  /** Runs all of them, says what fails as soon as it does, and in the end what they were made of; gives what failed. */
  static List<String> of(long from, long seeds) {
    return new FuzzRun(from, seeds).run();
  }

  /** The seeds {@code from} and how many, where there is no test runner. */
  public static void main(String[] args) {
    if (!of(Long.parseLong(args[0]), Long.parseLong(args[1])).isEmpty()) System.exit(1);
  }

  private List<String> run() {
    long began = said;
    System.out.printf("%,d seeds from %,d on, Java %s%n", seeds, from, Runtime.version());
    watch();
    for (long seed = from; seed < from + seeds; seed++) {
      now.set(seed);
      Program program = Generator.program(seed);
      tally.add(program);
      String failure = failure("seed " + seed, program);
      if (failure != null) {
        failures.add(failure);
        System.out.println("FAILS " + failure);
      }
      say(seed - from + 1, System.nanoTime() - began);
    }
    System.out.printf("%,d seeds in %,d s, %d of them failed; %s%n%s", seeds, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
        failures.size(), Check.counts(), tally);
    return failures;
  }

  /** Says of a seed that does not come to an end which one it is. */
  private void watch() {
    var watcher = new Thread(() -> {
      long before = -1;
      while (true) {
        try {
          TimeUnit.SECONDS.sleep(60);
        } catch (InterruptedException e) {
          return;
        }
        if (now.get() == before) System.out.printf("seed %,d takes more than a minute%n", before);
        before = now.get();
      }
    }, "slow seeds");
    watcher.setDaemon(true);
    watcher.start();
  }

  private void say(long done, long nanos) {
    if (System.nanoTime() - said < EVERY) return;
    said = System.nanoTime();
    double rate = done * 1e9 / nanos;
    System.out.printf("%,d of %,d seeds, %.1f a second, %.0f min to go, %d failed%n", done, seeds, rate, (seeds - done) / rate / 60,
        failures.size());
  }

  /** What is wrong with a program, made smaller and printed twice; null if nothing is. */
  static String failure(String which, Program program) {
    Check.Failure failure = Check.of(program);
    if (failure == null) return null;
    Program small = Shrink.of(program, failure, SECONDS_TO_SHRINK);
    Check.Failure now = Check.of(small);
    if (now == null) now = failure;
    return which + ": " + now.kind() + ": " + now.message() + "\n\n" + JavaText.of(small) + "\n" + small;
  }
}
