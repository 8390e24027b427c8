package weft.loop;

/** How HotSpot's second compiler is told of a {@link Stmt.Fence}, on x86. The code that 17, 21, 25, 26 and 27 make was looked at. */
public enum Fencing {
  /** Nobody knows: there shall be no fences. */
  NONE,
  /**
   * A {@link #BARRIER} in a branch that is never taken, and so never compiled: what stands before it is computed before it, since the interpreter would go on
   * from there. It leads back into the loop, as releases from 20 on hold on to nothing that the way taken does not need. It compares the index with the array's
   * length and more, of which the compiler does not know that they differ. All releases heed it.
   */
  BRANCH,
  /**
   * {@link java.lang.invoke.VarHandle#acquireFence}, for which an x86 has no instruction and needs none. Of those looked at only 25 heeds it in full, and
   * its loop has fewer instructions than with branches.
   */
  BARRIER;

  /** That of the virtual machine that runs this. */
  public static final Fencing HERE = of(Runtime.version().feature(), System.getProperty("os.arch"));

  static Fencing of(int release, String processor) {
    if (!processor.equals("amd64") && !processor.equals("x86_64")) return NONE;
    return release == 25 ? BARRIER : BRANCH;
  }
}
