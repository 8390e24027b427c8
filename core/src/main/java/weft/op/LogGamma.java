package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Value;

/**
 * log |Γ(x)|, within some ULP of the larger of 1 and the result, and of the result itself near its zeros at 1 and 2; ∞ at 0, -1, -2 ….
 *
 * <p>From 1 to 3 it is (x - 1)·(x - 2)·P/Q, fitted to a relative error of 1.2·10⁻¹⁷ in 60 digits; below 1 and up to 8
 * it is brought there by Γ(x + 1) = x·Γ(x), from 8 on it is Stirling's series (Abramowitz and Stegun 6.1.41), below 0
 * π / sin πx reflects it (6.1.17).
 */
public record LogGamma() implements LongFunction {
  private static final double[] P = {0.57721566490153285489, 1.5935776853785531413, 1.6608701013340762588, 0.81453200270864180965,
      0.1909031275315398135, 0.019220691698846191368, 0.00060859853148765729347, 1.332513307892544062e-6};
  private static final double[] Q = {1, 3.1856880637756371132, 3.9616565035312990114, 2.4360308016785308533, 0.77466331941948405393,
      0.12163526552979941783, 0.008128135255496529716, 0.00015714058301104297611};
  /** Bernoulli's number 2k, divided by 2k·(2k - 1). */
  private static final double[] STIRLING = {1. / 12, -1. / 360, 1. / 1260, -1. / 1680, 1. / 1188, -691. / 360360, 1. / 156,
      -3617. / 122400};

  @Override
  public String name() {
    return "logGamma";
  }

  @Override
  public Value element(Element at) {
    var f = new Formula(at);
    Value x = f.x();
    Value reflected = f.below(x, 0);
    Value y = f.select(reflected, f.sub(f.number(1), x), x);
    Value small = f.below(y, 1);
    Value middle = f.below(y, 3);
    Value near = f.below(y, 8);
    Value part = f.add(f.sub(y, f.call(Fun.FLOOR, y)), 1);
    Value u = f.select(small, y, f.select(middle, f.add(y, -1), part));
    Value core = f.mul(f.mul(u, f.add(u, -1)), f.div(f.polynomial(u, P), f.polynomial(u, Q)));
    Value factors = f.number(1);
    for (int k = 1; k <= 5; k++) {
      Value factor = f.add(y, -k);
      factors = f.select(f.below(factor, 2), factors, k == 1 ? factor : f.mul(factors, factor));
    }
    Value log = f.call(Fun.LOG, f.select(small, y, f.select(near, factors, y)));
    Value below = f.select(small, f.sub(core, log), f.add(core, log));
    Value r = f.over(y);
    Value series = f.add(f.mul(r, f.polynomial(f.mul(r, r), STIRLING)), 0.5 * Math.log(2 * Math.PI) - 0.5);
    Value beyond = f.add(f.mul(f.add(y, -.5), f.add(log, -1)), series);
    Value above = f.select(near, below, beyond);
    Value sine = f.call(Fun.SIN, f.mul(f.call(Fun.ABS, f.sub(x, f.call(Fun.ROUND, x))), Math.PI));
    return f.select(reflected, f.sub(f.call(Fun.LOG, f.div(f.number(Math.PI), sine)), above), above);
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return List.of(Ops.times(cotangents.get(0), Apply.one(new Polygamma(0), apply.input(0))));
  }
}
