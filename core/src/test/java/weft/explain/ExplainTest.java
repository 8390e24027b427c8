package weft.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.Tensors.*;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import weft.Backend;
import weft.CompiledFunction;
import weft.graph.Expr;
import weft.loop.KernelCost;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

/** What a compiled function says of itself: what was done and why not more, and what its kernels cost. */
class ExplainTest {
  private final Expr x = matrix("x", dim("time"), 4);
  private final Expr wx = param("Wx", Tensor.zeros(weft.runtime.DType.F32, 4, 8));
  private final Expr wh = param("Wh", Tensor.zeros(weft.runtime.DType.F32, 8, 8));
  private final Expr wy = param("Wy", Tensor.zeros(weft.runtime.DType.F32, 8, 3));

  private CompiledFunction net() {
    var h = scan(x, zeros(8), (xt, prev) -> tanh(xt.dot(wx).plus(prev.dot(wh))));
    return function(x).named("net").returns(h.all().dot(wy)).lanes(1).compile(Backend.INTERPRETER);
  }

  @Test
  void elementWiseWorkIsCounted() {
    var n = dim("n");
    Expr a = vector("a", n);
    Expr b = vector("b", n);
    CompiledFunction f = function(a, b).returns(a.times(b).minus(3f).div(b)).lanes(1).compile(Backend.INTERPRETER);

    List<KernelCost> costs = f.costs();
    assertThat(costs).hasSize(1);
    assertThat(costs.get(0).flops()).hasToString("3*n");
    // Two inputs and one result of n floats; b is read twice and counts once.
    assertThat(costs.get(0).bytes()).hasToString("12*n");
    assertThat(f.costs(Map.of("n", 7))).containsExactly(new KernelCost.Numbers(costs.get(0).kernel().name(), 1, 21, 84, 0));
    assertThat(f.workspace()).hasToString("0");
  }

  /** Rows of 44 are five vectors of eight and a sixth, which begins at 36: 48 products a row; of inputs and results each element counts once. */
  @Test
  void whatIsLeftOverBehindWholeVectorsIsCounted() {
    Expr a = matrix("a", dim("n"), 44);
    Expr b = matrix("b", a.dim(0), 50);
    CompiledFunction part = function(a, b).returns(a.times(b.slice(1, 3, 47))).lanes(8).compile(Backend.INTERPRETER);
    assertThat(part.loops()).contains("for run in 0 .. 2");
    assertThat(part.costs(Map.of("n", 3)).get(0).flops()).isEqualTo(3 * 48);
    assertThat(part.costs(Map.of("n", 3)).get(0).bytes()).isEqualTo(4 * 3 * (44 + 48 + 44));
  }

  @Test
  void aProductIsTwiceAsManyOperationsAsItsElements() {
    Expr a = matrix("a", 3, 5);
    Expr b = matrix("b", 5, 7);
    CompiledFunction f = function(a, b).returns(a.dot(b)).lanes(1).compile(Backend.INTERPRETER);
    assertThat(f.costs(Map.of()).stream().mapToLong(KernelCost.Numbers::totalFlops).sum()).isEqualTo(2 * 3 * 5 * 7);
  }

  @Test
  void aKernelInALoopIsCalledOnceAStep() {
    var calls = net().costs(Map.of("time", 11)).stream().map(KernelCost.Numbers::calls).toList();
    assertThat(calls).contains(11L, 1L);
    long flops = net().costs(Map.of("time", 11)).stream().mapToLong(KernelCost.Numbers::totalFlops).sum();
    // The products x·Wx, prev·Wh and h·Wy of 11 rows, an addition and a tanh for each of 11 · 8 elements.
    assertThat(flops).isBetween(11L * 2 * (4 * 8 + 8 * 8 + 8 * 3) + 11 * 8 * 2, 11L * 2 * (4 * 8 + 8 * 8 + 8 * 3) + 11 * 8 * 40);
  }

  @Test
  void itSaysWhatWasDoneToAScanAndWhyNotMore() {
    assertThat(net().explain())
        .contains("hoisted dot(x_t, Wx) as one computation over time")
        .contains("not unrolled, since its time steps are known only when it is called")
        .contains("dot(prev, Wh) stays in the step, since it needs the carry prev, and the next step needs it")
        .contains("kept in memory instead of fused into what reads it");
  }

  @Test
  void itSaysWhyTwoScansAreTwo() {
    var up = scan(x, zeros(4), (row, sum) -> tanh(sum.plus(row)));
    var short7 = scan().steps(70).carry(zeros(4)).run(s -> s.next(tanh(s.prev().plus(x.row(0)))));
    CompiledFunction f = function(x).returns(up.last().plus(short7.last())).lanes(1).compile(Backend.INTERPRETER);
    assertThat(f.explain()).contains("not merged with").contains("since one has time steps, the other 70")
        .contains("not unrolled, since 70 steps of");
  }

  @Test
  void everyDimensionMustBeGiven() {
    assertThatThrownBy(() -> net().costs(Map.of())).isInstanceOf(WeftException.class)
        .hasMessageContaining("net: how long is dimension time?");
  }
}
