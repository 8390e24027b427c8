package weft.rewrite;

import static weft.op.Ops.abs;
import static weft.op.Ops.argmax;
import static weft.op.Ops.argmin;
import static weft.op.Ops.div;
import static weft.op.Ops.exp;
import static weft.op.Ops.expm1;
import static weft.op.Ops.keepDims;
import static weft.op.Ops.log;
import static weft.op.Ops.log1p;
import static weft.op.Ops.logSigmoid;
import static weft.op.Ops.logSoftmax;
import static weft.op.Ops.logSumExp;
import static weft.op.Ops.minus;
import static weft.op.Ops.neg;
import static weft.op.Ops.plus;
import static weft.op.Ops.pow;
import static weft.op.Ops.sigmoid;
import static weft.op.Ops.softmax;
import static weft.op.Ops.softplus;
import static weft.op.Ops.sqrt;
import static weft.op.Ops.sum;
import static weft.op.Ops.times;
import static weft.rewrite.Equation.rule;
import static weft.rewrite.Equation.saving;
import static weft.rewrite.Variables.a;
import static weft.rewrite.Variables.b;
import static weft.rewrite.Variables.c;
import static weft.rewrite.Variables.d;
import static weft.rewrite.Variables.g;
import static weft.rewrite.Variables.x;
import static weft.rewrite.Variables.y;

import java.util.List;
import weft.graph.Expr;

/**
 * Equations between functions, the right side of which is at least as accurate wherever the left side is a
 * number.
 */
final class StabilityRules {
  private static final Expr SUM_EXP = sum(exp(x), -1);

  /** The parts of the gradient of a binary cross-entropy of a sigmoid. */
  private static final Expr BY_HIT = div(b, sigmoid(a));
  private static final Expr BY_MISS = div(c, minus(1.0, sigmoid(a)));
  private static final Expr SLOPE = times(sigmoid(a), sigmoid(neg(a)));

  static final List<Rule> ALL = List.of(
      rule(log(softmax(x)), logSoftmax(x)),
      rule(log(sigmoid(a)), logSigmoid(a)),
      rule(log(minus(1.0, sigmoid(a))), logSigmoid(neg(a))),
      rule(log1p(neg(sigmoid(a))), logSigmoid(neg(a))),
      rule(log(plus(1.0, a)), log1p(a)),
      rule(log(minus(1.0, a)), log1p(neg(a))),
      rule(log1p(exp(a)), softplus(a)),
      rule(neg(softplus(neg(a))), logSigmoid(a)),
      rule(neg(logSigmoid(neg(a))), softplus(a)),
      rule(log(exp(a)), a),
      rule(log(SUM_EXP), logSumExp(x, -1)),
      rule(minus(x, spread(logSumExp(x, -1))), logSoftmax(x)),
      rule(exp(logSoftmax(x)), softmax(x)),
      rule(exp(logSigmoid(a)), sigmoid(a)),
      rule(minus(exp(a), 1.0), expm1(a)),
      rule(minus(1.0, exp(a)), neg(expm1(a))),
      rule(div(1.0, plus(1.0, exp(neg(a)))), sigmoid(a)),
      rule(div(1.0, plus(1.0, exp(a))), sigmoid(neg(a))),
      rule(div(exp(a), plus(1.0, exp(a))), sigmoid(a)),
      rule(div(b, plus(1.0, exp(neg(a)))), times(b, sigmoid(a))),
      rule(div(b, plus(1.0, exp(a))), times(b, sigmoid(neg(a)))),
      saving(minus(1.0, sigmoid(a)), sigmoid(neg(a))),
      rule(times(exp(neg(a)), sigmoid(a)), sigmoid(neg(a))),
      rule(times(times(b, times(c, sigmoid(a))), exp(neg(a))), times(b, times(c, sigmoid(neg(a))))),
      rule(times(exp(a), sigmoid(neg(a))), sigmoid(a)),
      rule(div(exp(x), spread(SUM_EXP)), softmax(x)),
      rule(softmax(minus(x, spread(a))), softmax(x)),
      rule(times(exp(x), spread(div(a, SUM_EXP))), times(spread(a), softmax(x))),
      rule(times(exp(x), spread(neg(div(a, SUM_EXP)))), times(spread(neg(a)), softmax(x))),
      rule(times(exp(x), div(g, spread(SUM_EXP))), times(g, softmax(x))),
      rule(times(exp(x), plus(div(g, spread(SUM_EXP)), spread(a))),
          plus(times(g, softmax(x)), times(exp(x), spread(a)))),
      rule(times(exp(x), minus(div(g, spread(SUM_EXP)), spread(a))),
          minus(times(g, softmax(x)), times(exp(x), spread(a)))),
      rule(times(exp(x), minus(spread(a), div(g, spread(SUM_EXP)))),
          minus(times(exp(x), spread(a)), times(g, softmax(x)))),
      rule(sum(times(g, div(y, spread(SUM_EXP))), -1), div(sum(times(g, y), -1), SUM_EXP)),
      rule(argmax(softmax(x), -1), argmax(x, -1)),
      rule(argmax(logSoftmax(x), -1), argmax(x, -1)),
      rule(argmin(softmax(x), -1), argmin(x, -1)),
      rule(argmin(logSoftmax(x), -1), argmin(x, -1)),
      rule(sqrt(times(a, a)), abs(a)),
      rule(pow(a, 2.0), times(a, a)),
      rule(pow(a, -1.0), div(1.0, a)),
      rule(times(div(b, a), a), b),
      rule(times(div(b, a), times(a, c)), times(b, c)),
      rule(times(plus(div(b, a), div(c, d)), times(a, d)), plus(times(b, d), times(c, a))),
      rule(times(minus(div(b, a), div(c, d)), times(a, d)), minus(times(b, d), times(c, a))),
      rule(times(plus(BY_HIT, BY_MISS), SLOPE), plus(times(b, sigmoid(neg(a))), times(c, sigmoid(a)))),
      rule(times(minus(BY_HIT, BY_MISS), SLOPE), minus(times(b, sigmoid(neg(a))), times(c, sigmoid(a)))),
      rule(times(minus(BY_MISS, BY_HIT), SLOPE), minus(times(c, sigmoid(a)), times(b, sigmoid(neg(a))))),
      rule(times(a, plus(div(b, a), c)), plus(b, times(a, c))),
      rule(times(a, minus(div(b, a), c)), minus(b, times(a, c))),
      rule(times(a, minus(c, div(b, a))), minus(times(a, c), b)));

  private StabilityRules() {}

  /** One number a row, repeated along the row. */
  private static Expr spread(Expr perRow) {
    return keepDims(perRow, x, -1);
  }
}
