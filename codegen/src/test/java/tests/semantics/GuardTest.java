package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Backend;
import weft.CompiledFunction;
import weft.Guard;
import weft.Recipe;
import weft.Update;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Numbers that are errors: the expression, the element and the step of the first one, the same in every mode; parameters stay as they were. */
class GuardTest {
  private static final double NAN = Double.NaN;
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private final Expr x = Cases.f64("x", dim("n"));

  @AfterEach
  void noDefault() {
    System.clearProperty("weft.guard");
  }

  private static Modes guarded(Modes function, Guard... what) {
    return function.configured(b -> b.guarded(what));
  }

  private static void fails(Modes function, Object argument, String... lines) {
    assertThatThrownBy(() -> function.callAll(argument)).isInstanceOfSatisfying(WeftException.class, e -> {
      assertThat(e.kind()).isEqualTo(Kind.NAN);
      assertThat(e.getMessage().lines()).containsExactly(lines);
    });
  }

  @Test
  void namesTheExpressionAndItsFirstElement() {
    Modes function = guarded(Modes.function(x).returns(log(x).plus(1)), Guard.NAN, Guard.INFINITE);
    assertThat(function.call(Tensor.of(1.0, 1)).toDoubles()).containsExactly(1, 1);
    fails(function, Tensor.of(1.0, -1, -2), "function: log(…) is NaN", "    log(…)   f64[n]   log(x)   at GuardTest.java:49",
        "  element [1] is NaN", "  What it was computed from holds no such number; parameters are as they were before the call.");
    fails(function, Tensor.of(0.0, -1), "function: log(…) is infinite", "    log(…)   f64[n]   log(x)   at GuardTest.java:49",
        "  element [0] is -Infinity", "  What it was computed from holds no such number; parameters are as they were before the call.");
  }

  @Test
  void namesWhatTheCallWasGiven() {
    Expr w = param("w", Tensor.of(1.0, 2)).named("w");
    Modes function = guarded(Modes.function(x).returns(x.sum().plus(w.sum())), Guard.NAN, Guard.BIG);
    fails(function, Tensor.of(1.0, NAN), "function: x is NaN", "    x   f64[n]   input   at Cases.java:16", "  element [1] is NaN",
        "  The call was given it.");
    fails(function, Tensor.of(1.0, 2, INFINITY), "function: x is larger than 1.0E10", "    x   f64[n]   input   at Cases.java:16",
        "  element [2] is Infinity", "  The call was given it.");
    parameter(w).set(Tensor.of(1.0, -2e10));
    fails(function, Tensor.of(1.0), "function: w is larger than 1.0E10", "    w   f64[2]   parameter   at GuardTest.java:59",
        "  element [1] is -2.0E10", "  The parameter held it before the call.");
  }

  @Test
  void eachKindByChoice() {
    Expr y = x.times(2).named("y");
    assertThat(guarded(Modes.function(x).returns(y), Guard.NAN).call(Tensor.of(INFINITY, 1e20)).toDoubles()).containsExactly(INFINITY, 2e20);
    assertThat(guarded(Modes.function(x).returns(y), Guard.INFINITE).call(Tensor.of(NAN, 1e20)).toDoubles()).containsExactly(NAN, 2e20);
    assertThat(guarded(Modes.function(x).returns(y), Guard.BIG).call(Tensor.of(NAN, 1e9)).toDoubles()).containsExactly(NAN, 2e9);
    assertThat(guarded(Modes.function(x).returns(y)).call(Tensor.of(NAN, INFINITY)).toDoubles()).containsExactly(NAN, INFINITY);
    fails(guarded(Modes.function(x).returns(y), Guard.BIG), Tensor.of(NAN, 6e9), "function: y is larger than 1.0E10",
        "    y   f64[n]   x * 2   at GuardTest.java:72", "  element [1] is 1.2E10",
        "  What it was computed from holds no such number; parameters are as they were before the call.");
  }

