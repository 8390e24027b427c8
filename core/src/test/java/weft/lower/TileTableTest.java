package weft.lower;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import weft.type.Dim;

/** Which register tiles products get. */
class TileTableTest {
  private static int width(int rows, int columns) {
    return TileTable.width(16, Dim.of(rows), Dim.of(columns));
  }

  @Test
  void tilesFitTheRegisters() {
    for (int lanes : new int[] {4, 8, 16}) {
      int registers = lanes == 16 ? 32 : 16;
      for (int width = 1; width <= (lanes == 16 ? 4 : 3); width++) {
        assertThat(TileTable.rows(lanes, width) * width + width + 1).as("sums, B and a broadcast, %s lanes, %s vectors", lanes, width)
            .isLessThanOrEqualTo(registers);
      }
    }
  }

  @Test
  void aTileHasManySums() {
    assertThat(width(64, 2048)).as("eight by three, 24 sums; six and five by four, 23").isEqualTo(3);
    assertThat(width(16, 512)).as("eight by three, 23 sums; five and six by four, 21").isEqualTo(3);
    assertThat(width(7, 512)).as("seven by three").isEqualTo(3);
    assertThat(width(12, 2048)).as("six by four, 24 sums; six by three, 18").isEqualTo(4);
    assertThat(width(6, 512)).as("six by four").isEqualTo(4);
    assertThat(width(1, 512)).as("one by four: sums wait for each other less").isEqualTo(4);
    assertThat(width(64, 64)).as("one panel of four; two of two would have 16 sums").isEqualTo(4);
    assertThat(width(1, 48)).as("one panel of three").isEqualTo(3);
  }

  @Test
  void whatIsNotKnownIsTakenForMuch() {
    assertThat(TileTable.width(16, Dim.named("batch"), Dim.of(512))).isEqualTo(3);
    assertThat(TileTable.width(16, Dim.of(1), Dim.named("units"))).isEqualTo(3);
    assertThat(TileTable.width(8, Dim.of(1), Dim.of(512))).as("16 registers").isEqualTo(3);
  }
}
