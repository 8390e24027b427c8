package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Concat;
import weft.op.Einsum;
import weft.op.Reduce;
import weft.op.Scan;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * How one element of a reduction is computed: loops over the axes that vanish, around {@code acc = fun(acc, value)}.
 *
 * @param symbols the loops' variables, outermost first
 * @param extents how far they count
 * @param operands what is combined; two operands are multiplied first
 */
record Reduction(Fun fun, List<Symbol> symbols, List<Dim> extents, List<Operand> operands) {

  /** An expression and the index at which it is read. */
  record Operand(Expr expr, List<Dim> at) {}

  static Reduction of(Region region, Unit unit, List<Dim> at) {
    var symbols = new ArrayList<Symbol>();
    var extents = new ArrayList<Dim>();
    if (unit.apply.op() instanceof Einsum e) {
      StringBuilder letters = new StringBuilder(e.out());
      var index = new ArrayList<>(at);
      for (char c : e.left().toCharArray()) {
        if (e.out().indexOf(c) >= 0) continue;
        letters.append(c);
        index.add(axis(e.extent(c, unit.apply.input(0).type(), unit.apply.input(1).type()), symbols, extents));
      }
      return new Reduction(Fun.ADD, symbols, extents, List.of(
          new Operand(unit.apply.input(0), Composer.pick(e.left(), letters.toString(), index)),
          new Operand(unit.apply.input(1), Composer.pick(e.right(), letters.toString(), index))));
    }
    var reduce = (Reduce) unit.apply.op();
    Expr in = unit.apply.input(0);
    var index = new ArrayList<Dim>();
    int kept = 0;
    for (int i = 0; i < in.rank(); i++) {
      index.add(reduce.axes().contains(i) ? axis(in.dim(i), symbols, extents) : at.get(kept++));
    }
    boolean keepsLast = in.rank() > 1 && !reduce.axes().contains(in.rank() - 1);
    if (keepsLast && reduce.axes().contains(0) && isMadeBackwards(in)) index.set(0, in.dim(0).minus(1).minus(index.get(0)));
    return new Reduction(reduce.fun(), symbols, extents, List.of(new Operand(in, index)));
  }

  /** Whether a scan that goes backwards makes the rows: they are added up in the order in which they come, so that each step may add its own. */
  private static boolean isMadeBackwards(Expr rows) {
    if (rows.op() instanceof Concat c) return c.axis() > 0 && rows.apply().inputs().stream().allMatch(Reduction::isMadeBackwards);
    return rows.op() instanceof Scan s && s.reverse() && rows.index() >= s.ys(0);
  }

  private static Dim axis(Dim extent, List<Symbol> symbols, List<Dim> extents) {
    if (extent.is(1)) return Dim.ZERO;
    var symbol = Symbol.loopVariable("r" + symbols.size());
    symbols.add(symbol);
    extents.add(extent);
    return Dim.of(symbol);
  }

  /** Appends the loops and returns the result. */
  Value append(List<Stmt> body, Composer composer) {
    var acc = new Local("acc", operands.get(0).expr().dtype(), 1);
    body.add(new Stmt.Declare(acc, neutral(fun, acc.dtype())));
    body.add(loops(new Stmt.Assign(acc, next(composer, new Value.Get(acc))), Stmt.Order.REDUCTION));
    return new Value.Get(acc);
  }

  /** The loops over the axes that vanish. */
  Stmt loops(Stmt each, Stmt.Order order) {
    Stmt loop = each;
    for (int i = symbols.size() - 1; i >= 0; i--) loop = new Stmt.For(symbols.get(i), Dim.ZERO, extents.get(i), 1, order, loop);
    return loop;
  }

  /** What was combined so far, combined with one term more. */
  Value next(Composer composer, Value before) {
    Value first = composer.value(operands.get(0).expr(), operands.get(0).at());
    if (operands.size() == 1) return new Value.Call(fun, before, first);
    Value second = composer.value(operands.get(1).expr(), operands.get(1).at());
    return first.dtype().isFloat() ? new Value.Call(Fun.FMA, first, second, before)
        : new Value.Call(Fun.ADD, before, new Value.Call(Fun.MUL, first, second));
  }

  /** What a reduction starts from. */
  static Value neutral(Fun fun, DType dtype) {
    return switch (fun) {
      case ADD, OR -> Value.number(dtype, 0);
      case MUL, AND -> Value.number(dtype, 1);
      case MAX -> limit(dtype, false);
      case MIN -> limit(dtype, true);
      default -> throw new IllegalArgumentException("cannot reduce by " + fun);
    };
  }

  private static Value limit(DType dtype, boolean high) {
    return switch (dtype) {
      case F32, F64 -> Value.number(dtype, high ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
      case I32 -> new Value.Num(dtype, high ? Integer.MAX_VALUE : Integer.MIN_VALUE);
      case I64 -> new Value.Num(dtype, high ? Long.MAX_VALUE : Long.MIN_VALUE);
      case BOOL -> new Value.Num(dtype, high ? 1 : 0);
    };
  }
}
