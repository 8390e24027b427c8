package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.Tensors.*;

import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.CompiledFunction;
import weft.Scanned;
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

  /** The gradient is the same number for each row, and only the scan knows how many there are. */
  @Test
  void aGradientByWhatAScanMeasured() {
    Expr x = vector("x", F64, dim("n"));
    Expr y = scan().over(x).run(s -> s.emit(s.row().times(7)).until(s.row().gt(1))).emitted();
    var f = Modes.function(x).returns(grad(mean(y), y), grad(sum(y), y));
    Tensor[] of = f.callAll((Object) new double[] {0, 1, 2, 3});
    assertThat(of[0].toDoubles()).containsExactly(1 / 3.0, 1 / 3.0, 1 / 3.0);
    assertThat(of[1].toDoubles()).containsExactly(1, 1, 1);
  }

  /** The second scan stays for its carry; without what it emits nothing of it would have the length of the first. */
  @Test
  void aLengthOfAScanThatOnlyAnotherResultReads() {
    Expr x = vector("x", F64, dim("n"));
    Expr rows = scan().over(x).run(s -> s.emit(s.row()).until(s.row().gt(1))).emitted();
    Scanned four = scan().steps(4).carry(x.sum()).run(s -> s.next(s.prev().plus(1)).emit(rows));
    var f = Modes.function(x).returns(four.last(), grad(mean(four.emitted()), four.emitted()));
    Tensor[] of = f.callAll((Object) new double[] {0, 5, 2, 3});
    assertThat(of[0].item()).isEqualTo(14);
    assertThat(of[1].shape()).containsExactly(4, 2);
    assertThat(of[1].toDoubles()).containsOnly(1 / 8.0);
  }

  /** What stands behind a measured length has its place only once that is known. */
  @Test
  void partsBehindOneOfMeasuredLength() {
    Expr x = vector("x", F64, dim("n"));
    Expr y = vector("y", F64, 2);
    Expr kinds = unique(x).values();
    Expr sums = sumKeepDims(y, 0);
    var f = Modes.function(x, y).returns(concat(0, tanh(y.times(0)), kinds, sums, y.times(3)), concat(0, kinds, expandDims(y.sum().sum(), 0)));
    Tensor[] of = f.callAll(new double[] {4, 2, 4}, new double[] {1, 7});
    assertThat(of[0].toDoubles()).containsExactly(0, 0, 2, 4, 8, 3, 21);
    assertThat(of[1].toDoubles()).containsExactly(2, 4, 8);
  }

  @Test
  void aTensorOfAnotherRankIsRefusedBeforeUpdates() {
    assertThatThrownBy(() -> upToOne().callInto(new Tensor[] {Tensor.zeros(F32, 3, 1)}, Tensor.of(0f, 1, 2, 3)))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SHAPE));
    assertThat(parameter(calls).get().item()).isZero();
  }
}
