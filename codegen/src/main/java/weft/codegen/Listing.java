package weft.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.util.HashMap;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/** A class file as text for people: one instruction a line, in the notation of javap. */
final class Listing extends ClassVisitor {
  /** All instructions that have no operand or whose operand is printed behind the name, from opcode 0 on. */
  private static final String[] NAMES = (
      "nop aconst_null iconst_m1 iconst_0 iconst_1 iconst_2 iconst_3 iconst_4 iconst_5 lconst_0"
      + " lconst_1 fconst_0 fconst_1 fconst_2 dconst_0 dconst_1 bipush sipush ldc ldc_w ldc2_w iload"
      + " lload fload dload aload" + " -".repeat(20)
      + " iaload laload faload daload aaload baload caload saload istore"
      + " lstore fstore dstore astore" + " -".repeat(20)
      + " iastore lastore fastore dastore aastore bastore castore sastore"
      + " pop pop2 dup dup_x1 dup_x2 dup2 dup2_x1 dup2_x2 swap iadd ladd fadd dadd isub lsub fsub dsub"
      + " imul lmul fmul dmul idiv ldiv fdiv ddiv irem lrem frem drem ineg lneg fneg dneg ishl lshl ishr"
      + " lshr iushr lushr iand land ior lor ixor lxor iinc i2l i2f i2d l2i l2f l2d f2i f2l f2d d2i d2l"
      + " d2f i2b i2c i2s lcmp fcmpl fcmpg dcmpl dcmpg ifeq ifne iflt ifge ifgt ifle if_icmpeq if_icmpne"
      + " if_icmplt if_icmpge if_icmpgt if_icmple if_acmpeq if_acmpne goto jsr ret tableswitch"
      + " lookupswitch ireturn lreturn freturn dreturn areturn return getstatic putstatic getfield"
      + " putfield invokevirtual invokespecial invokestatic invokeinterface invokedynamic new newarray"
      + " anewarray arraylength athrow checkcast instanceof monitorenter monitorexit wide multianewarray"
      + " ifnull ifnonnull").split(" ");

  private final StringBuilder text = new StringBuilder();
  private final Map<String, Integer> sizes;

  private Listing(byte[] classFile) {
    super(ASM9);
    sizes = MethodSizes.of(classFile);
  }

  static String of(byte[] classFile) {
    var listing = new Listing(classFile);
    new ClassReader(classFile).accept(listing, ClassReader.SKIP_FRAMES);
    return listing.text.toString();
  }

  @Override
  public void visit(int version, int access, String name, String signature, String superName,
      String[] interfaces) {
    text.append("class ").append(name.replace('/', '.')).append("\n");
  }

  @Override
  public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
      String[] exceptions) {
    text.append("\n  ").append(name).append(descriptor).append("  ").append(sizes.get(name + descriptor))
        .append(" bytes\n");
    return new Method();
  }

  /** The instructions of one method. */
  private final class Method extends MethodVisitor {
    private final Map<Label, String> labels = new HashMap<>();

    Method() {
      super(ASM9);
    }

    private void line(int opcode, Object... operands) {
      text.append("    ").append(NAMES[opcode]);
      for (Object o : operands) text.append(' ').append(o);
      text.append('\n');
    }

    private String name(Label label) {
      return labels.computeIfAbsent(label, l -> "L" + labels.size());
    }

    @Override
    public void visitLabel(Label label) {
      text.append("  ").append(name(label)).append(":\n");
    }

    @Override
    public void visitLineNumber(int line, Label start) {
      text.append("    line ").append(line).append('\n');
    }

    @Override
    public void visitInsn(int opcode) {
      line(opcode);
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
      line(opcode, operand);
    }

    @Override
    public void visitVarInsn(int opcode, int slot) {
      line(opcode, slot);
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      line(opcode, type);
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
      line(opcode, owner + "." + name);
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
      line(opcode, owner + "." + name + descriptor);
    }

    @Override
    public void visitJumpInsn(int opcode, Label label) {
      line(opcode, name(label));
    }

    @Override
    public void visitLdcInsn(Object value) {
      line(LDC, value instanceof String s ? '"' + s.replace("\n", "\\n") + '"' : value + kind(value));
    }

    private static String kind(Object value) {
      return value instanceof Float ? "f" : value instanceof Double ? "d" : value instanceof Long ? "L" : "";
    }

    @Override
    public void visitIincInsn(int slot, int by) {
      line(IINC, slot, by);
    }
  }
}
