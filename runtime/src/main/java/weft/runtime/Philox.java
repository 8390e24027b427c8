package weft.runtime;

/**
 * The counter-based random number generator Philox4x32-10 (Salmon, Moraes, Dror and Shaw: Parallel Random Numbers: As Easy as
 * 1, 2, 3. SC 2011): a number is a function of a key and a counter, and of nothing that was drawn before.
 */
public final class Philox {
  private static final int ROUNDS = 10;
  private static final long FACTOR_0 = 0xD2511F53L;
  private static final long FACTOR_1 = 0xCD9E8D57L;
  private static final int KEY_STEP_0 = 0x9E3779B9;
  private static final int KEY_STEP_1 = 0xBB67AE85;
  private static final long LOW = 0xFFFFFFFFL;

  private Philox() {}

  /**
   * The first 64 of the 128 random bits of a block: its word 0 below its word 1.
   *
   * @param key the two words of the key, word 0 in the low half
   * @param high words 2 and 3 of the counter, word 2 in the low half
   * @param low words 0 and 1 of the counter, word 0 in the low half
   */
  public static long bits(long key, long high, long low) {
    var k0 = (int) key;
    var k1 = (int) (key >>> 32);
    var c0 = low & LOW;
    var c1 = (int) (low >>> 32);
    var c2 = high & LOW;
    var c3 = (int) (high >>> 32);
    for (var round = 0; round < ROUNDS; round++) {
      var p0 = c0 * FACTOR_0;
      var p1 = c2 * FACTOR_1;
      c0 = ((int) (p1 >>> 32) ^ c1 ^ k0) & LOW;
      c2 = ((int) (p0 >>> 32) ^ c3 ^ k1) & LOW;
      c1 = (int) p1;
      c3 = (int) p0;
      k0 += KEY_STEP_0;
      k1 += KEY_STEP_1;
    }
    return (long) c1 << 32 | c0;
  }
}
