package weft.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Uses;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.schedule.Fillers;
import weft.schedule.VectorCost;

/** Emits the classes of one program: a static method a kernel, and an entry through {@code BiConsumer}. */
final class ProgramEmitter {
  /** What every method should stay under: HotSpot compiles nothing above {@link #LIMIT}, and larger ones late. */
  static final int GOAL = 6000;
  static final int LIMIT = 8000;

  /**
   * A hidden class lives in the package of the class that defines it; an ordinary one must not clash with that
   * package.
   */
  private static final String HIDDEN = ProgramEmitter.class.getPackageName().replace('.', '/') + "/";
  private static final String NAMED = "weft/compiled/";
  private static final String OBJECT = "java/lang/Object";
  private static final String ENTRY = "java/util/function/BiConsumer";

  private final Layout layout;
  /** Whether drivers shall not take in kernels that reinterpret vectors. */
  private final boolean apart;
  private final String source;
  private final ToIntFunction<Stmt> lines;

  /**
   * What was emitted.
   *
   * @param named whether the classes must be ordinary ones: hidden ones cannot call each other
   * @param files by internal name, the class with the entry last
   * @param sizes bytes of code by method
   * @param costly the cost of methods with more vectors than they should have, see {@link VectorCost}
   */
  record Classes(boolean named, Map<String, byte[]> files, Map<String, Integer> sizes,
      Map<String, Integer> costly) {
    String main() {
      String last = null;
      for (String name : files.keySet()) last = name;
      return last;
    }
  }

  private ProgramEmitter(Layout layout, boolean apart, String source, ToIntFunction<Stmt> lines) {
    this.layout = layout;
    this.apart = apart;
    this.source = source;
    this.lines = lines;
  }

  /**
   * @param debug whether stack traces shall show the program
   * @param lines the line of a statement in the printed program, 0 for none
   */
  static Classes emit(LoopProgram program, boolean debug, ToIntFunction<Stmt> lines) {
    Kernel main = new DriverSplitter(GOAL - 500).split(program.main());
    List<Kernel> kernels = new ArrayList<>(Uses.of(main.body()).kernels());
    kernels.add(main);
    boolean named = debug || kernels.size() > Layout.METHODS_PER_CLASS;
    String plain = Layout.plain(program.name());
    var layout = new Layout(program, kernels, (named ? NAMED : HIDDEN) + plain, !debug);
    var emitter = new ProgramEmitter(layout, Fillers.meetInDrivers(main), debug ? plain + ".loops" : null, lines);
    var files = new LinkedHashMap<String, byte[]>();
    var sizes = new LinkedHashMap<String, Integer>();
    var costly = new LinkedHashMap<String, Integer>();
    for (List<Kernel> group : emitter.layout.classes()) {
      String owner = emitter.layout.signature(group.get(0)).owner();
      byte[] file = emitter.emitClass(owner, group);
      files.put(owner, file);
      emitter.check(group, MethodSizes.of(file), sizes, costly);
    }
    return new Classes(named, files, sizes, costly);
  }

  private byte[] emitClass(String name, List<Kernel> kernels) {
    var out = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
      /** The only objects that meet are arrays and vectors of one type, or dead ones. */
      @Override
      protected String getCommonSuperClass(String one, String other) {
        return OBJECT;
      }
    };
    Kernel last = kernels.get(kernels.size() - 1);
    boolean entry = kernels == layout.classes().get(layout.classes().size() - 1);
    out.visit(V17, ACC_PUBLIC | ACC_FINAL | ACC_SUPER, name, null, OBJECT, entry ? new String[] {ENTRY} : null);
    if (source != null) out.visitSource(source, null);
    var shuffles = new Shuffles(name);
    for (Kernel kernel : kernels) {
      Signature signature = layout.signature(kernel);
      MethodVisitor method = out.visitMethod(ACC_PUBLIC | ACC_STATIC, signature.name(), signature.descriptor(),
          null, null);
      try {
        MethodEmitter.emit(layout, kernel, apart && Fillers.isDelicate(kernel), method, shuffles, lines);
      } catch (WeftException e) {
        if (e.kind() != Kind.SIZE) throw e;
        throw new WeftException(Kind.SIZE, layout.program().name() + ": " + e.getMessage() + "\n  in " + kernel.formula()
            + (kernel.origin().isEmpty() ? "" : "   at " + kernel.origin()), e);
      }
    }
    if (entry) {
      emitConstructor(out);
      emitEntry(out, layout.signature(last));
    }
    shuffles.emit(out);
    out.visitEnd();
    try {
      return out.toByteArray();
    } catch (MethodTooLargeException e) {
      throw tooLarge(e.getMethodName(), e.getCodeSize(), LIMIT);
    }
  }

  private static void emitConstructor(ClassWriter out) {
    MethodVisitor method = out.visitMethod(ACC_PUBLIC, "<init>", "()V", null, null);
    method.visitCode();
    method.visitVarInsn(ALOAD, 0);
    method.visitMethodInsn(INVOKESPECIAL, OBJECT, "<init>", "()V", false);
    method.visitInsn(RETURN);
    method.visitMaxs(0, 0);
    method.visitEnd();
  }

  private static void emitEntry(ClassWriter out, Signature main) {
    MethodVisitor method = out.visitMethod(ACC_PUBLIC, "accept", "(L" + OBJECT + ";L" + OBJECT + ";)V",
        null, null);
    method.visitCode();
    method.visitVarInsn(ALOAD, 1);
    method.visitTypeInsn(CHECKCAST, "[L" + OBJECT + ";");
    method.visitVarInsn(ALOAD, 2);
    method.visitTypeInsn(CHECKCAST, "[I");
    method.visitMethodInsn(INVOKESTATIC, main.owner(), main.name(), main.descriptor(), false);
    method.visitInsn(RETURN);
    method.visitMaxs(0, 0);
    method.visitEnd();
  }

  /** Above the limit a method would run interpreted for ever, so that nobody must ever see one. */
  private void check(List<Kernel> kernels, Map<String, Integer> measured, Map<String, Integer> sizes,
      Map<String, Integer> costly) {
    for (Kernel kernel : kernels) {
      Signature signature = layout.signature(kernel);
      int size = measured.get(signature.name() + signature.descriptor());
      sizes.put(signature.name(), size);
      int limit = kernel.kind() == Kernel.Kind.LOOPS && isOneNest(kernel.body()) ? LIMIT : GOAL;
      if (size > limit) throw tooLarge(signature.name(), size, limit);
      int cost = VectorCost.of(kernel.body());
      if (cost > VectorCost.LIMIT) costly.put(signature.name(), cost);
    }
  }

  /** Whether a kernel is a single loop nest, which cannot be cut in two. */
  private static boolean isOneNest(Stmt body) {
    while (body instanceof Stmt.Block b && b.stmts().size() == 1) body = b.stmts().get(0);
    return body instanceof Stmt.For || body instanceof Stmt.While;
  }

  private static WeftException tooLarge(String kernel, int size, int limit) {
    return new WeftException(Kind.INTERNAL, "kernel " + kernel + " has " + size + " bytes of code, and at most "
        + limit
        + " may be emitted, for HotSpot compiles no method above " + LIMIT + "; the scheduler must split it");
  }
}
