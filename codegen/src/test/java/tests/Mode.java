package tests;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import weft.Backend;
import weft.FunctionBuilder;

/**
 * One way of compiling a function.
 *
 * @param lanes f32 lanes of its vectors, 1 for none
 * @param form what the function is made to be called as
 */
public record Mode(Backend backend, boolean rewrites, int lanes, Form form) {
  /** What a function is made to be called as. */
  enum Form {
    FUNCTION,
    /** The class that a build would generate, doors and all. */
    CLASS,
    /** A function of two threads. */
    TEAM,
    /** A function that was written as bytes and read again. */
    RECIPE
  }

  /** Every op as it was written, scalar, interpreted: what all others are held to. */
  public static final Mode PLAIN = new Mode(Backend.INTERPRETER, false, 1);

  public Mode(Backend backend, boolean rewrites, int lanes) {
    this(backend, rewrites, lanes, Form.FUNCTION);
  }

  /**
   * All combinations with vectors of so many floats: each interpreter right before the bytecode of the same
   * loops.
   */
  public static List<Mode> all(int lanes) {
    return List.of(
        PLAIN, new Mode(Backend.BYTECODE, false, 1),
        new Mode(Backend.INTERPRETER, true, 1), new Mode(Backend.BYTECODE, true, 1),
        new Mode(Backend.INTERPRETER, false, lanes), new Mode(Backend.BYTECODE, false, lanes),
        new Mode(Backend.INTERPRETER, true, lanes), new Mode(Backend.BYTECODE, true, lanes));
  }

  /** The same modes, and behind the bytecode of rewritten loops the class that stands alone, the team, and the recipe. */
  static List<Mode> withClasses(List<Mode> modes) {
    var all = new ArrayList<Mode>();
    for (Mode m : modes) {
      all.add(m);
      if (m.backend == Backend.BYTECODE && m.rewrites) {
        all.add(new Mode(Backend.SOURCE, true, m.lanes, Form.CLASS));
        all.add(new Mode(Backend.BYTECODE, true, m.lanes, Form.TEAM));
      }
      if (m.equals(new Mode(Backend.BYTECODE, true, 1))) all.add(new Mode(Backend.BYTECODE, true, 1, Form.RECIPE));
    }
    return all;
  }

  /** Whether only the back end differs. */
  boolean sharesLoopsWith(Mode other) {
    return rewrites == other.rewrites && lanes == other.lanes;
  }

  public FunctionBuilder configure(FunctionBuilder builder) {
    return (rewrites ? builder : builder.withoutRewrites()).lanes(lanes).threads(form == Form.TEAM ? 2 : 1);
  }

  @Override
  public String toString() {
    return (form == Form.FUNCTION ? backend.word() : form.name().toLowerCase(Locale.ROOT)) + (rewrites ? ", rewritten" : ", as written")
        + (lanes > 1 ? ", " + lanes + " lanes" : ", scalar");
  }
}
