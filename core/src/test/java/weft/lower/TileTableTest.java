package weft.lower;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.runtime.DType;
import weft.type.Dim;

/** Which register tiles products get. */
class TileTableTest {
  private static final TileTable F32 = new TileTable(DType.F32, 16, Dim.of(512));

  private static int width(int rows, int columns) {
    return F32.width(Dim.of(rows), Dim.of(columns));
  }

  @Test
  void tilesFitTheRegisters() {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      for (int bytes : new int[] {16, 32, 64}) {
        for (int depth : new int[] {16, 512}) {
          var table = new TileTable(dtype, bytes / dtype.bytes(), Dim.of(depth));
          for (int width = 1; width <= table.widest(); width++) {
            assertThat(table.rows(width) * width + width + 1).as("sums, B and a broadcast, %s, vectors of %s bytes, panels of %s", dtype, bytes, width)
                .isLessThanOrEqualTo(bytes == 64 ? 32 : 16);
          }
        }
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
  void fewRegistersHaveTilesOfTheirOwn() {
    var table = new TileTable(DType.F32, 8, Dim.of(512));
    assertThat(table.width(Dim.of(64), Dim.of(2048))).as("six by two").isEqualTo(2);
    assertThat(table.width(Dim.of(1), Dim.of(512))).as("one by six: so many loads at once").isEqualTo(6);
    assertThat(table.width(Dim.of(2), Dim.of(512))).as("two by five").isEqualTo(5);
    assertThat(table.width(Dim.of(3), Dim.of(512))).as("three by three").isEqualTo(3);
    assertThat(table.width(Dim.of(1), Dim.of(24))).as("one panel of three").isEqualTo(3);
    assertThat(table.width(Dim.named("batch"), Dim.of(512))).as("six by two").isEqualTo(2);
  }

  @Test
  void sixRowsNeedSumsThatAreWorthAMethod() {
    assertThat(new TileTable(DType.F32, 8, Dim.of(95)).rows(2)).as("in loops").isEqualTo(5);
    assertThat(new TileTable(DType.F32, 8, Dim.of(96)).rows(2)).isEqualTo(6);
    assertThat(new TileTable(DType.F32, 8, Dim.named("time").times(8)).rows(2)).as("as many as a call says, of eight rows each").isEqualTo(6);
    assertThat(new TileTable(DType.F32, 8, Dim.named("time")).rows(2)).as("as many as a call says").isEqualTo(5);
    assertThat(new TileTable(DType.F32, 16, Dim.of(32)).rows(3)).as("32 registers").isEqualTo(8);
  }

  @Test
  void itIsBytesOfVectorsThatTellRegisters() {
    assertThat(new TileTable(DType.F64, 8, Dim.of(512)).rows(3)).as("f64, 512 bits").isEqualTo(8);
    assertThat(new TileTable(DType.F64, 4, Dim.of(512)).rows(3)).as("f64, 256 bits").isEqualTo(3);
  }

  @Test
  void whatIsNotKnownIsTakenForMuch() {
    assertThat(F32.width(Dim.named("batch"), Dim.of(512))).isEqualTo(3);
    assertThat(F32.width(Dim.of(1), Dim.named("units"))).isEqualTo(3);
  }
}
