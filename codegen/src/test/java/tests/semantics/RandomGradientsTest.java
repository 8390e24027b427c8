package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.dim;
import static weft.Tensors.expandDims;
import static weft.Tensors.grad;
import static weft.Tensors.scan;
import static weft.Tensors.take;

import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.RandomStream;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Gradients where numbers are drawn, in every mode: by what was drawn from, and by what it was drawn with. */
class RandomGradientsTest {
  private static final double[][] M = {{1, 2, 3}, {4, 5, 6}};
  private final Expr m = f64("m", dim("rows"), 3);

  /** Two elements of each row, each where an index that a nested loop draws points to: the gradient counts how often. */
  @Test
  void d19_anIndexThatIsDrawn() {
    var rng = new RandomStream("pooling", 5);
    var pooled = scan("rows").over(m).run(row -> {
      var inner = scan("picks").steps(2).carry(0.).run(s -> {
        Expr at = rng.integers(0, 3);
        Expr chosen = take(row.row(), at, 0);
        s.next(s.prev().plus(chosen.times(chosen))).emit(at);
      });
      row.emit(inner.last(), inner.emitted());
    });
    Modes f = Modes.function(m).returns(pooled.emitted(0), grad(pooled.emitted(0).sum(), m), pooled.emitted(1));
    PlainRandom draw = PlainRandom.stream(5, 0);
    for (int call = 0; call < 2; call++) {
      double[] sums = new double[2];
      double[] slopes = new double[6];
      double[] drawn = new double[4];
      for (int t = 0; t < 4; t++) {
        int at = (int) draw.integer(0, 0, 3);
        double x = M[t / 2][at];
        sums[t / 2] += x * x;
        slopes[t / 2 * 3 + at] += 2 * x;
        drawn[t] = at;
        draw = draw.next();
      }
      Tensor[] r = f.callAll((Object) M);
      assertNumbers(r[0], sums);
      assertNumbers(r[1], slopes);
      assertNumbers(r[2], drawn);
    }
  }

  /** How often each class is drawn depends on the probabilities in a way that no gradient follows. */
  @Test
  void d19_whatIsDrawnWithProbabilitiesOfTheInput() {
    var rng = new RandomStream("pooling", 6);
    Expr p = m.div(expandDims(m.sum(1), 1)).named("p");
    Expr pooled = scan("outer").steps(2).run(o -> o.emit(
        scan("inner").over(p).run(s -> s.emit(s.row().plus(rng.multinomial(1, s.row())))).emitted())).emitted();
    var refused = catchThrowableOfType(WeftException.class, () -> grad(pooled.sum(), m));
    assertThat(refused.kind()).isEqualTo(Kind.NO_GRADIENT);
    assertThat(refused).hasMessageContaining("drawn from multinomial has no derivative by p_t, which it was drawn with").hasMessageContaining("zeroGrad");
  }
}
