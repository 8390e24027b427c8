package weft.schedule;

import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;

/**
 * What the vectors of a kernel cost HotSpot's first compiler, in thousandths of what it can take.
 *
 * <p>That compiler (C1, tier 3) inlines each call of the Vector API and gives up when it is out of virtual
 * registers, which happens far below the method size limits. Such a kernel runs interpreted until the second
 * compiler is done with it; and if a tier 2 version came first, as it does when many kernels warm up at once,
 * the kernel stays there, with every vector an object, for ever. So the cost of every kernel should stay
 * below {@link #LIMIT}.
 *
 * <p>Found by compiling kernels of one repeated operation: JDK 17 takes 80 loads, 96 stores, 128 splats of
 * loaded numbers, 160 of constants, 192 changes to bits and back, 256 shifts, more than 112 sums over lanes,
 * and more than 400 of any other operation; JDK 25 a fifth more.
 */
public final class VectorCost extends StmtRewriter {
  /** So much a kernel of vectors may cost. */
  public static final int LIMIT = 1000;

  private static final int LOAD = 12;
  private static final int STORE = 10;
  private static final int SPLAT = 6;
  private static final int CONVERSION = 4;
  private static final int OPERATION = 1;
  private static final int REDUCTION = 8;

  private int sum;

  private VectorCost() {}

  /** The cost of what a kernel does itself; other kernels that it runs are methods of their own. */
  public static int of(Stmt body) {
    var cost = new VectorCost();
    cost.rewrite(body);
    return cost.sum;
  }

  @Override
  public Kernel rewrite(Kernel kernel) {
    return kernel;
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    if (Loops.storesVector(stmt)) sum += STORE;
    return children(stmt);
  }

  @Override
  public Value rewrite(Value value) {
    if (value instanceof Value.Reduce) sum += REDUCTION;
    else if (value.isVector()) sum += ofVector(value);
    return children(value);
  }

  private static int ofVector(Value value) {
    if (value instanceof Value.Load || value instanceof Value.Gather) return LOAD;
    if (value instanceof Value.Splat s) return s.value() instanceof Value.Num ? SPLAT : SPLAT + 2 * OPERATION;
    if (value instanceof Value.Call c) return isConversion(c.fun()) ? CONVERSION : OPERATION;
    return value instanceof Value.Get ? 0 : OPERATION;
  }

  private static boolean isConversion(Fun fun) {
    return fun == Fun.BITS || fun == Fun.FROM_BITS || fun == Fun.SHIFT_LEFT || fun == Fun.SHIFT_RIGHT;
  }
}
