package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.BOOL;
import static weft.Tensors.F32;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.I64;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.not;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scalar;
import static weft.Tensors.tensor;
import static weft.Tensors.tensor3;
import static weft.Tensors.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import tests.Mode;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.FunctionBuilder.Unused;
import weft.Update;
import weft.codegen.Jit;
import weft.graph.Expr;
import weft.runtime.Parameter;
import weft.runtime.Tensor;

/** The ways to call a function, and copies of it, in every mode. */
class CallFormsTest {
  /** Two outputs, by name. */
  record Both(double product, double sum) {}

  /** The same in the other order. */
  record Reversed(double sum, Tensor product) {}

  /** Outputs as expressions. */
  record Outputs(Expr product, Expr sum) {}

  /** One function. */
  public interface Affine {
    double at(double x, double y, double z);
  }

  private final Expr x = f64("x");
  private final Expr y = f64("y");
  private final Expr z = f64("z");

  private static void each(FunctionBuilder builder, Consumer<CompiledFunction> test) {
    for (Mode mode : Mode.all(8)) test.accept(mode.configure(builder).compile(mode.backend()));
  }

  private FunctionBuilder affine() {
    return function(x, y, z).returns(x.times(100).plus(y.times(10)).plus(z));
  }

  @Test
  void defaultsAndWhatIsGivenInstead() {
    var value = Tensor.scalar(2.);
    each(affine().withDefault(y, value).withDefault(z, 3), f -> {
      value.set(9);
      assertThat(f.call(1).item()).isEqualTo(123);
      value.set(2);
      assertThat(f.call(1, 7).item()).isEqualTo(173);
      assertThat(f.call(1, 7, 8).item()).isEqualTo(178);
      assertThat(f.with("z", 5).call(1).item()).isEqualTo(125);
      assertThat(f.call(1).item()).isEqualTo(123);
      var into = Tensor.scalar(0.);
      f.callInto(new Tensor[] {into}, Tensor.scalar(4.));
      assertThat(into.item()).isEqualTo(423);
    });
    each(affine().withDefault(x, 1), f -> assertThat(f.with("y", 2).with("z", 3).call().item()).isEqualTo(123));
  }

  @Test
  void byName() {
    each(affine(), f -> {
      assertThat(f.call(Map.of("x", 1, "z", 3, "y", 2)).item()).isEqualTo(123);
      assertThat(f.callAll(Map.of("x", 1, "z", 3, "y", 2))[0].item()).isEqualTo(123);
      var call = f.with("z", Tensor.scalar(3.));
      assertThat(call.call(1, 2).item()).isEqualTo(123);
      assertThat(call.call(4, 5).item()).isEqualTo(453);
      assertThat(call.with("y", 6).callNamed(1)).containsOnlyKeys("plus(…)");
    });
  }

  @Test
  void outputsByNameAndInRecords() {
    var named = function(x, y).returns("product", x.times(y)).returns("sum", x.plus(y));
    each(named, f -> {
      Map<String, Tensor> results = f.callNamed(3, 4);
      assertThat(results.keySet()).containsExactly("product", "sum");
      assertThat(results.get("product").item()).isEqualTo(12);
      assertThat(f.callAs(Both.class, 3, 4)).isEqualTo(new Both(12, 7));
      var reversed = f.with("y", 4).callAs(Reversed.class, 3);
      assertThat(reversed.sum()).isEqualTo(7);
      assertThat(reversed.product().item()).isEqualTo(12);
    });
    each(function(x, y).returns(new Outputs(x.times(y), x.plus(y))),
        f -> assertThat(f.callAs(Both.class, 3, 4)).isEqualTo(new Both(12, 7)));
    var map = new LinkedHashMap<String, Expr>();
    map.put("sum", x.plus(y));
    map.put("product", x.times(y));
    each(function(x, y).returns(map), f -> assertThat(f.callNamed(3, 4).keySet()).containsExactly("sum", "product"));
    each(function(x, y).returns(x.times(y), x.plus(y)), f -> {
      assertThat(f.callAs(Both.class, 3, 4)).isEqualTo(new Both(12, 7));
      assertThat(f.callAs(Reversed.class, 3, 4).sum()).isEqualTo(12);
    });
    each(function(x, y).returns(x.times(y).named("p"), x), f -> assertThat(f.callNamed(3, 4)).hasSize(2)
        .hasEntrySatisfying("p", p -> assertThat(p.item()).isEqualTo(12))
        .hasEntrySatisfying("x", p -> assertThat(p.item()).isEqualTo(3)));
  }

