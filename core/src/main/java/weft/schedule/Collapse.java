package weft.schedule;

import java.util.Map;
import weft.loop.Kernel;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Two parallel loops one in the other become one over all their iterations, where every index counts them as one: short rows become
 * long enough for vectors. A loop of one iteration becomes that.
 */
public final class Collapse extends StmtRewriter {
  private Collapse() {}

  /** The body of a kernel in which this is done. */
  public static Stmt apply(Kernel kernel) {
    return new Collapse().rewrite(kernel.body());
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    Stmt inner = children(stmt);
    if (inner instanceof Stmt.For once && once.along().isEmpty() && once.step() == 1 && once.to().minus(once.from()).is(1)) {
      return new Substitute(Map.of(once.var(), once.from())).rewrite(once.body());
    }
    if (inner instanceof Stmt.For outer && isPlain(outer) && outer.body() instanceof Stmt.For row && isPlain(row)
        && !row.to().uses(outer.var()) && countsAsOne(row.body(), outer.var(), row.var(), row.to())) {
      var both = Symbol.loopVariable(row.var().name());
      Stmt body = new Substitute(Map.of(outer.var(), Dim.ZERO, row.var(), Dim.of(both))).rewrite(row.body());
      return new Stmt.For(both, Dim.ZERO, outer.to().times(row.to()), 1, Stmt.Order.PARALLEL, body);
    }
    return inner;
  }

  private static boolean isPlain(Stmt.For f) {
    return f.order() == Stmt.Order.PARALLEL && f.from().is(0) && f.step() == 1 && f.along().isEmpty();
  }

  /** Whether one step of the outer loop moves every index as far as all of the inner loop. */
  private static boolean countsAsOne(Stmt body, Symbol outer, Symbol inner, Dim extent) {
    var check = new StmtRewriter() {
      boolean holds = true;

      @Override
      protected Dim dim(Dim dim) {
        Dim a = dim.coefficient(outer);
        Dim b = dim.coefficient(inner);
        holds &= a != null && b != null && !b.uses(outer) && !a.uses(inner) && a.equals(b.times(extent));
        return dim;
      }
    };
    check.rewrite(body);
    return check.holds;
  }

  /** Says what loop variables are; locals stay, since the body is moved and not copied. */
  private static final class Substitute extends StmtRewriter {
    private final Map<Symbol, Dim> values;

    Substitute(Map<Symbol, Dim> values) {
      this.values = values;
    }

    @Override
    protected Dim dim(Dim dim) {
      return dim.substitute(values::get);
    }
  }
}
