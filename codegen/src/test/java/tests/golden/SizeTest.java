package tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weft.Backend;
import weft.CompiledFunction;
import weft.graph.Expr;
import weft.runtime.Tensor;

/** However large a graph is, HotSpot compiles every method that is made of it: it gives up above 8,000 bytes of code. */
class SizeTest {
  private static final int LIMIT = 6000;
  private static final Pattern LARGEST = Pattern.compile("([\\d,]+) methods, [\\d,]+ bytes of code, largest ([\\d,]+)");

  static Set<String> programs() {
    return GoldenPrograms.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void goldenProgram(String name) {
    for (int lanes : new int[] {1, 8, 16}) {
      assertThat(largest(GoldenPrograms.all().get(name).lanes(lanes).compile(Backend.BYTECODE))).isBetween(20, LIMIT);
    }
  }

  /** A chain of 2,000 applies of which none can be left out. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void longChain(int lanes) {
    Expr x = vector("x", F64, dim("n"));
    Expr y = x;
    for (int i = 1; i <= 1000; i++) y = sin(y.plus(1.0 / i));
    var f = function(x).returns(y).lanes(lanes).compile(Backend.BYTECODE);
    assertThat(largest(f)).isLessThanOrEqualTo(LIMIT);
    double[] xs = {0.5, -3, 100};
    double[] found = f.call(Tensor.of(xs)).toDoubles();
    for (int k = 0; k < xs.length; k++) {
      double want = xs[k];
      for (int i = 1; i <= 1000; i++) want = Math.sin(want + 1.0 / i);
      assertThat(found[k]).isCloseTo(want, within(1e-12));
    }
  }

  /** 500 results of 500 lengths: a driver of more calls than one method holds. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void longDriver(int lanes) {
    Expr x = vector("x", 1000);
    var parts = new ArrayList<Expr>();
    for (int i = 1; i <= 500; i++) parts.add(exp(slice(x, 0, i, 2 * i)));
    var f = function(x).returns(parts.toArray(Expr[]::new)).lanes(lanes).compile(Backend.BYTECODE);
    assertThat(largest(f)).isLessThanOrEqualTo(LIMIT);
    assertThat(methods(f)).isGreaterThan(500);
    Tensor[] found = f.callAll(Tensor.full(F32, 0, 1000));
    for (int i = 1; i <= 500; i++) assertThat(found[i - 1].toDoubles()).hasSize(i).containsOnly(1);
  }

  /** Each carry takes the place of the one before it, so after 60 steps all are where they were. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void manyCarries(int lanes) {
    int count = 60;
    Expr x = matrix("x", dim("time"), 5);
    var initial = new ArrayList<Object>();
    for (int i = 0; i < count; i++) initial.add(full(i, 5));
    var states = scan("many").over(x).carry(initial.toArray()).run(s -> {
      var next = new ArrayList<Object>(List.of(s.prev(count - 1).plus(s.row())));
      for (int i = 1; i < count; i++) next.add(s.prev(i - 1).plus(s.row()));
      s.next(next.toArray());
    });
    var results = new ArrayList<Expr>();
    for (int i = 0; i < count; i++) results.add(states.last(i));
    results.add(grad(sum(states.last(7)), x));
    var f = function(x).returns(results.toArray(Expr[]::new)).lanes(lanes).compile(Backend.BYTECODE);
    assertThat(largest(f)).isLessThanOrEqualTo(LIMIT);
    Tensor[] found = f.callAll(Tensor.full(F32, 0.5, 60, 5));
    for (int i = 0; i < count; i++) assertThat(found[i].toDoubles()).containsOnly(i + 30.0);
    assertThat(found[count].toDoubles()).hasSize(300).containsOnly(1);
  }

  private static int largest(CompiledFunction f) {
    return number(f, 2);
  }

  private static int methods(CompiledFunction f) {
    return number(f, 1);
  }

  private static int number(CompiledFunction f, int group) {
    Matcher m = LARGEST.matcher(f.report());
    assertThat(m.find()).as(f.report()).isTrue();
    return Integer.parseInt(m.group(group).replace(",", ""));
  }
}
