package weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.arange;
import static weft.Tensors.dim;
import static weft.Tensors.foldLeft;
import static weft.Tensors.foldRight;
import static weft.Tensors.grad;
import static weft.Tensors.iterate;
import static weft.Tensors.map;
import static weft.Tensors.reduce;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sum;
import static weft.Tensors.taps;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import weft.PlainGraph.Array;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** The cases that Theano's own tests of scan make of it; the numbers are NumPy's. */
class ScanCasesTest {
  private static final Array S05_U1 = matrix(3, -0.34373774659616174, -0.33441986985508265,
        0.3171160066558514, 0.3160251931331004, -0.1408223412654479, 0.056030586565611884);
  private static final Array S05_U2 = Array.of(0.478718940708859, -0.3151320263350499, 0.3570043997897301);
  private static final Array S05_X0 = Array.of(0.04160652907739859, 0.03109354746993631);
  private static final Array S05_W1 = matrix(2, -0.3238680928343456, -0.18277113714611914,
        -0.22511995062086498, -0.12292553453153232);
  private static final Array S05_W2 = Array.of(-0.4151239033417369, 0.4973985884862486);
  private static final Array S05_W = matrix(2, 0.4743737300486828, 0.3972709251756896, 0.10571198390971404,
        0.12089729795479798);
  private static final Array S05_WOUT = Array.of(-0.18805686580890324, -0.39502120003453456);
  private static final Array S06_U1 = matrix(5, 0.1605698913517699, 0.05822258858097484,
        -0.24343666365894023, 0.12608677298703697, 0.4096731317833928, 0.03962455106375273,
        0.3171160066558514, -0.3209562573538278, -0.27427168623398757, -0.05818359564227649);
  private static final Array S06_U2 = matrix(7, 0.45957335327693727, 0.4743737300486828,
        0.16346159547174466, 0.3972709251756896, -0.17088903344665596, 0.10571198390971404,
        -0.023194475877971854, 0.12089729795479798, -0.06693632435053587, 0.4268788170957123,
        0.2508576571344747, -0.1085051618720172, 0.2243995501861491, -0.023752535445964895);
  private static final Array S06_X0 = Array.of(-0.3201258280669208, -0.3238680928343456);
  private static final Array S06_Y0 = Array.of(0.32182626236317446, 0.478718940708859,
        -0.010417650584713556);
  private static final Array S06_W1 = matrix(2, -0.007460371460183524, -0.12997162541432772,
        -0.23945898146484978, -0.43383024490685784);
  private static final Array S06_W2 = Array.of(0.07961325782525819, 0.1681186351179349);
  private static final Array S06_W = matrix(2, -0.23731800994755758, -0.2998251441786124, 0.478718940708859,
        0.16346159519525827);
  private static final Array S06_WOUT = Array.of(-0.4935060212665121, 0.38623552016724716);
  private static final Array S05_OUT_X = matrix(3, 0.010906602725666101, 0.3623363956484171,
        0.0004486097280724244, -0.2054150766809852, -0.13670882634855852, 0.1717682460555692);
  private static final Array S05_OUT_Y = Array.of(-0.020107003890387585, -0.14518161935043725,
        0.08105894595627601);
  private static final Array S06_OUT_X = matrix(5, -0.08744879902110059, 0.07213281674339302,
        0.01300115941465798, 0.040796618573483046, 0.002964019461641005, -0.039753960673489665,
        0.04896341659778407, 0.16019842256187358, 0.09982463767798358, 0.052448795746961915);
  private static final Array S06_OUT_Y = Array.of(0.010243681156799566, 0.03472454354502807,
        0.00022704953842805691, -0.0001760878814941054, 0.0013028423065439643);
  private static final Array S06_OUT_Z = matrix(5, -0.015139832794652744, -0.04612824963478708,
        -0.028376482297742152, -0.02306039674328817, -0.012544768379088987, -0.0704362115187778,
        0.07449005527509513, 0.09802444890223783, 0.01597875321077865, 0.060889340412010245);

  private final Dim time = dim("time");
  private final Map<Expr, Array> inputs = new HashMap<>();

  private static Array matrix(int rows, double... data) {
    return new Array(data, rows, data.length / rows);
  }

  private Expr given(Expr input, Array value) {
    inputs.put(input, value);
    return input;
  }

  private Expr row(String name, double... values) {
    return given(vector(name, F64, dim(name + "s")), Array.of(values));
  }

