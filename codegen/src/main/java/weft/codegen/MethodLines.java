package weft.codegen;

import java.util.LinkedHashMap;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Where in its source file each method of a class file starts. */
public final class MethodLines {
  private MethodLines() {}

  /** The lowest line by name and descriptor, in the order of the class file; empty where it was compiled without lines. */
  public static Map<String, Integer> of(byte[] classFile) {
    var lines = new LinkedHashMap<String, Integer>();
    new ClassReader(classFile).accept(new ClassVisitor(Opcodes.ASM9) {
      @Override
      public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
        return new MethodVisitor(Opcodes.ASM9) {
          @Override
          public void visitLineNumber(int line, Label start) {
            lines.merge(name + descriptor, line, Math::min);
          }
        };
      }
    }, ClassReader.SKIP_FRAMES);
    return lines;
  }
}
