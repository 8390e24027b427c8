package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.BOOL;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.constant;
import static weft.Tensors.dim;
import static weft.Tensors.embedding;
import static weft.Tensors.exp;
import static weft.Tensors.grad;
import static weft.Tensors.ifElse;
import static weft.Tensors.ifElseAll;
import static weft.Tensors.iterate;
import static weft.Tensors.param;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.sum;
import static weft.Tensors.tanh;
import static weft.Tensors.tensor;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.Backend;
import weft.Tensors;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Choices of which one branch alone is computed, in every mode. */
class IfElseTest {
  private final Expr x = f64("x", 3);
  private final Expr c = scalar("c", F64);
  private static final double[] ONE_TWO_THREE = {1, 2, 3};

  @Test
  void f08_gradientsFlowThroughTheBranchTaken() {
    var y = f64("y", 3);
    Expr z = ifElse(c.gt(0), () -> x.times(x), () -> exp(y)).sum();
    Tensor[] then = Slopes.check(List.of(c, x, y), z, List.of(x, y), 1., ONE_TWO_THREE, new double[] {0, 1, 2});
    assertNumbers(then[0], 2, 4, 6);
    assertNumbers(then[1], 0, 0, 0);
    Tensor[] otherwise = Slopes.check(List.of(c, x, y), z, List.of(x, y), -1., ONE_TWO_THREE, new double[] {0, 1, 2});
    assertNumbers(otherwise[0], 0, 0, 0);
    assertNumbers(otherwise[1], 1, Math.E, Math.E * Math.E);
    Expr second = grad(grad(z, x).times(x).sum(), x);
    assertNumbers(Modes.function(c, x, y).returns(second).call(1., ONE_TWO_THREE, new double[3]), 4, 8, 12);
  }

