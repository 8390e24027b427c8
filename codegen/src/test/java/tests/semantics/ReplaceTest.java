package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.defaultUpdate;
import static weft.Tensors.dim;
import static weft.Tensors.dropout;
import static weft.Tensors.eval;
import static weft.Tensors.grad;
import static weft.Tensors.ones;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.replace;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.RandomStream;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Expressions with other parts, and values of expressions without a function of one's own, in every mode. */
class ReplaceTest {
  private final Dim n = dim("n");
  private final Expr x = f64("x", n, 2);
  private final Expr w = param("w", Tensor.of(.5, 2));

  @Test
  void theSameNetForOtherInputs() {
    Expr h = tanh(x.dot(w)).named("h");
    Expr out = scan(h, 0., (row, sum) -> sum.plus(row)).all();
    Expr z = f64("z", dim("m"), 2);
    Expr other = replace(out, Map.of(x, z.times(2)));
    double[][] xs = {{1, 2}, {3, -1}};
    double[][] zs = {{1, 0}, {0, 1}, {.5, .5}};
    Tensor[] r = Modes.function(x, z).returns(out, other, grad(other.sum(), z)).callAll(xs, zs);
    double[] rows = {Math.tanh(4.5), Math.tanh(-.5)};
    assertNumbers(r[0], rows[0], rows[0] + rows[1]);
    double[] others = {Math.tanh(1), Math.tanh(4), Math.tanh(2.5)};
    assertNumbers(r[1], others[0], others[0] + others[1], others[0] + others[1] + others[2]);
    double[] slopes = new double[6];
    for (int t = 0; t < 3; t++) for (int k = 0; k < 2; k++) slopes[2 * t + k] = (3 - t) * (1 - others[t] * others[t]) * (k == 0 ? 1 : 4);
    assertNumbers(r[2], slopes);
  }

  @Test
  void aPartIsExchanged() {
    var noise = new RandomStream(1);
    Expr mask = noise.dropoutMask(.5, x.dim(0), 2).cast(F64);
    Expr out = x.times(mask).dot(w);
    List<Expr> sure = replace(List.of(out, out.sum()), Map.of(mask, ones(F64, n, 2)));
    double[][] xs = {{1, 2}, {3, -1}};
    Tensor[] r = Modes.function(x).returns(sure.get(0), sure.get(1)).callAll((Object) xs);
    assertNumbers(r[0], 4.5, -.5);
    assertNumbers(r[1], 4);
    assertNumbers(Modes.function(x).returns(replace(out, Map.of(mask, 2, w, Tensor.of(1., 1)))).call((Object) xs), 6, 4);
  }

  @Test
  void whatCannotTakeThePlace() {
    Expr y = f64("y", n);
    Expr sum = x.sum(1).plus(y);
    assertThatThrownBy(() -> replace(sum, Map.of(x, Tensor.of(new double[3][2])))).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.SHAPE)).hasMessageContaining("replace: y would have to be f64[3]");
    assertThatThrownBy(() -> replace(sum, Map.of(x, y))).hasMessageContaining("has another type");
    assertNumbers(eval(replace(sum, Map.of(x, Tensor.of(new double[3][2]), y, Tensor.of(1., 2, 3)))), 1, 2, 3);
  }

  @Test
  void valuesAtOnce() {
    assertNumbers(eval(x.dot(w), Map.of(x, new double[][] {{1, 2}, {3, -1}})), 4.5, -.5);
    assertThat(eval(w.sum()).item()).isEqualTo(2.5);
    Expr counted = defaultUpdate(param("counted", Tensor.scalar(1.)), null);
    defaultUpdate(counted, counted.plus(1));
    assertThat(eval(counted).item()).isEqualTo(1);
    assertThat(parameter(counted).get().item()).isEqualTo(1);
    Expr drawn = dropout(ones(F64, 4), .5, new RandomStream(3));
    assertThat(eval(drawn).toDoubles()).containsExactly(eval(drawn).toDoubles());
    assertThatThrownBy(() -> eval(x.sum())).isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISSING_INPUT))
        .hasMessageContaining("eval: input x is needed but not given");
  }
}
