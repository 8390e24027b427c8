package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F32;
import static weft.Tensors.I32;
import static weft.Tensors.defaultUpdate;
import static weft.Tensors.dim;
import static weft.Tensors.extent;
import static weft.Tensors.function;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Values given for expressions, and expressions as inputs, in every mode. */
class GivensTest {
  private final Expr x = param("x", Tensor.scalar(0.));
  private final Expr a = param("a", Tensor.scalar(1.));
  private final Expr y = f64("y", dim("time"));

  private static double get(Expr parameter) {
    return parameter(parameter).get().item();
  }

  private static void refused(Runnable wrong, Kind kind, String start) {
    var e = catchThrowableOfType(WeftException.class, wrong::run);
    assertThat(e).isNotNull();
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e).hasMessageStartingWith(start);
  }

  @Test
  void f03_aNumberForAParameter() {
    assertThat(Modes.function().returns(x).configured(f -> f.given(x, 3)).call().item()).isEqualTo(3);
    assertThat(get(x)).isZero();
    double[] ones = {1, 1, 1};
    assertNumbers(Modes.function(y).returns(y.times(x)).configured(f -> f.given(x, 6)).call((Object) ones), 6, 6, 6);
    assertThat(get(x)).isZero();
  }

  @Test
  void f03_aTensorForAnInput() {
    var z = vector("z", I32, 3);
    var v = vector("v", I32, 3);
    var f = Modes.function(v).returns(z.times(v).plus(7)).configured(b -> b.given(z, Tensor.of(4, 4, 4)));
    assertNumbers(f.call(new int[] {1, 1, 1}), 11, 11, 11);
  }

  @Test
  void f03_aGivenThatReadsWhatItIsGivenFor() {
    defaultUpdate(a, a.plus(3));
    var f = Modes.function().returns(a.plus(10)).configured(b -> b.given(a, a.plus(10)));
    assertThat(f.call().item()).isEqualTo(21);
    assertThat(get(a)).isEqualTo(14);
    assertThat(f.call().item()).isEqualTo(34);
  }

  @Test
  void f03_aReplacedParameterLosesItsDefaultUpdate() {
    defaultUpdate(a, a.plus(3));
    var b = f64("b");
    assertThat(Modes.function(b).returns(a.plus(10)).configured(f -> f.given(a, b)).call(5.).item()).isEqualTo(15);
    assertThat(get(a)).isEqualTo(1);
  }

  @Test
  void f03_aReplacedParameterIsNotUpdatedByAScan() {
    var r = scan().steps(3).run(s -> s.updates(new Update(parameter(a), a.times(2))).emit(a)).emitted();
    assertNumbers(Modes.function().returns(r).configured(f -> f.given(a, 5)).call(), 5, 10, 20);
    assertThat(get(a)).isEqualTo(1);
    assertNumbers(Modes.function().returns(r).call(), 1, 2, 4);
    assertThat(get(a)).isEqualTo(8);
  }

  @Test
  void f03_allGivensTakeEffectTogether() {
    var p = f64("p");
    var q = f64("q");
    var swapped = Modes.function(p).returns(p.minus(x.times(2)))
        .configured(f -> f.givens(Map.of(x, p)));
    assertThat(swapped.call(3.).item()).isEqualTo(-3);
    var other = new Parameter("other", Tensor.scalar(7.));
    assertThat(Modes.function(p).returns(p.plus(q)).configured(f -> f.given(q, other)).call(1.).item()).isEqualTo(8);
    refused(() -> function(p).named("f").returns(q.plus(x)).given(q, x.plus(1)).given(x, p).compile(), Kind.ARGUMENT,
        "f: what is given for q depends on x, for which something is given, too\n    q   f64   input");
  }

  @Test
  void f03_anExpressionBetweenIsReplacedInUpdatesAndStepsToo() {
    var h = tanh(y.times(x));
    var sums = scan(h, 0., (row, sum) -> sum.plus(row)).all();
    var counted = new Update(parameter(a), a.plus(h.sum()));
    var f = Modes.function(y).returns(sums).updates(counted).configured(b -> b.given(h, y.times(10)));
    assertNumbers(f.call((Object) new double[] {1, 2, 3}), 10, 30, 60);
    assertThat(get(a)).isEqualTo(61);
  }

  @Test
  void f03_refused() {
    var p = f64("p");
    refused(() -> function().returns(x).given(x, p.cast(F32)), Kind.DTYPE,
        "given: what is given for x has another type\n    x");
    refused(() -> function().returns(x).given(x, Tensor.of(1., 2)), Kind.SHAPE,
        "given: what is given for x has another type\n    x");
    refused(() -> function().returns(x).given(x, "3"), Kind.ARGUMENT, "given: x cannot be 3\n");
    refused(() -> function().returns(x).given(vector("i", I32, 2), 2.5), Kind.DTYPE, "given: i cannot be 2.5\n");
    refused(() -> function().returns(x).given(x, 1).given(x, 2), Kind.DUPLICATE, "given: x is given twice\n");
    refused(() -> function(p).named("f").returns(p).given(p, 1).compile(), Kind.DUPLICATE,
        "f: p is an input, and something is given for it\n");
  }

  @Test
  void f03_aNumberOfSteps() {
    var n = weft.Tensors.scalar("n", I32);
    var m = weft.Tensors.scalar("m", I32);
    var doubled = weft.Tensors.iterate(n, 1., h -> h.times(2)).all();
    assertNumbers(Modes.function().returns(doubled).configured(f -> f.given(n, 3)).call(), 2, 4, 8);
    assertNumbers(Modes.function(m).returns(doubled.plus(n)).configured(f -> f.given(n, m)).call(2), 4, 6);
    assertNumbers(Modes.function(y).returns(doubled).configured(f -> f.given(n, extent(y, 0))).call((Object) new double[2]), 2, 4);
    refused(() -> function(m).named("f").returns(doubled).given(n, m.plus(1)).compile(), Kind.UNSUPPORTED,
        "f: n is a number of steps, and what is given for it is computed\n    n   i32   input");
    assertNumbers(function(n).returns(doubled).withDefault(n, 3).compile().call(), 2, 4, 8);
  }

  @Test
  void anExpressionAsInputCutsTheGraph() {
    defaultUpdate(a, a.plus(1));
    var b = a.times(2).named("b");
    assertThat(Modes.function(b).returns(b.plus(1)).call(21.).item()).isEqualTo(22);
    assertThat(get(a)).isEqualTo(1);
    assertThat(Modes.function(b).returns(b.plus(a)).call(21.).item()).isEqualTo(22);
    assertThat(get(a)).isEqualTo(2);

    var squares = y.times(y).named("squares");
    var running = scan(squares, 0., (row, sum) -> sum.plus(row)).all();
    assertNumbers(Modes.function(squares).returns(running).call((Object) new double[] {1, 2, 3}), 1, 3, 6);
    assertNumbers(Modes.function(y, squares).returns(running.plus(y)).call(new double[] {1, 1}, new double[] {5, 6}), 6, 12);
  }

  @Test
  void aScanOutputAsInput() {
    var h = scan(y, 0., (row, sum) -> sum.plus(row));
    var last = h.last();
    assertThat(Modes.function(last).returns(last.times(3)).call(4.).item()).isEqualTo(12);
  }
}