  @Test
  void f04_downcastsByChoice() {
    var i = scalar("i", I32);
    var v = vector("v", F32, dim("n"));
    var b = scalar("b", BOOL);
    var f = function(i, v, b).returns(i.plus(0), v.times(2), b).allowInputDowncast(true);
    each(f, g -> {
      Tensor[] r = g.callAll((1L << 40) + 5, new double[] {.5, 1e300}, 7);
      assertThat(r[0].ints()[0]).isEqualTo(5);
      assertThat(r[1].floats()).startsWith(1f, Float.POSITIVE_INFINITY);
      assertThat(r[2].booleans()[0]).isTrue();
      assertThat(g.callAll(Tensor.scalar(-2.7), new int[] {1, 2}, 0)[0].item()).isEqualTo(-2);
      assertThat(g.callAll(1.9f, Tensor.of(1L, 2), false)[0].item()).isEqualTo(1);
      var result = new Tensor[3];
      g.callInto(result, Tensor.scalar(3L), Tensor.of(1., 2), Tensor.scalar(1));
      assertNumbers(result[1], 2, 4);
    });
    var rate = scalar("rate");
    each(function(rate).returns(rate.times(1)), g -> assertThat(g.call(.1).item()).isEqualTo(.1f));
    each(function(rate).returns(rate.times(1)).allowInputDowncast(false),
        g -> assertThat(g.call(.5).item()).isEqualTo(.5));
  }

  /** Arrays of any rank and of any primitive, which widen as Java's own assignments do where nothing is lost. */
  @Test
  void javaArraysOfAnyKind() {
    var n = dim("n");
    var i = vector("i", I32, n);
    each(function(i).returns(i.plus(1)), f -> {
      assertNumbers(f.call(new byte[] {1, -2}), 2, -1);
      assertNumbers(f.call(new short[] {300}), 301);
      assertNumbers(f.call(new char[] {'a'}), 98);
      assertNumbers(f.call((Object) new int[0]));
    });
    var l = vector("l", I64, n);
    each(function(l).returns(l.plus(1)), f -> assertNumbers(f.call(new int[] {1, -2}), 2, -1));
    var d = tensor("d", F64, 2, 1, 1, 2);
    each(function(d, l).returns(d.plus(1)).onUnusedInput(Unused.IGNORE), f -> {
      Tensor both = f.call(new float[][][][] {{{{1, 2}}}, {{{3, .5f}}}}, new long[] {1});
      assertThat(both.shape()).isEqualTo(new int[] {2, 1, 1, 2});
      assertNumbers(both, 2, 3, 4, 1.5);
      assertNumbers(f.call(new int[][][][] {{{{1, 2}}}, {{{3, 4}}}}, new byte[] {1}), 2, 3, 4, 5);
    });
    var b = tensor3("b", BOOL, n, 1, 2);
    each(function(b).returns(not(b)), f -> {
      assertNumbers(f.call(new boolean[][][] {{{true, false}}}), 0, 1);
      assertThat(f.call((Object) new boolean[0][][]).shape()).isEqualTo(new int[] {0, 1, 2});
    });
  }

