package weft.lower;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.runtime.DType;
import weft.type.Dim;

/** Where packed panels begin, and which of them share an array. */
class ShelfTest {
  private static final Dim LARGE = Dim.of((64 << 10) / 4 + 1);

  private final Shelf shelf = new Shelf(true);

  /** In bytes behind the line on which an array of G1's regions begins, 16 bytes of header included. */
  private static long line(Buffer b) {
    return (16 + b.first() * b.dtype().bytes()) % 64;
  }

  @Test
  void keptPanelsShareAnArrayAndBeginOnLines() {
    Buffer one = shelf.buffer("one", DType.F32, LARGE, true);
    Buffer two = shelf.buffer("two", DType.F32, LARGE, true);
    assertThat(line(one)).isZero();
    assertThat(line(two)).isZero();
    assertThat(two.shelf()).isNotNull().isSameAs(one.shelf());
    assertThat(two.first()).isGreaterThanOrEqualTo(one.first() + one.own().constant());
    assertThat(two.size().constant() * 4).isGreaterThanOrEqualTo(2 << 20);
    assertThat(one.role()).isEqualTo(Buffer.Role.KEPT);
  }

  @Test
  void anotherDtypeHasAnotherArray() {
    Buffer floats = shelf.buffer("floats", DType.F32, LARGE, true);
    Buffer doubles = shelf.buffer("doubles", DType.F64, LARGE, true);
    assertThat(doubles.shelf()).isNotNull().isNotSameAs(floats.shelf());
    assertThat(line(doubles)).isZero();
    assertThat(doubles.first()).isEqualTo(6);
  }

  @Test
  void whatIsNotKeptHasAnArrayOfItsOwn() {
    Buffer b = shelf.buffer("b", DType.F32, LARGE, false);
    assertThat(b.shelf()).isNull();
    assertThat(line(b)).isZero();
    assertThat(b.size().constant() * 4).isGreaterThanOrEqualTo(2 << 20);
  }

  @Test
  void ofAnUnknownSizeItIsAsLongAsItMustBe() {
    Dim rows = Dim.named("rows");
    Buffer b = shelf.buffer("b", DType.F32, rows, true);
    assertThat(b.shelf()).isNull();
    assertThat(b.size()).isEqualTo(rows.plus(12));
    assertThat(b.own()).isEqualTo(rows);
  }

  @Test
  void smallOnesAndThoseOfScalarProgramsBeginWhereTheirArrayDoes() {
    for (Buffer b : new Buffer[] {shelf.buffer("small", DType.F32, Dim.of(100), true), new Shelf(false).buffer("scalar", DType.F32, LARGE, true)}) {
      assertThat(b.first()).isZero();
      assertThat(b.shelf()).isNull();
      assertThat(b.size()).isEqualTo(b.own());
    }
  }
}
