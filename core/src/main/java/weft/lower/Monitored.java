package weft.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a lowered program shows of its kernels while it runs: one event after the other, each with a message of its own. */
public final class Monitored {
  /** What a shown tensor is. */
  public enum Part {
    /** What a kernel is about to read. */
    INPUT,
    /** Nothing: all inputs have been shown, and the kernel comes next. */
    BEFORE,
    /** What it computed. */
    OUTPUT,
    /** Nothing: all outputs have been shown. */
    AFTER
  }

  /**
   * A kernel, or several that compute something together.
   *
   * @param index its number in the order in which they are run first
   * @param computes what it computes, in the words of the graph
   * @param at the user's source line, or ""
   */
  public record Computation(int index, String computes, String at) {}

  /**
   * What a message means.
   *
   * @param name of the tensor, null where none is shown
   */
  public record Event(Computation computation, Part part, String name) {}

  private final List<Computation> computations = new ArrayList<>();
  private final Map<String, Event> events = new HashMap<>();

  /** The event of a message, null if that is about something else. */
  public Event event(String message) {
    return events.get(message);
  }

  /** All computations that are shown, by index. */
  public List<Computation> computations() {
    return List.copyOf(computations);
  }

  Computation computation(String computes, String at) {
    var made = new Computation(computations.size(), computes, at);
    computations.add(made);
    return made;
  }

  /** A message for this, like no other. */
  String message(Computation computation, Part part, String name) {
    String message = "kernel " + computation.index() + ", " + part.name().toLowerCase(Locale.ROOT)
        + (name == null ? "" : " " + name);
    while (events.containsKey(message)) message += "'";
    events.put(message, new Event(computation, part, name));
    return message;
  }
}
