package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.Tensors.*;

import org.junit.jupiter.api.Test;
import weft.CompiledFunction;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Tensors for results whose length a call finds out: never an error when parameters have changed already. */
class MeasuredResultsTest {
  private final Expr calls = param("calls", Tensor.scalar(0L));

  private CompiledFunction upToOne() {
    Expr x = vector("x", dim("n"));
    Expr y = scan().over(x).run(s -> s.emit(s.row()).until(s.row().gt(1))).emitted();
    return function(x).returns(y).updates(new Update(parameter(calls), calls.plus(1))).compile();
  }

  @Test
  void aTensorOfAnotherLengthIsReplaced() {
    Tensor longer = Tensor.zeros(F32, 8);
    Tensor[] given = {longer};
    upToOne().callInto(given, Tensor.of(0f, 1, 2, 3));
    assertThat(given[0].toDoubles()).containsExactly(0, 1, 2);
    assertThat(longer.toDoubles()).containsOnly(0);
    assertThat(parameter(calls).get().item()).isEqualTo(1);
  }

  @Test
  void aTensorOfAnotherRankIsRefusedBeforeUpdates() {
    assertThatThrownBy(() -> upToOne().callInto(new Tensor[] {Tensor.zeros(F32, 3, 1)}, Tensor.of(0f, 1, 2, 3)))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SHAPE));
    assertThat(parameter(calls).get().item()).isZero();
  }
}
