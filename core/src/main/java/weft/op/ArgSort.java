package weft.op;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * Where the elements along one axis stand, in the order of their values, as i64. Equal elements keep their order,
 * and NaN counts as larger than every number.
 *
 * <p>A merge of runs of 1, 2, 4 … elements, in two buffers of indices.
 */
public record ArgSort(int axis, boolean descending) implements Structured, Liftable {
  @Override
  public String name() {
    return "argsort";
  }

  @Override
  public String attributes() {
    return "axis " + axis + (descending ? " descending" : "");
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.MEMORY;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    if (x.dtype() == DType.BOOL) {
      throw TypeProblem.dtype("takes numbers, not bool", "Cast it first, for instance with .cast(DType.I32).");
    }
    return List.of(x.withDType(DType.I64));
  }

  @Override
  public void lower(Apply apply, Site site) {
    Dim n = apply.input(0).dim(axis);
    Place in = site.inputPlace(0);
    Place out = site.output(0);
    Buffer from = site.scratch("runs", DType.I32, n);
    Buffer to = site.scratch("merged", DType.I32, n);
    List<Dim> rows = Axes.remove(out.dims(), axis);
    site.kernel(name(), LoopNest.over(rows, Stmt.Order.SEQUENTIAL, r -> {
      List<Dim> first = Axes.insert(r, axis, Dim.ZERO);
      var width = new Local("width", DType.I32, 1);
      Value size = new Value.Position(n);
      Value more = call(Fun.LT, get(width), call(Fun.SUB, size, get(width)));
      return new Stmt.Block(List.of(
          each(n, k -> store(from, k, new Value.Position(k))),
          new Stmt.Declare(width, Value.number(DType.I32, 1)),
          new Stmt.While(call(Fun.LT, get(width), size), new Stmt.Block(List.of(
              new Merge(from, to, n, width, in, in.index(first)).passes(),
              each(n, k -> store(from, k, new Value.Load(to, k, 1))),
              new Stmt.Assign(width, call(Fun.SELECT, more, call(Fun.ADD, get(width), get(width)), size))))),
          each(n, k -> new Stmt.Store(out.buffer(), out.index(Axes.insert(r, axis, k)),
              new Value.Cast(DType.I64, new Value.Load(from, k, 1))))));
    }));
  }

  private static Stmt each(Dim n, Function<Dim, Stmt> body) {
    return LoopNest.over(List.of(n), Stmt.Order.PARALLEL, k -> body.apply(k.get(0)));
  }

  private static Stmt store(Buffer buffer, Dim at, Value value) {
    return new Stmt.Store(buffer, at, value);
  }

  private static Value get(Local local) {
    return new Value.Get(local);
  }

  private static Value call(Fun fun, Value... arguments) {
    return new Value.Call(fun, arguments);
  }

  /** Neighbouring runs of {@code width} sorted elements become runs of twice as many. */
  private final class Merge {
    private final Buffer from;
    private final Buffer to;
    private final Value size;
    private final Value last;
    private final Value width;
    private final Place in;
    private final Dim base;
    private final Local low = new Local("low", DType.I32, 1);
    private final Local middle = new Local("middle", DType.I32, 1);
    private final Local high = new Local("high", DType.I32, 1);
    private final Local left = new Local("left", DType.I32, 1);
    private final Local right = new Local("right", DType.I32, 1);
    private final Local k = new Local("k", DType.I32, 1);

    private Merge(Buffer from, Buffer to, Dim n, Local width, Place in, Dim base) {
      this.from = from;
      this.to = to;
      this.size = new Value.Position(n);
      this.last = new Value.Position(n.minus(1));
      this.width = get(width);
      this.in = in;
      this.base = base;
    }

    private Stmt passes() {
      return new Stmt.Block(List.of(
          new Stmt.Declare(low, Value.number(DType.I32, 0)),
          new Stmt.While(call(Fun.LT, get(low), size), new Stmt.Block(List.of(
              new Stmt.Declare(middle, behind(low)),
              new Stmt.Declare(high, behind(middle)),
              new Stmt.Declare(left, get(low)),
              new Stmt.Declare(right, get(middle)),
              new Stmt.Declare(k, get(low)),
              new Stmt.While(call(Fun.LT, get(k), get(high)), next()),
              new Stmt.Assign(low, get(high)))))));
    }

    /** {@code width} further, or the end; the sum is not made where it would overflow. */
    private Value behind(Local start) {
      return call(Fun.SELECT, call(Fun.LT, width, call(Fun.SUB, size, get(start))),
          call(Fun.ADD, get(start), width), size);
    }

    private Stmt next() {
      var one = new Local("one", DType.I32, 1);
      var other = new Local("other", DType.I32, 1);
      var stays = new Local("stays", DType.BOOL, 1);
      Value before = before(element(other), element(one));
      Value isLeft = call(Fun.AND, call(Fun.LT, get(left), get(middle)),
          call(Fun.OR, call(Fun.GE, get(right), get(high)), call(Fun.NOT, before)));
      Value first = Value.number(DType.I32, 1);
      Value none = Value.number(DType.I32, 0);
      return new Stmt.Block(List.of(
          new Stmt.Declare(one, new Value.Gather(from, Dim.ZERO, Dim.ONE, call(Fun.MIN, get(left), last))),
          new Stmt.Declare(other, new Value.Gather(from, Dim.ZERO, Dim.ONE, call(Fun.MIN, get(right), last))),
          new Stmt.Declare(stays, isLeft),
          new Stmt.Scatter(to, Dim.ZERO, Dim.ONE, get(k), call(Fun.SELECT, get(stays), get(one), get(other))),
          new Stmt.Assign(left, call(Fun.ADD, get(left), call(Fun.SELECT, get(stays), first, none))),
          new Stmt.Assign(right, call(Fun.ADD, get(right), call(Fun.SELECT, get(stays), none, first))),
          new Stmt.Assign(k, call(Fun.ADD, get(k), first))));
    }

    private Value element(Local index) {
      return new Value.Gather(in.buffer(), base, in.strides().get(axis), get(index));
    }

    /** Whether a belongs before b and is not equal to it. */
    private Value before(Value a, Value b) {
      Value beyond = call(descending ? Fun.GT : Fun.LT, a, b);
      if (!a.dtype().isFloat()) return beyond;
      Value larger = descending ? a : b;
      Value smaller = descending ? b : a;
      return call(Fun.OR, beyond, call(Fun.AND, call(Fun.NE, larger, larger), call(Fun.EQ, smaller, smaller)));
    }
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return Arrays.asList((Expr) null);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(new ArgSort(axis + 1, descending), inputs.get(0)));
  }
}
