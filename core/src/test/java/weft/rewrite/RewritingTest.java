package weft.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static weft.Tensors.F64;
import static weft.Tensors.cast;
import static weft.Tensors.neg;
import static weft.Tensors.scalar;
import static weft.Tensors.sin;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.op.Scalar;
import weft.op.Scan;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

class RewritingTest {
  private static List<Expr> sineForTanh(Apply a) {
    return a.op() == Scalar.TANH ? List.of(sin(a.input(0))) : null;
  }

  private static List<Expr> withoutDoubleNegation(Apply a) {
    boolean twice = a.op() == Scalar.NEG && a.input(0).op() == Scalar.NEG;
    return twice ? List.of(a.input(0).apply().input(0)) : null;
  }

  @Test
  void whatIsRebuiltKeepsNamesAndOrigins() {
    Expr x = scalar("x");
    Expr h = tanh(x).named("h");
    Expr y = h.plus(1).named("y");

    Expr after = Rewriting.bottomUp(List.of(y), RewritingTest::sineForTanh).get(0);

    assertThat(after.name()).isEqualTo("y");
    assertThat(after.apply().origin()).isEqualTo(y.apply().origin());
    Expr sine = after.apply().input(0);
    assertThat(sine.op()).isSameAs(Scalar.SIN);
    assertThat(sine.name()).isEqualTo("h");
    assertThat(sine.apply().origin()).isEqualTo(h.apply().origin());
    assertThat(y.apply().input(0)).isSameAs(h);
  }

  @Test
  void anExpressionThatWasThereBeforeKeepsItsOwnName() {
    Expr x = scalar("x");
    Expr h = tanh(x);
    Expr y = neg(neg(h)).named("y");

    assertThat(Rewriting.bottomUp(List.of(y), RewritingTest::withoutDoubleNegation)).containsExactly(h);
    assertThat(h.name()).isNull();
  }

  @Test
  void bodiesOfScansAreRewrittenInnermostFirst() {
    var type = new TensorType(DType.F64, List.of());
    Expr inner = Graphs.variable(type, "c", "carry");
    var innerBody = new Lambda(List.of(inner), List.of(tanh(inner)));
    Expr outer = Graphs.variable(type, "d", "carry");
    Expr looped = Apply.of(new Scan("inner", innerBody, 0, 1, Dim.of(2), false), List.of(outer)).output(0);
    var outerBody = new Lambda(List.of(outer), List.of(tanh(looped)));
    Expr start = scalar("start", F64);
    Expr y = Apply.of(new Scan("outer", outerBody, 0, 1, Dim.of(3), false), List.of(start)).output(0);

    Expr after = Rewriting.bottomUp(List.of(y), RewritingTest::sineForTanh).get(0);

    var scan = (Scan) after.op();
    assertThat(scan.carryResult(0).op()).isSameAs(Scalar.SIN);
    var within = (Scan) scan.carryResult(0).apply().input(0).op();
    assertThat(within.carryResult(0).op()).isSameAs(Scalar.SIN);
    assertThat(within.body().variables()).containsExactly(inner);
    assertThat(((Scan) y.op()).carryResult(0).op()).isSameAs(Scalar.TANH);
  }

  @Test
  void aChangedTypeIsRefused() {
    Expr x = scalar("x");

    assertThatThrownBy(() -> Rewriting.bottomUp(List.of(tanh(x)),
        a -> a.op() == Scalar.TANH ? List.of(cast(a.input(0), F64)) : null))
        .isInstanceOf(IllegalStateException.class).hasMessageContaining("tanh").hasMessageContaining("f64");
  }

  @Test
  void countsOfUsesAreThoseOfTheWholeGraph() {
    Expr x = vector("x", 3);
    Expr once = tanh(x);
    Expr often = sin(x);
    var asked = new AtomicInteger();

    Rewriting.bottomUp(List.of(once.plus(often), often), (a, uses) -> {
      asked.incrementAndGet();
      assertThat(uses.once(once)).isTrue();
      assertThat(uses.once(often)).isFalse();
      return null;
    });

    assertThat(asked).hasValue(4);
  }

  @Test
  void aDeepChainIsRewrittenWithoutRecursionAndInOneSweep() {
    Expr x = scalar("x", F64);
    Expr y = x;
    for (int i = 0; i < 25_000; i++) y = neg(tanh(y));
    Expr deep = y;
    var asked = new AtomicInteger();

    Expr after = assertTimeoutPreemptively(Duration.ofMinutes(2),
        () -> Rewriting.bottomUp(List.of(deep), a -> {
          asked.incrementAndGet();
          return sineForTanh(a);
        }).get(0));

    assertThat(Graphs.order(List.of(after))).hasSize(50_001).noneMatch(a -> a.op() == Scalar.TANH);
    assertThat(asked.get()).isLessThan(200_000);
  }

  @Test
  void aChainOfDoubleNegationsVanishes() {
    Expr x = scalar("x", F64);
    Expr y = x;
    for (int i = 0; i < 20_000; i++) y = neg(y);

    assertThat(Rewriting.bottomUp(List.of(y), RewritingTest::withoutDoubleNegation)).containsExactly(x);
  }
}
