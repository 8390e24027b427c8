package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Value;

/**
 * The number that a standard normal one is below with probability p: Wichura's PPND16 (Algorithm AS 241, Applied Statistics 37, 1988),
 * with a relative error of 10⁻¹⁶ in f64; ∓∞ at 0 and 1, NaN outside.
 */
public record NormalQuantile() implements LongFunction {
  private static final double[] MIDDLE = {3.3871328727963666080, 1.3314166789178437745e2,
      1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
      3.3430575583588128105e4, 2.5090809287301226727e3};
  private static final double[] BELOW_MIDDLE = {1, 4.2313330701600911252e1, 6.8718700749205790830e2,
      5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
      5.2264952788528545610e3};
  private static final double[] SIDE = {1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
      3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
      7.74545014278341407640e-4};
  private static final double[] BELOW_SIDE = {1, 2.05319162663775882187, 1.67638483018380384940,
      6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
      5.47593808499534494600e-4, 1.05075007164441684324e-9};
  private static final double[] TAIL = {6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
      2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7};
  private static final double[] BELOW_TAIL = {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
      1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
      1.42151175831644588870e-7, 2.04426310338993978564e-15};

  @Override
  public String name() {
    return "normalQuantile";
  }

  @Override
  public Value element(Element at) {
    var f = new Formula(at);
    Value p = f.x();
    return value(f, f.sub(p, f.number(0.5)), f.call(Fun.MIN, p, f.sub(f.number(1), p)));
  }

  /**
   * The number for the probability q + 1/2.
   *
   * @param rest how far that is from 0 or 1, whichever is nearer
   */
  static Value value(Formula f, Value q, Value rest) {
    Value near = f.sub(f.number(0.180625), f.mul(q, q));
    Value middle = f.div(f.mul(f.polynomial(near, MIDDLE), q), f.polynomial(near, BELOW_MIDDLE));
    Value r = f.call(Fun.SQRT, f.call(Fun.NEG, f.call(Fun.LOG, rest)));
    Value outer = f.select(f.call(Fun.LE, r, f.number(5)),
        quotient(f, f.sub(r, f.number(1.6)), SIDE, BELOW_SIDE),
        quotient(f, f.call(Fun.MIN, f.sub(r, f.number(5)), f.number(1e4)), TAIL, BELOW_TAIL));
    Value known = f.select(f.is(rest, 0), f.number(Double.POSITIVE_INFINITY), outer);
    Value signed = f.select(f.below(q, 0), f.call(Fun.NEG, known), known);
    return f.select(f.call(Fun.LE, f.call(Fun.ABS, q), f.number(0.425)), middle, signed);
  }

  private static Value quotient(Formula f, Value x, double[] above, double[] below) {
    return f.div(f.polynomial(x, above), f.polynomial(x, below));
  }

  /** One over the density at the result: √(2π)·e^(z²/2). */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr z = apply.output(0);
    Expr density = Ops.times(Ops.exp(Ops.times(Ops.times(z, z), 0.5)), Math.sqrt(2 * Math.PI));
    return List.of(Ops.times(cotangents.get(0), density));
  }
}
