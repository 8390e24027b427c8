package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.matrix;
import static weft.Tensors.set;
import static weft.Tensors.sum;
import static weft.Tensors.take;
import static weft.Tensors.vector;
import static weft.runtime.DType.F32;
import static weft.runtime.DType.I32;
import static weft.runtime.DType.I64;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tests.Modes;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Rows that indices choose are read, added up and replaced some elements at a time, whatever their width is: against plain loops. */
class WholeRowsTest {
  private static final int ROWS = 7;
  private static final int CHOSEN = 11;

  private final SplittableRandom random = new SplittableRandom(1);
  private final int[] at = random.ints(CHOSEN, 0, ROWS).toArray();

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"F32", "F64"})
  void ofAnyWidth(DType dtype) {
    for (int width : new int[] {1, 3, 7, 8, 9, 12, 16, 20, 33}) {
      check(dtype, width, Dim.of(width), DType.I32);
      check(dtype, width, dim("width"), I64);
    }
  }

  private void check(DType dtype, int width, Dim known, DType indices) {
    Expr table = matrix("table", dtype, Dim.of(ROWS), known);
    Expr rows = matrix("rows", dtype, dim("chosen"), known);
    Expr i = vector("i", indices, rows.dim(0));
    Expr added = grad(sum(take(table, i, 0).times(rows)), table);
    float[][] t = numbers(ROWS, width);
    float[][] r = numbers(CHOSEN, width);
    Tensor chosen = indices == I64 ? Tensor.of(Arrays.stream(at).asLongStream().toArray()) : Tensor.of(at);
    Tensor[] got = Modes.function(table, rows, i).returns(take(table, i, 0), added, set(table, table.at(i), rows))
        .callAll(tensor(dtype, t), tensor(dtype, r), chosen);

    double[] taken = new double[CHOSEN * width];
    double[] sums = new double[ROWS * width];
    double[] replaced = new double[ROWS * width];
    for (int row = 0; row < ROWS; row++) for (int k = 0; k < width; k++) replaced[row * width + k] = t[row][k];
    for (int c = 0; c < CHOSEN; c++) {
      for (int k = 0; k < width; k++) {
        taken[c * width + k] = t[at[c]][k];
        sums[at[c] * width + k] += r[c][k];
        replaced[at[c] * width + k] = r[c][k];
      }
    }
    String as = dtype + ", " + known + " = " + width;
    assertThat(got[0].toDoubles()).as("taken " + as).containsExactly(taken);
    assertThat(got[1].toDoubles()).as("added " + as).containsExactly(sums);
    assertThat(got[2].toDoubles()).as("replaced " + as).containsExactly(replaced);
  }

  /** Eighths, whose sums are exact. */
  private float[][] numbers(int rows, int width) {
    var all = new float[rows][width];
    for (float[] row : all) for (int k = 0; k < width; k++) row[k] = random.nextInt(-80, 80) / 8f;
    return all;
  }

  private static Tensor tensor(DType dtype, float[][] rows) {
    return Tensor.of(rows).to(dtype);
  }

  @Test
  void inVectors() {
    Expr table = matrix("table", F32, Dim.of(ROWS), Dim.of(20));
    Expr rows = matrix("rows", F32, Dim.of(CHOSEN), Dim.of(20));
    Expr i = vector("i", I32, Dim.of(CHOSEN));
    Expr added = grad(sum(take(table, i, 0).times(rows)), table);
    assertThat(function(table, rows, i).returns(added, set(table, table.at(i), rows), take(table, i, 0)).lanes(8).compile().loops())
        .contains("store d_sum_d_table[i_3 + 32*row : 8] = d_sum_d_table[i_3 + 32*row : 8] + rows[20*i_2 + i_3 : 8]")
        .contains("store scatterSet[i_3 + 32*row : 8] = rows[20*i_2 + i_3 : 8]")
        .contains("store out_take[20*i_2 + j : 8] = table[j + 20*checked_2 : 8]");
  }
}
