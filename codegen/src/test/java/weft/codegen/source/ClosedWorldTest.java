package weft.codegen.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import weft.Program;
import weft.runtime.Tensor;

/**
 * What is compiled ahead of time knows every class: neither the runtime nor generated code looks one up, defines one, or calls
 * anything by a name that only the running program knows.
 */
class ClosedWorldTest {
  /** What a closed world cannot follow: calls by these owners, whole packages by their first letters. */
  private static final List<String> DYNAMIC = List.of("java/lang/reflect/", "java/lang/invoke/", "javax/", "sun/", "jdk/internal/",
      "java/lang/Class.forName", "java/lang/Class.get", "java/lang/ClassLoader", "java/util/ServiceLoader", "java/lang/Runtime.load",
      "java/lang/System.load");
  /** Allowed, since they name no class: elements and lengths of arrays, resources beside a class that is given, and fences. */
  private static final Set<String> HARMLESS = Set.of("java/lang/reflect/Array.get", "java/lang/reflect/Array.getLength",
      "java/lang/Class.getSimpleName", "java/lang/Class.getName", "java/lang/Class.getTypeName",
      "java/lang/Class.getResourceAsStream", "java/lang/Class.getComponentType", "java/lang/invoke/VarHandle.acquireFence");
  /** Written by javac for records and lambdas, and resolved ahead of time by every compiler that knows a closed world. */
  private static final Set<String> BY_JAVAC = Set.of("java/lang/runtime/ObjectMethods", "java/lang/invoke/LambdaMetafactory");

  private static Set<String> dynamic(String name, byte[] file, boolean indy) {
    var found = new TreeSet<String>();
    new ClassReader(file).accept(new ClassVisitor(Opcodes.ASM9) {
      @Override
      public MethodVisitor visitMethod(int access, String method, String descriptor, String signature, String[] exceptions) {
        return new MethodVisitor(Opcodes.ASM9) {
          @Override
          public void visitMethodInsn(int opcode, String owner, String called, String type, boolean isInterface) {
            String call = owner + "." + called;
            if (!HARMLESS.contains(call) && DYNAMIC.stream().anyMatch(call::startsWith)) found.add(name + " calls " + call);
          }

          @Override
          public void visitInvokeDynamicInsn(String called, String type, Handle bootstrap, Object... arguments) {
            if (!indy || !BY_JAVAC.contains(bootstrap.getOwner())) found.add(name + " links " + bootstrap.getOwner());
          }
        };
      }
    }, 0);
    return found;
  }

  /** What the runtime consists of: a jar, or a folder where it was only compiled. */
  private static Map<String, byte[]> runtime() throws Exception {
    Path place = Path.of(Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(place)) return classes(place);
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return classes(jar.getPath("/"));
    }
  }

  private static Map<String, byte[]> classes(Path root) throws IOException {
    var found = new TreeMap<String, byte[]>();
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        found.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return found;
  }

  @Test
  void theRuntimeIsClosed() throws Exception {
    var found = new TreeSet<String>();
    Map<String, byte[]> classes = runtime();
    for (var each : classes.entrySet()) found.addAll(dynamic(each.getKey(), each.getValue(), true));
    assertThat(classes).hasSizeGreaterThan(20);
    assertThat(found).isEmpty();
  }

  @Test
  void generatedClassesAreClosed() {
    List<Program<?>> programs = List.of(ElmanRnn.tagger(4, 8, 3, 1), Nets.lstm(6), Nets.bidirectional(3, 4, 2), Nets.attention(8));
    var options = SourceEmitter.Options.SCALAR.withResource("Made.safetensors");
    for (Program<?> p : programs) {
      for (int lanes : new int[] {1, 8, SourceEmitter.Options.MACHINE}) {
        SourceFile file = SourceEmitter.emit(p, Generated.NAME, options.withLanes(lanes)).file();
        Map<String, byte[]> classes = JavaCompile.compile(file, p.type());
        classes.forEach((name, bytes) -> assertThat(dynamic(name, bytes, false)).isEmpty());
        assertThat(file.text()).doesNotContain("java.lang.reflect", "Class.forName", "->", "::");
      }
    }
  }

  /** The test would see what it says is not there. */
  @Test
  void whatIsDynamicIsFound() throws IOException {
    try (var in = Generated.class.getResourceAsStream("Generated.class")) {
      assertThat(dynamic("Generated", in.readAllBytes(), false)).anyMatch(line -> line.contains("java/lang/reflect/Constructor"));
    }
  }
}
