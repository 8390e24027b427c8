package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.ALL;
import static weft.Tensors.BOOL;
import static weft.Tensors.I32;
import static weft.Tensors.at;
import static weft.Tensors.compress;
import static weft.Tensors.dim;
import static weft.Tensors.extent;
import static weft.Tensors.grad;
import static weft.Tensors.ifElse;
import static weft.Tensors.increment;
import static weft.Tensors.map;
import static weft.Tensors.nonzero;
import static weft.Tensors.repeat;
import static weft.Tensors.set;
import static weft.Tensors.sin;
import static weft.Tensors.sqr;
import static weft.Tensors.tensor;
import static weft.Tensors.unique;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.SelectionWords.Unique;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** What is chosen by its values, in every mode; the expected numbers are NumPy's. */
class SelectionsTest {
  private final Dim n = dim("n");
  private final Dim m = dim("m");
  private final Expr x = f64("x", n);
  private final Expr table = f64("table", n, m);

  private static void refused(Kind kind, Runnable call) {
    assertThatThrownBy(call::run).isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void elementsForWhichAMaskHolds() {
    Expr above = compress(table.gt(2), table);
    var f = Modes.function(table).returns(above, extent(above, 0), above.sum());
    Tensor[] some = f.callAll((Object) new double[][] {{1, 5, 2}, {3, 0, 4}});
    assertNumbers(some[0], 5, 3, 4);
    assertThat(some[1].item()).isEqualTo(3);
    assertThat(some[2].item()).isEqualTo(12);
    assertThat(f.callAll((Object) new double[2][2])[0].shape()).containsExactly(0);
    assertThat(f.callAll((Object) new double[0][3])[0].shape()).containsExactly(0);
  }

  @Test
  void partsForWhichAMaskHolds() {
    Expr mask = tensor("mask", BOOL, m);
    var f = Modes.function(table, mask).returns(compress(mask, table, 1), compress(mask, table, -1));
    Tensor[] found = f.callAll(new double[][] {{1, 5, 2}, {3, 0, 4}}, new boolean[] {true, false, true});
    assertThat(found[0].shape()).containsExactly(2, 2);
    assertNumbers(found[0], 1, 2, 3, 4);
    assertNumbers(found[1], 1, 2, 3, 4);
  }

  @Test
  void masksThatDoNotFit() {
    Expr mask = tensor("mask", BOOL, m);
    refused(Kind.SHAPE, () -> compress(mask, table, 0));
    refused(Kind.SHAPE, () -> compress(mask, table));
    refused(Kind.SHAPE, () -> compress(mask, table, 2));
    refused(Kind.DTYPE, () -> compress(table, table));
    refused(Kind.SHAPE, () -> nonzero(f64("scalar")));
  }

  @Test
  void partsByMasksAsNumPyWritesThem() {
    Expr rows = tensor("rows", BOOL, n);
    Expr some = tensor("some", BOOL, n, m);
    double[][] numbers = {{1, 5, 2}, {3, 0, 4}};
    boolean[][] marked = {{true, false, true}, {false, true, false}};
    Everywhere.of(table, rows, some, numbers, new boolean[] {false, true}, Tensor.of(marked))
        .slopes(sin(table.at(rows)), Math.sin(3), 0, Math.sin(4))
        .slopes(sin(table.at(some)), Math.sin(1), Math.sin(2), 0)
        .slopes(sin(table.at(rows, 1)), 0)
        .slopes(sqr(set(table, table.at(some), table.at(some).times(3))), 9, 25, 36, 9, 0, 16)
        .slopes(sqr(set(table, table.at(rows), 2)), 1, 25, 4, 4, 4, 4)
        .slopes(sqr(increment(table, table.at(some), 1)), 4, 25, 9, 9, 1, 16)
        .slopes(sqr(map(table, row -> set(row, row.at(row.gt(1.5)), row.at(row.gt(1.5)).sum()))), 1, 49, 49, 49, 0, 49);
  }

  /** What one branch found by a mask is found again by the other one, and behind both. */
  @Test
  void oneMaskInBothBranches() {
    Expr mask = x.gt(1.5);
    Expr chosen = ifElse(x.row(0).gt(0), () -> x.at(mask).sum(), () -> sqr(x.at(mask)).sum());
    Expr all = chosen.plus(x.at(mask).row(0));
    Everywhere.of(x, new double[] {1, 2, 4}).slopes(chosen, 6).slopes(all, 8);
    Everywhere.of(x, new double[] {-1, 2, 4}).slopes(chosen, 20).slopes(all, 22);
  }

  @Test
  void masksBetweenBracketsThatDoNotFit() {
    Expr mask = tensor("mask", BOOL, m);
    assertThatThrownBy(() -> table.at(mask)).hasMessageContaining("at: the mask does not fit axis 0")
        .hasMessageContaining("f64[n, m]").hasMessageContaining("bool[m]");
    refused(Kind.SHAPE, () -> table.at(ALL, tensor("all", BOOL, n, m)));
    refused(Kind.SHAPE, () -> table.at(table.gt(0), 1));
    refused(Kind.SHAPE, () -> table.at(tensor("one", BOOL)));
    refused(Kind.SHAPE, () -> table.at(tensor("rows", BOOL, n), mask));
    refused(Kind.SHAPE, () -> set(table, table.at(table.gt(0)), table.at(table.gt(0))));
    Expr fixed = f64("fixed", 3, 2);
    assertThatThrownBy(() -> fixed.at(tensor("five", BOOL, 5))).hasMessageContaining("bool[5]").hasMessageContaining("f64[3, 2]");
  }

  @Test
  void gradientsGoToWhatWasChosen() {
    Expr cost = sin(compress(x.gt(0.5), x)).sum();
    double[] point = {.1, .7, .4, 2, 3};
    Expr slope = grad(cost, x);
    assertNumbers(Modes.function(x).returns(slope).call((Object) point), 0, Math.cos(.7), 0, Math.cos(2), Math.cos(3));
    Slopes.check(List.of(x), cost, List.of(slope), List.of(x), point);
    Expr second = slope.times(slope).sum();
    Slopes.check(List.of(x), second, List.of(grad(second, x)), List.of(x), point);
  }

  @Test
  void whereElementsAreNotZero() {
    List<Expr> where = nonzero(table);
    var f = Modes.function(table).returns(where.get(0), where.get(1), at(table, where.toArray()));
    Tensor[] found = f.callAll((Object) new double[][] {{0, 5, 0}, {3, 0, 4}});
    assertNumbers(found[0], 0, 1, 1);
    assertNumbers(found[1], 1, 0, 2);
    assertNumbers(found[2], 5, 3, 4);
    assertNumbers(Modes.function(x).returns(nonzero(x.gt(1)).get(0)).call((Object) new double[] {2, 1, 3}), 0, 2);
  }

  @Test
  void placesThatAreSet() {
    Expr marked = set(x, at(x, nonzero(x.lt(0)).toArray()), 9);
    assertNumbers(Modes.function(x).returns(marked).call((Object) new double[] {1, -2, 3, -4}), 1, 9, 3, 9);
  }

  /** Nothing is read of what was chosen but how much it is. */
  @Test
  void allThatWasChosenIsReplaced() {
    Expr above = compress(x.gt(1), x);
    Expr other = set(above, above, 7);
    assertNumbers(Modes.function(x).returns(other).call((Object) new double[] {2, 1, 3}), 7, 7);
  }

  @Test
  void differentValues() {
    Unique u = unique(table);
    var f = Modes.function(table).returns(u.values(), u.indices(), u.inverse(), u.counts());
    Tensor[] found = f.callAll((Object) new double[][] {{3, 1, 2}, {1, 3, 3}});
    assertNumbers(found[0], 1, 2, 3);
    assertNumbers(found[1], 1, 2, 0);
    assertThat(found[2].shape()).containsExactly(2, 3);
    assertNumbers(found[2], 2, 0, 1, 0, 2, 2);
    assertNumbers(found[3], 2, 1, 3);
    Tensor[] none = f.callAll(Tensor.zeros(DType.F64, 0, 3));
    assertThat(none[0].shape()).containsExactly(0);
    assertThat(none[2].shape()).containsExactly(0, 3);
  }

  @Test
  void eachOfItAlone() {
    Expr ints = tensor("ints", I32, n);
    int[] given = {7, -1, 7, 7, 0};
    assertNumbers(Modes.function(ints).returns(unique(ints).values()).call((Object) given), -1, 0, 7);
    assertNumbers(Modes.function(ints).returns(unique(ints).counts()).call((Object) given), 1, 1, 3);
    assertNumbers(Modes.function(ints).returns(unique(ints).inverse()).call((Object) given), 2, 0, 2, 2, 1);
  }

  /** As NumPy has it: not equal to itself, but one value. */
  @Test
  void nanIsOneValue() {
    Unique u = unique(x);
    Tensor[] found = Modes.function(x).returns(u.values(), u.counts())
        .callAll((Object) new double[] {Double.NaN, 1, Double.NaN, -0.0, 0});
    assertThat(found[0].toDoubles()).containsExactly(-0.0, 1, Double.NaN);
    assertNumbers(found[1], 2, 1, 2);
  }

  @Test
  void aPartAsOftenAsItsCountSays() {
    Expr counts = tensor("counts", I32, n);
    Expr rows = repeat(table, counts, m.times(2), 0);
    var f = Modes.function(table, counts).returns(rows);
    Tensor found = f.call(new double[][] {{1, 2}, {3, 4}, {5, 6}}, new int[] {1, 0, 3});
    assertThat(found.shape()).containsExactly(4, 2);
    assertNumbers(found, 1, 2, 5, 6, 5, 6, 5, 6);
    refused(Kind.ASSERTION, () -> f.call(new double[][] {{1, 2}, {3, 4}, {5, 6}}, new int[] {1, 0, 2}));
    refused(Kind.ASSERTION, () -> f.call(new double[][] {{1, 2}, {3, 4}, {5, 6}}, new int[] {3, -1, 2}));
    refused(Kind.DTYPE, () -> repeat(table, x, 4, 0));
    refused(Kind.SHAPE, () -> repeat(table, counts, 4, 1));
  }

  @Test
  void gradientsOfWhatIsRepeated() {
    Expr counts = tensor("counts", I32, n);
    Expr w = f64("w", 5);
    Expr cost = sin(repeat(x, counts, 5, 0).times(w)).sum();
    Slopes.check(List.of(x, counts, w), cost, List.of(grad(cost, x)), List.of(x), new double[] {.3, .8, -1},
        new int[] {2, 0, 3}, new double[] {1, 2, 3, 4, 5});
  }

  /** How many each row has is found out in each step anew. */
  @Test
  void inTheStepsOfAScan() {
    Expr sums = map(table, row -> compress(row.gt(1), row).sum());
    assertNumbers(Modes.function(table).returns(sums).call((Object) new double[][] {{1, 5, 2}, {0, 0, 0}, {3, 0, 4}}), 7, 0, 7);
    Expr kinds = map(table, row -> extent(unique(row).values(), 0));
    assertNumbers(Modes.function(table).returns(kinds).call((Object) new double[][] {{1, 5, 1}, {0, 0, 0}, {3, 0, 4}}), 2, 1, 3);
  }
}
