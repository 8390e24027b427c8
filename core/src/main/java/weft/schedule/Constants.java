package weft.schedule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.runtime.DType;

/**
 * Makes each vector that is one number in every lane once, before the loops of a kernel. The compiled code is the same; but until there
 * is any, each such vector is a call of hundreds of operations wherever it stands, and a compiler that must look through them all leaves
 * the last ones of a large kernel aside.
 */
public final class Constants extends StmtRewriter {
  /** What the locals are called in which such a vector lies. */
  public static final String NAME = "k";
  /** What the locals are called that nobody reads. */
  static final String FILLER = "filler";

  private final Map<Value, Local> locals = new LinkedHashMap<>();

  private Constants() {}

  /** The body of a kernel in which this is done. */
  public static Stmt apply(Kernel kernel) {
    var constants = new Constants();
    Stmt body = constants.rewrite(kernel.body());
    if (constants.locals.isEmpty()) return body;
    var stmts = new ArrayList<Stmt>();
    constants.locals.forEach((value, local) -> stmts.add(new Stmt.Declare(local, value)));
    if (body instanceof Stmt.Block b) stmts.addAll(b.stmts());
    else stmts.add(body);
    Value any = constants.locals.keySet().iterator().next();
    for (int more = Fillers.of(new Stmt.Block(stmts)); more > 0; more--) {
      stmts.add(0, new Stmt.Declare(new Local(FILLER, any.dtype(), any.lanes()), any));
    }
    return new Stmt.Block(List.copyOf(stmts));
  }

  @Override
  public Value rewrite(Value value) {
    if (value instanceof Value.Call c && isShiftByNumber(c)) return new Value.Call(c.fun(), rewrite(c.argument(0)), c.argument(1));
    boolean is = value instanceof Value.Splat s && s.value() instanceof Value.Num && s.dtype() != DType.BOOL;
    return is ? new Value.Get(locals.computeIfAbsent(value, v -> new Local(NAME, v.dtype(), v.lanes()))) : children(value);
  }

  /**
   * A number of bits is an instruction's own. Of a vector the Vector API first masks the lanes, in the method that all other operations
   * on whole numbers go through: where C2 stops to look through calls there ({@code NodeCountInliningCutoff}), it cannot tell which
   * operation takes that way, and the vectors that meet behind it stay objects.
   */
  private static boolean isShiftByNumber(Value.Call call) {
    boolean isShift = call.fun() == Fun.SHIFT_LEFT || call.fun() == Fun.SHIFT_RIGHT;
    return isShift && call.argument(1) instanceof Value.Splat s && s.value() instanceof Value.Num;
  }
}
