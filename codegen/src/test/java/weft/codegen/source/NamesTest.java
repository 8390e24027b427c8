package weft.codegen.source;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.FunctionBuilder.function;
import static weft.Program.program;
import static weft.Tensors.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weft.Program;
import weft.codegen.source.Interfaces.Agree;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Names that users choose and javac would not take. */
class NamesTest {
  @ParameterizedTest
  @CsvSource({"x, x", "Wx, Wx", "d loss/d Wx, dLossDWx", "int, int_", "Math, Math_", "2nd, n2nd", "größe, grE", "FMA, FMA_",
      "TANH_P4, TANH_P4_", "a.b, aB", "_, _value", "wait, wait_"})
  void identifiers(String wanted, String name) {
    assertThat(JavaNames.identifier(wanted)).isEqualTo(name);
  }

  @Test
  void extents() {
    Dim time = dim("time");
    assertThat(JavaNames.of(symbol(time.floorDiv(8)))).isEqualTo("timeBy8");
    assertThat(JavaNames.of(symbol(time.ceilDiv(8)))).isEqualTo("timeBy8Up");
    assertThat(JavaNames.of(symbol(time.plus(1).floorDiv(4)))).isEqualTo("floorTime14");
    assertThat(JavaNames.identifier("")).isEqualTo("value");
    assertThat(JavaNames.constant("hiddenSize")).isEqualTo("HIDDEN_SIZE");
    assertThat(JavaNames.type("tensor")).isEqualTo("Tensor_");
  }

  private static weft.type.Symbol symbol(Dim d) {
    return d.symbols().iterator().next();
  }

  @Test
  void textsCannotEndWhatTheyStandIn() {
    assertThat(Texts.literal("a\"b\\c\n\u00e9\t")).isEqualTo("\"a\\\"b\\\\c\\n\\u00e9\\t\"");
    assertThat(Texts.comment("a */ b \\u002a/ c\nd")).isEqualTo("a * / b /u002a/ c d");
    assertThat(Texts.comment("word ".repeat(40)).lines()).allMatch(line -> line.length() <= 94).hasSize(3);
  }

  /** Fields, arguments, sizes and locals of one name, and of the names that the class has itself. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void clashesAreSettled(int lanes) {
    Dim n = dim("x");
    var x = vector("ready", n);
    var y = vector("workspace", n);
    var twice = vector("class", n.times(2));
    var locks = param("locks", Tensor.of(1f));
    var memory = param("memory", Tensor.of(2f));
    var odd = param("*/ \\u0022 \"", Tensor.of(4f));
    var sum = x.times(locks).plus(y.times(memory)).plus(slice(twice, 0, 0, 1).times(odd)).named("owner");
    Program<Agree> program = program(Agree.class).method("both", function(x, y, twice).returns(sum));
    Agree made = Generated.of(program, lanes);
    assertThat(made.both(Tensor.of(1f, 2f), Tensor.of(3f, 4f), Tensor.of(5f, 6f, 7f, 8f)).toDoubles()).containsExactly(27, 30);
  }

  @Test
  void equalLabelsAreToldApart() {
    var x = vector("x", 2);
    var y = vector("x", 2);
    var twice = vector("x", 4);
    Program<Agree> program = program(Agree.class)
        .method("both", function(x, y, twice).returns(x.minus(y).plus(slice(twice, 0, 2, 4))));
    for (Agree each : List.of(Generated.of(program, 1), weft.codegen.Jit.compile(program))) {
      assertThat(each.both(Tensor.of(1f, 2f), Tensor.of(3f, 5f), Tensor.of(0f, 0f, 7f, 8f)).toDoubles()).containsExactly(5, 5);
    }
  }
}
