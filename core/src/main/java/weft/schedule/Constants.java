package weft.schedule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    return new Stmt.Block(List.copyOf(stmts));
  }

  @Override
  public Value rewrite(Value value) {
    boolean is = value instanceof Value.Splat s && s.value() instanceof Value.Num && s.dtype() != DType.BOOL;
    return is ? new Value.Get(locals.computeIfAbsent(value, v -> new Local(NAME, v.dtype(), v.lanes()))) : children(value);
  }
}
