package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Value;

/**
 * The modified Bessel function of the first kind I₀ or I₁, within some ULP; ±∞ beyond some 713 (f64) or 91 (f32).
 *
 * <p>Up to 12 it is its power series in x² / 4 (Abramowitz and Stegun 9.6.10) economised, beyond it e^x / √x times a polynomial of 1 / x
 * (9.7.1), the form of Blair and Edwards, Stable Rational Minimax Approximations to the Modified Bessel Functions I₀(x) and I₁(x) (1974).
 * Both are Chebyshev's interpolations, fitted to relative errors of 4·10⁻¹⁸ in 60 digits.
 *
 * @param order 0 or 1
 */
public record BesselI(int order) implements LongFunction {
  /** Up to here the polynomial of x² holds. */
  private static final double SMALL = 12;

  private static final double[] NEAR_0 = {1.000000000000000001, 0.24999999999999998022, 0.027777777777777843671,
      0.0017361111111110240697, 0.000069444444444505148285, 1.9290123456532071357e-6, 3.9367598898688531956e-8,
      6.1511873123837418109e-10, 7.5940586352849339092e-12, 7.5940562050904396241e-14, 6.2760994337843030068e-16,
      4.3582771624298707071e-18, 2.5794677586272899674e-20, 1.313806975000970726e-22, 5.9026216465380160699e-25,
      2.1718639844348918796e-27, 9.5550208711205666742e-30, 8.2703362959210959151e-33, 1.5769315259607734898e-34};
  private static final double[] NEAR_1 = {0.49999999999999999979, 0.25000000000000000471, 0.041666666666666649269,
      0.0034722222222222477176, 0.00017361111111109135626, 5.7870370370463867529e-6, 1.3778659611698446822e-7,
      2.4604749313657079669e-9, 3.4173262820862291922e-11, 3.7970293425016829827e-13, 3.4518435481119338364e-15,
      2.6150424399571542713e-17, 1.6762561613212136275e-19, 9.2125232521434351478e-22, 4.3790207328185349587e-24,
      1.8451682708548245597e-26, 6.3802750715574792285e-29, 2.6604948441577484715e-31, 2.1455161254312353545e-34,
      3.9487941812569859235e-36};
  private static final double[] FAR_0 = {0.40107106506684741672, 0.0021821681721169427546, 0.000055984825333645790017,
      2.7977070187232168887e-6, 2.1716050330438626187e-7, 2.3688437138529012749e-8, 3.4434288960480875478e-9,
      6.4805944890845447597e-10, 1.562500989778360245e-10, 4.7934318857574777254e-11, 1.8678696087182500377e-11,
      1.1567225133595173639e-11, 8.7314785149435989507e-12, 1.1606160075037189273e-12, -4.7763149554364028851e-12,
      -2.6436428225550060011e-12, 6.5138956698655933621e-13, 5.6516399727686784449e-13};
  private static final double[] FAR_1 = {0.3926244942041165543, -0.0064054536034823729947, -0.000091247553550743219419,
      -3.8279513547664767257e-6, -2.7268454836140652926e-7, -2.8253705687513595093e-8, -3.9675464826547574947e-9,
      -7.2817460970100242647e-10, -1.721826022984333561e-10, -5.2007409988564611964e-11, -1.9959069559377818552e-11,
      -1.2179489345971288243e-11, -9.2418883789826417419e-12, -1.3598828015317704305e-12, 4.9490313042045289788e-12,
      2.7950069920716692305e-12, -6.6310281439871367772e-13, -5.9013231396851534094e-13};

  @Override
  public String name() {
    return "besselI" + order;
  }

  @Override
  public Value element(Element at) {
    var f = new Formula(at);
    Value x = f.x();
    Value size = f.call(Fun.ABS, x);
    Value y = f.mul(f.mul(size, size), .25);
    Value near = order == 0 ? f.add(f.mul(y, f.polynomial(y, NEAR_0)), 1) : f.mul(x, f.polynomial(y, NEAR_1));
    Value t = f.add(f.div(f.number(2 * SMALL), size), -1);
    // By halves, since e^x overflows where the result does not yet.
    Value half = f.call(Fun.EXP, f.mul(size, .5));
    Value far = f.mul(f.mul(half, f.div(f.polynomial(t, order == 0 ? FAR_0 : FAR_1), f.call(Fun.SQRT, size))), half);
    Value known = f.select(f.is(size, Double.POSITIVE_INFINITY), size, far);
    Value signed = order == 0 ? known : f.select(f.below(x, 0), f.call(Fun.NEG, known), known);
    return f.select(f.call(Fun.LE, size, f.number(SMALL)), near, signed);
  }

  /** I₀' = I₁, I₁' = I₀ - I₁ / x. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr other = Apply.one(new BesselI(1 - order), apply.input(0));
    return List.of(Ops.times(cotangents.get(0), order == 0 ? other : Ops.minus(other, overX(apply))));
  }

  /** A function of order 1 over its argument, 1/2 at 0. */
  static Expr overX(Apply apply) {
    Expr x = apply.input(0);
    Expr zero = Ops.eq(x, 0);
    Expr divisor = Ops.where(zero, Ops.onesLike(x), x);
    return Ops.where(zero, Ops.constantLike(x, 0.5), Ops.div(apply.output(0), divisor));
  }
}