  @Test
  void f04_unusedInputs() {
    each(function(x, y).returns(x).onUnusedInput(Unused.IGNORE), f -> assertThat(f.call(1, 2).item()).isEqualTo(1));
    var said = new ArrayList<String>();
    var log = Logger.getLogger("weft");
    Filter before = log.getFilter();
    log.setFilter(line -> !said.add(line.getMessage()));
    try {
      var f = function(x, y).named("f").returns(x).onUnusedInput(Unused.WARN).compile();
      assertThat(f.call(1, 2).item()).isEqualTo(1);
    } finally {
      log.setFilter(before);
    }
    assertThat(said).hasSize(1);
    assertThat(said.get(0)).startsWith("f: input y is not used\n    y   f64   input");
  }

  @Test
  void behindTheUsersInterface() {
    Affine f = Jit.compile(Affine.class, affine());
    assertThat(f.at(1, 2, 3)).isEqualTo(123);
  }

  @Test
  void f07_updatesDoNotReachWhatWasReturned() {
    var p = param("p", Tensor.of(1., 2));
    each(function().returns(p).updates(new Update(parameter(p), p.plus(1))), f -> {
      parameter(p).set(Tensor.of(1., 2));
      var into = new Tensor[] {Tensor.zeros(F64, 2)};
      f.callInto(into);
      f.call();
      assertNumbers(into[0], 1, 2);
      assertNumbers(parameter(p).get(), 3, 4);
    });
  }

  @Test
  void f07_anUpdateThatIsAnArgument() {
    var p = param("p", Tensor.of(0., 0));
    var u = f64("u", 2);
    each(function(u).updates(new Update(parameter(p), u)), f -> {
      var given = Tensor.of(5., 6);
      f.callAll(given);
      given.set(99, 0);
      assertNumbers(parameter(p).get(), 5, 6);
    });
  }

  @Test
  void copiesShareSwapAndDropUpdates() {
    var a = new Parameter("a", Tensor.scalar(0.));
    var other = new Parameter("other", Tensor.scalar(100.));
    var counting = function(x).returns(x.plus(a)).withDefault(x, 1).updates(new Update(a, param(a).plus(x)));
    each(counting, f -> {
      a.set(Tensor.scalar(0.));
      other.set(Tensor.scalar(100.));
      CompiledFunction shared = f.copy().named("shared").compile();
      CompiledFunction swapped = f.copy().swap(a, other).compile();
      CompiledFunction still = f.copy().withoutUpdates().compile();
      assertThat(f.call(5).item()).isEqualTo(5);
      assertThat(shared.call().item()).isEqualTo(6);
      assertThat(shared.name()).isEqualTo("shared");
      assertThat(a.get().item()).isEqualTo(6);
      assertThat(swapped.call(2).item()).isEqualTo(102);
      assertThat(swapped.call(2).item()).isEqualTo(104);
      assertThat(other.get().item()).isEqualTo(104);
      assertThat(a.get().item()).isEqualTo(6);
      assertThat(still.call().item()).isEqualTo(7);
      assertThat(still.call().item()).isEqualTo(7);
      assertThat(swapped.parameters()).containsExactly(other);
      assertThat(a.array()).isNotSameAs(other.array());
    });
  }

  @Test
  void copiesThatExchangeParameters() {
    var a = param("a", Tensor.scalar(1.));
    var b = param("b", Tensor.scalar(10.));
    each(function().returns(a.times(2).plus(b)).updates(new Update(parameter(a), a.plus(b))), f -> {
      parameter(a).set(Tensor.scalar(1.));
      CompiledFunction exchanged = f.copy().swap(a, b).swap(b, a).compile();
      assertThat(exchanged.call().item()).isEqualTo(21);
      assertThat(parameter(b).get().item()).isEqualTo(11);
      parameter(b).set(Tensor.scalar(10.));
      assertThat(f.call().item()).isEqualTo(12);
      assertThat(parameter(a).get().item()).isEqualTo(11);
    });
  }
}
