package weft.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.*;

import org.junit.jupiter.api.Test;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** What comments of kernels say. */
class FormulaTest {
  private static final Dim N = dim("n");
  private final Expr a = matrix("a", N, 3);
  private final Expr b = matrix("b", N, 3);
  private final Expr w = param("W", Tensor.zeros(F32, 3, 3));

  @Test
  void bracketsAreThoseThatArithmeticNeeds() {
    assertThat(Formula.of(a.plus(b).times(a.minus(b)))).isEqualTo("(a + b) * (a - b)");
    assertThat(Formula.of(a.times(b).plus(a.div(b)))).isEqualTo("a * b + a / b");
    assertThat(Formula.of(a.minus(b.minus(a)))).isEqualTo("a - (b - a)");
    assertThat(Formula.of(a.minus(b).minus(a))).isEqualTo("a - b - a");
    assertThat(Formula.of(a.div(b.times(a)))).isEqualTo("a / (b * a)");
    assertThat(Formula.of(a.plus(b).neg())).isEqualTo("-(a + b)");
    assertThat(Formula.of(a.neg().neg())).isEqualTo("-(-a)");
    assertThat(Formula.of(a.neg().times(b))).isEqualTo("-a * b");
    assertThat(Formula.of(tanh(a.plus(b)))).isEqualTo("tanh(a + b)");
    assertThat(Formula.of(where(a.lt(b), a, b.plus(1)))).isEqualTo("a < b ? a : b + 1");
  }

  @Test
  void namesThatAreFormulasKeepBrackets() {
    Expr d = a.times(b).named("d loss/d W");
    Expr prev = a.times(b).named("d prev");
    Expr unnamed = a.times(b).named("d neg(…)/d W");
    assertThat(Formula.of(a.minus(d.times(prev)))).isEqualTo("a - (d loss/d W) * d prev");
    assertThat(Formula.of(unnamed.times(b))).isEqualTo("(d neg(…)/d W) * b");
    assertThat(Formula.of(a.times(b).named("plus(a, b)").times(b))).isEqualTo("plus(a, b) * b");
  }

  /** An extent of several factors is no number that stands alone. */
  @Test
  void extentsAreNumbers() {
    assertThat(Formula.of(mean(a))).isEqualTo("sum(a) / (3*n)");
    assertThat(Formula.of(mean(vector("v", N)))).isEqualTo("sum(v) / n");
  }

  @Test
  void whatIsDeepIsCut() {
    Expr e = a;
    for (int i = 0; i < 6; i++) e = tanh(e);
    assertThat(Formula.of(e)).isEqualTo("tanh(tanh(tanh(tanh(tanh(…)))))");
  }

  @Test
  void factorsOfProducts() {
    assertThat(Formula.product(a.dot(w), a, w)).isEqualTo("dot(…) = a·W");
    assertThat(Formula.product(a.dot(w).named("h"), concat(1, a, b), w)).isEqualTo("h = concat(a, b)·W");
    assertThat(Formula.product(a.dot(w), a.plus(b), w.transpose())).isEqualTo("dot(…) = plus(…)·W");
    assertThat(Formula.product(a.dot(w), slice(a, 0, 0, 2), w)).isEqualTo("dot(…) = a[0:2]·W");
  }

  /** They are called as what the step calls them, whose buffer the kernel reads. */
  @Test
  void whatScansLeave() {
    var states = scan().over(a).carry(zeros(3)).run(s -> s.next(tanh(s.row().plus(s.prev())).named("h")));
    assertThat(Formula.of(exp(states.last()))).isEqualTo("exp(prev)");
    var two = scan("two").over(a).carry(zeros(3), zeros(3)).run(s -> {
      s.next(s.prev(0).plus(s.row()), s.prev(1).minus(s.row()));
      s.emit(s.prev(0).times(2).named("twice"));
    });
    assertThat(Formula.of(sum(two.emitted()).plus(1))).isEqualTo("sum(twice) + 1");
  }
}
