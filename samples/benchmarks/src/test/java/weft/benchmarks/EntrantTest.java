package weft.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every system computes what every small case says; the reference's gradients are held to differences elsewhere. */
class EntrantTest {
  static List<Arguments> able() {
    var all = new ArrayList<Arguments>();
    for (var entrant : Entrant.values()) {
      for (var c : Small.all()) {
        for (var mode : c.modes()) {
          if (entrant.able(c, mode)) {
            all.add(Arguments.of(entrant, c, mode));
          }
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("able")
  void computesWhatTheCaseSays(Entrant entrant, Case c, Mode mode) {
    var data = Data.of(c);
    try (var contender = entrant.open(data, mode, 1)) {
      Agreement.check(data, mode, contender);
    }
  }
}
