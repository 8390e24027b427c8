package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.F64;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.ifElse;
import static weft.Tensors.index;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import weft.Backend;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Tensors;
import weft.codegen.source.StandAlone;
import weft.graph.Expr;
import weft.runtime.Tensor;

/**
 * Programs that are large in one way each: twice as many things take about twice the memory that compiling goes through, which is as much
 * the same in every run as the work is; no method of the bytecode is too large for HotSpot, and none of the classes that stand alone.
 */
class LargeKindsTest {
  /** A little more than twice as much, for what grows with the logarithm and for tables that double. */
  private static final double GROWTH = 2.6;
  private static final int METHOD_LIMIT = 6000;
  private static final Pattern LARGEST = Pattern.compile("bytes of code, largest ([\\d,]+)");

  /** Programs of half as many things and of all. */
  private record Grown(CompiledFunction half, CompiledFunction whole) {}

  private static Grown grows(IntFunction<FunctionBuilder> program, int things) {
    program.apply(things / 8).compile(Backend.BYTECODE);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] allocated = new long[3];
    allocated[0] = threads.getCurrentThreadAllocatedBytes();
    CompiledFunction small = program.apply(things / 2).compile(Backend.BYTECODE);
    allocated[1] = threads.getCurrentThreadAllocatedBytes();
    CompiledFunction large = program.apply(things).compile(Backend.BYTECODE);
    allocated[2] = threads.getCurrentThreadAllocatedBytes();
    double half = allocated[1] - allocated[0];
    assertThat((allocated[2] - allocated[1]) / half).as("bytes for %d things, of %.0f for half", things, half).isLessThan(GROWTH);
    Matcher largest = LARGEST.matcher(large.report());
    assertThat(largest.find()).as(large.report()).isTrue();
    assertThat(Integer.parseInt(largest.group(1).replace(",", ""))).isLessThanOrEqualTo(METHOD_LIMIT);
    return new Grown(small, large);
  }

  /** A class that stands alone gives the same bits as bytecode of the same program; its methods are measured when it is made. */
  private static void standsAlone(CompiledFunction bytecode, FunctionBuilder program, Tensor... arguments) {
    Tensor[] expected = bytecode.callAll((Object[]) arguments);
    Tensor[] is = StandAlone.of(program, arguments.length, 4).call(arguments);
    for (int i = 0; i < expected.length; i++) assertThat(Close.bits(is[i], expected[i])).as("result " + i).isNull();
  }

  private static FunctionBuilder stacked(int scans) {
    var x = matrix("x", F64, dim("time"), 2);
    Expr w = param("w", Tensor.of(new double[] {.5, -.25}));
    Expr h = x;
    for (int i = 0; i < scans; i++) h = scan(h, zeros(2), (row, prev) -> tanh(row.times(w).plus(prev).plus(.125))).all();
    return function(x).returns(h, grad(h.sum(), w)).lanes(4);
  }

  private static double[] plainStacked(int scans, double w, double... x) {
    double[] rows = x.clone();
    for (int i = 0; i < scans; i++) {
      double prev = 0;
      for (int t = 0; t < rows.length; t++) prev = rows[t] = Math.tanh(rows[t] * w + prev + .125);
    }
    return rows;
  }

  @Test
  void threeHundredScansOnTopOfEachOther() {
    Tensor[] is = grows(LargeKindsTest::stacked, 300).whole().callAll((Object) new double[][] {{1, 1}, {2, 2}, {3, 3}});
    double[] left = plainStacked(300, .5, 1, 2, 3);
    double[] right = plainStacked(300, -.25, 1, 2, 3);
    assertThat(is[0].toDoubles()).containsExactly(new double[] {left[0], right[0], left[1], right[1], left[2], right[2]}, within(1e-9));
    double up = 0;
    double down = 0;
    for (double each : plainStacked(300, .5 + 1e-6, 1, 2, 3)) up += each;
    for (double each : plainStacked(300, .5 - 1e-6, 1, 2, 3)) down += each;
    assertThat(is[1].toDoubles()[0]).isCloseTo((up - down) / 2e-6, within(1e-4));
    standsAlone(stacked(100).compile(), stacked(100), Tensor.of(new double[][] {{1, 1}, {2, 2}, {3, 3}}));
  }

  private static FunctionBuilder trained(int count) {
    var x = vector("x", F64, 3);
    var parameters = new ArrayList<Expr>();
    Expr loss = null;
    for (int i = 0; i < count; i++) {
      var p = param("p" + i, Tensor.of(new double[] {i * .001, 0, -i * .001}));
      parameters.add(p);
      Expr term = tanh(x.times(p)).sum();
      loss = loss == null ? term : loss.plus(term);
    }
    return function(x).returns(loss).updates(sgd(loss, parameters, .1)).lanes(4);
  }

  @Test
  void twoThousandParametersAndUpdatesOfAll() {
    CompiledFunction f = grows(LargeKindsTest::trained, 2000).whole();
    double loss = 0;
    for (int i = 0; i < 2000; i++) loss += Math.tanh(.5 * i * .001) + Math.tanh(-2 * i * .001);
    assertThat(f.call((Object) new double[] {.5, 1, 2}).item()).isCloseTo(loss, within(1e-9));
    assertThat(f.parameters()).hasSize(2000);
    for (int i = 0; i < 2000; i += 333) {
      double t = Math.tanh(.5 * i * .001);
      assertThat(f.parameters().get(i).get().toDoubles()[0]).isCloseTo(i * .001 - .1 * .5 * (1 - t * t), within(1e-12));
    }
    standsAlone(trained(600).compile(), trained(600), Tensor.of(new double[] {.5, 1, 2}));
  }

  private static FunctionBuilder capturing(int count) {
    var x = vector("x", F64, dim("time"));
    var captured = new ArrayList<Expr>();
    for (int i = 0; i < count; i++) captured.add(param("c" + i, Tensor.of(new double[] {Math.sin(i), Math.cos(i)})));
    Expr last = scan(x, zeros(2), (row, prev) -> {
      Expr y = prev;
      for (Expr c : captured) y = tanh(y.plus(c)).plus(row);
      return y;
    }).last();
    return function(x).returns(last, grad(last.sum(), x)).lanes(4);
  }

  private static double plainCapturing(int count, double... x) {
    double sum = 0;
    for (int k = 0; k < 2; k++) {
      double y = 0;
      for (double row : x) for (int i = 0; i < count; i++) y = Math.tanh(y + (k == 0 ? Math.sin(i) : Math.cos(i))) + row;
      sum += y;
    }
    return sum;
  }

  @Test
  void aThousandCapturedValues() {
    Grown grown = grows(LargeKindsTest::capturing, 1000);
    Tensor[] is = grown.whole().callAll((Object) new double[] {.1, -.2});
    assertThat(is[0].toDoubles()[0] + is[0].toDoubles()[1]).isCloseTo(plainCapturing(1000, .1, -.2), within(1e-9));
    double slope = (plainCapturing(1000, .1, -.2 + 1e-6) - plainCapturing(1000, .1, -.2 - 1e-6)) / 2e-6;
    assertThat(is[1].toDoubles()[1]).isCloseTo(slope, within(1e-5));
    standsAlone(grown.half(), capturing(500), Tensor.of(new double[] {.1, -.2}));
  }

  private static FunctionBuilder reading(int sequences) {
    var x = matrix("x", F64, dim("time"), sequences);
    var rows = new Expr[sequences];
    for (int i = 0; i < sequences; i++) rows[i] = tanh(index(x, 1, i).times(i));
    Expr last = scan().over(rows).carry(zeros()).run(s -> {
      Expr y = s.prev();
      for (int i = 0; i < sequences; i++) y = tanh(y.plus(s.row(i)));
      s.next(y);
    }).last();
    return function(x).returns(last, grad(last, x)).lanes(4);
  }

  @Test
  void aScanOfTwoHundredSequences() {
    CompiledFunction f = grows(LargeKindsTest::reading, 200).whole();
    var x = new double[2][200];
    for (int i = 0; i < 200; i++) {
      x[0][i] = Math.sin(i) / 10;
      x[1][i] = Math.cos(i) / 10;
    }
    double y = 0;
    for (double[] row : x) for (int i = 0; i < 200; i++) y = Math.tanh(y + Math.tanh(row[i] * i));
    double last = Math.tanh(x[1][199] * 199);
    Tensor[] is = f.callAll((Object) x);
    assertThat(is[0].item()).isCloseTo(y, within(1e-9));
    assertThat(is[1].toDoubles()[399]).isCloseTo((1 - y * y) * (1 - last * last) * 199, within(1e-9));
    standsAlone(f, reading(200), Tensor.of(x));
  }

  private static FunctionBuilder giving(int outputs) {
    var x = vector("x", F64, dim("n"));
    var all = new Expr[outputs];
    for (int i = 0; i < outputs; i++) all[i] = tanh(x.times(i)).plus(i);
    return function(x).returns(all).lanes(4);
  }

  @Test
  void twoHundredResults() {
    CompiledFunction f = grows(LargeKindsTest::giving, 200).whole();
    Tensor[] is = f.callAll((Object) new double[] {.5, -.25});
    for (int i = 0; i < 200; i++) {
      assertThat(is[i].toDoubles()).containsExactly(new double[] {Math.tanh(.5 * i) + i, Math.tanh(-.25 * i) + i}, within(1e-9));
    }
    standsAlone(f, giving(200), Tensor.of(new double[] {.5, -.25}));
  }

  private static Expr choice(Expr x, int depth) {
    return depth == 0 ? tanh(x) : ifElse(x.sum().gt(50), () -> choice(x.minus(1), depth - 1), () -> x.times(depth));
  }

  private static FunctionBuilder choosing(int depth) {
    var x = vector("x", F64, 2);
    Expr y = choice(x, depth);
    return function(x).returns(y, grad(y.sum(), x)).lanes(4);
  }

  /** The stack that a user's own functions call each other on grows with the depth, and with it what an origin looks at. */
  @Test
  void aHundredChoicesInEachOther() {
    CompiledFunction f = choosing(100).compile();
    for (double start : new double[] {10, 40, 60, 1000}) {
      double at = start;
      int depth = 100;
      while (depth > 0 && 2 * at > 50) {
        at--;
        depth--;
      }
      Tensor[] is = f.callAll((Object) new double[] {start, start});
      assertThat(is[0].toDoubles()[1]).isCloseTo(depth == 0 ? Math.tanh(at) : at * depth, within(1e-9));
      assertThat(is[1].toDoubles()[0]).isCloseTo(depth == 0 ? 1 - Math.tanh(at) * Math.tanh(at) : depth, within(1e-9));
    }
    standsAlone(f, choosing(100), Tensor.of(new double[] {60, 60}));
  }

  private static FunctionBuilder holding(int numbers) {
    var x = scalar("x", F64);
    var values = new double[numbers];
    for (int i = 0; i < numbers; i++) values[i] = i % 100;
    Expr c = Tensors.constant(Tensor.of(values));
    return function(x).returns(c.times(x).sum(), c).lanes(4);
  }

  @Test
  void aConstantOfAMillionNumbers() {
    CompiledFunction f = grows(LargeKindsTest::holding, 1_000_000).whole();
    assertThat(f.call(2.).item()).isEqualTo(2. * 10_000 * 4950);
    standsAlone(f, holding(1_000_000), Tensor.scalar(2.));
  }

  private static FunctionBuilder stepping(int applies) {
    var x = vector("x", F64, dim("time"));
    var w = scalar("w", F64);
    Expr last = scan(x, w, (row, prev) -> {
      Expr y = prev;
      for (int i = 0; i < applies / 2; i++) y = (i % 5 == 0 ? tanh(y) : y.times(w)).plus(row);
      return y;
    }).last();
    return function(x, w).returns(last, grad(last, w)).lanes(4);
  }

  @Test
  void aStepOfFiveThousandApplies() {
    double[] xs = {.1, .2};
    double value = .3;
    double slope = 1;
    for (double each : xs) {
      for (int i = 0; i < 2500; i++) {
        double t = Math.tanh(value);
        slope = i % 5 == 0 ? (1 - t * t) * slope : slope * .3 + value;
        value = (i % 5 == 0 ? t : value * .3) + each;
      }
    }
    Grown grown = grows(LargeKindsTest::stepping, 5000);
    Tensor[] is = grown.whole().callAll(xs, .3);
    assertThat(is[0].item()).isCloseTo(value, within(1e-9));
    assertThat(is[1].item()).isCloseTo(slope, within(1e-9));
    standsAlone(grown.half(), stepping(2500), Tensor.of(xs), Tensor.scalar(.3));
  }
}
