package weft.codegen.source;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.Literals;
import weft.runtime.Tensor;

/**
 * The numbers of a tensor that was known when the program was built, as an expression for an array: a few one by one, many as text, since
 * an array's initialiser of its own is limited to some thousand numbers.
 */
final class ConstantText {
  private static final ClassName LITERALS = ClassName.get(Literals.class);
  private static final int FEW = 16;
  /** Bytes to a string: a class file holds none whose text is longer than 65,535. */
  private static final int PIECE = 48_000;
  private static final int LINE = 88;

  private ConstantText() {}

  static CodeBlock of(Tensor t) {
    if (t.size() <= FEW && t.size() > 0) return few(t);
    byte[] bytes = bytes(t);
    var pieces = new ArrayList<CodeBlock>();
    for (int from = 0; from < bytes.length; from += PIECE) {
      byte[] piece = java.util.Arrays.copyOfRange(bytes, from, Math.min(from + PIECE, bytes.length));
      pieces.add(lines(Base64.getEncoder().encodeToString(piece)));
    }
    var arguments = new ArrayList<CodeBlock>(List.of(CodeBlock.of("$T.$L", DType.class, t.dtype().name()), CodeBlock.of("$L", t.size())));
    arguments.addAll(pieces);
    return CodeBlock.of("($T[]) $T.decode($L)", t.dtype().javaType(), LITERALS,
        arguments.stream().collect(CodeBlock.joining(",$W")));
  }

  private static CodeBlock few(Tensor t) {
    var numbers = new ArrayList<CodeBlock>();
    for (int i = 0; i < t.size(); i++) {
      Number value = switch (t.dtype()) {
        case F32 -> t.floats()[i];
        case F64 -> t.doubles()[i];
        case I32 -> t.ints()[i];
        case I64 -> t.longs()[i];
        case BOOL -> t.booleans()[i] ? 1 : 0;
      };
      numbers.add(CodeBlock.of("$L", Scalars.number(new Value.Num(t.dtype(), value))));
    }
    return CodeBlock.of("$T.of($L)", LITERALS, numbers.stream().collect(CodeBlock.joining(",$W")));
  }

  private static byte[] bytes(Tensor t) {
    var bytes = ByteBuffer.allocate(t.size() * t.dtype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < t.size(); i++) {
      switch (t.dtype()) {
        case F32 -> bytes.putFloat(t.floats()[i]);
        case F64 -> bytes.putDouble(t.doubles()[i]);
        case I32 -> bytes.putInt(t.ints()[i]);
        case I64 -> bytes.putLong(t.longs()[i]);
        case BOOL -> bytes.put((byte) (t.booleans()[i] ? 1 : 0));
      }
    }
    return bytes.array();
  }

  private static CodeBlock lines(String text) {
    var lines = new ArrayList<String>();
    for (int from = 0; from < text.length(); from += LINE) {
      lines.add("\"" + text.substring(from, Math.min(from + LINE, text.length())) + "\"");
    }
    return CodeBlock.of("$L", String.join("\n+ ", lines));
  }
}
