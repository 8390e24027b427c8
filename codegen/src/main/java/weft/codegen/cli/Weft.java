package weft.codegen.cli;

/** The program {@code weft}; {@code weft generate --help} says what it can do. */
public final class Weft {
  private static final int UNUSABLE = 3;

  private Weft() {}

  /** Ends the process with 0 for success, 1 for a failure, 2 for arguments that make no sense. */
  public static void main(String[] arguments) {
    int code;
    try {
      code = Commands.line().execute(arguments);
    } catch (NoClassDefFoundError e) {
      if (e.getMessage() == null || !e.getMessage().startsWith("picocli")) throw e;
      System.err.println("weft: the command line needs info.picocli:picocli on the class path");
      code = UNUSABLE;
    }
    System.exit(code);
  }
}
