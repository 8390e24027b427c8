package tests.programs;

import static org.assertj.core.api.Assertions.assertThatCode;
import static weft.Tensors.I32;
import static weft.Tensors.concat;
import static weft.Tensors.crossEntropyWithLogits;
import static weft.Tensors.dim;
import static weft.Tensors.embedding;
import static weft.Tensors.function;
import static weft.Tensors.matrix;
import static weft.Tensors.mean;
import static weft.Tensors.param;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.sigmoid;
import static weft.Tensors.tanh;
import static weft.Tensors.zeros;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weft.Initializer;
import weft.Mode;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.type.Dim;

/**
 * Nets of the sizes that people train, whose loops are cut, packed and run ahead as those of small ones are not: they compile, and the verifier of
 * {@link Mode#CHECKED} finds nothing in any pass.
 */
class UsualNetsTest {
  private static final int WORDS = 50;
  private static final int CLASSES = 120;
  private static final int INPUTS = 40;

  private final List<Expr> parameters = new ArrayList<>();
  private final Dim time = dim("time");

  @ParameterizedTest
  @CsvSource({"elman, 64, 200, 8", "lstm, 20, 80, 8", "gru, 20, 200, 16"})
  void trains(String cell, int batch, int units, int lanes) {
    for (boolean bothWays : new boolean[] {false, true}) {
      parameters.clear();
      Expr x = matrix("x", I32, time, batch);
      Expr rows = embedding(parameter("e", WORDS, INPUTS), x);
      int inputs = INPUTS;
      for (int layer = 0; layer < 2; layer++) {
        Expr forwards = layer(cell, rows, inputs, batch, units, layer + ".forwards");
        rows = bothWays ? concat(2, forwards, layer(cell, rows, inputs, batch, units, layer + ".backwards")) : forwards;
        inputs = bothWays ? 2 * units : units;
      }
      trains(bothWays ? "two directions" : "one direction", x, rows, lanes);
    }
  }

  /** A word chooses a row of the input's weights. */
  @ParameterizedTest
  @CsvSource({"lstm, 50, 128, 8", "gru, 20, 64, 16"})
  void trainsOnWords(String cell, int batch, int units, int lanes) {
    Expr x = matrix("x", I32, time, batch);
    Expr rows = layer(cell, embedding(parameter("w0", WORDS, gates(cell) * units), x), batch, units, "0");
    trains("words", x, layer(cell, rows, units, batch, units, "1"), lanes);
  }

  private void trains(String what, Expr x, Expr rows, int lanes) {
    Expr y = matrix("y", I32, time, rows.dim(1));
    Dim units = rows.dim(2);
    Expr loss = mean(crossEntropyWithLogits(rows.dot(parameter("v", (int) units.constant(), CLASSES)), y));
    assertThatCode(() -> function(x, y).returns(loss).updates(sgd(loss, parameters, .1)).mode(Mode.CHECKED).lanes(lanes).compile()).as(what)
        .doesNotThrowAnyException();
  }

  private Expr parameter(String name, int rows, int columns) {
    Expr p = param(name, Initializer.normal(new Random(1), .1).create(DType.F32, rows, columns));
    parameters.add(p);
    return p;
  }

  private static int gates(String cell) {
    return switch (cell) {
      case "lstm" -> 4;
      case "gru" -> 3;
      default -> 1;
    };
  }

  private Expr layer(String cell, Expr rows, int inputs, int batch, int units, String name) {
    return layer(cell, rows.dot(parameter("w" + name, inputs, gates(cell) * units)), batch, units, name);
  }

  private Expr layer(String cell, Expr gates, int batch, int units, String name) {
    Expr u = parameter("u" + name, units, gates(cell) * units);
    Expr zero = zeros(batch, units);
    var scan = scan(name).over(gates);
    if (name.endsWith("backwards")) scan = scan.backwards();
    return switch (cell) {
      case "lstm" -> scan.carry(zero, zero).run(s -> {
        Expr a = s.row().plus(s.prev(0).dot(u));
        Expr c = sigmoid(gate(a, 1, units)).times(s.prev(1)).plus(sigmoid(gate(a, 0, units)).times(tanh(gate(a, 2, units))));
        s.next(sigmoid(gate(a, 3, units)).times(tanh(c)), c);
      }).all(0);
      case "gru" -> scan.carry(zero).run(s -> {
        Expr a = s.prev().dot(u);
        Expr r = sigmoid(gate(s.row(), 0, units).plus(gate(a, 0, units)));
        Expr z = sigmoid(gate(s.row(), 1, units).plus(gate(a, 1, units)));
        Expr n = tanh(gate(s.row(), 2, units).plus(r.times(gate(a, 2, units))));
        s.next(n.plus(z.times(s.prev().minus(n))));
      }).all(0);
      default -> scan.carry(zero).run(s -> s.next(tanh(s.row().plus(s.prev().dot(u))))).all(0);
    };
  }

  private static Expr gate(Expr a, int i, int units) {
    return a.slice(1, i * units, (i + 1) * units);
  }
}
