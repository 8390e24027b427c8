package weft.codegen.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weft.Backend;
import weft.CompiledFunction;
import weft.runtime.Tensor;

/** Interpreter, bytecode and compiled source give the same bits, with and without vectors. */
class GraphsTest {
  static Stream<Arguments> all() {
    return Graphs.ALL.keySet().stream().flatMap(name -> Stream.of(1, 8, 16).map(lanes -> Arguments.of(name, lanes)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void agree(String name, int lanes) {
    var results = new ArrayList<List<Tensor>>();
    for (Backend backend : Backend.values()) {
      Graphs.Case c = Graphs.ALL.get(name).get();
      CompiledFunction function = c.function().lanes(lanes).compile(backend);
      var all = new ArrayList<Tensor>();
      // Three calls, so that updated parameters and kept panels are read too.
      for (int call = 0; call < 3; call++) all.addAll(List.of(function.callAll(c.arguments())));
      results.add(all);
    }
    for (List<Tensor> other : results) {
      for (int i = 0; i < other.size(); i++) {
        assertThat(Tensor.contentEquals(other.get(i), results.get(0).get(i))).as("result %d: %s and %s", i, other.get(i),
            results.get(0).get(i)).isTrue();
      }
    }
  }
}
