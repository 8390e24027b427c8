package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.f64;
import static weft.Tensors.*;

import org.junit.jupiter.api.Test;
import weft.Backend;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Parts of tensors, and tensors with another part, in every mode: numbers as NumPy gives them. */
class IndexCasesTest {
  private static final double[][] ROWS = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}, {10, 11, 12}};

  private final Expr x = f64("x", dim("n"), 3);
  private final Expr i = vector("i", I32, dim("k"));
  private final Expr j = vector("j", I64, i.dim(0));
  private final Expr v = f64("v", i.dim(0), 3);

  @Test
  void slicesCountFromBothEnds() {
    Everywhere.of(x, ROWS)
        .slopes(sqr(x.at(range(1, -1), range(END, END, -2))), 36, 16, 81, 49)
        .slopes(sqr(x.at(-1)), 100, 121, 144)
        .slopes(sqr(x.at(REST, 0)), 1, 16, 49, 100)
        .slopes(sqr(x.at(range(END, END, -3), NEW_AXIS, -1)), 144, 9);
  }

  @Test
  void integerTensorsChoose() {
    var s = scalar("s", I32);
    Everywhere.of(x, i, j, ROWS, new int[] {2, 0, -1, 2}, new long[] {0, -1, 1, 0})
        .slopes(sqr(x.at(i, j)), 49, 9, 121, 49)
        .slopes(sqr(x.at(expandDims(i.slice(0, 0, 2), 1), j.slice(0, 1, 3))), 81, 64, 9, 4)
        .slopes(sqr(x.at(ALL, j).at(range(0, 2))), 1, 9, 4, 1, 16, 36, 25, 16)
        .slopes(sqr(x.at(i).at(ALL, 1)), 64, 4, 121, 64);
    Everywhere.of(x, s, ROWS, -2).slopes(sqr(x.at(s)), 49, 64, 81).slopes(sqr(x.at(s, 2)), 81);
  }

  @Test
  void oneElementARowIsPicked() {
    var y = vector("y", I32, x.dim(0));
    Everywhere.of(x, y, ROWS, new int[] {0, 2, -1, 1})
        .slopes(sqr(x.at(arange(x.dim(0)), y)), 1, 36, 81, 121)
        .slopes(log(softmax(x)).at(arange(x.dim(0)), y), -2.40760596444438, -0.40760596444438,
            -0.40760596444438, -1.40760596444438);
  }

  @Test
  void slicesAreSetAndIncremented() {
    Everywhere.of(x, ROWS)
        .slopes(sqr(set(x, x.row(1), x.row(0))), 1, 4, 9, 1, 4, 9, 49, 64, 81, 100, 121, 144);
  }

  @Test
  void aPartOfAPart() {
    Expr squares = sqr(x);
    Everywhere.of(x, ROWS)
        .slopes(set(squares, squares.at(range(END, END, -2), range(0, 2)), x.at(range(0, END, 2), range(1, 3))),
            1, 4, 9, 8, 9, 36, 49, 64, 81, 2, 3, 144)
        .slopes(increment(squares, squares.at(range(0, END, 2), 2), 1000), 1, 4, 1009, 16, 25, 36, 49, 64, 1081,
            100, 121, 144);
  }

  @Test
  void ofRowsNamedTwiceTheLastStays() {
    double[][] rows = {{-1, -2, -3}, {-4, -5, -6}, {-7, -8, -9}};
    Everywhere.of(x, i, v, ROWS, new int[] {3, 0, -1}, rows)
        .slopes(sqr(set(x, x.at(i), v)), 16, 25, 36, 16, 25, 36, 49, 64, 81, 49, 64, 81)
        .slopes(sqr(increment(x, x.at(i), v)), 9, 9, 9, 16, 25, 36, 49, 64, 81, 4, 1, 0);
  }

  @Test
  void noIndicesChangeNothing() {
    Everywhere.of(x, i, v, ROWS, new int[0], Tensor.zeros(F64, 0, 3))
        .gives(set(x, x.at(i), v), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
        .gives(increment(x, x.at(i), v), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
        .gives(x.at(i));
  }

  @Test
  void insideAScan() {
    var h = scan().over(x).carry(zeros(F64, 4)).run(s -> s.next(
        set(s.prev(), s.prev().at(range(0, 2)), s.row().at(range(1, 3)).times(s.prev().at(3).plus(1)))
            .plus(s.prev().at(range(END, END, -1)))));
    Everywhere.of(x, ROWS).slopes(h.last(), 95, 105, 39, 33);
  }

  @Test
  void partsBetweenExtents() {
    var s = scalar("s", I32);
    var few = f64("few", dim("m"));
    Everywhere.of(x, s, few, ROWS, 1, new double[] {1, 2})
        .slopes(sqr(x.at(window(s, 2), 0)), 16, 49)
        .slopes(sqr(x.at(window(s.minus(3), few.dim(0)), 0)), 49, 100)
        .slopes(sqr(x.at(range(0, few.dim(0)), 1)), 4, 25)
        .slopes(sqr(x.at(range(few.dim(0), END), 1)).times(few.at(1)), 128, 242)
        .slopes(set(x, x.at(window(s, few.dim(0)), 0), few).at(ALL, 0), 1, 1, 2, 10)
        .slopes(map(arange(x.dim(0).minus(1)), t -> x.at(window(t, 2)).sum()), 21, 39, 57);
    assertThatThrownBy(() -> Everywhere.of(x, s, ROWS, 3).value(x.at(window(s, 2)))).isInstanceOf(WeftException.class)
        .hasMessageContaining("window: the index 4 in").hasMessageContaining("is outside axis 0 of x f64[n, 3]")
        .extracting(e -> ((WeftException) e).kind()).isEqualTo(Kind.INDEX);
    assertThatThrownBy(() -> Everywhere.of(x, s, ROWS, -5).value(x.at(window(s, 2)))).hasMessageContaining("window: the index -5 in s");
    assertThatThrownBy(() -> Everywhere.of(x, few, ROWS, new double[5]).value(x.at(range(0, few.dim(0)))))
        .hasMessageContaining("slice: axis 0 of x f64[n, 3] has 4 elements, too few for those from 0 to m");
    assertThatThrownBy(() -> window(i, 2)).hasMessageContaining("window: it begins at i32[k], not at an integer scalar");
    assertThatThrownBy(() -> window(scalar("f"), 2)).hasMessageContaining("window: it begins at f32");
  }

  @Test
  void alongAnAxis() {
    var at = tensor("at", I64, x.dim(0), 2);
    Everywhere.of(x, at, ROWS, new long[][] {{0, -1}, {1, 1}, {2, 0}, {0, 0}})
        .slopes(sqr(takeAlongAxis(x, at, 1)), 1, 9, 25, 25, 81, 49, 100, 100)
        .slopes(sqr(set(x, takeAlongAxis(x, at, 1), 0)), 0, 4, 0, 16, 0, 36, 0, 64, 0, 0, 121, 144);
  }

  @Test
  void counts() {
    Everywhere.of(i, new int[] {2, 0, 2, 2, -4})
        .gives(bincount(i, 4), 2, 0, 3, 0)
        .gives(confusionMatrix(i.slice(0, 0, 4), i.slice(0, 1, 5), 4),
            0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0);
  }

  @Test
  void whatIsOutsideIsNamed() {
    assertThatThrownBy(() -> Everywhere.of(x, i, ROWS, new int[] {1, 4}).value(x.at(i)))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("at: the index 4 in i is outside axis 0 of x f64[n, 3]")
        .extracting(e -> ((WeftException) e).kind()).isEqualTo(Kind.INDEX);
    assertThatThrownBy(() -> x.at(1, 2, 3)).hasMessageContaining("at: 3 axes are indexed, and there are 2");
    assertThatThrownBy(() -> x.at(0, 3)).hasMessageContaining("there is no index 3 in axis 0, which has 3 elements");
    assertThatThrownBy(() -> set(x, sqr(x).row(0), 1)).hasMessageContaining("set: this is no part of that");
    assertThatThrownBy(() -> set(x, x.row(0), vector("w", F64, 2)))
        .hasMessageContaining("set: the value does not fit into the part");
    assertThatThrownBy(() -> set(i, i.at(0), 0.5)).hasMessageContaining("set: 0.5 is no i32");
    assertThatThrownBy(() -> set(i, i.at(range(0, 1)), j)).hasMessageContaining("set: i64 does not go into i32");
  }

  /** Vectors that fill a row up compute with whatever lies behind it, which is no index. */
  @Test
  void indicesBehindTheEndAreNotRead() {
    Expr x = tensor("x", F32, 6);
    Expr n = tensor("n", I32, 5);
    var f = function(x, n).returns(sort(take(x, n.plus(1), 0), 0)).named("f").lanes(8).compile(Backend.INTERPRETER);
    assertThat(f.loops()).contains("for i in 0 .. 5 parallel\n    store take[i] = x[checked[i]]");
    assertThat(f.call(Tensor.of(0f, 1, 2, 3, 4, 5), Tensor.of(4, 3, 2, 1, 0)).toDoubles()).containsExactly(1, 2, 3, 4, 5);
  }
}
