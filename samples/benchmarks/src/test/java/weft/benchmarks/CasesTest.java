package weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CasesTest {
  @Test
  void productsAreCountedByHand() {
    // B1 T32 I16 H32: 32 steps of (16 + 32) rows by gates·32 columns, two operations each.
    assertThat(Cases.of("B1 T32 I16 H32/elman").flops(Mode.INFERENCE)).isEqualTo(98_304);
    assertThat(Cases.of("B1 T32 I16 H32/gru").flops(Mode.INFERENCE)).isEqualTo(294_912);
    assertThat(Cases.of("B1 T32 I16 H32/lstm").flops(Mode.TRAINING)).isEqualTo(1_179_648);
    // One sample a call.
    assertThat(Cases.of("streaming I16 H16/elman").flops(Mode.INFERENCE)).isEqualTo(1024);
    // 10 steps of 12 by 8, and 8 by 3 once.
    assertThat(Cases.of("tutorial I4 H8 O3 T10/elman").flops(Mode.INFERENCE)).isEqualTo(1968);
    // 2500 rows of: 128 by 512 (tokens are looked up), 256 by 512, 128 by 65.
    assertThat(Cases.of("char-rnn/lstm").flops(Mode.TRAINING)).isEqualTo(3L * 2 * 2500 * (65_536 + 131_072 + 8320));
  }

  @Test
  void namesAreUniqueAndDataIsTheSameEachTime() {
    assertThat(Cases.ALL).extracting(Case::id).doesNotHaveDuplicates().hasSize(31);
    var c = Cases.of("B1 T32 I16 H32/gru");
    assertThat(Data.of(c).x()).isEqualTo(Data.of(c).x()).hasSize(32 * 16);
    assertThat(Data.of(c).parameters()).containsOnlyKeys("w0", "u0", "b0", "c0");
    assertThat(Data.of(c).parameter("u0")).hasSize(32 * 96);
  }
}
