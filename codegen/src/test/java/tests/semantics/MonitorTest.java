package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.argmax;
import static weft.Tensors.dim;
import static weft.Tensors.embedding;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.ifElse;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.printed;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.sort;
import static weft.Tensors.sqr;
import static weft.Tensors.sqrt;
import static weft.Tensors.sum;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Mode;
import weft.Backend;
import weft.FunctionBuilder;
import weft.Recipe;
import weft.graph.Expr;
import weft.pipeline.KernelRun;
import weft.runtime.Prints;
import weft.runtime.Tensor;

/** What a monitor is shown before and after each kernel. */
class MonitorTest {
  private static final double[][] ROWS = {{4, 9}, {5, 6}, {3, 7}, {6, 8}};

  private final Expr x = f64("x", dim("time"), 2);

  static List<Mode> modes() {
    var all = new ArrayList<>(Mode.all(8));
    all.add(new Mode(Backend.SOURCE, true, 1));
    all.add(new Mode(Backend.SOURCE, false, 8));
    return all;
  }

  @AfterEach
  void printNothing() {
    Prints.to(null);
  }

  /** h = √(x_t - h), which has no value where a row is smaller than what came before. */
  private Expr roots() {
    return scan("roots").over(x).carry(zeros(F64, 2)).run(s -> s.next(sqrt(s.row().minus(s.prev())).named("h"))).all(0);
  }

  private static double[][] plainRoots() {
    double[][] h = new double[ROWS.length + 1][2];
    for (int t = 0; t < ROWS.length; t++) for (int i = 0; i < 2; i++) h[t + 1][i] = Math.sqrt(ROWS[t][i] - h[t][i]);
    return h;
  }

  @ParameterizedTest
  @MethodSource("modes")
  void everyStepIsShown(Mode mode) {
    var after = new ArrayList<KernelRun>();
    var f = mode.configure(function(x).returns(roots()).monitored(after::add)).compile(mode.backend());
    Cases.assertRows(f.call(Tensor.of(ROWS)), List.of(plainRoots()).subList(1, 5).toArray(double[][]::new));
    List<KernelRun> steps = after.stream().filter(r -> r.outputs().containsKey("h")).toList();
    assertThat(steps).hasSize(ROWS.length);
    double[][] h = plainRoots();
    for (int t = 0; t < ROWS.length; t++) {
      KernelRun run = steps.get(t);
      assertThat(run.steps()).containsExactly(t);
      assertThat(run.function()).isEqualTo("function");
      assertThat(run.computes()).contains("h = sqrt(x_t - prev)");
      assertThat(run.at()).startsWith("MonitorTest.java:");
      Cases.assertNumbers(run.inputs().get("x_t"), ROWS[t]);
      Cases.assertNumbers(run.inputs().get("prev"), h[t]);
      Cases.assertNumbers(run.outputs().get("h"), h[t + 1]);
    }
  }

