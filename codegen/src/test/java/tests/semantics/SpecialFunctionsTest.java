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

/** Gamma functions and inverses of error functions in every mode, against values that mpmath gives with 40 digits. */
class SpecialFunctionsTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static void check(UnaryOperator<Expr> word, double[] x, double... expected) {
    Expr in = f64("x", x.length);
    double[] wide = Modes.function(in).returns(word.apply(in)).call((Object) x).toDoubles();
    for (int i = 0; i < x.length; i++) assertThat(wide[i]).as("of " + x[i]).isEqualTo(expected[i], near(expected[i], 2e-15));
    Expr narrow = Tensors.tensor("x", DType.F32, x.length);
    Tensor argument = Tensor.ofShape(DType.F32, x, x.length);
    double[] found = Modes.function(narrow).returns(word.apply(narrow)).f32Within(2e-6).call(argument).toDoubles();
    for (int i = 0; i < x.length; i++) {
      if ((float) x[i] == x[i]) assertThat(found[i]).as("of " + x[i]).isEqualTo(expected[i], near(expected[i], 1e-6));
    }
  }

  private static org.assertj.core.data.Offset<Double> near(double value, double tolerance) {
    return within(Double.isFinite(value) ? tolerance * Math.max(1e-3, Math.abs(value)) : 0);
  }

  private static double[] at(double... x) {
    return x;
  }

  @Test
  void logGamma() {
    check(Tensors::logGamma, at(1e-5, .5, .9990234375, 1, 1.0009765625, 1.5, 1.9990234375, 2, 2.5, 7.25, 8, 100, 1e10, -.5, -3.75),
        11.512919692895826, 0.57236494292470009, 0.00056447191185512338, 0, -0.00056290317999120463, -0.12078223763524522,
        -0.0004125677359714894, 0, 0.28468287047291916, 7.0521854507385394, 8.5251613610654143, 359.1342053695754,
        220258509288.81058, 1.2655121234846454, -1.3172679424463637);
    check(Tensors::logGamma, at(0, -1, -7, INFINITY), INFINITY, INFINITY, INFINITY, INFINITY);
  }

  @Test
  void digamma() {
    check(Tensors::digamma, at(1e-5, .5, 1, 1.4609375, 1.5, 3.25, 7.5, 8, 1e6, -.25, -3.75),
        -100000.57719921567, -1.9635100260214235, -0.57721566490153286, -0.0006724023902428804, 0.036489973978576521,
        1.016990911068179, 1.9467574842460868, 2.01564147795561, 13.815510057964191, 2.9141391202135278, -1.6923885983113303);
    check(Tensors::digamma, at(0, -1, INFINITY), -INFINITY, Double.NaN, INFINITY);
  }

  @Test
  void polygamma() {
    check(x -> Tensors.polygamma(1, x), at(.125, 1, 1.5, 4, 50, -.25, -3.75), 65.388133444988034, Math.PI * Math.PI / 6,
        0.93480220054467931, 0.28382295573711533, 0.020201333226697126, 18.541879647671606, 19.504980060599575);
    check(x -> Tensors.polygamma(4, x), at(.125, 1, 1.5, 4, 50, -.25), -786445.98543106379, -24.886266123440878, -3.4742498266672252,
        -0.0375006913421128, -9.9903982092274504e-7, 24473.199394184583);
    check(x -> Tensors.polygamma(1, x), at(0, -2), INFINITY, INFINITY);
    assertThatThrownBy(() -> Tensors.polygamma(-1, f64("x"))).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.ARGUMENT));
  }

  @Test
  void erfInverse() {
    check(Tensors::erfInverse, at(1e-10, .25, .5, -.75, .875, .9990234375, .99999999906867743), 8.8622692545275805e-11,
        0.2253120550121781, 0.47693627620446987, -0.81341984759761854, 1.0847870400692831, 2.3314677736219477, 4.3280282758009465);
    check(Tensors::erfInverse, at(0, 1, -1, 1.5), 0, INFINITY, -INFINITY, Double.NaN);
  }

  @Test
  void erfcInverse() {
    check(Tensors::erfcInverse, at(1e-300, 1e-12, .0009765625, .125, .75, 1.0009765625, 1.5, 1.875), 26.209469960516124,
        5.0420297456390594, 2.3314677736219477, 1.0847870400692831, 0.2253120550121781, -0.00086545619796713755,
        -0.47693627620446987, -1.0847870400692831);
    check(Tensors::erfcInverse, at(0, 1, 2, -.5), INFINITY, 0, -INFINITY, Double.NaN);
  }

  /** Derivatives are digamma, trigamma and so on, to the third order. */
  @Test
  void gradientsOfLogGamma() {
    Expr x = f64("x");
    Expr first = Tensors.grad(Tensors.logGamma(x), x);
    Expr second = Tensors.grad(first, x);
    var f = Modes.function(x).returns(first, second, Tensors.grad(second, x));
    Tensor[] found = f.callAll(1.5);
    assertThat(found[0].item()).isEqualTo(0.036489973978576521, within(1e-14));
    assertThat(found[1].item()).isEqualTo(0.93480220054467931, within(1e-14));
    assertThat(found[2].item()).isEqualTo(-0.8287966442343200, within(1e-14));
  }

  /** Of integers there are none. */
  @Test
  void onlyOfFloats() {
    assertThatThrownBy(() -> Tensors.logGamma(Tensors.scalar("n", DType.I32))).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.DTYPE));
  }
}