  private void assertRows(Expr result, Array expected) {
    Array actual = Runs.run(result, inputs);
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.data()).containsExactly(expected.data(), within(1e-12));
  }

  private void assertRows(Expr result, double... expected) {
    assertRows(result, Array.of(expected));
  }

  @Test
  void twoInputsTwoOutputs() {
    Expr u1 = given(Tensors.matrix("u1", F64, time, 2), S05_U1);
    Expr u2 = given(vector("u2", F64, time), S05_U2);
    Expr x0 = given(vector("x0", F64, 2), S05_X0);
    Expr w1 = given(Tensors.matrix("W1", F64, 2, 2), S05_W1);
    Expr w2 = given(vector("W2", F64, 2), S05_W2);
    Expr w = given(Tensors.matrix("W", F64, 2, 2), S05_W);
    Expr wout = given(vector("Wout", F64, 2), S05_WOUT);
    Expr y0 = given(scalar("y0", F64), Array.scalar(.5));
    var run = scan().over(u1, u2).carry(x0, y0).run(s -> s.next(
        s.row(0).dot(w1).plus(s.row(1).times(w2)).plus(s.prev(0).dot(w)), s.prev(0).dot(wout)));

    assertRows(run.all(0), S05_OUT_X);
    assertRows(run.all(1), S05_OUT_Y);
    Expr cost = sum(run.all(0)).plus(sum(Tensors.sqr(run.all(1))));
    Differences.check(cost, inputs, u1, u2, x0, w1, w2, w, wout);
    assertThatThrownBy(() -> grad(cost, y0)).isInstanceOf(WeftException.class)
        .hasMessageContaining("does not depend on y0");
    assertThat(Runs.run(Gradient.of(cost).disconnected(Gradient.Disconnected.ZERO).wrt(y0), inputs).data())
        .containsExactly(0);
  }

  private Scanned tapped(boolean backwards) {
    Expr u1 = given(Tensors.matrix("u1", F64, time, 2), S06_U1);
    Expr u2 = given(Tensors.matrix("u2", F64, time.plus(2), 2), S06_U2);
    Expr x0 = given(vector("x0", F64, 2), S06_X0);
    Expr y0 = given(vector("y0", F64, 3), S06_Y0);
    Expr w1 = given(Tensors.matrix("W1", F64, 2, 2), S06_W1);
    Expr w2 = given(vector("W2", F64, 2), S06_W2);
    Expr w = given(Tensors.matrix("W", F64, 2, 2), S06_W);
    Expr wout = given(vector("Wout", F64, 2), S06_WOUT);
    var scan = scan().over(u1).over(u2, taps(-1, 0, 1)).carry(x0).carry(y0, taps(-1, -3));
    if (backwards) scan.backwards();
    return scan.run(s -> {
      Expr product = s.row(0).dot(w1);
      Expr mixed = s.row(1, 0).plus(s.row(1, -1).times(s.row(1, 1)));
      s.next(product.plus(mixed.times(w2)).plus(s.prev(0).dot(w)),
          s.prev(1, -1).plus(s.prev(1, -3)).times(s.prev(0).dot(wout))).emit(product);
    });
  }

  @Test
  void tapsOnBothSides() {
    var run = tapped(false);
    assertRows(run.all(0), S06_OUT_X);
    assertRows(run.all(1), S06_OUT_Y);
    assertRows(run.emitted(), S06_OUT_Z);
  }

  @Test
  void gradientsThroughTapsOnBothSides() {
    for (boolean backwards : new boolean[] {false, true}) {
      inputs.clear();
      var run = tapped(backwards);
      Expr cost = sum(run.all(0)).plus(sum(Tensors.sqr(run.all(1)))).plus(sum(run.emitted()));
      Differences.check(cost, inputs, inputs.keySet().toArray(Expr[]::new));
    }
  }

  @Test
  void tapsAlone() {
    Expr five = row("five", 1, 2, 3, 4, 5);
    assertRows(scan().over(five, taps(-1)).run(s -> s.emit(s.row())).emitted(), 1, 2, 3, 4);
    assertRows(scan().over(five, taps(-2, -1)).run(s -> s.emit(s.row(0, -2))).emitted(), 1, 2, 3);
    assertRows(scan().over(five, taps(2)).steps(1).run(s -> s.emit(s.row())).emitted(), 3);
    Expr six = row("six", 1, 2, 3, 4, 5, 6);
    assertRows(scan().over(six, taps(-2, 2)).run(s -> s.emit(s.row(0, 2).minus(s.row(0, -2)))).emitted(), 4, 4);
    assertRows(scan().over(six, taps(-2, 2)).backwards().steps(1).run(s -> s.emit(s.row(0, -2))).emitted(), 2);
  }

  @Test
  void oneStepIsAsAnyNumberOfSteps() {
    Expr n = given(scalar("n", I32), Array.scalar(1));
    Expr five = row("five", 1, 2, 3, 4, 5);
    for (boolean backwards : new boolean[] {false, true}) {
      for (boolean literal : new boolean[] {false, true}) {
        var scan = scan().over(five).carry(row("init", 10, 20), taps(-1, -2));
        if (backwards) scan.backwards();
        var run = (literal ? scan.steps(1) : scan.steps(n)).run(s -> s.next(
            s.row().plus(s.prev(0, -1)).plus(s.prev(0, -2).times(100))));
        assertRows(run.all(0), backwards ? 1025 : 1021);
        assertRows(run.last().plus(zeros(F64, 1)), backwards ? 1025 : 1021);
      }
    }
  }

  @Test
  void mapsAndFolds() {
    Expr v = row("v", 1, 2, 3);
    assertRows(map(v.neg(), Tensors::abs), 1, 2, 3);
    assertRows(map(v, v, (a, b) -> a.times(b)), 1, 4, 9);
    assertRows(reduce(v, 0, (row, acc) -> acc.plus(row)).plus(zeros(F64, 1)), 6);
    assertRows(foldLeft(v, 0, (row, acc) -> acc.times(2).plus(row)).plus(zeros(F64, 1)), 11);
    assertRows(foldRight(v, 0, (row, acc) -> acc.times(2).plus(row)).plus(zeros(F64, 1)), 17);
  }

  @Test
  void theShortestSequenceCounts() {
    Expr four = row("four", 1, 2, 3, 4);
    Expr two = row("two", 10, 20);
    assertRows(scan().over(four, two).run(s -> s.emit(s.row(0).plus(s.row(1)))).emitted(), 11, 22);
    assertRows(scan().over(four, two).backwards().run(s -> s.emit(s.row(0).plus(s.row(1)))).emitted(), 24, 13);
    assertRows(scan().over(four).steps(3).run(s -> s.emit(s.row())).emitted(), 1, 2, 3);
  }

  @Test
  void noStepsAtAll() {
    Expr none = row("none");
    var h = scan(none, given(scalar("h0", F64), Array.scalar(7)), (x, p) -> x.plus(p));
    assertRows(h.all());
    assertRows(h.withInitial(), 7);
    assertRows(h.last().plus(zeros(F64, 1)), 7);
    Expr n = given(scalar("n", I32), Array.scalar(0));
    assertRows(iterate(n, zeros(F64, 2, 3), p -> p.plus(1)).all(), new Array(new double[0], 0, 2, 3));
    assertThat(scan().over(none).run(s -> s.emit(s.row().cast(I32))).emitted().dtype()).isEqualTo(I32);
  }

  @Test
  void moreStepsThanRowsIsAnErrorOfTheCall() {
    Expr four = row("four", 1, 2, 3, 4);
    Expr n = given(scalar("n", I32), Array.scalar(5));
    Expr rows = scan().over(four).steps(n).run(s -> s.emit(s.row())).emitted();
    var function = FunctionBuilder.function(four, n).returns(rows).compile(Backend.INTERPRETER);
    assertThatThrownBy(() -> function.call(new double[] {1, 2, 3, 4}, 5)).isInstanceOf(WeftException.class)
        .hasMessageContaining("scan: four has 4 rows, too few for n steps")
        .extracting(e -> ((WeftException) e).kind()).isEqualTo(Kind.STEPS);
    assertThatThrownBy(() -> function.call(new double[] {1, 2, 3, 4}, -1)).isInstanceOf(WeftException.class)
        .extracting(e -> ((WeftException) e).kind()).isEqualTo(Kind.STEPS);
    assertThat(function.call(new double[] {1, 2, 3, 4}, 3).toDoubles()).containsExactly(1, 2, 3);
  }

  @Test
  void outputsOfOneScanAreRowsOfAnother() {
    Expr x = row("x", 1, 2, 3);
    Expr doubled = map(x, r -> r.times(2));
    assertRows(map(Tensors.reverse(doubled), r -> r.plus(1)), 7, 5, 3);
  }

  @Test
  void aConstantTakesTheShapeOfTheStep() {
    Expr x = given(Tensors.matrix("x", F64, time, 2), matrix(3, 1, 2, 3, 4, 5, 6));
    Expr w = given(Tensors.matrix("W", F64, 2, 4), matrix(2, .1, .2, .3, .4, .5, .6, .7, .8));
    var h = scan(x, zeros(1, 4), (xt, prev) -> Tensors.tanh(Tensors.expandDims(xt, 0).dot(w).plus(prev)));
    Expr cost = Tensors.mean(h.last());

    assertThat(h.last().dtype()).isEqualTo(F64);
    Differences.check(cost, inputs, w, x);
  }

  @Test
  void derivativesOfPolynomialsThatStartAsIntegers() {
    Expr c = row("c", 1, 2, -3, 4);
    Expr x = given(scalar("x", F64), Array.scalar(2));
    Expr p = scan().over(arange(1000, I32), c).carry(0)
        .run(s -> s.next(s.prev().plus(s.row(1).times(x.pow(s.row(0)))))).last();
    Expr slope = grad(p, x);
    assertThat(Runs.run(slope, inputs).data()[0]).isCloseTo(38, within(1e-9));
    assertThat(Runs.run(grad(slope, x), inputs).data()[0]).isCloseTo(42, within(1e-9));
  }

  @Test
  void rowsPickedByNumberAccumulate() {
    Expr w = given(Tensors.matrix("W", F64, 3, 3), new Array(new double[9], 3, 3));
    Expr picks = given(vector("picks", I32, dim("n")), Array.of(1, 2, 1));
    Expr cost = sum(map(picks, i -> Tensors.take(w, i, 0)));
    assertRows(grad(cost, w), matrix(3, 0, 0, 0, 2, 2, 2, 1, 1, 1));
  }

  @Test
  void aJacobianIsAScanOfGradients() {
    Expr x = row("x", .1, .2, .3);
    Expr w = given(Tensors.matrix("W", F64, 2, x.dim(0)), matrix(2, 1, 2, 3, 4, 5, 6));
    Expr y = Tensors.tanh(w.dot(x));
    Expr rows = map(arange(2, I32), i -> grad(Tensors.take(y, i, 0), x));
    double[] z = {Math.tanh(1.4), Math.tanh(3.2)};
    double[] expected = new double[6];
    for (int i = 0; i < 6; i++) expected[i] = (1 - z[i / 3] * z[i / 3]) * (i + 1);
    assertRows(rows, new Array(expected, 2, 3));
  }

  @Test
  void lengthsHoldCarriesWhereSequencesEnd() {
    Expr x = given(Tensors.matrix("x", F64, time, 2), matrix(3, 1, 10, 2, 20, 3, 30));
    Expr lengths = given(vector("lengths", I32, 2), Array.of(3, 1));
    var forwards = scan().over(x).lengths(lengths).carry(zeros(F64, 2))
        .run(s -> s.next(s.prev().times(2).plus(s.row())));
    assertRows(forwards.last(), 11, 10);
    var backwards = scan().over(x).lengths(lengths).backwards().carry(zeros(F64, 2))
        .run(s -> s.next(s.prev().times(2).plus(s.row())));
    assertRows(backwards.last(), 17, 10);
    Expr mask = given(Tensors.matrix("mask", time, 2), matrix(3, 1, 1, 0, 1, 1, 0));
    var masked = scan().over(x).mask(mask).carry(zeros(F64, 2))
        .run(s -> s.next(s.prev().times(2).plus(s.row())));
    assertRows(masked.last(), 5, 40);
  }

  @Test
  void truncatedGradientsFlowThroughTheLastSteps() {
    Expr u = given(vector("u", F64, time), Array.of(1, 2, 3, 4, 5));
    Expr x0 = given(scalar("x0", F64), Array.scalar(.5));
    Expr w = given(vector("w", F64, time), Array.of(.1, .2, .3, .4, .5));
    for (int k : new int[] {3, 5, 9}) {
      var run = scan().over(u).carry(x0).truncate(k).run(s -> s.next(s.prev().plus(s.row())).emit(s.prev()));
      assertRows(run.all(0), 1.5, 3.5, 6.5, 10.5, 15.5);
      assertRows(run.carry(0).withInitial(), .5, 1.5, 3.5, 6.5, 10.5, 15.5);
      assertRows(run.emitted(), .5, 1.5, 3.5, 6.5, 10.5);
      List<Expr> slopes = grad(sum(run.all(0).times(w)), List.of(u, x0));
      assertRows(slopes.get(0), k == 3 ? new double[] {0, 0, 1.2, .9, .5} : new double[] {1.5, 1.4, 1.2, .9, .5});
      assertThat(Runs.run(slopes.get(1), inputs).data()[0]).isCloseTo(k == 3 ? 0 : 1.5, within(1e-12));
    }
    var back = scan().over(u).carry(x0).backwards().truncate(2).run(s -> s.next(s.prev().plus(s.row())));
    assertRows(back.carry(0).aligned(), 15.5, 14.5, 12.5, 9.5, 5.5);
    assertRows(grad(back.last(), u), 1, 1, 0, 0, 0);
  }
}
