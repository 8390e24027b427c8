package weft.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer.Role;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

class SizesTest {
  private static final Dim TIME = Dim.named("time");
  private static final Dim WORDS = Dim.named("words");

  private static LoopProgram programOver(Dim size) {
    Buffer x = Programs.buffer("x", DType.F32, size, Role.INPUT);
    return LoopProgram.of("p", 1, List.of(x), List.of(), Programs.driver());
  }

  private static int[] complete(LoopProgram program, int time, int words) {
    int[] sizes = new int[program.symbols().size()];
    for (int i = 0; i < sizes.length; i++) {
      Dim symbol = Dim.of(program.symbols().get(i));
      sizes[i] = symbol.equals(TIME) ? time : symbol.equals(WORDS) ? words : -77;
    }
    Sizes.complete(program, sizes, 0);
    return sizes;
  }

  private static long value(Dim dim, int time, int words) {
    LoopProgram program = programOver(dim);
    int[] sizes = complete(program, time, words);
    return Sizes.evaluate(dim, s -> sizes[program.symbols().indexOf(s)]);
  }

  @Test
  void polynomials() {
    assertThat(value(TIME.times(WORDS).times(3).minus(TIME).plus(4), 5, 7)).isEqualTo(3 * 5 * 7 - 5 + 4);
    assertThat(value(TIME.times(TIME), 100_000, 0)).isEqualTo(10_000_000_000L);
  }

  @Test
  void definitions() {
    assertThat(value(Dim.min(TIME, WORDS), 5, 7)).isEqualTo(5);
    assertThat(value(Dim.max(TIME, WORDS), 5, 7)).isEqualTo(7);
    assertThat(value(TIME.ceilDiv(4), 9, 0)).isEqualTo(3);
    assertThat(value(TIME.ceilDiv(4), 8, 0)).isEqualTo(2);
    assertThat(value(TIME.minus(20).ceilDiv(4), 9, 0)).isZero();
    assertThat(value(TIME.floorDiv(4), 9, 0)).isEqualTo(2);
    assertThat(value(TIME.minus(20).floorDiv(4), 9, 0)).isZero();
    assertThat(value(Dim.max(Dim.min(TIME, WORDS).ceilDiv(2).times(3), Dim.of(4)), 5, 7)).isEqualTo(9);
  }

  @Test
  void anExtentBeyondAnIntIsNamed() {
    LoopProgram program = programOver(Dim.min(TIME.times(TIME), TIME.times(WORDS)));
    assertThatThrownBy(() -> complete(program, 65_536, 65_536))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(WeftException.Kind.SIZE))
        .hasMessageStartingWith("p: extent min(time*time, time*words) would be 4294967296");
  }

  @Test
  void anExtentBeyondALongIsNamed() {
    Dim dim = TIME.times(TIME).times(TIME);
    assertThatThrownBy(() -> Sizes.evaluate(dim, s -> Integer.MAX_VALUE))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(WeftException.Kind.SIZE))
        .hasMessage("extent time*time*time is too large to compute; make the inputs smaller");
  }

  @Test
  void freeExtentsAreNotComputed() {
    assertThat(Sizes.isComputed(TIME.symbols().iterator().next())).isFalse();
    assertThatThrownBy(() -> Sizes.evaluate(new Symbol.Free(), s -> 0))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(WeftException.Kind.INTERNAL));
  }
}
