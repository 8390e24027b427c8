package weft.schedule;

import weft.loop.Kernel;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * An innermost loop over one row of all its buffers, {@code z[r*n + i]}, counts their elements instead, {@code
 * z[i]} from {@code r*n} on: JDK 17 makes vectors of such a loop by itself, and of the other not (2.4 against 0.6
 * microseconds for eight rows of 1024).
 */
public final class Rebase extends StmtRewriter {
  private Rebase() {}

  /** The body of a kernel in which this is done. */
  public static Stmt apply(Kernel kernel) {
    return new Rebase().rewrite(kernel.body());
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    Stmt inner = children(stmt);
    if (!(inner instanceof Stmt.For loop) || loop.order() != Stmt.Order.PARALLEL || loop.step() != 1
        || !loop.along().isEmpty() || !Loops.isInnermost(loop) || isCopy(loop.body())) {
      return inner;
    }
    var rows = new Rows(loop.var());
    rows.rewrite(loop.body());
    if (rows.mixed || rows.start == null || rows.start.is(0)) return inner;
    Dim start = rows.start;
    var element = Symbol.loopVariable(loop.var().name());
    Stmt body = Loops.bodyAt(loop, Dim.of(element).minus(start));
    return new Stmt.For(element, loop.from().plus(start), loop.to().plus(start), 1, loop.order(), loop.along(),
        body);
  }

  /** The virtual machine copies arrays by itself, from any place to any other. */
  private static boolean isCopy(Stmt body) {
    return body instanceof Stmt.Store s && s.value() instanceof Value.Load;
  }

  /** Where the rows start that a loop goes along, apart from a number of elements. */
  private static final class Rows extends StmtRewriter {
    private final Symbol var;
    private Dim start;
    private boolean mixed;

    Rows(Symbol var) {
      this.var = var;
    }

    @Override
    public Stmt rewrite(Stmt stmt) {
      if (stmt instanceof Stmt.Store s) access(s.index(), s.value().lanes());
      return children(stmt);
    }

    @Override
    public Value rewrite(Value value) {
      if (value instanceof Value.Load load) access(load.index(), load.lanes());
      return children(value);
    }

    private void access(Dim index, int lanes) {
      if (lanes > 1) mixed = true;
      if (!index.uses(var)) return;
      Dim stride = index.coefficient(var);
      Dim here = index.minus(Dim.of(var));
      for (Dim.Term t : here.terms()) if (t.symbols().isEmpty()) here = here.minus(t.coefficient());
      if (start == null) start = here;
      mixed |= stride == null || !stride.is(1) || !here.equals(start);
    }
  }
}
