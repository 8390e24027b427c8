package weft.loop;

/** How a {@link Stmt.Fence} is told HotSpot's second compiler: two releases were measured, on x86, and what one understands is of no use to the other. */
public enum Fencing {
  /** Nobody knows: there shall be no fences. */
  NONE,
  /**
   * A branch that is never taken. What stands before it is computed before it, since the interpreter would go on from there. It compares the index with the
   * array's length and more, of which the compiler does not know that they differ.
   */
  BRANCH,
  /** {@link java.lang.invoke.VarHandle#acquireFence}, for which an x86 has no instruction and needs none. */
  BARRIER;

  /** That of the virtual machine that runs this. */
  public static final Fencing HERE = of(Runtime.version().feature(), System.getProperty("os.arch"));

  static Fencing of(int release, String processor) {
    if (!processor.equals("amd64") && !processor.equals("x86_64")) return NONE;
    if (release == 17) return BRANCH;
    return release >= 25 ? BARRIER : NONE;
  }
}
