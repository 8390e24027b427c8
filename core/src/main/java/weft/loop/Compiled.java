package weft.loop;

/** A loop program made runnable by a back end. */
public interface Compiled {
  /**
   * Runs the program once.
   *
   * @param arrays one Java array for each of {@link LoopProgram#buffers}, long enough for its size
   * @param sizes the value of each of {@link LoopProgram#symbols}; measured ones are written by the call
   */
  void run(Object[] arrays, int[] sizes);

  /** What was made, for people: methods, bytes, milliseconds. */
  String report();

  /** The generated code as text, or "" where there is none. */
  String listing();
}
