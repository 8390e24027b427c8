package weft.rewrite;

import static weft.op.Ops.abs;
import static weft.op.Ops.and;
import static weft.op.Ops.ceil;
import static weft.op.Ops.div;
import static weft.op.Ops.eq;
import static weft.op.Ops.floor;
import static weft.op.Ops.maximum;
import static weft.op.Ops.minimum;
import static weft.op.Ops.minus;
import static weft.op.Ops.ne;
import static weft.op.Ops.neg;
import static weft.op.Ops.not;
import static weft.op.Ops.or;
import static weft.op.Ops.plus;
import static weft.op.Ops.pow;
import static weft.op.Ops.relu;
import static weft.op.Ops.round;
import static weft.op.Ops.scalar;
import static weft.op.Ops.times;
import static weft.op.Ops.where;
import static weft.op.Ops.xor;
import static weft.rewrite.Equation.rule;
import static weft.rewrite.Variables.a;
import static weft.rewrite.Variables.b;
import static weft.rewrite.Variables.p;
import static weft.rewrite.Variables.q;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.op.Ops;
import weft.op.Scalar;
import weft.runtime.DType;

/**
 * Equations between functions of single elements. They hold for every value, infinities and NaN included, but
 * for the sign of a zero: {@code a + 0 → a} keeps the sign that adding 0 would take from -0.
 *
 * <p>Not here, because they are wrong for some value: {@code a · 0 → 0}, {@code a - a → 0} and {@code a / a →
 * 1} (infinities, NaN), {@code exp(log(a)) → a} (negative numbers), {@code pow(a, 0.5) → sqrt(a)} (-∞).
 */
final class ScalarRules {
  private static final Expr TRUE = scalar(true);
  private static final Expr FALSE = scalar(false);

  static final List<Rule> ALL = List.of(
      rule(plus(a, 0.0), a),
      rule(minus(a, 0.0), a),
      rule(minus(0.0, a), neg(a)),
      rule(times(a, 1.0), a),
      rule(times(a, -1.0), neg(a)),
      rule(div(a, 1.0), a),
      rule(div(a, -1.0), neg(a)),
      rule(neg(neg(a)), a),
      rule(plus(a, neg(b)), minus(a, b)),
      rule(minus(a, neg(b)), plus(a, b)),
      rule(minus(neg(a), b), neg(plus(a, b))),
      rule(neg(minus(a, b)), minus(b, a)),
      rule(times(neg(a), neg(b)), times(a, b)),
      rule(div(neg(a), neg(b)), div(a, b)),
      rule(times(neg(a), b), neg(times(a, b))),
      rule(div(neg(a), b), neg(div(a, b))),
      rule(div(a, neg(b)), neg(div(a, b))),
      CodeRule.rule("-(a · 2) → a · -2", Scalar.NEG, ScalarRules::negatedProduct)
          .on(neg(times(a, 2.0)), neg(div(3.0, a))),
      CodeRule.rule("a / 2 → a · 0.5, powers of two", Scalar.DIV, ScalarRules::exactQuotient)
          .on(div(a, 2.0), div(a, 0.125), div(a, -4.0)),
      rule(abs(neg(a)), abs(a)),
      rule(abs(abs(a)), abs(a)),
      rule(times(abs(a), abs(a)), times(a, a)),
      rule(relu(relu(a)), relu(a)),
      rule(maximum(a, a), a),
      rule(minimum(a, a), a),
      rule(floor(floor(a)), floor(a)),
      rule(ceil(ceil(a)), ceil(a)),
      rule(round(round(a)), round(a)),
      rule(pow(a, 1.0), a),
      rule(pow(a, 0.0), Ops.onesLike(a)),
      rule(where(TRUE, a, b), a),
      rule(where(FALSE, a, b), b),
      rule(where(p, a, a), a),
      rule(where(not(p), a, b), where(p, b, a)),
      rule(not(not(p)), p),
      rule(not(eq(a, b)), ne(a, b)),
      rule(not(ne(a, b)), eq(a, b)),
      rule(and(p, p), p),
      rule(or(p, p), p),
      rule(and(p, TRUE), p),
      rule(and(TRUE, p), p),
      rule(or(p, FALSE), p),
      rule(or(FALSE, p), p),
      rule(and(p, FALSE), FALSE),
      rule(and(FALSE, p), FALSE),
      rule(or(p, TRUE), TRUE),
      rule(or(TRUE, p), TRUE),
      rule(xor(p, FALSE), p),
      rule(and(p, or(p, q)), p));

  private ScalarRules() {}

  /** The sign goes into the constant that the product or quotient has. */
  private static Expr negatedProduct(Apply e) {
    Apply inner = e.input(0).apply();
    if (inner.op() != Scalar.MUL && inner.op() != Scalar.DIV || !e.output(0).dtype().isFloat()) return null;
    for (int i = 0; i < 2; i++) {
      if (!(inner.input(i).op() instanceof Leaf.Constant c)) continue;
      Expr negated = Ops.constant(-c.value().doubleValue(), c.type());
      return i == 0 ? Apply.one(inner.op(), negated, inner.input(1))
          : Apply.one(inner.op(), inner.input(0), negated);
    }
    return null;
  }

  /** Dividing by a power of two is multiplying by its reciprocal, bit for bit, while that is a normal number. */
  private static Expr exactQuotient(Apply e) {
    if (!(e.input(1).op() instanceof Leaf.Constant c)) return null;
    int largest = c.type().dtype() == DType.F32 ? Float.MAX_EXPONENT : Double.MAX_EXPONENT;
    double value = c.value().doubleValue();
    int exponent = Math.getExponent(value);
    boolean power = Math.abs(value) == Math.scalb(1.0, exponent) && Math.abs(exponent) < largest;
    return power ? Apply.one(Scalar.MUL, e.input(0), Ops.constant(1 / value, c.type())) : null;
  }
}
