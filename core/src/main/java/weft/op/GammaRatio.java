package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * A regularised incomplete gamma function, of (a, x): Q = Γ(a, x) / Γ(a), or P = 1 - Q, computed in f64, within 3·10⁻¹⁵
 * for a below a thousand and 10⁻¹³ for a below a million.
 *
 * <p>Below a + 1 P is a series (Abramowitz and Stegun 6.5.29), from there Q is a continued fraction (6.5.31) by the method of Lentz; both
 * stop by themselves, after some √a terms. What stands before them, x^a·e^-x / Γ(a), is made of Stirling's series (6.1.41) from a = 10 on,
 * and below that of Γ(a + n).
 *
 * @param upper whether it is Q
 */
public record GammaRatio(boolean upper) implements Structured, Liftable {
  /** From here on Stirling's series holds. */
  private static final double LARGE = 10;
  /** Where a term is this small against a sum it is none. */
  private static final double NOTHING = 1e-17;
  private static final double MOST = 1e6;
  private static final double TINY = 1e-300;
  /** Bernoulli's number 2k, divided by 2k·(2k - 1). */
  private static final double[] STIRLING = {1. / 12, -1. / 360, 1. / 1260, -1. / 1680, 1. / 1188, -691. / 360360, 1. / 156,
      -3617. / 122400};

  @Override
  public String name() {
    return upper ? "gammaQ" : "gammaP";
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    Operands.checkShapes(inputs);
    for (TensorType in : inputs) {
      if (!in.dtype().isFloat() || in.dtype() != inputs.get(0).dtype()) {
        throw TypeProblem.dtype("takes two floats of one dtype, not " + in.dtype().text(), "Cast it first, for instance with .cast(DType.F32).");
      }
    }
    return inputs.subList(0, 1);
  }

  @Override
  public void lower(Apply apply, Site site) {
    Place out = site.output(0);
    site.kernel(name(), LoopNest.over(out.dims(), Stmt.Order.PARALLEL, at -> new Body(site, out, at).all()));
  }

  /** The statements of one element. */
  private final class Body {
    final Site site;
    final Place out;
    final List<Dim> at;
    final Local a = f64("a");
    final Local x = f64("x");
    final Local b = f64("b");
    final Local n = f64("n");
    final Local factor = f64("factor");
    final Local part = f64("part");
    final Local term = f64("term");
    final Local sum = f64("sum");
    final Local c = f64("c");
    final Local d = f64("d");

    Body(Site site, Place out, List<Dim> at) {
      this.site = site;
      this.out = out;
      this.at = at;
    }

    Stmt all() {
      Value series = upper ? call(Fun.SUB, number(1), get(sum)) : get(sum);
      Value fraction = upper ? get(sum) : call(Fun.SUB, number(1), get(sum));
      Value atEnd = number(upper ? 0 : 1);
      Value ratio = call(Fun.SELECT, below(get(x), get(b)), series, fraction);
      Value positive = call(Fun.SELECT, call(Fun.EQ, get(x), number(Double.POSITIVE_INFINITY)), atEnd, ratio);
      Value known = call(Fun.SELECT, call(Fun.EQ, get(x), number(0)), number(upper ? 1 : 0), positive);
      Value inside = call(Fun.AND, call(Fun.GE, get(x), number(0)), call(Fun.GT, get(a), number(0)));
      Value result = call(Fun.SELECT, inside, known, number(Double.NaN));
      return block(
          new Stmt.Declare(a, new Value.Cast(DType.F64, site.input(0, at))),
          new Stmt.Declare(x, new Value.Cast(DType.F64, site.input(1, at))),
          new Stmt.Declare(b, get(a)),
          new Stmt.Declare(n, number(0)),
          new Stmt.Declare(factor, number(1)),
          new Stmt.Declare(part, number(0)),
          new Stmt.Declare(term, number(0)),
          new Stmt.Declare(sum, number(0)),
          new Stmt.Declare(c, number(0)),
          new Stmt.Declare(d, number(0)),
          before(),
          new Stmt.Assign(b, add(get(a), number(1))),
          new Stmt.Assign(n, number(0)),
          new Stmt.If(below(get(x), get(b)), series(), fraction()),
          new Stmt.Store(out.buffer(), out.index(at), new Value.Cast(site.apply().output(0).dtype(), result)));
    }

