package weft;

/** What runs a compiled function. */
public enum Backend {
  /** JVM bytecode made at run time, by the module {@code weft-codegen}. */
  BYTECODE("bytecode"),
  /** Java source made and compiled at run time, by the module {@code weft-codegen} on a JDK: for tests of what builds generate. */
  SOURCE("source"),
  /** The slow definition, which needs nothing but {@code weft-core}. */
  INTERPRETER("interpreter");

  private final String word;

  Backend(String word) {
    this.word = word;
  }

  /** The name its {@link weft.loop.BackEnd} goes by. */
  public String word() {
    return word;
  }
}
