package weft.schedule;

/** How many vector registers a CPU has, as far as the length of its vectors tells. */
public final class Registers {
  /** Of vectors of 512 bits, which came with twice as many. */
  public static final int MANY = 32;
  private static final int FEW = 16;
  private static final int MANY_BYTES = 64;

  private Registers() {}

  /** For vectors of so many bytes. */
  public static int of(int bytes) {
    return bytes >= MANY_BYTES ? MANY : FEW;
  }
}
