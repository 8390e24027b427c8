package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.F64;
import static weft.Tensors.I64;
import static weft.Tensors.defaultUpdate;
import static weft.Tensors.grad;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scalar;

import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.FunctionBuilder;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Parameters that functions update without being told, in every mode. */
class DefaultUpdatesTest {
  private final Expr x = param("x", Tensor.scalar(0.));
  private final Expr y = param("y", Tensor.scalar(1.));

  private static Expr number(String name, double value) {
    return param(name, Tensor.scalar(value));
  }

  private static void set(double value, Expr parameter) {
    parameter(parameter).set(Tensor.scalar(value));
  }

  private static double get(Expr parameter) {
    return parameter(parameter).get().item();
  }

  private static void run(UnaryOperator<FunctionBuilder> how, Expr... outputs) {
    Modes.function().returns(outputs).configured(how).callAll();
  }

  private static UnaryOperator<FunctionBuilder> freeze(Expr... parameters) {
    return f -> f.withoutDefaultUpdates(parameters);
  }

  private static Update update(Expr parameter, Expr value) {
    return new Update(parameter(parameter), value);
  }

  @Test
  void f02_appliedByWhatIsCompiledWhileItIsThere() {
    defaultUpdate(x, x.plus(1));
    var f = Modes.function().returns(x);
    assertThat(f.call().item()).isZero();
    assertThat(get(x)).isEqualTo(1);
    defaultUpdate(x, null);
    f.callAll();
    assertThat(get(x)).isEqualTo(2);
    run(b -> b, x);
    assertThat(get(x)).isEqualTo(2);
  }

  @Test
  void f02_tableOfFrozenParameters() {
    defaultUpdate(x, x.plus(2));
    run(freeze(), x);
    assertThat(get(x)).isZero();
    run(freeze(x), x);
    assertThat(get(x)).isZero();
    run(freeze(x, y), x);
    assertThat(get(x)).isZero();
    run(freeze(y), x);
    assertThat(get(x)).isEqualTo(2);
    run(b -> b, x);
    assertThat(get(x)).isEqualTo(4);

    var down = update(x, x.minus(1));
    run(b -> b.updates(down).withoutDefaultUpdates(), x);
    assertThat(get(x)).isEqualTo(3);
    run(b -> b.updates(down).withoutDefaultUpdates(x), x);
    assertThat(get(x)).isEqualTo(2);
    run(b -> b.updates(down).withoutDefaultUpdates(y), x);
    assertThat(get(x)).isEqualTo(1);
    run(b -> b.updates(down), x);
    assertThat(get(x)).isZero();
  }

  @Test
  void f02_readThroughAnExpression() {
    var a = scalar("a", F64);
    var z = a.times(x);
    defaultUpdate(x, x.plus(y));
    assertThat(Modes.function(a).returns(z).call(12.).item()).isZero();
    assertThat(get(x)).isEqualTo(1);
    assertThat(Modes.function(a).returns(z).configured(freeze()).call(7.).item()).isEqualTo(7);
    assertThat(get(x)).isEqualTo(1);
    assertThat(get(y)).isEqualTo(1);
  }

  @Test
  void f02_multiple() {
    defaultUpdate(x, x.minus(1));
    defaultUpdate(y, y.plus(1));
    run(b -> b, x, y);
    assertThat(get(x)).isEqualTo(-1);
    assertThat(get(y)).isEqualTo(2);
    run(b -> b.updates(update(x, x.minus(2))).withoutDefaultUpdates(y), x, y);
    assertThat(get(x)).isEqualTo(-3);
    assertThat(get(y)).isEqualTo(2);
    run(b -> b.updates(update(x, x.minus(2))).withoutDefaultUpdates(), x, y);
    assertThat(get(x)).isEqualTo(-5);
    assertThat(get(y)).isEqualTo(2);
    run(b -> b.updates(update(y, y.minus(2))), x, y);
    assertThat(get(x)).isEqualTo(-6);
    assertThat(get(y)).isZero();
  }

  @Test
  void f02_chained() {
    var z = number("z", -1);
    set(2, x);
    defaultUpdate(x, x.minus(y));
    defaultUpdate(y, z);
    defaultUpdate(z, z.minus(1));
    run(b -> b, x);
    assertValues(1, -1, -2, z);
    run(b -> b, x, y);
    assertValues(2, -2, -3, z);
    run(b -> b, y);
    assertValues(2, -3, -4, z);
    run(freeze(x), x, y);
    assertValues(2, -4, -5, z);
    run(freeze(z), x, y, z);
    assertValues(6, -5, -5, z);
  }

  private void assertValues(double first, double second, double third, Expr z) {
    assertThat(new double[] {get(x), get(y), get(z)}).containsExactly(first, second, third);
  }

  @Test
  void f02_aDefaultUpdateThatNeedsAnInput() {
    var a = scalar("a", F64);
    defaultUpdate(x, y);
    defaultUpdate(y, y.plus(a));
    run(freeze(), x);
    run(freeze(x), x);
    assertThat(get(x)).isZero();
    run(freeze(y), x);
    assertThat(get(x)).isEqualTo(1);
    assertThat(get(y)).isEqualTo(1);
    Modes.function(a).returns(x).callAll(2.);
    assertThat(get(x)).isEqualTo(1);
    assertThat(get(y)).isEqualTo(3);
    run(b -> b.updates(update(y, y.minus(1))), x);
    assertThat(get(x)).isEqualTo(3);
    assertThat(get(y)).isEqualTo(2);

    var e = Assertions.catchThrowableOfType(WeftException.class, () -> run(b -> b.named("f"), x));
    assertThat(e.kind()).isEqualTo(Kind.MISSING_INPUT);
    assertThat(e).hasMessageStartingWith("f: input a is needed but not given");
  }

  @Test
  void f02_aParameterThatIsItsOwnUpdate() {
    var b = param("b", Tensor.of(new double[][] {{1, 1, 1}, {1, 1, 1}}));
    Modes.function().updates(update(x, x), update(b, b.times(2).minus(b))).callAll();
    Modes.function().updates(update(y, y.times(2).minus(y)), update(b, b)).callAll();
    assertThat(new double[] {get(x), get(y)}).containsExactly(0, 1);
    Cases.assertNumbers(parameter(b).get(), 1, 1, 1, 1, 1, 1);
  }

  @Test
  void f02_integersCount() {
    var count = param("count", Tensor.scalar(7L));
    defaultUpdate(count, count.plus(1));
    var f = Modes.function().returns(count.times(10));
    assertThat(f.call().item()).isEqualTo(70);
    assertThat(f.call().item()).isEqualTo(80);
    assertThat(parameter(count).get().dtype()).isEqualTo(I64);
  }

  @Test
  void f02_aGradientReadsTheParameterToo() {
    set(3, x);
    defaultUpdate(x, x.plus(1));
    var slope = grad(x.times(x), x);
    assertThat(Modes.function().returns(slope).call().item()).isEqualTo(6);
    assertThat(get(x)).isEqualTo(4);
  }

  @Test
  void f02_refused() {
    var e = Assertions.catchThrowableOfType(WeftException.class, () -> defaultUpdate(x, scalar("a")));
    assertThat(e.kind()).isEqualTo(Kind.DTYPE);
    var none = Assertions.catchThrowableOfType(WeftException.class, () -> defaultUpdate(x.plus(1), x));
    assertThat(none.kind()).isEqualTo(Kind.ARGUMENT);
  }
}
