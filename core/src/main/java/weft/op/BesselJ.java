package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Value;

/**
 * The Bessel function of the first kind J₀ or J₁, within some 10⁻¹⁶ of the largest values around, and of the result itself up to its
 * second zero above 0; 0 at ±∞.
 *
 * <p>Up to 5 it is a product of its first two zeros and a polynomial, as in Hart et al., Computer Approximations (1968), 6.8; beyond, it
 * is √(2 / πx)·(P·cos χ - Q·sin χ) with χ = x - π/4 or x - 3π/4 (Abramowitz and Stegun 9.2.5), where P and x·Q are polynomials of
 * 1 / x². All are Chebyshev's interpolations, fitted to relative errors of 5·10⁻¹⁸ in 60 digits.
 *
 * @param order 0 or 1
 */
public record BesselJ(int order) implements LongFunction {
  /** Up to here the polynomial of x² holds. */
  private static final double SMALL = 5;
  /** The first two zeros of each order, rounded to f32, and what is left of them. */
  private static final double[][] ZEROS = {{0x1.33d152p+1, 0x1.6148f6p+2}, {0x1.ea7558p+1, 0x1.c0ff6p+2}};
  private static final double[][] RESTS = {{1.0870590460455913188e-7, -7.1934148334778395887e-8}, {-7.6850593153135564114e-8, -1.8321172499646295002e-7}};

  private static final double[] NEAR_0 = {0.0031873556303932385373, -0.0019210870437164044041, 0.00048768271776558411171,
      -0.000071217052405758527123, 6.8549548471993729687e-6, -4.7062916645708523213e-7, 2.4286220380254094405e-8,
      -9.7814389461725697541e-10, 3.1637239892118342054e-11, -8.4041852731800537634e-13, 1.8688672682728882636e-14,
      -3.524289753004227116e-16};
  private static final double[] P_0 = {0.99863476590919905868, -0.0013274931272003388186, 0.000034917305812520439755,
      -2.459963325168102959e-6, 2.97590055374661898e-7, -5.0864258402644510506e-8, 1.1058780568890595082e-8,
      -2.8710600706503539211e-9, 8.5376762634866409299e-10, -2.8294524967467119112e-10, 1.0436064350820111715e-10,
      -4.1065252177782779906e-11, 1.2759965127797934147e-11, -4.912512306931989818e-12, 8.185823082059821374e-12,
      -4.5522091479178349805e-12, -2.7471611955307325771e-12, 1.7441285809412519123e-12, 1.4135159640864855809e-12,
      -8.3698692757015958918e-13};
  private static final double[] Q_0 = {-0.12361496352611864827, 0.0013142139729102361531, -0.000063387154425458300061,
      6.2391131706804483505e-6, -9.4098751799574020164e-7, 1.8870295144653753629e-7, -4.6398030435843213184e-8,
      1.3296891029527001959e-8, -4.2938470428227956675e-9, 1.5261700897034257618e-9, -5.8922153560424580376e-10,
      2.4263935543125641366e-10, -9.7415157407929475863e-11, 4.2832020427800216357e-11, -3.9258738563987921219e-11,
      2.2319592529270003809e-11, 1.8241809922606466437e-11, -1.3058530016744458265e-11, -2.3675660325934634678e-11,
      1.5645473305705538656e-11, 1.1365571891555555243e-11, -7.6187835334230184238e-12, -3.1626061462636135954e-12,
      2.081491744077396144e-12};
  private static final double[] NEAR_1 = {0.0004323698734106473971, -0.0002093267221486017584, 0.000044218688071014801444,
      -5.5154944596019689287e-6, 4.6259792151649641442e-7, -2.8111472529722752866e-8, 1.3002918729585538333e-9,
      -4.7428777955818376043e-11, 1.4012939606701113605e-12, -3.4250830879193020756e-14, 7.0508855942785735036e-16,
      -1.2377241785806614176e-17};
  private static final double[] P_1 = {1.0022906462560662107, 0.0022414632139171262873, -0.000045782806531241472511,
      2.9786211090342457293e-6, -3.4667186580139648212e-7, 5.7916610107440334721e-8, -1.2403208324099434769e-8,
      3.185503232414668422e-9, -9.3961113825072043317e-10, 3.0941394370680900333e-10, -1.1347108608292092082e-10,
      4.4449687372999161327e-11, -1.3862823528970230325e-11, 5.3363436319385421792e-12, -8.6981566878873735594e-12,
      4.8247888891108164404e-12, 2.8909769369147031619e-12, -1.8347559597628754269e-12, -1.4950516095189180551e-12,
      8.8405368384713880283e-13};
  private static final double[] Q_1 = {0.37304743317408020256, -0.0018648496218413109958, 0.000078980941779773795708,
      -7.3699279479349495565e-6, 1.0798853805942667476e-6, -2.126674061782731296e-7, 5.1641634613536096144e-8,
      -1.4664257986550689751e-8, 4.7024513846349006452e-9, -1.6640123354565831632e-9, 6.3754663473531306731e-10,
      -2.5346464469911815076e-10, 1.0819143927933614056e-10, -6.8527139691724184791e-11, 3.572797455241302342e-11,
      1.5213561345271630173e-11, -1.183817569440176833e-11, -3.0139231001324056828e-11, 1.9448967378785483732e-11,
      1.4552884970602387648e-11, -9.6246596549630297784e-12, -4.4901808887928693526e-12, 2.9007530065635257632e-12};

