package tests.errors;

import static tests.errors.Refusals.refused;
import static weft.Tensors.F32;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.function;
import static weft.Tensors.param;
import static weft.Tensors.scalar;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.util.Map;
import org.junit.jupiter.api.Test;
import weft.CompiledFunction;
import weft.Tensors;
import weft.Update;
import weft.codegen.Jit;
import weft.graph.Expr;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException.Kind;

/** Calls by name, defaults, records, casts and copies that are wrong. */
class CallFormErrorsTest {
  record Pair(float sum, Tensor x) {}

  record Triple(float first, float second, float third) {}

  /** Two methods, where one is wanted. */
  public interface Two {
    float first(float x);

    float second(float x);
  }

  private final Expr x = scalar("x");
  private final Expr y = vector("y", F64, 2);
  private final Parameter p = new Parameter("p", Tensor.scalar(0f));
  private final CompiledFunction f = function(x, y).named("f").returns(x, y.sum(), param(p)).compile();

  @Test
  void f04_missing() {
    refused(() -> f.call(Map.of("x", 1)), Kind.MISSING_INPUT, """
        f: missing input y
            declared  f64[2]   at CallFormErrorsTest.java
          The function takes [x, y].
        """);
    refused(() -> f.with("y", Tensor.of(1., 2)).call(), Kind.MISSING_INPUT, """
        f: missing input x
            declared  f32   at CallFormErrorsTest.java
          The function takes [x, y].
        """);
  }

  @Test
  void f04_unknown() {
    refused(() -> f.with("z", 1), Kind.ARGUMENT, """
        f: there is no input z
          The function takes [x, y].
        """);
  }

  @Test
  void f04_twice() {
    refused(() -> f.with("x", 1).with("x", 2), Kind.DUPLICATE, """
        f: input x is given twice by name
          Give each input once.
        """);
    refused(() -> f.with("x", 1).call(1), Kind.DUPLICATE, """
        f: input x is given twice, as argument 1 and by name
          Give each input once.
        """);
  }

  @Test
  void f04_tooMany() {
    refused(() -> f.with("x", 1).call(1, 2, 3), Kind.ARGUMENT, """
        f: takes 2 inputs, not 3
          They are [x, y].
        """);
  }

  @Test
  void f04_twoInputsOfOneName() {
    var other = scalar("x");
    var g = function(x, other).named("g").returns(x.plus(other)).compile();
    refused(() -> g.with("x", 1), Kind.DUPLICATE, """
        g: 2 inputs are called x
          Give them by position, or name them apart.
        """);
  }

  @Test
  void f04_nullByName() {
    refused(() -> f.with("y", null).call(1), Kind.MISSING_INPUT, """
        f: input y is null
            declared  f64[2]   at CallFormErrorsTest.java
          Give a tensor of the declared type.
        """);
  }

  @Test
  void f04_anotherDTypeIsRefusedUnlessAllowed() {
    refused(() -> f.call(1, Tensor.of(1f, 2)), Kind.DTYPE, """
        f: input y has the wrong dtype
            declared  f64[2]   at CallFormErrorsTest.java
            given     f32[2]
          Convert it with to(DType.F64), or declare y as f32.
        """);
    var i = scalar("i", I32);
    var g = function(i).named("g").returns(i).compile();
    refused(() -> g.call(1L << 40), Kind.DTYPE, """
        g: input i cannot hold 1099511627776
            declared  i32   at CallFormErrorsTest.java
          Give a number of that dtype.
        """);
  }

  @Test
  void f04_aDoubleThatIsNoFloat() {
    var g = function(x).named("g").returns(x).allowInputDowncast(false).compile();
    refused(() -> g.call(.1), Kind.DTYPE, """
        g: input x cannot hold 0.1
            declared  f32   at CallFormErrorsTest.java
          Give a number of that dtype.
        """);
  }

  @Test
  void aDefaultForNoInput() {
    refused(() -> function(x).named("g").returns(x).withDefault(y, Tensor.of(1., 2)), Kind.ARGUMENT, """
        g: a default for y, which is no input
            y   f64[2]   input   at CallFormErrorsTest.java
          at CallFormErrorsTest.java
          Add it to function(…), or use given(…).
        """);
  }

  @Test
  void aRecordThatDoesNotFit() {
    refused(() -> f.callAs(Pair.class, 1, Tensor.of(1., 2)), Kind.ARGUMENT, """
        f: record Pair does not fit the outputs
            declared  Pair(float sum, Tensor x)
            expected  Pair(float x, double sum(…), float p)
          Declare one component for each output, in order.
        """);
    var g = function(x).named("g").returns("first", x).returns("2nd", x.plus(1)).returns("third", x.plus(2)).compile();
    refused(() -> g.callAs(Triple.class, 1), Kind.ARGUMENT, """
        g: record Triple does not fit the outputs
            declared  Triple(float first, float second, float third)
            expected  Triple(float first, float 2nd, float third)
          Declare one component for each output, called like it.
        """);
  }

  @Test
  void twoOutputsOfOneName() {
    refused(() -> function(x).returns("a", x).returns("a", x), Kind.DUPLICATE, """
        returns: two outputs are called a
            x   f32   input   at CallFormErrorsTest.java
          at CallFormErrorsTest.java
          Name them apart.
        """);
    var g = function(x).named("g").returns(x, x).compile();
    refused(() -> g.callNamed(1), Kind.DUPLICATE, """
        g: two outputs are called x
          Name them with returns("name", expression).
        """);
  }

  @Test
  void copies() {
    var other = new Parameter("q", Tensor.scalar(0.));
    refused(() -> f.copy().swap(other, p), Kind.ARGUMENT, """
        f: there is no parameter q to swap
          It has [p].
        """);
    refused(() -> f.copy().swap(p, other), Kind.DTYPE, """
        f: parameters of different types cannot be swapped
            original  p f32
            instead   q f64
          Give one of the same dtype and shape.
        """);
    var wide = new Parameter("w", Tensor.zeros(F32, 3));
    refused(() -> f.copy().swap(p, wide), Kind.SHAPE, """
        f: parameters of different types cannot be swapped
            original  p f32
            instead   w f32[3]
          Give one of the same dtype and shape.
        """);
    var r = new Parameter("r", Tensor.scalar(0f));
    refused(() -> f.copy().swap(p, r).swap(p, r), Kind.DUPLICATE, """
        f: parameter p is swapped twice
          Say once what takes its place.
        """);
    var both = function().named("g").updates(new Update(p, zeros()), new Update(r, Tensors.ones())).compile();
    refused(() -> both.copy().swap(p, r).compile(), Kind.DUPLICATE, """
        g: two updates of parameter r
          Swap one of the two that become it for another, or leave updates out with withoutUpdates().
        """);
    refused(() -> both.copy().withoutUpdates().compile(), Kind.ARGUMENT, """
        g: returns nothing and updates nothing
          Keep the updates of a function that has no outputs.
        """);
  }

  @Test
  void anInterfaceOfTwoMethods() {
    refused(() -> Jit.compile(Two.class, function(x).returns(x)), Kind.ARGUMENT, """
        program: Two has 2 methods to implement, not one
          Say which function each of them is with method(…).
        """);
  }
}
