package weft.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.Backend;
import weft.FunctionBuilder;
import weft.Recipe;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Every op comes out of a recipe as it went in, with what it holds, or not at all. */
class OpRecipeTest {
  private static final int CHECKSUM = 5;
  private static final int CONTENT = CHECKSUM + 32;

  static Stream<OpRow> rows() {
    return OpTable.rows().stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void givesTheSame(OpRow row) {
    for (boolean named : row.named() ? new boolean[] {false, true} : new boolean[] {false}) {
      Expr[] inputs = OpTable.inputs(row, DType.F32, named);
      var function = FunctionBuilder.function(inputs).returns(row.build().apply(inputs)).withoutRewrites()
          .onUnusedInput(FunctionBuilder.Unused.IGNORE);
      Nd[] values = row.draw(3);
      Tensor[] want = OpTable.run(function.compile(Backend.INTERPRETER), inputs, values);
      byte[] bytes = Recipe.of(function);
      Recipe read = Recipe.read(bytes);
      Tensor[] got = OpTable.run(read.compile(Backend.INTERPRETER), inputs, values);
      assertThat(Tensor.contentEquals(got[0], want[0])).as("%s and %s", List.of(got), List.of(want)).isTrue();
      assertThat(read.compile().recipe()).isEqualTo(bytes);
    }
  }

  /** Made up by somebody who signs what is made up: refused when it is read, or compiled, or refused then by an error that says why. */
  @ParameterizedTest
  @MethodSource("rows")
  void forgedOnesBreakNothing(OpRow row) throws NoSuchAlgorithmException {
    Expr[] inputs = OpTable.inputs(row, DType.F32, row.named());
    byte[] original = Recipe.of(FunctionBuilder.function(inputs).returns(row.build().apply(inputs)).onUnusedInput(FunctionBuilder.Unused.IGNORE));
    var random = new Random(row.toString().hashCode());
    for (int round = 0; round < 30; round++) {
      byte[] bytes = original.clone();
      int at = CONTENT + random.nextInt(bytes.length - CONTENT);
      if (round % 3 == 0) bytes[at] ^= (byte) (1 << random.nextInt(8));
      else if (round % 3 == 1) bytes[at] = (byte) random.nextInt(256);
      else for (int i = at; i < Math.min(at + 5, bytes.length); i++) bytes[i] = (byte) (i < at + 4 ? 0xff : 7);
      sign(bytes);
      boolean isRead = false;
      try {
        Recipe read = Recipe.read(bytes);
        isRead = true;
        read.compile(Backend.INTERPRETER);
      } catch (WeftException e) {
        if (isRead) assertThat(e.kind()).as(e.getMessage()).isNotEqualTo(Kind.INTERNAL);
        else assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.FILE);
      }
    }
  }

  /** Its terms are written out, which no recipe may have us do without end. */
  @Test
  void derivativesOfNoOrder() {
    assertThat(new Polygamma(64).order()).isEqualTo(64);
    for (int order : new int[] {-1, 65, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> new Polygamma(order)).isInstanceOfSatisfying(WeftException.class,
          e -> assertThat(e.kind()).isEqualTo(Kind.ARGUMENT)).hasMessageContaining("order " + order);
    }
  }

  /** Of a version and all behind the checksum. */
  private static void sign(byte[] bytes) throws NoSuchAlgorithmException {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    sha.update(bytes[CHECKSUM - 1]);
    sha.update(bytes, CONTENT, bytes.length - CONTENT);
    System.arraycopy(sha.digest(), 0, bytes, CHECKSUM, CONTENT - CHECKSUM);
  }
}