  @Override
  public String name() {
    return "besselJ" + order;
  }

  @Override
  public Value element(Element at) {
    var f = new Formula(at);
    Value x = f.x();
    Value size = f.call(Fun.ABS, x);
    Value far = far(f, size);
    Value signed = order == 0 ? far : f.select(f.below(x, 0), f.call(Fun.NEG, far), far);
    Value finite = f.select(f.is(size, Double.POSITIVE_INFINITY), f.number(0), signed);
    return f.select(f.call(Fun.LE, size, f.number(SMALL)), near(f, x, size), finite);
  }

  private Value near(Formula f, Value x, Value size) {
    Value t = f.add(f.mul(f.mul(size, size), 2 / (SMALL * SMALL)), -1);
    Value product = f.polynomial(t, order == 0 ? NEAR_0 : NEAR_1);
    for (int k = 0; k < 2; k++) {
      double zero = ZEROS[order][k];
      Value distance = f.sub(f.add(size, -zero), f.number(RESTS[order][k]));
      product = f.mul(f.mul(product, distance), f.add(size, zero + RESTS[order][k]));
    }
    return order == 0 ? product : f.mul(product, x);
  }

  /** By the sine and cosine of x itself, which lose no digits. */
  private Value far(Formula f, Value size) {
    Value r = f.div(f.number(SMALL), size);
    Value t = f.add(f.mul(f.mul(r, r), 2), -1);
    Value p = f.polynomial(t, order == 0 ? P_0 : P_1);
    Value q = f.div(f.polynomial(t, order == 0 ? Q_0 : Q_1), size);
    Value sine = f.call(Fun.SIN, size);
    Value cosine = f.call(Fun.COS, size);
    Value sum = f.add(sine, cosine);
    Value difference = f.sub(sine, cosine);
    Value turned = order == 0 ? f.sub(f.mul(p, sum), f.mul(q, difference)) : f.add(f.mul(p, difference), f.mul(q, sum));
    return f.div(turned, f.call(Fun.SQRT, f.mul(size, Math.PI)));
  }

  /** J₀' = -J₁, J₁' = J₀ - J₁ / x. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr x = apply.input(0);
    Expr other = Apply.one(new BesselJ(1 - order), x);
    Expr slope = order == 0 ? Ops.neg(other) : Ops.minus(other, BesselI.overX(apply));
    return List.of(Ops.times(cotangents.get(0), slope));
  }
}
