package weft.schedule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.runtime.DType;

/**
 * Makes each vector that is one number in every lane once, before the loop of a kernel that reads it first. The compiled code is the same; but until there
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
    List<Stmt> stmts = constants.declared(body instanceof Stmt.Block b ? b.stmts() : List.of(body));
    Value any = constants.locals.keySet().iterator().next();
    for (int more = Fillers.of(new Stmt.Block(stmts)); more > 0; more--) {
      stmts.add(0, new Stmt.Declare(new Local(FILLER, any.dtype(), any.lanes()), any));
    }
    return new Stmt.Block(List.copyOf(stmts));
  }

  /**
   * The statements, each vector made before the first one that reads it: a local is alive from there on, also where nobody reads it, since the virtual
   * machine may go back to the interpreter at any check of an index. Twelve of a tanh beside the sums of a tile leave too few of 16 registers, and whether a
   * sum or a constant waited in memory was another one in each process (Elman B1 T32 H32, 17: 3.5 or 7 µs a call, one process in three).
   */
  private List<Stmt> declared(List<Stmt> stmts) {
    var all = new ArrayList<Stmt>();
    var left = new LinkedHashMap<>(locals);
    for (Stmt s : stmts) {
      Set<Local> read = Stretches.locals(List.of(s));
      left.forEach((value, local) -> {
        if (read.contains(local)) all.add(new Stmt.Declare(local, value));
      });
      left.values().removeAll(read);
      all.add(s);
    }
    return all;
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
