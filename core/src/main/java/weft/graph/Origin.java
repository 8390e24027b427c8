package weft.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where in the user's source an expression was written, and inside which scan steps.
 *
 * @param at {@code File.java:line}, or "" where it is unknown
 * @param steps the enclosing scan steps, outermost first
 */
public record Origin(String at, List<String> steps) {
  /** Nowhere in the user's source. */
  public static final Origin UNKNOWN = new Origin("", List.of());

  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final Set<String> LIBRARY = Set.of("weft", "weft.type", "weft.graph", "weft.op", "weft.grad",
      "weft.rewrite", "weft.lower", "weft.loop", "weft.schedule", "weft.pipeline", "weft.recipe", "weft.runtime", "weft.codegen");

  private static final ThreadLocal<Origin> INHERITED = new ThreadLocal<>();
  private static final ThreadLocal<List<String>> STEPS = ThreadLocal.withInitial(ArrayList::new);

  /** The first stack frame outside the library; inside {@link #inherit} the origin that was handed down. */
  public static Origin here() {
    Origin inherited = INHERITED.get();
    if (inherited != null) return inherited;
    String at = WALKER.walk(frames -> frames
        .filter(f -> !isLibrary(f.getClassName()))
        .findFirst()
        .map(f -> f.getFileName() + ":" + f.getLineNumber())
        .orElse(""));
    return new Origin(at, List.copyOf(STEPS.get()));
  }

  /** Runs {@code body}; what it builds counts as written where {@code origin} says. */
  public static <T> T inherit(Origin origin, Supplier<T> body) {
    Origin before = INHERITED.get();
    INHERITED.set(origin);
    try {
      return body.get();
    } finally {
      INHERITED.set(before);
    }
  }

  /** Runs the body of a scan's step, so that errors inside can name the scan. */
  public static <T> T inStep(String scan, Supplier<T> body) {
    List<String> steps = STEPS.get();
    steps.add(scan);
    try {
      return body.get();
    } finally {
      steps.remove(steps.size() - 1);
    }
  }

  private static boolean isLibrary(String className) {
    if (className.startsWith("java.") || className.startsWith("jdk.")) return true;
    int dot = className.lastIndexOf('.');
    return dot > 0 && LIBRARY.contains(className.substring(0, dot));
  }
}
