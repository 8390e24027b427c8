package tests;

import java.util.List;
import weft.Backend;
import weft.FunctionBuilder;

/**
 * One way of compiling a function.
 *
 * @param lanes f32 lanes of its vectors, 1 for none
 */
public record Mode(Backend backend, boolean rewrites, int lanes) {
  /** Every op as it was written, scalar, interpreted: what all others are held to. */
  public static final Mode PLAIN = new Mode(Backend.INTERPRETER, false, 1);

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

  /** Whether only the back end differs. */
  boolean sharesLoopsWith(Mode other) {
    return rewrites == other.rewrites && lanes == other.lanes;
  }

  public FunctionBuilder configure(FunctionBuilder builder) {
    return (rewrites ? builder : builder.withoutRewrites()).lanes(lanes);
  }

  @Override
  public String toString() {
    return backend.word() + (rewrites ? ", rewritten" : ", as written")
        + (lanes > 1 ? ", " + lanes + " lanes" : ", scalar");
  }
}
