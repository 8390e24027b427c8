package weft.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.util.LinkedHashMap;
import java.util.Map;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import weft.runtime.DType;

/** The rotations of lanes that the methods of one class need, each a static constant of that class. */
final class Shuffles {
  private final String owner;
  private final Map<String, Shuffle> all = new LinkedHashMap<>();

  /** Lane i takes what lane {@code i + by} holds. */
  private record Shuffle(DType dtype, int lanes, int by) {}

  Shuffles(String owner) {
    this.owner = owner;
  }

  void push(Code code, DType dtype, int lanes, int by) {
    String name = dtype + "x" + lanes + "by" + by;
    all.put(name, new Shuffle(dtype, lanes, by));
    code.constant(owner, name, VectorApi.SHUFFLE);
  }

  /** Emits the fields, and what sets them, into the class. */
  void emit(ClassWriter out) {
    if (all.isEmpty()) return;
    MethodVisitor method = out.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
    method.visitCode();
    var code = new Code(method);
    all.forEach((name, shuffle) -> {
      DType dtype = shuffle.dtype();
      out.visitField(ACC_STATIC | ACC_FINAL, name, "L" + VectorApi.SHUFFLE + ";", null, null).visitEnd();
      code.constant(VectorApi.type(dtype), VectorApi.species(dtype, shuffle.lanes()), VectorApi.SPECIES);
      code.push(shuffle.by());
      code.push(1);
      code.push(1);
      VectorApi.Method iota = VectorApi.IOTA_SHUFFLE;
      code.callInterface(VectorApi.SPECIES, iota.name(), iota.descriptor(dtype));
      method.visitFieldInsn(PUTSTATIC, owner, name, "L" + VectorApi.SHUFFLE + ";");
    });
    code.op(RETURN);
    method.visitMaxs(0, 0);
    method.visitEnd();
  }
}
