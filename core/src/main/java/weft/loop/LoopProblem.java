package weft.loop;

/** What the verifier found wrong, before it is known in which statement. */
final class LoopProblem extends RuntimeException {
  private static final long serialVersionUID = 1;

  LoopProblem(String message) {
    super(message, null, false, false);
  }
}
