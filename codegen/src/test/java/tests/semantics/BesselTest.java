package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.f64;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Tensors;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Bessel functions, the scaled error function and incomplete gamma functions in every mode, against values that mpmath gives with 40 digits. */
class BesselTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static double[] at(double... x) {
    return x;
  }

  /** In f64, each value to so many parts of itself. */
  private static void wide(double tolerance, UnaryOperator<Expr> word, double[] x, double... expected) {
    Expr in = f64("x", x.length);
    assertThat(expected).hasSameSizeAs(x);
    close(Modes.function(in).returns(word.apply(in)).call((Object) x), tolerance, x, expected);
  }

  /** The same, and in f32 where x is an f32, to 1e-6 of itself. */
  private static void both(UnaryOperator<Expr> word, double[] x, double... expected) {
    wide(1e-15, word, x, expected);
    Expr in = Tensors.tensor("x", DType.F32, x.length);
    Tensor argument = Tensor.ofShape(DType.F32, x, x.length);
    double[] found = Modes.function(in).returns(word.apply(in)).f32Within(2e-6).call(argument).toDoubles();
    for (int i = 0; i < x.length; i++) {
      if ((float) x[i] == x[i]) assertThat(found[i]).as("of " + x[i]).isEqualTo(expected[i], within(1e-6 * Math.abs(expected[i])));
    }
  }

  private static void close(Tensor found, double tolerance, double[] x, double... expected) {
    for (int i = 0; i < x.length; i++) {
      double margin = Double.isFinite(expected[i]) ? tolerance * Math.abs(expected[i]) : 0;
      assertThat(found.toDoubles()[i]).as("of " + x[i]).isEqualTo(expected[i], within(margin));
    }
  }

  @Test
  void besselJ() {
    double[] x = at(0, 1e-8, .5, 1, 2.375, 2.40625, 3.828125, 5, 5.03125, 10, 50.25);
    both(Tensors::besselJ0, x, 1, 1, .9384698072408129, .76519768655796655, .015578373462073278, -.00073927648221700193,
        -.40275681253841882, -.1775967713143383, -.16730691131658149, -.24593576445134834, .078144836044191634);
    both(Tensors::besselJ1, x, 0, 5e-9, .24226845767487389, .44005058574493352, .525434198465509, .51883964794242364,
        .0014429408890753682, -.32757913759146522, -.33091697255730015, .043472746168861437, -.080231511704138446);
    wide(1e-14, Tensors::besselJ0, at(-5, 1000.5, INFINITY, -INFINITY, Double.NaN), -.1775967713143383, .019486559987130137, 0, 0,
        Double.NaN);
    wide(1e-14, Tensors::besselJ1, at(-1, -10, 1000.5, INFINITY), -.44005058574493352, -.043472746168861437, .016027715373203338, 0);
  }

  /** Its zeros j₁ … j₅ as Abramowitz and Stegun have them (table 9.5), where nothing is left but what their digits leave out. */
  @Test
  void zeros() {
    double[] zeros = {2.4048255577, 5.5200781103, 8.6537279129, 11.7915344391, 14.9309177086};
    double[] slopes = {-.5191474973, .3402648065, -.2714522999, .2324598314, -.2065464331};
    Expr x = f64("x", zeros.length);
    Expr y = Tensors.besselJ0(x);
    Tensor[] found = Modes.function(x).returns(y, Tensors.grad(y.sum(), x)).callAll((Object) zeros);
    for (int i = 0; i < zeros.length; i++) {
      assertThat(found[0].toDoubles()[i]).isEqualTo(0, within(3e-11));
      assertThat(found[1].toDoubles()[i]).isEqualTo(slopes[i], within(6e-11));
    }
  }

  @Test
  void besselI() {
    double[] x = at(0, 1e-8, .5, 1, 4.5, 11.75, 12, 12.25, 50, -3.5, -20);
    both(Tensors::besselI0, x, 1, 1, 1.0634833707413235, 1.2660658777520083, 17.481171855609276, 14917.234727230315, 18948.925349296309,
        24075.740039016829, 2.9325537838493363e+20, 7.3782034322254797, 43558282.559553533);
    both(Tensors::besselI1, x, 0, 5e-9, .25789430539089632, .56515910399248503, 15.389222753735924, 14267.615320679373,
        18141.348781638832, 23071.110431178817, 2.9030785901035568e+20, -6.2058349222583655, -42454973.38512777);
    wide(1e-15, Tensors::besselI0, at(712, 720, INFINITY, -INFINITY), 2.4684110577627524e+307, INFINITY, INFINITY, INFINITY);
    wide(1e-15, Tensors::besselI1, at(-712, -720, INFINITY, -INFINITY), -2.4666770135246152e+307, -INFINITY, INFINITY, -INFINITY);
  }

  @Test
  void erfcx() {
    both(Tensors::erfcx, at(-3.3125, -1, 0, 1e-10, .5, 1, 2.75, 3.75, 27, 1e5, 1e200), 116518.11435220663, 5.0089800807622835, 1,
        .99999999988716208, .61569034419292587, .427583576155807, .19366209627906868, .14558972127503854, .020881607990420941,
        5.6418958351954681e-6, 5.641895835477563e-201);
    wide(1e-15, Tensors::erfcx, at(-26, -27, -1e10, -INFINITY, INFINITY, Double.NaN), 7.6577249314905684e+293, INFINITY, INFINITY, INFINITY,
        0, Double.NaN);
  }

  private static void ratios(double tolerance, double a, double[] x, double[] upper, double[] lower) {
    wide(tolerance, e -> Tensors.gammaQ(a, e), x, upper);
    wide(tolerance, e -> Tensors.gammaP(a, e), x, lower);
    Expr in = Tensors.tensor("x", DType.F32, x.length);
    double[] found = Modes.function(in).returns(Tensors.gammaQ(a, in)).call(Tensor.ofShape(DType.F32, x, x.length)).toDoubles();
    for (int i = 0; i < x.length; i++) if ((float) x[i] == x[i]) assertThat(found[i]).isEqualTo(upper[i], within(1e-7 * upper[i] + 1e-45));
  }

  @Test
  void gammaRatios() {
    ratios(1e-13, .25, at(1e-6, .5, 1.25, 3, 40), at(.96511177862194354, .15351359580832246, .047246701143909356, .0050108959487083081,
        7.2345978059397419e-20), at(.034888221378056464, .84648640419167754, .95275329885609064, .99498910405129169, 1));
    ratios(1e-13, 1, at(.5, 2, 30), at(.60653065971263342, .13533528323661269, 9.3576229688401746e-14),
        at(.39346934028736658, .86466471676338731, .99999999999990642));
    ratios(1e-13, 7.5, at(.5, 8, 8.5, 20, 100), at(.99999974643556892, .38205166150286367, .31886440545231473, .00045349813510223459,
        2.1246711998931886e-34), at(2.5356443108232591e-7, .61794833849713633, .68113559454768527, .99954650186489777, 1));
    ratios(1e-12, 150, at(100, 150, 151, 200), at(.99999811578953396, .48914177025064032, .45673023655631231, 9.6786219949335771e-5),
        at(1.88421046603867e-6, .51085822974935968, .54326976344368769, .99990321378005066));
    ratios(1e-12, 5000, at(4800, 5000, 5200), at(.99789720451926953, .49811936596618264, .0025848134953538087),
        at(.0021027954807304734, .50188063403381736, .99741518650464619));
    wide(0, e -> Tensors.gammaQ(2, e), at(0, INFINITY, -1, Double.NaN), 1, 0, Double.NaN, Double.NaN);
    wide(0, e -> Tensors.gammaP(2, e), at(0, INFINITY, -1, 1e5), 0, 1, Double.NaN, 1);
    wide(0, e -> Tensors.gammaQ(e, 2), at(0, -1, -.5), Double.NaN, Double.NaN, Double.NaN);
  }

  /** Percentage points of the chi-square distribution (Abramowitz and Stegun 26.8), which have six digits. */
  @Test
  void chiSquare() {
    double[] freedom = {1, 2, 5, 10, 30, 100};
    double[] fivePercent = {3.84146, 5.99147, 11.0705, 18.3070, 43.7729, 124.342};
    double[] ninetyFive = {.00393214, .102587, 1.145476, 3.94030, 18.4926, 77.9295};
    Expr k = f64("k", freedom.length);
    Expr x = f64("x", freedom.length);
    var f = Modes.function(x, k).returns(Tensors.chi2sf(x, k));
    for (double p : f.call(fivePercent, freedom).toDoubles()) assertThat(p).isEqualTo(.05, within(1e-6));
    for (double p : f.call(ninetyFive, freedom).toDoubles()) assertThat(p).isEqualTo(.95, within(2e-6));
    Expr rows = f64("rows", Tensors.dim("n"), 6);
    Tensor table = Modes.function(rows).returns(Tensors.chi2sf(rows, Tensors.constant(Tensor.of(freedom))))
        .call(Tensor.of(new double[][] {fivePercent, ninetyFive}));
    assertThat(table.shape()).containsExactly(2, 6);
    for (int i = 0; i < 12; i++) assertThat(table.toDoubles()[i]).isEqualTo(i < 6 ? .05 : .95, within(2e-6));
  }

  private static void slopes(UnaryOperator<Expr> word, double at, double... expected) {
    Expr x = f64("x");
    var orders = new Expr[expected.length];
    for (int k = 0; k < orders.length; k++) orders[k] = Tensors.grad(k == 0 ? word.apply(x) : orders[k - 1], x);
    Tensor[] found = Modes.function(x).returns(orders).callAll(at);
    for (int k = 0; k < orders.length; k++) assertThat(found[k].item()).as("order " + (k + 1)).isEqualTo(expected[k], within(2e-14));
  }

  @Test
  void gradients() {
    slopes(Tensors::besselJ0, 1.5, -.55793650791009964, -.1398699997958517, .40321139314728982);
    slopes(Tensors::besselJ1, 1.5, .1398699997958517, -.40321139314728982, -.077362557381404909);
    slopes(Tensors::besselI1, 1.5, .99227890405428579, .75644334968745377, .78828077611658837);
    slopes(Tensors::besselJ0, 0, 0, -.5, 0);
    slopes(Tensors::besselJ1, 0, .5, 0);
    slopes(Tensors::besselI1, 0, .5, 0);
    slopes(Tensors::besselI0, 0, 0, .5, 0);
    slopes(Tensors::erfcx, 1.5, -.16362291773256007, .1523020797109548);
    slopes(x -> Tensors.gammaQ(2.5, x), 1.5, -.30836065960753855, 0);
    slopes(x -> Tensors.gammaP(2.5, x), 1.5, .30836065960753855, 0);
    Expr a = f64("a");
    assertThatThrownBy(() -> Tensors.grad(Tensors.gammaQ(a, 1.5), a)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.NO_GRADIENT));
  }

  @Test
  void onlyOfFloats() {
    Expr n = Tensors.scalar("n", DType.I32);
    assertThatThrownBy(() -> Tensors.besselJ0(n)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.DTYPE));
    assertThatThrownBy(() -> Tensors.gammaQ(n, n)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.DTYPE));
    assertThatThrownBy(() -> Tensors.chi2sf(f64("x", 3), f64("k", 2))).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.SHAPE));
  }
}
