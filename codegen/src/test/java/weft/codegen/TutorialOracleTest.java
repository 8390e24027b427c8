package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.crossEntropy;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.softmax;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weft.Backend;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/**
 * The tutorial's recurrent net, before, during and after a hundred epochs, against the numbers that Theano
 * 1.0.5 gives.
 */
class TutorialOracleTest {
  private static final List<String> PARAMETERS = List.of("Wxh", "Whh", "Why", "bh", "by");
  private static final Map<String, double[]> THEANO = read();

  private record Size(String name, DType dtype, int in, int hidden, int out, int time, double tolerance) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A way to compile. */
  private record Way(String name, UnaryOperator<FunctionBuilder> options, Backend backend) {
    CompiledFunction compile(FunctionBuilder function) {
      return options.apply(function).compile(backend);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Arguments> sizesAndWays() {
    var sizes = List.of(new Size("tiny_f64", DType.F64, 4, 8, 3, 10, 1e-10),
        new Size("small_f64", DType.F64, 16, 32, 10, 32, 1e-10),
        new Size("tiny_f32", DType.F32, 4, 8, 3, 10, 2e-5));
    var ways = List.of(new Way("interpreter", f -> f, Backend.INTERPRETER),
        new Way("interpreter without rewrites", FunctionBuilder::withoutRewrites, Backend.INTERPRETER),
        new Way("bytecode", f -> f.lanes(1), Backend.BYTECODE),
            new Way("bytecode with vectors", f -> f, Backend.BYTECODE));
    return sizes.stream().flatMap(size -> ways.stream().map(way -> Arguments.of(size, way)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("sizesAndWays")
  void numbersAreTheanos(Size size, Way way) {
    int in = size.in;
    int hidden = size.hidden;
    int out = size.out;
    Expr wxh = given(size, "Wxh", hidden, in);
    Expr whh = given(size, "Whh", hidden, hidden);
    Expr why = given(size, "Why", out, hidden);
    Expr bh = given(size, "bh", hidden);
    Expr by = given(size, "by", out);
    var parameters = List.of(wxh, whh, why, bh, by);
    Expr x = matrix("x", size.dtype, dim("time"), in);
    Expr y = vector("y", size.dtype, out);
    Expr rate = scalar("rate", size.dtype);

    var h = scan(x, zeros(size.dtype, hidden), (xt, prev) -> tanh(wxh.dot(xt).plus(whh.dot(prev)).plus(bh)));
    Expr p = softmax(why.dot(h.last()).plus(by));
    Expr loss = crossEntropy(p, y);
    var results = new ArrayList<>(List.of(h.all(), p, loss));
    results.addAll(grad(loss, parameters));

    var look = way.compile(function(x, y).returns(results.toArray(Expr[]::new)));
    var train = way.compile(function(x, y, rate).returns(loss).updates(sgd(loss, parameters, rate)));
    var predict = way.compile(function(x).returns(p));

    Tensor xs = tensor(size, "x", size.time, in);
    Tensor ys = Tensor.zeros(size.dtype, out);
    ys.set(1, 1);
    Tensor[] before = look.callAll(xs, ys);
    assertClose(size, "states", before[0]);
    assertClose(size, "probabilities", before[1]);
    for (int i = 0; i < PARAMETERS.size(); i++) assertClose(size, "d" + PARAMETERS.get(i), before[3 + i]);

    Tensor losses = Tensor.zeros(size.dtype, 100);
    for (int epoch = 0; epoch < 100; epoch++) losses.set(train.call(xs, ys, 0.1).item(), epoch);
    assertThat(before[2].item()).isEqualTo(losses.get(0), within(size.tolerance * losses.get(0)));
    assertClose(size, "losses", losses);
    for (Expr w : parameters) assertClose(size, "trained." + parameter(w).name(), parameter(w).get());
    assertClose(size, "trained.probabilities", predict.call(xs));
  }

  private static void assertClose(Size size, String what, Tensor actual) {
    double[] expected = THEANO.get(size.name + "." + what);
    double[] found = actual.toDoubles();
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("%s[%d]", what, i)
          .isCloseTo(expected[i], within(size.tolerance * Math.abs(expected[i])));
    }
  }

  private static Expr given(Size size, String name, int... shape) {
    return param(name, tensor(size, name, shape));
  }

  /** An input of the net; smaller nets have the first numbers of the largest. */
  private static Tensor tensor(Size size, String name, int... shape) {
    return Tensor.ofShape(size.dtype,
        Arrays.copyOf(THEANO.get(name), Arrays.stream(shape).reduce(1, (a, b) -> a * b)), shape);
  }

  private static Map<String, double[]> read() {
    var tensors = new HashMap<String, double[]>();
    var stream = TutorialOracleTest.class.getResourceAsStream("/theano-tutorial.txt");
    try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      double[] into = null;
      int at = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        var words = new StringTokenizer(line);
        if (line.startsWith("#")) continue;
        if (Character.isLetter(line.charAt(0))) {
          String name = words.nextToken();
          int length = 1;
          while (words.hasMoreTokens()) length *= Integer.parseInt(words.nextToken());
          tensors.put(name, into = new double[length]);
          at = 0;
        }
        while (words.hasMoreTokens()) into[at++] = Double.parseDouble(words.nextToken());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return tensors;
  }
}
