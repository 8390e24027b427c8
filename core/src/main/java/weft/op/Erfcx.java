package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Value;

/**
 * e^(x²)·erfc(x), within some ULP, where erfc itself is too small to be a number; ∞ below -27 (f64) or -10 (f32).
 *
 * <p>For x from 0 it is, over 1 + 2x, a polynomial of (x - 3.75) / (x + 3.75): Shepherd and Laframboise, Chebyshev Approximation of
 * (1 + 2x)exp(x²)erfc x in 0 ≤ x &lt; ∞, Mathematics of Computation 36 (1981), fitted to a relative error of 2·10⁻¹⁸ in 60 digits. Below 0 it is
 * 2e^(x²) less that.
 */
public record Erfcx() implements LongFunction {
  private static final double MIDDLE = 3.75;
  /** Below this it is infinite for any dtype. */
  private static final double LOWEST = -40;
  private static final double[] TERMS = {1.2375126308378275795, -0.14024059858554701896, 0.0035854154854644584849,
      0.082276738490151086224, -0.10880393014175023659, 0.092304321160196380045, -0.058693398589611160448,
      0.028362277421543978641, -0.0097465795582751513726, 0.0017556258321915356302, 0.0002937136669846130733,
      -0.00029015397813783839465, 0.000051649093885821706061, 0.000022383908276600381405, -0.000011444134389658475389,
      -9.7284134518150776017e-7, 1.7516189406943676571e-6, -5.8275018627686911794e-8, -2.5864899107183222091e-7,
      2.4301839484503083582e-8, 3.8662420662837919611e-8, -4.3969219167629055922e-9, -5.1690806448159312053e-9,
      5.4850845200836254385e-10, 4.2433038251096758213e-10, -3.7980647235900285907e-11};

  @Override
  public String name() {
    return "erfcx";
  }

  @Override
  public Value element(Element at) {
    var f = new Formula(at);
    Value x = f.x();
    Value size = f.call(Fun.ABS, x);
    Value t = f.sub(f.number(1), f.div(f.number(2 * MIDDLE), f.add(size, MIDDLE)));
    Value above = f.div(f.polynomial(t, TERMS), f.add(f.mul(size, 2), 1));
    // The square of a few leading bits is exact, so that e gets all digits of x².
    Value low = f.call(Fun.MAX, x, f.number(LOWEST));
    Value lead = f.mul(f.call(Fun.ROUND, f.mul(low, 16)), 1. / 16);
    Value rest = f.mul(f.sub(low, lead), f.add(low, lead));
    Value square = f.mul(f.call(Fun.EXP, f.mul(lead, lead)), f.call(Fun.EXP, rest));
    return f.select(f.below(x, 0), f.sub(f.mul(square, 2), above), above);
  }

  /** 2x·z - 2 / √π. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr slope = Ops.minus(Ops.times(Ops.times(apply.input(0), 2), apply.output(0)), 2 / Math.sqrt(Math.PI));
    return List.of(Ops.times(cotangents.get(0), slope));
  }
}