  @Test
  void namesTheStepsOfAllScansAround() {
    Expr m = Cases.f64("m", dim("rows"), dim("columns"));
    Expr w = param("w", Tensor.of(new double[][] {{1, 0}, {0, 1}}));
    Expr last = scan(m, zeros(F64, 2), (row, sum) -> scan(row, sum, (e, inner) ->
        inner.plus(stack(0, sqrt(e), e).dot(w))).last()).last();
    String[] lines = {"function: sqrt(…) is NaN", "    sqrt(…)   f64   sqrt(m_t_t)   at GuardTest.java:87", "  the value is NaN",
        "  in step 2 of the scan at GuardTest.java:86", "  in step 1 of the scan at GuardTest.java:86",
        "  What it was computed from holds no such number; parameters are as they were before the call."};
    Tensor bad = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, -6}});
    fails(guarded(Modes.function(m).returns(last), Guard.NAN), bad, lines);
  }

  @Test
  void afterRewritesToo() {
    Expr w = param("w", Tensor.of(new double[][] {{1, 0}, {0, 1}}));
    Expr rows = Cases.f64("rows", 3, 2);
    Expr all = scan(rows, zeros(F64, 2), (row, h) -> sqrt(h.dot(w).plus(row))).all();
    CompiledFunction inStep = function(rows).returns(all).guarded(Guard.NAN).compile();
    assertThatThrownBy(() -> inStep.call(Tensor.of(new double[][] {{1, 1}, {1, 1}, {0, -9}}))).hasMessageContaining("sqrt(…) is NaN")
        .hasMessageContaining("element [1] is NaN\n  in step 2 of the scan at GuardTest.java:");
    assertThat(inStep.explain()).contains("its numbers are watched");
    Expr before = scan(rows, zeros(F64, 2), (row, h) -> tanh(sqrt(row).dot(w).plus(h))).all();
    CompiledFunction atOnce = function(rows).returns(before).guarded(Guard.NAN).compile();
    assertThatThrownBy(() -> atOnce.call(Tensor.of(new double[][] {{1, 1}, {1, -1}, {0, -9}}))).hasMessageContaining("sqrt(…) is NaN")
        .hasMessageContaining("computed for all its steps at once\n  element [1, 1] is NaN");
    Expr probabilities = scan().over(rows).run(s -> s.emit(softmax(s.row()))).emitted();
    Modes stable = guarded(Modes.function(rows).returns(log(probabilities)), Guard.INFINITE).in(List.of(new tests.Mode(Backend.BYTECODE, true, 1)));
    assertThat(stable.call(Tensor.of(new double[][] {{0, 1000}, {0, 0}, {0, 0}})).get(0, 0)).isEqualTo(-1000);
  }

  @Test
  void noParameterChanges() {
    Expr a = param("a", Tensor.of(1.0, 1));
    Expr b = param("b", Tensor.of(2.0, 2));
    Expr two = Cases.f64("two", 2);
    Modes function = guarded(Modes.function(two).returns(a.sum()).updates(new Update(parameter(a), a.plus(two)),
        new Update(parameter(b), b.div(two).named("ratio"))), Guard.INFINITE);
    assertThat(function.call(Tensor.of(1.0, 2)).item()).isEqualTo(2);
    assertThat(parameter(b).get().toDoubles()).containsExactly(2, 1);
    assertThatThrownBy(() -> function.call(Tensor.of(1.0, 0))).hasMessageContaining("function: ratio is infinite")
        .hasMessageContaining("element [1] is Infinity");
    assertThat(parameter(a).get().toDoubles()).containsExactly(2, 3);
    assertThat(parameter(b).get().toDoubles()).containsExactly(2, 1);
  }

  @Test
  void computesTheSameAsWithout() {
    Expr w = param("w", Tensor.of(new double[][] {{0.5, -0.25}, {0.125, 0.75}}));
    Expr rows = Cases.f64("rows", dim("n"), 2);
    Expr cost = scan(rows, zeros(F64, 2), (row, h) -> tanh(row.plus(h.dot(w)))).all().sum();
    Tensor given = Tensor.of(new double[][] {{0.1, 0.2}, {0.3, 0.4}, {0.5, 0.6}});
    double h0 = 0;
    double h1 = 0;
    double sum = 0;
    for (double[] row : new double[][] {{0.1, 0.2}, {0.3, 0.4}, {0.5, 0.6}}) {
      double a = Math.tanh(row[0] + 0.5 * h0 + 0.125 * h1);
      double b = Math.tanh(row[1] - 0.25 * h0 + 0.75 * h1);
      h0 = a;
      h1 = b;
      sum += a + b;
    }
    Modes function = guarded(Modes.function(rows).returns(cost, Gradient.of(cost).wrt(w)), Guard.values());
    Tensor[] results = function.callAll(given);
    assertThat(results[0].item()).isCloseTo(sum, within(1e-9));
    Tensor[] plain = function(rows).returns(cost, Gradient.of(cost).wrt(w)).compile(Backend.INTERPRETER).callAll(given);
    assertThat(results[1].toDoubles()).containsExactly(plain[1].toDoubles(), within(1e-12));
  }

  @Test
  void goesWithUntilAndBranches() {
    Expr y = scan().over(x).run(s -> s.emit(log(s.row())).until(s.row().gt(3))).emitted();
    Modes function = guarded(Modes.function(x).returns(y.sum()), Guard.NAN);
    assertThat(function.call(Tensor.of(1.0, 4, -1)).item()).isCloseTo(Math.log(4), within(1e-12));
    assertThatThrownBy(() -> function.call(Tensor.of(1.0, -1, 4))).hasMessageContaining("in step 1 of the scan");
    Expr z = ifElse(x.sum().gt(0), () -> log(x), () -> x.times(2));
    Modes either = guarded(Modes.function(x).returns(z), Guard.NAN);
    assertThat(either.call(Tensor.of(-1.0, 0)).toDoubles()).containsExactly(-2, 0);
    assertThatThrownBy(() -> either.call(Tensor.of(-1.0, 2))).hasMessageContaining("function: log(…) is NaN");
  }

  @Test
  void aPropertySaysItForAllFunctions() {
    System.setProperty("weft.guard", "nan, infinite");
    CompiledFunction f = function(x).returns(log(x)).compile();
    assertThatThrownBy(() -> f.call(Tensor.of(0.0))).hasMessageContaining("log(…) is infinite");
    assertThat(function(x).returns(log(x)).guarded().compile().call(Tensor.of(0.0)).toDoubles()).containsExactly(-INFINITY);
    System.setProperty("weft.guard", "nan,inf");
    assertThatThrownBy(() -> function(x)).isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ARGUMENT))
        .hasMessageContaining("-Dweft.guard: there is no guard inf").hasMessageContaining("Name nan, infinite and big");
  }

  @Test
  void aRecipeKeepsIt() {
    var functions = new ArrayList<CompiledFunction>();
    for (Guard g : List.of(Guard.NAN, Guard.INFINITE)) {
      functions.add(Recipe.read(Recipe.of(function(x).returns(log(x)).guarded(g))).compile());
    }
    assertThat(functions.get(0).call(Tensor.of(0.0)).toDoubles()).containsExactly(-INFINITY);
    assertThatThrownBy(() -> functions.get(0).call(Tensor.of(-1.0))).hasMessageContaining("is NaN");
    assertThatThrownBy(() -> functions.get(1).call(Tensor.of(0.0))).hasMessageContaining("is infinite");
  }
}
