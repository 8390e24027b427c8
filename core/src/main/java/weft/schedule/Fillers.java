package weft.schedule;

import java.util.ArrayList;
import java.util.List;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;

/**
 * Keeps what HotSpot reads as integers out of the place where its second compiler stops to look through calls.
 *
 * <p>C2 inlines the methods of the Vector API as it reads a kernel, until it has made 18,000 operations of its own
 * ({@code NodeCountInliningCutoff}); what calls follow it looks through afterwards, which does no harm to them. But the call that it was
 * just inside of is then done in part: on JDK 17 a reinterpretation asks for the class of a vector that it only learns later, stays a call
 * for good, and takes and gives objects (a GRU's gates, 64 × 200: 15.6 MB and a third more time a call, in one start of seven). Vectors
 * of one number that nobody reads cost C2 some operations and the compiled code nothing; so many are made first that the place
 * lies elsewhere. JDK 25 tries such calls again.
 *
 * <p>The prices are counted from compilation logs of both JDKs: which operation of a kernel was at hand there.
 */
public final class Fillers extends StmtRewriter {
  static final int CUTOFF = 18_000;
  /** What drivers and the loops in them may have of their own beside the vectors of small kernels. */
  private static final int DRIVER = 3_000;
  /** A kernel of more has more bytecode than C2 takes into another method. */
  private static final int SMALL = 12_500;
  /** By so much the estimate may be off. */
  private static final int MARGIN = 500;

  private static final int SPLAT = 190;
  private static final int LOAD = 400;
  private static final int STORE = 365;
  private static final int OPERATION = 385;
  private static final int REINTERPRETATION = 225;

  private final List<int[]> delicate = new ArrayList<>();
  private int sum;

  private Fillers() {}

  private static Fillers read(Stmt body) {
    var read = new Fillers();
    read.rewrite(body);
    return read;
  }

  /** How many vectors of one number a kernel's body should make in addition before all others. */
  static int of(Stmt body) {
    Fillers read = read(body);
    int more = 0;
    while (read.isDelicate(CUTOFF - more * SPLAT)) more++;
    return more;
  }

  /**
   * Whether the kernels that drivers run might meet the place inside of them: C2 takes a small one into each place where it is called (a step's tanh
   * twice, in the loop over blocks of steps and behind it for the last ones: 1.5 MB a call in three of eight starts of an Elman net, 32 × 512, on
   * JDK 17).
   *
   * @param driver the driver of a program, with those that it runs
   */
  public static boolean meetInDrivers(Kernel driver) {
    return taken(driver) > CUTOFF - DRIVER;
  }

  /** Whether a kernel reinterprets vectors, which the place must not meet. */
  public static boolean isDelicate(Kernel kernel) {
    return !read(kernel.body()).delicate.isEmpty();
  }

  /** What a method costs those that take it in. */
  private static int taken(Kernel kernel) {
    if (kernel.kind() != Kernel.Kind.DRIVER) {
      int sum = read(kernel.body()).sum;
      return sum > SMALL ? 0 : sum;
    }
    var calls = new StmtRewriter() {
      private int sum;

      @Override
      public Kernel rewrite(Kernel called) {
        sum += taken(called);
        return called;
      }
    };
    calls.rewrite(kernel.body());
    return calls.sum;
  }

  private boolean isDelicate(int place) {
    return delicate.stream().anyMatch(d -> place > d[0] - MARGIN && place < d[1] + MARGIN);
  }

  @Override
  public Kernel rewrite(Kernel kernel) {
    return kernel;
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    Stmt same = children(stmt);
    if (Loops.storesVector(stmt)) sum += STORE;
    return same;
  }

  /** In the order in which the calls stand in the method: what an operation takes comes before it. */
  @Override
  public Value rewrite(Value value) {
    Value same = children(value);
    if (!value.isVector() || value instanceof Value.Get) return same;
    int from = sum;
    sum += price(value);
    if (isReinterpretation(value)) delicate.add(new int[] {from, sum});
    return same;
  }

  private static int price(Value value) {
    if (value instanceof Value.Splat) return SPLAT;
    if (value instanceof Value.Load || value instanceof Value.Gather) return LOAD;
    return isReinterpretation(value) ? REINTERPRETATION : OPERATION;
  }

  private static boolean isReinterpretation(Value value) {
    return value instanceof Value.Cast || value instanceof Value.Call c && (c.fun() == Fun.BITS || c.fun() == Fun.FROM_BITS);
  }
}
