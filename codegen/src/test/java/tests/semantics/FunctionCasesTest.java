package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.foldLeft;
import static weft.Tensors.foldRight;
import static weft.Tensors.function;
import static weft.Tensors.map;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.pow;
import static weft.Tensors.reduce;
import static weft.Tensors.scan;
import static weft.Tensors.dim;

import org.junit.jupiter.api.Test;
import tests.Mode;
import tests.Modes;
import weft.CompiledFunction;
import weft.Tensors;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Updates, aliases of arguments and results, and the views of scan, in every mode. */
class FunctionCasesTest {
  private final Dim time = dim("time");

  @Test
  void f01_updatesReadTheOldValues() {
    var x = param("x", Tensor.scalar(4.));
    var y = param("y", Tensor.scalar(4.));
    var z = param("z", Tensor.scalar(2.));
    var fives = x.times(5);
    Modes.function().returns(x).updates(
        new Update(parameter(x), fives),
        new Update(parameter(y), fives.plus(y)),
        new Update(parameter(z), pow(fives.plus(y), z))).callAll();

    assertThat(parameter(x).get().item()).isEqualTo(20);
    assertThat(parameter(y).get().item()).isEqualTo(24);
    assertThat(parameter(z).get().item()).isEqualTo(576);
  }

  @Test
  void f01_parametersExchanged() {
    var x = param("x", Tensor.of(1., 2, 3));
    var y = param("y", Tensor.of(4., 5, 6));
    var exchange = Modes.function().returns(x, y)
        .updates(new Update(parameter(x), y), new Update(parameter(y), x));

    exchange.callAll();
    assertNumbers(parameter(x).get(), 4, 5, 6);
    assertNumbers(parameter(y).get(), 1, 2, 3);
    exchange.callAll();
    assertNumbers(parameter(x).get(), 1, 2, 3);
  }

  @Test
  void f01_anUpdateMovesElementsOfItsOwnParameter() {
    var x = param("x", Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}));
    var f = Modes.function().returns(x.sum()).updates(new Update(parameter(x), x.transpose()));
    f.callAll();
    assertNumbers(parameter(x).get(), 1, 4, 7, 2, 5, 8, 3, 6, 9);

    var v = param("v", Tensor.of(1., 2, 3, 4));
    Modes.function().updates(new Update(parameter(v), Tensors.reverse(v))).callAll();
    assertNumbers(parameter(v).get(), 4, 3, 2, 1);

    var sums = param("sums", Tensor.of(1., 2, 3, 4));
    var running = scan(sums, 0., (s, p) -> s.plus(p)).all();
    Modes.function().updates(new Update(parameter(sums), running)).callAll();
    assertNumbers(parameter(sums).get(), 1, 3, 6, 10);
  }

  @Test
  void f01_anOutputIsTheOldValueOfWhatIsUpdated() {
    var x = param("x", Tensor.of(1., 2));
    Tensor[] results = Modes.function().returns(x, x.plus(1)).updates(new Update(parameter(x), x.plus(1)))
        .callAll();
    assertNumbers(results[0], 1, 2);
    assertNumbers(results[1], 2, 3);
    assertNumbers(parameter(x).get(), 2, 3);
    results[0].set(99, 0);
    assertNumbers(parameter(x).get(), 2, 3);
  }

  @Test
  void f07_argumentsThatAreOneTensor() {
    var a = f64("a", time);
    var b = f64("b", time);
    var both = Tensor.of(1., 2, 3);
    Tensor[] r = Modes.function(a, b).returns(a.plus(b), a.times(b), a).callAll(both, both);
    assertNumbers(r[0], 2, 4, 6);
    assertNumbers(r[1], 1, 4, 9);
    assertNumbers(r[2], 1, 2, 3);
    assertThat(r[2].array()).isNotSameAs(both.array());
    assertNumbers(both, 1, 2, 3);
  }

  @Test
  void f07_resultsWrittenIntoArguments() {
    for (Mode mode : Mode.all(8)) {
      var a = f64("a", time);
      var b = f64("b", time);
      CompiledFunction f = mode.configure(function(a, b).returns(Tensors.reverse(a).plus(b), a.minus(b)))
          .compile(mode.backend());
      var x = Tensor.of(1., 2, 3);
      var y = Tensor.of(10., 20, 30);
      f.callInto(new Tensor[] {x, y}, x, y);
      assertNumbers(x, 13, 22, 31);
      assertNumbers(y, -9, -18, -27);
    }
  }

  @Test
  void f07_overlappingSlicesOfOneArgument() {
    var a = f64("a", 6);
    var shifted = a.slice(0, 0, 5).plus(a.slice(0, 1, 6));
    var argument = Tensor.of(1., 2, 3, 4, 5, 6);
    assertNumbers(Modes.function(a).returns(shifted, shifted.slice(0, 1, 4).times(shifted.slice(0, 0, 3)))
        .callAll(argument)[1], 15, 35, 63);
    assertNumbers(argument, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void s12_mapReduceAndFolds() {
    var v = f64("v", time);
    double[] numbers = {1, 2, 3};
    Expr absolute = map(v, Tensors::abs);
    assertNumbers(Modes.function(v).returns(absolute).call((Object) new double[] {-1, 2, -3}), 1, 2, 3);
    assertNumbers(Modes.function(v).returns(reduce(v, 0., (x, s) -> x.plus(s))).call((Object) numbers), 6);
    assertNumbers(Modes.function(v).returns(foldLeft(v, 0, (x, acc) -> acc.times(2).plus(x)))
        .call((Object) numbers), 11);
    assertNumbers(Modes.function(v).returns(foldRight(v, 0, (x, acc) -> acc.times(2).plus(x)))
        .call((Object) numbers), 17);
    var w = f64("w", time);
    assertNumbers(Modes.function(v, w).returns(map(v, w, (x, y) -> x.times(y))).call(numbers, numbers), 1, 4,
        9);
  }

  @Test
  void s12_inFloats() {
    var v = Tensors.vector("v", time);
    assertThat(Modes.function(v).returns(reduce(v, 0, (x, s) -> x.plus(s))).call((Object) new float[] {1, 2, 3})
        .typeText())
        .isEqualTo("f32");
    var doubles = reduce(v, 0.0, (x, s) -> x.plus(s));
    assertThat(doubles.dtype()).isEqualTo(Tensors.F32);
    assertThat(doubles.cast(F64).dtype()).isEqualTo(F64);
  }
}