  @ParameterizedTest
  @MethodSource("modes")
  void findsWhereNumbersGoWrong(Mode mode) {
    double[][] rows = {{4, 9}, {5, 3}, {1, 7}, {0.5, 8}};
    double[] h = new double[2];
    int first = -1;
    for (int t = 0; first < 0; t++) {
      for (int i = 0; i < 2; i++) h[i] = Math.sqrt(rows[t][i] - h[i]);
      if (Double.isNaN(h[0] + h[1])) first = t;
    }
    var found = new AtomicReference<KernelRun>();
    Expr w = param("w", Tensor.of(new double[] {1, 1}));
    Expr loss = sum(roots().times(w));
    var train = mode.configure(function(x).returns(loss).updates(sgd(loss, List.of(w), 0.1)).monitored(run -> {
      if (run.isFinite()) return;
      found.set(run);
      throw new ArithmeticException(run.toString());
    })).compile(mode.backend());
    assertThatThrownBy(() -> train.call(Tensor.of(rows))).isInstanceOf(ArithmeticException.class)
        .hasMessageContainingAll("function: kernel ", "h = sqrt(x_t - prev)", ", step " + first, "at MonitorTest.java:");
    assertThat(found.get().steps()).containsExactly(first);
    assertThat(found.get().inputs().get("prev").toDoubles()).doesNotContain(Double.NaN);
    assertThat(parameter(w).get().toDoubles()).containsExactly(1, 1);
    assertThatThrownBy(() -> train.call(Tensor.of(rows))).isInstanceOf(ArithmeticException.class);
    double[][] plain = plainRoots();
    double sum = 0;
    for (int t = 1; t < plain.length; t++) sum += plain[t][0] + plain[t][1];
    assertThat(train.call(Tensor.of(ROWS)).item()).isCloseTo(sum, within(1e-9));
    assertThat(parameter(w).get().toDoubles()[0]).isLessThan(1);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void beforeAndAfterTakeTurns(Mode mode) {
    var seen = new ArrayList<String>();
    var f = mode.configure(function(x).returns(sum(sqr(roots()))).monitored(run -> {
      assertThat(run.outputs()).isEmpty();
      seen.add("before " + run.index() + run.steps() + run.inputs());
    }, run -> {
      assertThat(run.outputs()).isNotEmpty();
      seen.add("after " + run.index() + run.steps() + run.inputs());
    })).compile(mode.backend());
    double[][] h = plainRoots();
    double sum = 0;
    for (double[] row : h) for (double each : row) sum += each * each;
    assertThat(f.call(Tensor.of(ROWS)).item()).isCloseTo(sum, within(1e-9));
    assertThat(seen).hasSizeGreaterThan(2 * ROWS.length);
    for (int i = 0; i < seen.size(); i += 2) {
      assertThat(seen.get(i)).startsWith("before ");
      assertThat(seen.get(i + 1)).isEqualTo("after " + seen.get(i).substring(7));
    }
    List<String> once = List.copyOf(seen);
    seen.clear();
    f.call(Tensor.of(ROWS));
    assertThat(seen).isEqualTo(once);
  }

  /** Whatever a program is made of, it computes the same bits as without, and kernels are numbered from 0. */
  @ParameterizedTest
  @MethodSource("modes")
  void nothingChanges(Mode mode) {
    Expr words = vector("words", I32, dim("count"));
    Expr table = param("table", Tensor.of(new double[][] {{0.5, -0.25, 1}, {0.125, 0.75, -1}}));
    Expr w = param("w", Tensor.of(new double[][] {{.1, .2, .3}, {.4, .5, .6}, {.7, .8, .9}}));
    Expr states = scan(embedding(table, words), zeros(F64, 3), (row, s) -> tanh(row.plus(s.dot(w)))).all();
    Expr until = scan().steps(9).carry(f64Constant()).run(s -> s.next(s.prev().times(2)).until(s.prev().gt(3))).all(0);
    Expr chosen = ifElse(sum(states).gt(100), () -> sum(states), () -> sum(sort(states, 0)));
    Expr cost = sum(sqr(states)).plus(chosen);
    FunctionBuilder f = function(words).returns(cost, until, argmax(states, 1), grad(cost, w)).updates(sgd(cost, List.of(table), 0.1));
    var indices = new LinkedHashSet<Integer>();
    Tensor before = parameter(table).get();
    Tensor[] plain = mode.configure(f).compile(mode.backend()).callAll(Tensor.of(new int[] {1, 0, 0, 1, 1}));
    Tensor updated = parameter(table).get();
    parameter(table).set(before);
    Tensor[] shown = mode.configure(f.monitored(run -> indices.add(run.index()))).compile(mode.backend())
        .callAll(Tensor.of(new int[] {1, 0, 0, 1, 1}));
    for (int i = 0; i < plain.length; i++) assertThat(shown[i].toDoubles()).as("result " + i).containsExactly(plain[i].toDoubles());
    assertThat(parameter(table).get().toDoubles()).containsExactly(updated.toDoubles());
    assertThat(indices).contains(0).doesNotHaveDuplicates().hasSizeGreaterThan(5);
  }

  private static Expr f64Constant() {
    return param("one", Tensor.scalar(1.0));
  }

  @Test
  void whatIsPrintedIsPrintedStill() {
    var printed = new ArrayList<String>();
    Prints.to(printed::add);
    Expr y = sum(printed(sqr(x), "squares"));
    Expr other = f64("other");
    var twice = function(other).returns(printed(other.times(2), "twice")).compile();
    function(x).returns(y).monitored(run -> assertThat(twice.call(3).item()).isEqualTo(6)).compile().call(Tensor.of(ROWS));
    assertThat(printed.stream().filter(p -> p.startsWith("squares"))).hasSize(1);
    assertThat(printed.stream().filter(p -> p.startsWith("twice"))).hasSizeGreaterThan(1);
    assertThat(printed).allMatch(p -> p.startsWith("squares") || p.startsWith("twice"));
  }

  @Test
  void othersDoWithout() {
    FunctionBuilder f = function(x).returns(roots());
    String without = f.compile().loops();
    assertThat(without).doesNotContain("print", "show");
    var runs = new ArrayList<KernelRun>();
    f.threads(2).monitored(runs::add);
    var monitored = f.compile();
    assertThat(monitored.explain()).contains("monitored: ");
    monitored.copy().compile().call(Tensor.of(ROWS));
    assertThat(runs).isNotEmpty();
    runs.clear();
    f.mode(weft.Mode.CHECKED).compile().call(Tensor.of(ROWS));
    assertThat(runs.stream().filter(r -> r.outputs().containsKey("h"))).hasSize(ROWS.length);
    runs.clear();
    Recipe.read(Recipe.of(f)).compile().call(Tensor.of(ROWS));
    assertThat(runs).isEmpty();
  }

  /** Of one kernel as a rule, each op has its own then. */
  @Test
  void guardsKeepFloatsApart() {
    var names = new LinkedHashSet<String>();
    var runs = new ArrayList<KernelRun>();
    Expr y = x.times(3).named("threefold").plus(1).named("more");
    var f = function(x).returns(y.div(2)).mode(weft.Mode.NO_REWRITES).monitored(runs::add);
    f.compile().call(Tensor.of(ROWS));
    for (KernelRun run : runs) names.addAll(run.outputs().keySet());
    assertThat(names).containsExactly("div(…)");
    runs.clear();
    f.guarded(weft.Guard.NAN).compile().call(Tensor.of(ROWS));
    for (KernelRun run : runs) {
      for (String name : List.of("threefold", "more")) {
        Tensor shown = run.outputs().get(name);
        if (shown == null) continue;
        names.add(name);
        for (int i = 0; i < 8; i++) {
          assertThat(shown.toDoubles()[i]).isCloseTo(ROWS[i / 2][i % 2] * 3 + (name.equals("more") ? 1 : 0), within(1e-12));
        }
      }
    }
    assertThat(names).containsExactlyInAnyOrder("div(…)", "threefold", "more");
  }

  @Test
  void sizes() {
    var runs = new ArrayList<KernelRun>();
    function(x).returns(x.times(10)).monitored(runs::add).compile().call(Tensor.of(new double[][] {{1, -2}}));
    assertThat(runs).hasSize(1);
    assertThat(runs.get(0).isBelow(21)).isTrue();
    assertThat(runs.get(0).isBelow(20)).isFalse();
    assertThat(runs.get(0).isFinite()).isTrue();
  }
}