  @Test
  void f08_anIndexOutOfRangeInTheOtherBranchIsNotAnError() {
    var table = param("table", Tensor.ofShape(F64, new double[] {1, 2, 3, 4, 5, 6}, 3, 2));
    var words = tensor("words", I32, dim("n"));
    Expr z = ifElse(c.gt(0), () -> embedding(table, words).sum(), () -> constant(7.));
    var f = Modes.function(c, words).returns(z);
    assertThat(f.call(1., new int[] {0, 2}).item()).isEqualTo(14);
    assertThat(f.call(-1., new int[] {0, 3}).item()).isEqualTo(7);
    assertThatThrownBy(() -> f.call(1., new int[] {0, 3}))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INDEX));
    var step = Modes.function(c, words).returns(z).updates(sgd(z, List.of(table), 1));
    step.call(-1., new int[] {5});
    step.call(1., new int[] {1});
  }

  @Test
  void f08_aRowThatDoesNotExistInTheOtherBranchIsNotAnError() {
    var rows = f64("rows", dim("time"));
    Expr z = ifElse(c.gt(0), () -> rows.row(4).plus(sum(rows.slice(0, 2, 5))), () -> rows.sum());
    var f = Modes.function(c, rows).returns(z);
    assertThat(f.call(1., new double[] {1, 2, 3, 4, 5}).item()).isEqualTo(17);
    assertThat(f.call(-1., ONE_TWO_THREE).item()).isEqualTo(6);
    assertThatThrownBy(() -> f.call(1., ONE_TWO_THREE)).isInstanceOf(WeftException.class);
  }

  /** Two thousand million steps would take seconds at least. */
  @Test
  void f08_stepsOfTheOtherBranchAreNotTaken() {
    var n = scalar("n", I32);
    Expr z = ifElse(c.gt(0), () -> iterate(n, x, p -> p.times(1.5).plus(1)).last(), () -> x);
    assertNumbers(Tensors.function(c, n, x).returns(z).compile(Backend.BYTECODE).call(-1., 2_000_000_000, ONE_TWO_THREE), 1, 2, 3);
    assertNumbers(Modes.function(c, n, x).returns(z).call(1., 1, ONE_TWO_THREE), 2.5, 4, 5.5);
  }

  @Test
  void scansInBranchesAndTheirGradients() {
    var rows = f64("rows", dim("time"), 3);
    var w = f64("W", 3, 3);
    Expr z = ifElse(c.gt(0), () -> scan(rows, x, (xt, p) -> tanh(xt.plus(p.dot(w)))).all().sum(),
        () -> scan().over(rows).carry(x).run(s -> s.next(s.prev().times(.5).plus(s.row())).until(s.row().sum().gt(9))).last().sum());
    double[][] data = {{.1, .2, .3}, {.4, .5, .6}, {4, 5, 6}, {.7, .8, .9}};
    double[][] weights = {{.1, -.2, .3}, {.2, .4, -.1}, {0, .3, .2}};
    var inputs = List.of(c, rows, x, w);
    for (double which : new double[] {1, -1}) {
      Slopes.check(inputs, z, List.of(rows, x, w), which, data, ONE_TWO_THREE, weights);
      Expr first = grad(z, x);
      Slopes.check(inputs, first.times(first).sum(), List.of(rows, x, w), which, data, ONE_TWO_THREE, weights);
    }
  }

  @Test
  void insideAScansStep() {
    var rows = f64("rows", dim("time"), 3);
    var w = f64("W", 3, 3);
    Expr h = scan(rows, x, (xt, p) -> ifElse(xt.sum().gt(0), () -> tanh(xt.plus(p.dot(w))), () -> p)).all();
    double[][] data = {{.1, .2, .3}, {-4, .5, .6}, {.4, .5, -.6}, {-.7, .8, -.9}};
    double[][] weights = {{.1, -.2, .3}, {.2, .4, -.1}, {0, .3, .2}};
    Tensor got = Modes.function(rows, x, w).returns(h).call(data, ONE_TWO_THREE, weights);
    double[] p = ONE_TWO_THREE;
    for (int t = 0; t < 4; t++) {
      if (data[t][0] + data[t][1] + data[t][2] > 0) {
        var next = new double[3];
        for (int j = 0; j < 3; j++) {
          next[j] = Math.tanh(data[t][j] + p[0] * weights[0][j] + p[1] * weights[1][j] + p[2] * weights[2][j]);
        }
        p = next;
      }
      for (int j = 0; j < 3; j++) {
        assertThat(got.toDoubles()[3 * t + j]).isCloseTo(p[j], org.assertj.core.api.Assertions.within(1e-12));
      }
    }
    Slopes.check(List.of(rows, x, w), h.times(h).sum(), List.of(rows, x, w), data, ONE_TWO_THREE, weights);
    Expr d = grad(h.times(h).sum(), w);
    Slopes.check(List.of(rows, x, w), d.times(d).sum(), List.of(rows, x, w), data, ONE_TWO_THREE, weights);
  }

  @Test
  void theSameBranchAtEveryStep() {
    var rows = f64("rows", dim("time"), 3);
    Expr y = scan().over(rows).run(s -> s.emit(ifElse(c.gt(0), () -> s.row().times(2), () -> s.row().plus(x)))).emitted();
    double[][] data = {{1, 2, 3}, {4, 5, 6}};
    assertNumbers(Modes.function(c, rows, x).returns(y).call(1., data, ONE_TWO_THREE), 2, 4, 6, 8, 10, 12);
    assertNumbers(Modes.function(c, rows, x).returns(y).call(0., data, ONE_TWO_THREE), 2, 4, 6, 5, 7, 9);
  }

  @Test
  void severalResultsAndNumbersInTheTypeOfTheOtherBranch() {
    List<Expr> two = ifElseAll(c.gt(0), () -> List.of(x, constant(0)), () -> List.of(constant(1.), x.sum()));
    var f = Modes.function(c, x).returns(two.get(0), two.get(1));
    Tensor[] then = f.callAll(1., ONE_TWO_THREE);
    assertNumbers(then[0], 1, 2, 3);
    assertNumbers(then[1], 0);
    Tensor[] otherwise = f.callAll(-1., ONE_TWO_THREE);
    assertNumbers(otherwise[0], 1, 1, 1);
    assertNumbers(otherwise[1], 6);
  }

  @Test
  void choicesInBranches() {
    Expr z = ifElse(c.gt(0), () -> ifElse(c.gt(10), () -> x.times(100), () -> x.times(10)), () -> ifElse(c.lt(-10), () -> x, () -> x.neg()));
    var f = Modes.function(c, x).returns(z, grad(z.sum(), x));
    double[] at = {11, 1, -11, -1};
    double[] factor = {100, 10, 1, -1};
    for (int i = 0; i < 4; i++) {
      Tensor[] r = f.callAll(at[i], ONE_TWO_THREE);
      assertNumbers(r[0], factor[i], 2 * factor[i], 3 * factor[i]);
      assertNumbers(r[1], factor[i], factor[i], factor[i]);
    }
  }

  @Test
  void choicesThatAreNoneAreTakenAway() {
    Expr same = ifElse(c.gt(0), () -> tanh(x.times(2)), () -> tanh(x.times(2)));
    Expr fixed = ifElse(constant(true), () -> x.plus(1), () -> exp(x));
    var f = Tensors.function(c, x).returns(same, fixed).compile(Backend.INTERPRETER);
    assertThat(f.explain()).contains("both branches give the same").contains("always takes the same branch");
    assertThat(f.loops()).doesNotContain("either");
    Tensor[] r = Modes.function(c, x).returns(same, fixed).callAll(1., ONE_TWO_THREE);
    assertNumbers(r[0], Math.tanh(2), Math.tanh(4), Math.tanh(6));
    assertNumbers(r[1], 2, 3, 4);
  }

  @Test
  void whatIsWrong() {
    var flags = tensor("flags", BOOL, 3);
    assertThatThrownBy(() -> ifElse(flags, () -> x, () -> x)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.DTYPE));
    assertThatThrownBy(() -> ifElse(c, () -> x, () -> x)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.DTYPE));
    assertThatThrownBy(() -> ifElse(c.gt(0), () -> x, () -> f64("y", 4))).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.SHAPE));
    assertThatThrownBy(() -> ifElse(c.gt(0), () -> x,
        () -> scan().over(x).run(s -> s.emit(s.row()).until(s.row().gt(1))).emitted()))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SHAPE));
    assertThatThrownBy(() -> ifElseAll(c.gt(0), () -> List.of(x), () -> List.of(x, x)))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ARGUMENT));
  }
}