    /** x^a·e^-x / Γ(a), without large logarithms where a is large. */
    Stmt before() {
      Value more = call(Fun.AND, below(get(b), number(LARGE)), call(Fun.GT, get(b), number(0)));
      Stmt up = new Stmt.While(more, block(
          new Stmt.Assign(factor, mul(get(factor), get(b))),
          new Stmt.Assign(b, add(get(b), number(1)))));
      Value r = call(Fun.DIV, number(1), get(b));
      Value rest = number(STIRLING[STIRLING.length - 1]);
      for (int k = STIRLING.length - 2; k >= 0; k--) rest = add(mul(rest, mul(r, r)), number(STIRLING[k]));
      Value logGamma = add(sub(mul(sub(get(b), number(.5)), log(get(b))), get(b)), add(number(.5 * Math.log(2 * Math.PI)), mul(rest, r)));
      Value small = sub(sub(mul(get(a), log(get(x))), get(x)), sub(logGamma, log(get(factor))));
      Value distance = call(Fun.DIV, sub(get(x), get(a)), get(a));
      Value below = mul(get(a), sub(distance, call(Fun.LOG1P, distance)));
      Value large = sub(sub(mul(log(mul(get(a), number(1 / (2 * Math.PI)))), number(.5)), mul(rest, r)), below);
      return block(up, new Stmt.Assign(part, call(Fun.EXP, call(Fun.SELECT, below(get(a), number(LARGE)), small, large))));
    }

    /** P = part·(1 / a + x / a(a + 1) + …). */
    Stmt series() {
      Value goesOn = call(Fun.AND, call(Fun.GT, get(term), mul(get(sum), number(NOTHING))), below(get(n), number(MOST)));
      return block(
          new Stmt.Assign(term, call(Fun.DIV, number(1), get(a))),
          new Stmt.Assign(sum, get(term)),
          new Stmt.While(goesOn, block(
              new Stmt.Assign(n, add(get(n), number(1))),
              new Stmt.Assign(term, mul(get(term), call(Fun.DIV, get(x), add(get(a), get(n))))),
              new Stmt.Assign(sum, add(get(sum), get(term))))),
          new Stmt.Assign(sum, mul(get(sum), get(part))));
    }

    /** Q = part / (x + 1 - a - 1·(1 - a) / (x + 3 - a - …)), b counting x + 1 - a, x + 3 - a …; term is by how much it changed. */
    Stmt fraction() {
      Value change = call(Fun.GT, call(Fun.ABS, sub(get(term), number(1))), number(2.5e-16));
      Value goesOn = call(Fun.AND, change, below(get(n), number(MOST)));
      Value numerator = mul(get(n), sub(get(a), get(n)));
      return block(
          new Stmt.Assign(b, sub(add(get(x), number(1)), get(a))),
          new Stmt.Assign(c, number(1 / TINY)),
          new Stmt.Assign(d, call(Fun.DIV, number(1), get(b))),
          new Stmt.Assign(sum, get(d)),
          new Stmt.While(goesOn, block(
              new Stmt.Assign(n, add(get(n), number(1))),
              new Stmt.Assign(b, add(get(b), number(2))),
              new Stmt.Assign(d, call(Fun.DIV, number(1), notZero(add(mul(numerator, get(d)), get(b))))),
              new Stmt.Assign(c, notZero(add(get(b), call(Fun.DIV, numerator, get(c))))),
              new Stmt.Assign(term, mul(get(c), get(d))),
              new Stmt.Assign(sum, mul(get(sum), get(term))))),
          new Stmt.Assign(sum, mul(get(sum), get(part))),
          new Stmt.Assign(b, add(get(a), number(1))));
    }

    private Value notZero(Value v) {
      return call(Fun.SELECT, call(Fun.LT, call(Fun.ABS, v), number(TINY)), number(TINY), v);
    }
  }

  private static Local f64(String name) {
    return new Local(name, DType.F64, 1);
  }

  private static Stmt block(Stmt... stmts) {
    return new Stmt.Block(List.of(stmts));
  }

  private static Value call(Fun fun, Value... arguments) {
    return new Value.Call(fun, arguments);
  }

  private static Value add(Value a, Value b) {
    return call(Fun.ADD, a, b);
  }

  private static Value sub(Value a, Value b) {
    return call(Fun.SUB, a, b);
  }

  private static Value mul(Value a, Value b) {
    return call(Fun.MUL, a, b);
  }

  private static Value log(Value a) {
    return call(Fun.LOG, a);
  }

  private static Value below(Value a, Value b) {
    return call(Fun.LT, a, b);
  }

  private static Value number(double value) {
    return Value.number(DType.F64, value);
  }

  private static Value get(Local local) {
    return new Value.Get(local);
  }

  /** By x it is ∓x^(a - 1)·e^-x / Γ(a); by a there is none. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr a = apply.input(0);
    Expr x = apply.input(1);
    Expr density = Ops.exp(Ops.minus(Ops.minus(Ops.times(Ops.minus(a, 1), Ops.log(x)), x), Ops.logGamma(a)));
    Expr slope = Ops.times(cotangents.get(0), density);
    return Arrays.asList(GradientMark.undefined(a), upper ? Ops.neg(slope) : slope);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return Apply.of(this, Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
