package weft.codegen;

import static org.objectweb.asm.Opcodes.*;

import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** The instructions of one method being emitted, chosen by dtype and by the size of the operand. */
final class Code {
  static final String NUMERICS = "weft/runtime/Numerics";
  static final String MATH = "java/lang/Math";

  private final MethodVisitor out;

  Code(MethodVisitor out) {
    this.out = out;
  }

  /** The letter that stands for a dtype in descriptors. */
  static String letter(DType dtype) {
    return switch (dtype) {
      case F32 -> "F";
      case F64 -> "D";
      case I32 -> "I";
      case I64 -> "J";
      case BOOL -> "Z";
    };
  }

  /** How many local slots a number takes. */
  static int words(DType dtype) {
    return dtype == DType.F64 || dtype == DType.I64 ? 2 : 1;
  }

  /**
   * The form of an instruction for a dtype, where the instruction set has int, long, float and double in a
   * row.
   */
  static int typed(int intForm, DType dtype) {
    return switch (dtype) {
      case I32, BOOL -> intForm;
      case I64 -> intForm + 1;
      case F32 -> intForm + 2;
      case F64 -> intForm + 3;
    };
  }

  void op(int opcode) {
    out.visitInsn(opcode);
  }

  void push(int value) {
    if (value >= -1 && value <= 5) out.visitInsn(ICONST_0 + value);
    else if (value == (byte) value) out.visitIntInsn(BIPUSH, value);
    else if (value == (short) value) out.visitIntInsn(SIPUSH, value);
    else out.visitLdcInsn(value);
  }

  void push(long value) {
    if (value == 0 || value == 1) {
      out.visitInsn(LCONST_0 + (int) value);
    } else if (value == (short) value) {
      push((int) value);
      out.visitInsn(I2L);
    } else {
      out.visitLdcInsn(value);
    }
  }

  void push(float value) {
    for (int i = 0; i <= 2; i++) {
      if (Float.floatToRawIntBits(value) == Float.floatToRawIntBits(i)) {
        out.visitInsn(FCONST_0 + i);
        return;
      }
    }
    out.visitLdcInsn(value);
  }

  void push(double value) {
    for (int i = 0; i <= 1; i++) {
      if (Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(i)) {
        out.visitInsn(DCONST_0 + i);
        return;
      }
    }
    out.visitLdcInsn(value);
  }

  void push(String value) {
    out.visitLdcInsn(value);
  }

  void push(DType dtype, Number value) {
    switch (dtype) {
      case F32 -> push(value.floatValue());
      case F64 -> push(value.doubleValue());
      case I32, BOOL -> push(value.intValue());
      case I64 -> push(value.longValue());
    }
  }

  void load(DType dtype, int slot) {
    out.visitVarInsn(typed(ILOAD, dtype), slot);
  }

  void store(DType dtype, int slot) {
    out.visitVarInsn(typed(ISTORE, dtype), slot);
  }

  void loadInt(int slot) {
    out.visitVarInsn(ILOAD, slot);
  }

  void storeInt(int slot) {
    out.visitVarInsn(ISTORE, slot);
  }

  void loadRef(int slot) {
    out.visitVarInsn(ALOAD, slot);
  }

  void storeRef(int slot) {
    out.visitVarInsn(ASTORE, slot);
  }

  void increment(int slot, int by) {
    if (by == (short) by) {
      out.visitIincInsn(slot, by);
      return;
    }
    loadInt(slot);
    push(by);
    op(IADD);
    storeInt(slot);
  }

  void loadElement(DType dtype) {
    op(dtype == DType.BOOL ? BALOAD : typed(IALOAD, dtype));
  }

  void storeElement(DType dtype) {
    op(dtype == DType.BOOL ? BASTORE : typed(IASTORE, dtype));
  }

  void cast(String type) {
    out.visitTypeInsn(CHECKCAST, type);
  }

  void create(String type) {
    out.visitTypeInsn(NEW, type);
    out.visitInsn(DUP);
  }

  /** A new array of ints; its length is on the stack. */
  void newInts() {
    out.visitIntInsn(NEWARRAY, T_INT);
  }

  void label(Label label) {
    out.visitLabel(label);
  }

  void line(int line) {
    Label here = new Label();
    out.visitLabel(here);
    out.visitLineNumber(line, here);
  }

  void jump(int opcode, Label target) {
    out.visitJumpInsn(opcode, target);
  }

  void constant(String owner, String name, String type) {
    out.visitFieldInsn(GETSTATIC, owner, name, "L" + type + ";");
  }

  void callStatic(String owner, String name, String descriptor) {
    out.visitMethodInsn(INVOKESTATIC, owner, name, descriptor, false);
  }

  void callVirtual(String owner, String name, String descriptor) {
    out.visitMethodInsn(INVOKEVIRTUAL, owner, name, descriptor, false);
  }

  void callInterface(String owner, String name, String descriptor) {
    out.visitMethodInsn(INVOKEINTERFACE, owner, name, descriptor, true);
  }

  void callConstructor(String owner, String descriptor) {
    out.visitMethodInsn(INVOKESPECIAL, owner, "<init>", descriptor, false);
  }

  /** Fails unless {@code value} is an int. */
  static int exact(long value) {
    if (value == (int) value) return (int) value;
    throw new WeftException(Kind.SIZE, "an index counts by " + value + ", which is more than an array can hold; make what is repeated smaller");
  }
}
