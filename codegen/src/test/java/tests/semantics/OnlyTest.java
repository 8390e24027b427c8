package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.printed;
import static weft.Tensors.require;
import static weft.Tensors.scan;
import static weft.Tensors.sum;
import static weft.Tensors.zeros;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Mode;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.RandomStream;
import weft.Recipe;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Prints;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

/** Calls that compute only some of a function's outputs. */
class OnlyTest {
  private static final double[][] ROWS = {{1, 2}, {3, 4}, {5, 6}};

  private final Expr x = f64("x", dim("n"), 2);
  private final Expr count = param("count", Tensor.scalar(0.0));
  private final Expr sums = scan(x, zeros(F64, 2), (row, s) -> s.plus(row)).all();

  static List<Mode> modes() {
    return Mode.all(8);
  }

  @AfterEach
  void printNothing() {
    Prints.to(null);
  }

  /** The second output shows itself, and is refused where any element is above 8. */
  private FunctionBuilder three() {
    Expr shown = printed(sums, "sums");
    return function(x).returns("total", sum(x)).returns("sums", require(shown, shown.le(8), "too large")).returns(x.times(2).named("twice"))
        .updates(new Update(parameter(count), count.plus(1)));
  }

  @ParameterizedTest
  @MethodSource("modes")
  void theRestIsNotComputed(Mode mode) {
    var printed = new ArrayList<String>();
    Prints.to(printed::add);
    CompiledFunction f = mode.configure(three()).compile(mode.backend());
    assertThatThrownBy(() -> f.callAll(Tensor.of(ROWS))).isInstanceOf(WeftException.class).hasMessageContaining("too large");
    printed.clear();
    assertThat(f.only("total").call(Tensor.of(ROWS)).item()).isCloseTo(21, within(1e-12));
    Map<String, Tensor> two = f.only("twice", "total").callNamed(Tensor.of(ROWS));
    assertThat(two.keySet()).containsExactly("twice", "total");
    Cases.assertRows(two.get("twice"), new double[][] {{2, 4}, {6, 8}, {10, 12}});
    assertThat(two.get("total").item()).isCloseTo(21, within(1e-12));
    assertThat(printed).isEmpty();
    assertThat(f.only("total").loops()).doesNotContain("scan");
    Cases.assertRows(f.only("sums").call(Tensor.of(new double[][] {{1, 2}, {3, 4}})), new double[][] {{1, 2}, {4, 6}});
    assertThat(printed).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void parametersAreTheSame(Mode mode) {
    CompiledFunction f = mode.configure(three()).compile(mode.backend());
    f.only("total").call(Tensor.of(ROWS));
    f.only("twice").call(Tensor.of(ROWS));
    assertThat(parameter(count).get().item()).isEqualTo(2);
    f.copy().only("total").withoutUpdates().compile().call(Tensor.of(ROWS));
    f.copy().only(2, 0).compile().call(Tensor.of(ROWS));
    assertThat(parameter(count).get().item()).isEqualTo(3);
    assertThat(f.only("total")).isSameAs(f.only("total")).isNotSameAs(f.only("twice"));
    assertThat(f.only("total").parameters()).containsExactly(parameter(count));
  }

  /** A draw goes on by one a call, whichever outputs are wanted. */
  @Test
  void drawsGoOn() {
    var stream = new RandomStream("draws", 7);
    Expr noise = stream.uniform(F64, 0, 1, 3);
    var f = function().returns("noise", noise).returns("twice", noise.times(2)).returns("nothing", zeros(F64, 1)).compile();
    double[] first = f.only("noise").call().toDoubles();
    double[] second = f.only("twice").call().toDoubles();
    f.only("nothing").call();
    double[] fourth = f.callAll()[0].toDoubles();
    stream.seed(7);
    assertThat(f.callAll()[0].toDoubles()).containsExactly(first);
    assertThat(f.callAll()[1].toDoubles()).containsExactly(second);
    f.callAll();
    assertThat(f.callAll()[0].toDoubles()).containsExactly(fourth);
  }

  @Test
  void defaultsAndCopiesAndRecipes() {
    Expr y = f64("y");
    var f = function(x, y).withDefault(y, 3).returns("sum", sum(x).plus(y)).returns("product", sum(x).times(y)).compile();
    assertThat(f.only("product").call(Tensor.of(ROWS)).item()).isCloseTo(63, within(1e-12));
    assertThat(f.only("sum").with("y", 5).call(Tensor.of(ROWS)).item()).isCloseTo(26, within(1e-12));
    Expr other = param("other", Tensor.scalar(10.0));
    CompiledFunction counts = three().compile().copy().swap(count, other).compile();
    counts.only("total").call(Tensor.of(ROWS));
    assertThat(parameter(other).get().item()).isEqualTo(11);
    assertThat(parameter(count).get().item()).isEqualTo(0);
    var read = Recipe.read(Recipe.of(function(x).returns(sum(x).named("sum"), x.times(2).named("twice")))).compile();
    Cases.assertRows(read.only("twice").call(Tensor.of(ROWS)), new double[][] {{2, 4}, {6, 8}, {10, 12}});
  }

  @Test
  void whatThereIsNot() {
    CompiledFunction f = three().named("f").compile();
    assertThatThrownBy(() -> f.only("totals")).isInstanceOf(WeftException.class)
        .hasMessageContaining("f: there is no output totals\n  The function gives [total, sums, twice].");
    assertThatThrownBy(() -> f.copy().only(3)).isInstanceOf(WeftException.class)
        .hasMessageContaining("f: only: there is no output 3\n  It has 3, counted from 0.");
    var twins = function(x).returns(x.times(2).named("a"), x.times(3).named("a")).compile();
    assertThatThrownBy(() -> twins.only("a")).isInstanceOf(WeftException.class).hasMessageContaining("2 outputs are called a");
    assertThatThrownBy(() -> function(x).returns(x).compile().copy().only(new int[0]).compile()).isInstanceOf(WeftException.class)
        .hasMessageContaining("returns nothing and updates nothing");
  }
}
