package tests.semantics;

/**
 * The documented algorithms of random numbers in plain Java, written from the paper and the table in {@link
 * weft.op.RandomWords} alone: one draw, element by element.
 */
public record PlainRandom(long key, long draw) {
  /** The first draw of {@link weft.RandomState#start}. */
  static PlainRandom start(long seed) {
    return new PlainRandom(seed, 0);
  }

  /** The first draw of the k-th state of a {@link weft.RandomStream}. */
  public static PlainRandom stream(long seed, long k) {
    long[] block = philox(new long[] {0xFFFFFFFFL, 0xFFFFFFFFL, word(k), high(k)}, word(seed), high(seed));
    return start(block[0] + (block[1] << 32));
  }

  public PlainRandom next() {
    return new PlainRandom(key, draw + 1);
  }

  /** Philox4x32-10 as in figure 2 and section 3.3 of the paper, on unsigned words held in longs. */
  static long[] philox(long[] counter, long k0, long k1) {
    long[] c = counter.clone();
    for (int round = 0; round < 10; round++) {
      long first = c[0] * 0xD2511F53L;
      long second = c[2] * 0xCD9E8D57L;
      c = new long[] {word(high(second) ^ c[1] ^ k0), word(second), word(high(first) ^ c[3] ^ k1), word(first)};
      k0 = word(k0 + 0x9E3779B9L);
      k1 = word(k1 + 0xBB67AE85L);
    }
    return c;
  }

  private static long word(long x) {
    return x & 0xFFFFFFFFL;
  }

  private static long high(long x) {
    return x >>> 32;
  }

  long bits(long element, long number) {
    long[] block = philox(new long[] {element, number, word(draw), high(draw)}, word(key), high(key));
    return block[0] + (block[1] << 32);
  }

  public float uniform32(long element) {
    return uniform32(element, 0);
  }

  float uniform32(long element, long number) {
    return (bits(element, number) & 0xFFFFFF) * 0x1p-24f;
  }

  public double uniform64(long element) {
    return uniform64(element, 0);
  }

  double uniform64(long element, long number) {
    return (bits(element, number) & 0x1FFFFFFFFFFFFFL) * 0x1p-53;
  }

  public float normal32(long element) {
    long bits = bits(element, 0);
    return (float) boxMuller((word(bits) + 1) * 0x1p-32, high(bits) * 0x1p-32);
  }

  public double normal64(long element) {
    return boxMuller(((bits(element, 0) & 0x1FFFFFFFFFFFFFL) + 1) * 0x1p-53, uniform64(element, 1));
  }

  private static double boxMuller(double radius, double angle) {
    return Math.sqrt(-2 * Math.log(radius)) * Math.cos(2 * Math.PI * angle);
  }

  int binomial32(long element, int n, float p) {
    int hits = 0;
    for (int k = 0; k < n; k++) if (uniform32(element, k) < p) hits++;
    return hits;
  }

  int poisson(long element, double rate) {
    int parts = (int) Math.max(0, Math.ceil(rate / 512));
    int count = 0;
    for (int j = 0; j < parts; j++) {
      double u = uniform64(element, j);
      double p = Math.exp(-rate / parts);
      double sum = p;
      int k = 0;
      while (u >= sum && p > 0) {
        p *= rate / parts / ++k;
        sum += p;
      }
      count += k;
    }
    return count;
  }

  int categorical32(long element, float... p) {
    float total = 0;
    for (float each : p) total += each;
    float sum = 0;
    int k = 0;
    while ((sum += p[k]) <= uniform32(element) * total) k++;
    return k;
  }

  long integer(long element, long low, long high) {
    return low + Math.floorMod(bits(element, 0), high - low);
  }

  long[] permutation(int n) {
    var x = new long[n];
    for (int i = 0; i < n; i++) {
      int j = (int) Math.floorMod(bits(i, 0), (long) (i + 1));
      x[i] = x[j];
      x[j] = i;
    }
    return x;
  }
}
