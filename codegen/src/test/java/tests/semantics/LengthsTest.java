package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.END;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.I64;
import static weft.Tensors.dim;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scan;
import static weft.Tensors.sqr;
import static weft.Tensors.taps;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.Scanned;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** How many rows of each sequence of a batch count, in every mode: sums of them, and what calls with impossible numbers are told. */
class LengthsTest {
  private final Dim time = dim("time");
  private final Dim batch = dim("batch");
  private final Expr x = f64("x", time, batch);

  private static void refused(Modes function, String message, Object... arguments) {
    WeftException e = catchThrowableOfType(WeftException.class, () -> function.callAll(arguments));
    assertThat(e).as("nothing was refused").isNotNull();
    assertThat(e.getMessage().replaceAll("(\\w+\\.java):\\d+", "$1")).isEqualTo(message.stripTrailing());
    assertThat(e.kind()).isEqualTo(Kind.STEPS);
  }

  private static double[][] ones(int rows, int columns) {
    var x = new double[rows][columns];
    for (double[] row : x) Arrays.fill(row, 1);
    return x;
  }

  @Test
  void lengthsThatTheRowsDoNotHave() {
    for (var dtype : List.of(I32, I64)) {
      var lengths = vector("lengths", dtype, batch);
      var count = param("count", Tensor.scalar(0.));
      Expr sums = scan().over(x).lengths(lengths).carry(zeros(F64, batch)).run(s -> s.next(s.prev().plus(s.row()))).last();
      Modes f = Modes.function(x, lengths).returns(sums).updates(new Update(parameter(count), count.plus(1)));
      assertNumbers(f.call(ones(4, 3), numbers(dtype, 4, 0, 3)), 4, 0, 3);
      refused(f, """
          scan: lengths[2] is 5, where x has 4 rows
            at LengthsTest.java
            Lengths go from 0 to the number of rows.
          """, ones(4, 3), numbers(dtype, 4, 0, 5));
      refused(f, """
          scan: lengths[1] is -1, where x has 4 rows
            at LengthsTest.java
            Lengths go from 0 to the number of rows.
          """, ones(4, 3), numbers(dtype, 4, -1, 5));
      assertNumbers(f.call(Tensor.zeros(F64, 0, 3), numbers(dtype, 0, 0, 0)), 0, 0, 0);
      refused(f, """
          scan: lengths[0] is 1, where x has 0 rows
            at LengthsTest.java
            Lengths go from 0 to the number of rows.
          """, Tensor.zeros(F64, 0, 3), numbers(dtype, 1, 0, 0));
      assertThat(parameter(count).get().item()).isEqualTo(2);
    }
  }

  private static Tensor numbers(DType dtype, int... numbers) {
    return Tensor.of(numbers).to(dtype);
  }

  /** A batch that is fixed, lengths that are computed, one scan in which nobody has any. */
  @Test
  void whatTheRowsAreOf() {
    Expr y = f64("y", time, 2);
    Expr lengths = vector("n", I32, 2);
    var plain = scan().over(y).lengths(lengths.minus(1)).carry(zeros(F64, 2));
    Modes computed = Modes.function(y, lengths).returns(plain.run(s -> s.next(s.prev().plus(s.row()))).last());
    assertNumbers(computed.call(ones(2, 2), new int[] {3, 1}), 2, 0);
    refused(computed, """
        scan: minus(…)[1] is -1, where y has 2 rows
          at LengthsTest.java
          Lengths go from 0 to the number of rows.
        """, ones(2, 2), new int[] {3, 0});
    var two = scan().over(y).over(y.slice(0, 1, END)).lengths(lengths).carry(zeros(F64, 2));
    refused(Modes.function(y, lengths).returns(two.run(s -> s.next(s.prev().plus(s.row(0)).plus(s.row(1)))).last()), """
        scan: n[0] is 2, where the sequences have 1 rows
          at LengthsTest.java
          Lengths go from 0 to the number of rows.
        """, ones(2, 2), new int[] {2, 0});
    var tapped = scan().over(y, taps(-1, 0, 1)).lengths(lengths).carry(zeros(F64, 2));
    refused(Modes.function(y, lengths).returns(tapped.run(s -> s.next(s.prev().plus(s.row(0, 1)))).last()), """
        scan: n[0] is 4, where y has 3 rows for the taps [-1, 0, 1]
          at LengthsTest.java
          Lengths go from 0 to the number of rows.
        """, ones(5, 2), new int[] {4, 0});
    var none = scan("halves").steps(3).lengths(lengths).carry(Tensor.of(8., 16));
    Modes halves = Modes.function(lengths).returns(none.run(s -> s.next(s.prev().div(2))).last());
    assertNumbers(halves.call(new int[] {3, 1}), 1, 8);
    refused(halves, """
        scan: n[1] is 4, where there are 3 steps
          at LengthsTest.java
          Lengths go from 0 to the number of rows.
        """, new int[] {0, 4});
  }

  /** Fewer steps than rows: lengths are of the rows all the same, and backwards it is the first rows that are left out. */
  @Test
  void lengthsAreOfRowsWhereFewerStepsAreTaken() {
    Expr lengths = vector("lengths", I32, batch);
    double[][] xs = {{1, 1, 1}, {2, 2, 2}, {4, 4, 4}, {8, 8, 8}, {16, 16, 16}};
    Scanned there = scan().over(x).steps(3).lengths(lengths).carry(zeros(F64, batch)).run(s -> s.next(s.prev().plus(s.row())));
    Scanned back = scan().over(x).steps(3).backwards().lengths(lengths).carry(zeros(F64, batch)).run(s -> s.next(s.prev().plus(s.row())));
    Modes f = Modes.function(x, lengths).returns(there.last(), back.last());
    Tensor[] r = f.callAll(xs, new int[] {5, 3, 2});
    assertNumbers(r[0], 7, 7, 3);
    assertNumbers(r[1], 28, 4, 0);
    Slopes.check(List.of(x, lengths), sqr(there.last().plus(back.last())).sum(), List.of(x), xs, new int[] {5, 3, 2});
  }

  /** The lengths of each step of another scan; those of its step number 1 are too long. */
  @Test
  void insideAStep() {
    Expr z = f64("z", 2, time, batch);
    Expr lengths = matrix("lengths", I32, 2, batch);
    Expr sums = scan("outer").over(z, lengths).run(s -> s.emit(
        scan("inner").over(s.row(0)).lengths(s.row(1)).carry(zeros(F64, batch)).run(t -> t.next(t.prev().plus(t.row()))).last())).emitted();
    Modes f = Modes.function(z, lengths).returns(sums);
    Tensor given = Tensor.ofShape(F64, new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
    assertNumbers(f.call(given, new int[][] {{2, 1}, {0, 2}}), 4, 2, 0, 14);
    WeftException e = catchThrowableOfType(WeftException.class, () -> f.call(given, new int[][] {{2, 1}, {0, 3}}));
    assertThat(e).hasMessageContaining("1] is 3, where").hasMessageContaining("2 rows");
    assertThat(e.kind()).isEqualTo(Kind.STEPS);
  }
}
