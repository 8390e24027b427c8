package weft.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.F64;
import static weft.Tensors.constant;
import static weft.Tensors.param;
import static weft.Tensors.scalar;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Op;
import weft.op.Scan;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.type.Dim;
import weft.type.TensorType;

class ShareTest {
  private static List<Expr> share(Expr... results) {
    return Share.apply(List.of(results), new Notes());
  }

  @Test
  void equalOpsOnEqualInputsBecomeOne() {
    Expr x = vector("x", 3);
    List<Expr> after = share(tanh(x.plus(1)), tanh(x.plus(1)), tanh(x.plus(2)));

    assertThat(after.get(1)).isSameAs(after.get(0));
    assertThat(after.get(2)).isNotSameAs(after.get(0));
  }

  @Test
  void sumsAndProductsAreEqualEitherWayRoundButDifferencesAreNot() {
    Expr x = vector("x", 3);
    Expr y = vector("y", 3);
    List<Expr> after = share(x.plus(y), y.plus(x), x.times(y), y.times(x), x.minus(y), y.minus(x));

    assertThat(after.get(1)).isSameAs(after.get(0));
    assertThat(after.get(3)).isSameAs(after.get(2));
    assertThat(after.get(5)).isNotSameAs(after.get(4));
  }

  @Test
  void leavesAreEqualByWhatTheyHold() {
    var w = new Parameter("w", Tensor.of(1f, 2f));
    List<Expr> after = share(param(w), param(w), constant(Tensor.of(1f, 2f)), constant(Tensor.of(1f, 2f)),
        constant(Tensor.of(0f, 2f)), constant(Tensor.of(-0f, 2f)), vector("x", 2), vector("x", 2));

    assertThat(after.get(1)).isSameAs(after.get(0));
    assertThat(after.get(3)).isSameAs(after.get(2)).isNotSameAs(after.get(0));
    assertThat(after.get(5)).isNotSameAs(after.get(4));
    assertThat(after.get(7)).isNotSameAs(after.get(6));
  }

  @Test
  void theBodyOfAScanIsSharedWithinItself() {
    Expr h = Graphs.variable(new TensorType(DType.F64, List.of()), "h", "carry");
    var body = new Lambda(List.of(h), List.of(tanh(h).plus(tanh(h))));
    Expr y = Apply.of(new Scan("s", body, 0, 1, Dim.of(2), false), List.of(scalar("h0", F64))).output(0);

    var scan = (Scan) share(y).get(0).op();

    Apply sum = scan.carryResult(0).apply();
    assertThat(sum.input(0)).isSameAs(sum.input(1));
  }

  private record Dice(TensorType type) implements Op {
    @Override
    public String name() {
      return "dice";
    }

    @Override
    public List<TensorType> types(List<TensorType> inputs) {
      return List.of(type);
    }

    @Override
    public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
      return List.of();
    }

    @Override
    public boolean isPure() {
      return false;
    }
  }

  @Test
  void whatMayDifferEachTimeIsNeverShared() {
    var dice = new Dice(new TensorType(DType.F64, List.of()));
    List<Expr> after = share(Apply.one(dice), Apply.one(dice));

    assertThat(after.get(1)).isNotSameAs(after.get(0));
  }
}
