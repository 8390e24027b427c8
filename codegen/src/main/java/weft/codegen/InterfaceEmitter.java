package weft.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;
import weft.CompiledFunction;
import weft.Program;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** Emits the class behind an interface: each method wraps its arguments in tensors, calls its function, and unwraps the results. */
final class InterfaceEmitter {
  private static final String OBJECT = "java/lang/Object";
  private static final String FUNCTION = Type.getInternalName(CompiledFunction.class);
  private static final String TENSOR = Type.getInternalName(Tensor.class);
  private static final String TENSORS = "[L" + TENSOR + ";";
  private static final String FUNCTIONS = "functions";
  private static final String FUNCTIONS_TYPE = "[L" + FUNCTION + ";";

  private InterfaceEmitter() {}

  /** A class beside the interface, whose constructor takes the functions in the order of the entries. */
  static byte[] emit(Class<?> type, List<Program.Entry> entries) {
    String name = Type.getInternalName(type) + "$Compiled";
    var out = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    out.visit(V17, ACC_FINAL | ACC_SUPER, name, null, OBJECT, new String[] {Type.getInternalName(type)});
    out.visitField(ACC_PRIVATE | ACC_FINAL, FUNCTIONS, FUNCTIONS_TYPE, null, null).visitEnd();
    MethodVisitor constructor = out.visitMethod(0, "<init>", "(" + FUNCTIONS_TYPE + ")V", null, null);
    constructor.visitCode();
    constructor.visitVarInsn(ALOAD, 0);
    constructor.visitMethodInsn(INVOKESPECIAL, OBJECT, "<init>", "()V", false);
    constructor.visitVarInsn(ALOAD, 0);
    constructor.visitVarInsn(ALOAD, 1);
    constructor.visitFieldInsn(PUTFIELD, name, FUNCTIONS, FUNCTIONS_TYPE);
    end(constructor, RETURN);
    for (int i = 0; i < entries.size(); i++) method(out, name, i, entries.get(i).method());
    out.visitEnd();
    return out.toByteArray();
  }

  private static void end(MethodVisitor method, int opcode) {
    method.visitInsn(opcode);
    method.visitMaxs(0, 0);
    method.visitEnd();
  }

  private static void method(ClassWriter out, String owner, int index, Method m) {
    MethodVisitor visitor = out.visitMethod(ACC_PUBLIC, m.getName(), Type.getMethodDescriptor(m), null, null);
    visitor.visitCode();
    var code = new Code(visitor);
    int results = 1 + Arrays.stream(m.getParameterTypes()).mapToInt(t -> Type.getType(t).getSize()).sum();
    code.loadRef(0);
    visitor.visitFieldInsn(GETFIELD, owner, FUNCTIONS, FUNCTIONS_TYPE);
    code.push(index);
    code.op(AALOAD);
    code.op(DUP);
    code.callVirtual(FUNCTION, "outputs", "()I");
    visitor.visitTypeInsn(ANEWARRAY, TENSOR);
    code.op(DUP);
    code.storeRef(results);
    arguments(code, visitor, m.getParameterTypes());
    code.callVirtual(FUNCTION, "callInto", "(" + TENSORS + TENSORS + ")V");
    end(visitor, result(code, visitor, m.getReturnType(), results));
  }

  private static void arguments(Code code, MethodVisitor visitor, Class<?>[] types) {
    code.push(types.length);
    visitor.visitTypeInsn(ANEWARRAY, TENSOR);
    int slot = 1;
    for (int i = 0; i < types.length; i++) {
      Type type = Type.getType(types[i]);
      code.op(DUP);
      code.push(i);
      visitor.visitVarInsn(type.getOpcode(ILOAD), slot);
      if (types[i].isPrimitive()) code.callStatic(TENSOR, "scalar", "(" + type.getDescriptor() + ")L" + TENSOR + ";");
      code.op(AASTORE);
      slot += type.getSize();
    }
  }

  /** Leaves what the method returns on the stack, and gives the instruction that returns it. */
  private static int result(Code code, MethodVisitor visitor, Class<?> type, int results) {
    if (type == void.class) return RETURN;
    if (type.isRecord()) {
      RecordComponent[] components = type.getRecordComponents();
      code.create(Type.getInternalName(type));
      var descriptor = new StringBuilder("(");
      for (int i = 0; i < components.length; i++) {
        element(code, components[i].getType(), results, i);
        descriptor.append(Type.getDescriptor(components[i].getType()));
      }
      code.callConstructor(Type.getInternalName(type), descriptor.append(")V").toString());
      return ARETURN;
    }
    if (type.isArray()) {
      code.loadRef(results);
      return ARETURN;
    }
    element(code, type, results, 0);
    return Type.getType(type).getOpcode(IRETURN);
  }

  /** Pushes one result as a tensor or as the number in it. */
  private static void element(Code code, Class<?> type, int results, int i) {
    code.loadRef(results);
    code.push(i);
    code.op(AALOAD);
    if (!type.isPrimitive()) return;
    DType dtype = Arrays.stream(DType.values()).filter(d -> d.javaType() == type).findFirst().orElseThrow();
    code.callVirtual(TENSOR, "array", "()L" + OBJECT + ";");
    code.cast("[" + Code.letter(dtype));
    code.push(0);
    code.loadElement(dtype);
  }
}
