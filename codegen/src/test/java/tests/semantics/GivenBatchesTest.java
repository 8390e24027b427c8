package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.BOOL;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.arange;
import static weft.Tensors.concat;
import static weft.Tensors.dim;
import static weft.Tensors.extent;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;
import static weft.Tensors.window;
import static weft.Tensors.zeros;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** What is given for an expression may have other dims, which everything in the function then has, in every mode. */
class GivenBatchesTest {
  private final Dim n = dim("n");
  private final Expr x = f64("x", n, 2);
  private final Expr y = f64("y", n);
  private final Expr data = param("data", Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}, {11, 12}}));
  private final Expr i = scalar("i", I32);

  private static void refused(Runnable wrong, Kind kind, String... parts) {
    var e = catchThrowableOfType(WeftException.class, wrong::run);
    assertThat(e).isNotNull();
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e).hasMessageContainingAll(parts);
  }

  /** Theano's givens={x: data[i*2:(i+1)*2], y: targets[…]} of its tutorials. */
  @Test
  void aBatchOfAllRows() {
    var w = param("w", Tensor.of(.5, -1));
    var targets = param("targets", Tensor.of(1., 2, 3, 4, 5, 6));
    Expr error = x.dot(w).minus(y);
    Expr cost = error.times(error).mean();
    var step = new Update(parameter(w), w.minus(grad(cost, w).times(.01)));
    var f = Modes.function(i).returns(cost, extent(x, 0)).updates(step)
        .configured(b -> b.givens(Map.of(x, data.at(window(i.times(2), 2)), y, targets.at(window(i.times(2), 2)))));
    double[] weights = {.5, -1};
    double[][] all = {{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}, {11, 12}};
    for (int batch : new int[] {2, 0, 1}) {
      Tensor[] results = f.callAll(batch);
      double sum = 0;
      double[] slope = new double[2];
      for (int r = 2 * batch; r < 2 * batch + 2; r++) {
        double e = all[r][0] * weights[0] + all[r][1] * weights[1] - (r + 1);
        sum += e * e / 2;
        for (int k = 0; k < 2; k++) slope[k] += e * all[r][k];
      }
      for (int k = 0; k < 2; k++) weights[k] -= .01 * slope[k];
      assertThat(results[0].item()).isCloseTo(sum, org.assertj.core.api.Assertions.within(1e-9));
      assertThat(results[1].item()).isEqualTo(2);
      assertNumbers(parameter(w).get(), weights);
    }
  }

  @Test
  void otherInputsOfThatManyRowsFollow() {
    Expr sums = x.sum(1).plus(y).plus(zeros(F64, n.plus(1)).slice(0, 1, weft.Tensors.END));
    var f = Modes.function(y).returns(sums).configured(b -> b.given(x, data.slice(0, 1, 3)));
    assertNumbers(f.call((Object) new double[] {100, 200}), 107, 211);
    refused(() -> function(y).named("f").returns(sums).given(x, data.slice(0, 1, 3)).compile().call(new double[3]), Kind.SHAPE, "y", "2");

    Dim m = dim("m");
    Expr z = f64("z", m, 2);
    assertNumbers(Modes.function(z, y).returns(sums).configured(b -> b.given(x, z.times(2)))
        .call(new double[][] {{1, 2}, {3, 4}, {5, 6}}, new double[] {1, 1, 1}), 7, 15, 23);
  }

  @Test
  void aSequenceOfAnotherLength() {
    var h = scan().over(x).carry(zeros(F64, 2)).run(s -> s.next(tanh(s.row().plus(s.prev()))).emit(s.prev().sum()));
    Expr all = h.all(0).sum(1).plus(h.emitted()).plus(y);
    double p = Math.tanh(3);
    double q = Math.tanh(4);
    assertNumbers(Modes.function(y).returns(all, h.steps()).configured(b -> b.given(x, data.slice(0, 1, 3))).callAll((Object) new double[2])[0],
        p + q, Math.tanh(5 + p) + Math.tanh(6 + q) + p + q);
    Expr slope = grad(h.last().sum(), x);
    assertThat(Modes.function().returns(slope).configured(b -> b.given(x, data.slice(0, 1, 3))).call().shape()).containsExactly(2, 2);
  }

  @Test
  void aScanThatStopsByItself() {
    var counted = scan().over(y).carry(0.).run(s -> s.next(s.prev().plus(s.row())).until(s.prev().plus(s.row()).gt(5)));
    Expr reached = counted.all(0);
    assertNumbers(Modes.function().returns(reached).configured(b -> b.given(y, Tensor.of(2., 1, 4, 9))).call(), 2, 3, 7);
    assertNumbers(Modes.function(x).returns(reached).configured(b -> b.given(y, x.at(weft.Tensors.ALL, 1)))
        .call((Object) new double[][] {{1, 2}, {3, 4}, {5, 6}}), 2, 6);
  }

  /** How many there are is found out while the function runs. */
  @Test
  void whatAMaskChooses() {
    Expr v = f64("v", dim("k"));
    Expr centred = y.minus(y.mean()).plus(arange(n, F64));
    assertNumbers(Modes.function(v).returns(centred).configured(b -> b.given(y, v.at(v.gt(0)))).call((Object) new double[] {1, -1, 3, 5}),
        -2, 1, 4);
    assertNumbers(Modes.function(v).returns(zeros(F64, n).plus(y.sum())).configured(b -> b.given(y, v.at(v.gt(0))))
        .call((Object) new double[] {1, -1, 3}), 4, 4);
  }

  @Test
  void dimsThatAreComputed() {
    Expr longer = f64("longer", n.plus(1));
    Expr both = f64("both", n.times(2));
    Expr all = concat(0, longer, y);
    assertNumbers(Modes.function(y).returns(all).configured(b -> b.given(longer, Tensor.of(1., 2, 3))).call((Object) new double[] {7, 8}),
        1, 2, 3, 7, 8);
    assertNumbers(Modes.function(y).returns(concat(0, both, y)).configured(b -> b.given(both, Tensor.of(1., 2, 3, 4)))
        .call((Object) new double[] {7, 8}), 1, 2, 3, 4, 7, 8);
    refused(() -> function(y).returns(all).given(both, Tensor.of(1., 2, 3)), Kind.SHAPE,
        "given: axis 0 of both is 2*n, and of what is given for it 3");
    refused(() -> function(y).returns(all).given(longer, zeros(F64, 0)), Kind.SHAPE,
        "given: axis 0 of longer is n + 1, and of what is given for it 0");
  }

  @Test
  void aNumberFillsWhateverThereIs() {
    assertNumbers(Modes.function().returns(x.sum(1).plus(y)).configured(b -> b.given(y, 10).given(x, data.slice(0, 0, 2))).call(), 13, 17);
  }

  @Test
  void whatContradicts() {
    refused(() -> function(y).returns(y).given(x, Tensor.of(new double[3][5])), Kind.SHAPE,
        "given: axis 1 of x is 2, and of what is given for it 5", "x   ", "f64[n, 2]", "literal", "f64[3, 5]",
        "or declare x with a dim that is known only at the call");
    refused(() -> function().returns(x).given(x, Tensor.of(new double[3][2])).given(y, Tensor.of(1., 2)), Kind.SHAPE,
        "given: n would be 3 and 2", "f64[n, 2]", "f64[3, 2]", "f64[n]", "f64[2]");
    refused(() -> function().returns(data).given(data, Tensor.of(new double[3][2])), Kind.SHAPE,
        "given: axis 0 of data is 6, and of what is given for it 3");
    Expr square = f64("square", n, n);
    refused(() -> function().returns(square).given(square, Tensor.of(new double[3][4])), Kind.SHAPE, "given: n would be 3 and 4");
    Expr h = tanh(y).named("h");
    refused(() -> function(y).named("f").returns(h.sum().plus(y.sum())).given(h, y.slice(0, 0, 3)).compile(), Kind.SHAPE,
        "f: y would be f64[3] by what is given, which itself reads it as f64[n]");
    assertNumbers(Modes.function(y).returns(h.times(2)).configured(b -> b.given(h, y.slice(0, 0, 3))).call((Object) new double[] {1, 2, 3, 4}),
        2, 4, 6);
    Expr product = f64("product", n.times(dim("m")));
    refused(() -> function().named("f").returns(product).given(product, Tensor.of(1., 2)).compile(), Kind.SHAPE,
        "f: product would be f64[n*m] by what is given, and f64[2] is given for it");
    refused(() -> function().named("f").returns(x.sum(1).plus(y)).given(x, data).compile(), Kind.MISSING_INPUT, "f: input y is needed");
    refused(() -> function().returns(vector("mask", BOOL, n)).given(x, vector("v", F64, n)), Kind.SHAPE, "has another type");
  }
}
