package weft.op;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.runtime.Tensor;
import weft.type.Dim;

/** What type comes out when sides of several dtypes and shapes meet. */
class OperandsTest {
  private static final Dim TIME = dim("time");
  private static final Expr F = matrix("f", TIME, 3);
  private static final Expr D = matrix("d", F64, TIME, 3);
  private static final Expr I = matrix("i", I32, TIME, 3);
  private static final Expr L = matrix("l", I64, TIME, 3);
  private static final Expr B = matrix("b", BOOL, TIME, 3);

  /** An expression and the text of its type. */
  record Typed(Expr expr, String type) {}

  static List<Typed> typed() {
    return List.of(
        new Typed(F.plus(vector("v", 3)), "f32[time, 3]"),
        new Typed(vector("v", 3).plus(F), "f32[time, 3]"),
        new Typed(F.plus(scalar("s")), "f32[time, 3]"),
        new Typed(F.plus(matrix("row", 1, 3)), "f32[time, 3]"),
        new Typed(matrix("column", TIME, 1).plus(matrix("row", 1, 3)), "f32[time, 3]"),
        new Typed(tensor("a", 2, 1, 3).times(tensor("b", 4, 1)), "f32[2, 4, 3]"),
        new Typed(I.plus(L), "i64[time, 3]"),
        new Typed(I.plus(D), "f64[time, 3]"),
        new Typed(F.plus(D), "f64[time, 3]"),
        new Typed(B.times(F), "f32[time, 3]"),
        new Typed(B.times(I), "i32[time, 3]"),
        new Typed(F.plus(1), "f32[time, 3]"),
        new Typed(F.plus(0.1), "f32[time, 3]"),
        new Typed(I.plus(2.0), "i32[time, 3]"),
        new Typed(L.plus(1), "i64[time, 3]"),
        new Typed(minus(1, D), "f64[time, 3]"),
        new Typed(F.times(constant(0.5)), "f32[time, 3]"),
        new Typed(constant(2).times(L), "i64[time, 3]"),
        new Typed(constant(2).times(constant(0.5)), "f64"),
        new Typed(I.plus(constant(0.5)), "f64[time, 3]"),
        new Typed(F.plus(constant(Tensor.of(1f, 2f, 3f))), "f32[time, 3]"),
        new Typed(F.plus(Tensor.of(1f, 2f, 3f)), "f32[time, 3]"),
        new Typed(F.plus(parameter(param("p", ones(3)))), "f32[time, 3]"),
        new Typed(I.div(2), "f64[time, 3]"),
        new Typed(I.div(0.5), "f64[time, 3]"),
        new Typed(I.div(I), "f64[time, 3]"),
        new Typed(F.div(2), "f32[time, 3]"),
        new Typed(floorDiv(I, 2), "i32[time, 3]"),
        new Typed(floor(I), "i32[time, 3]"),
        new Typed(F.gt(0), "bool[time, 3]"),
        new Typed(I.eq(L), "bool[time, 3]"),
        new Typed(B.eq(true), "bool[time, 3]"),
        new Typed(where(B, F, 0), "f32[time, 3]"),
        new Typed(where(B, 1f, 0f), "f32[time, 3]"),
        new Typed(where(B, I, D), "f64[time, 3]"),
        new Typed(where(scalar("c", BOOL), F, D), "f64[time, 3]"),
        new Typed(F.sum(), "f32"),
        new Typed(I.sum(0), "i32[3]"),
        new Typed(B.sum(0), "i64[3]"),
        new Typed(I.mean(1), "f64[time]"),
        new Typed(argmax(F, 1), "i64[time]"),
        new Typed(argmax(F), "i64"),
        new Typed(F.transpose(), "f32[3, time]"),
        new Typed(F.row(0), "f32[3]"),
        new Typed(F.slice(0, 1, END), "f32[time - 1, 3]"),
        new Typed(concat(0, F, F), "f32[2*time, 3]"),
        new Typed(reshape(F, -1), "f32[3*time]"),
        new Typed(slice(F, 0, 0, END, 2), "f32[ceil(time / 2), 3]"),
        new Typed(F.dot(matrix("w", 3, 5)), "f32[time, 5]"),
        new Typed(D.dot(matrix("w", 3, 5)), "f64[time, 5]"),
        new Typed(extent(F, 0), "i32"),
        new Typed(arange(TIME), "i32[time]"),
        new Typed(oneHot(vector("k", I64, TIME), 5), "f32[time, 5]"));
  }

  @ParameterizedTest
  @MethodSource("typed")
  void hasItsType(Typed given) {
    assertThat(given.expr().type()).hasToString(given.type());
  }

  @Test
  void aNumberBecomesOneConstantOfTheOthersShape() {
    Expr result = minus(1, F.times(F));
    assertThat(Graphs.order(List.of(result))).extracting(Apply::op).hasSize(4)
        .contains(new Leaf.Constant(1f, F.type()), Scalar.MUL, Scalar.SUB);
    assertThat(constant(1).plus(F).apply().input(0).op()).isEqualTo(new Leaf.Constant(1f, F.type()));
    assertThat(Ops.constant(1, D.type()).op()).isEqualTo(Ops.constantLike(D, 1.0).op());
    assertThat(ones(BOOL, 3).op()).isEqualTo(Ops.constant(1.0, ones(BOOL, 3).type()).op());
    assertThat(Ops.constant(Long.MAX_VALUE, L.type()).op()).isEqualTo(new Leaf.Constant(Long.MAX_VALUE,
        L.type()));
  }

  @Test
  void equalOpsAreEqual() {
    for (OpRow row : OpTable.rows()) {
      Expr[] inputs = OpTable.inputs(row, F32, true);
      if (!row.named()) inputs = OpTable.inputs(row, F32, false);
      List<Apply> once = Graphs.order(List.of(row.build().apply(inputs)));
      List<Apply> again = Graphs.order(List.of(row.build().apply(inputs)));
      for (int i = 0; i < once.size(); i++) {
        if (once.get(i).op() instanceof Leaf.Literal) continue;
        assertThat(once.get(i).op()).as("%s",
            row).isEqualTo(again.get(i).op()).hasSameHashCodeAs(again.get(i).op());
      }
    }
  }

  @Test
  void whatChangesNothingIsNotAdded() {
    assertThat(Ops.cast(F, F32)).isSameAs(F);
    assertThat(reshape(F, TIME, 3)).isSameAs(F);
    assertThat(transpose(F, 0, 1)).isSameAs(F);
    assertThat(broadcastTo(F, TIME, 3)).isSameAs(F);
    assertThat(F.slice(0, 0, END)).isSameAs(F);
    assertThat(concat(0, F)).isSameAs(F);
    assertThat(floor(I)).isSameAs(I);
  }
}
