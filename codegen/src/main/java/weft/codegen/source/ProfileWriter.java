package weft.codegen.source;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import java.util.List;
import javax.lang.model.element.Modifier;
import weft.codegen.VectorOperations;
import weft.codegen.VectorProfiles;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Names;
import weft.runtime.DType;

/** Writes what {@link VectorProfiles} does at run time: all vector operations of a class, shown to HotSpot before its kernels run. */
final class ProfileWriter {
  static final String METHOD = "everyOperation";

  private ProfileWriter() {}

  /** Adds an initialiser and the method that it calls; nothing to a class whose vectors do not do several things. */
  static void addTo(TypeSpec.Builder type, Species species, List<LoopProgram> programs) {
    if (species.lanes() == 1) return;
    VectorOperations operations = VectorOperations.of(programs, species.lanes());
    List<DType> dtypes = operations.dtypes();
    if (dtypes.isEmpty()) return;
    var shown = CodeBlock.builder();
    shown.add("// HotSpot keeps vectors in registers if it has seen all their operations before a kernel.\n");
    shown.beginControlFlow("for (int i = 0; i < $L; i++)", VectorProfiles.ROUNDS);
    for (DType d : dtypes) {
      CodeBlock array = CodeBlock.of("new $T[$L]", d.javaType(), operations.count(d));
      shown.addStatement("$L($L, $L)", METHOD, array, array);
    }
    type.addStaticBlock(shown.endControlFlow().build());
    for (DType d : dtypes) type.addMethod(method(operations.program(d), species));
  }

  private static MethodSpec method(LoopProgram program, Species species) {
    Kernel kernel = Bind.program(program).kernels().get(0);
    var scope = new MethodScope(new Names(), null, species);
    var spec = MethodSpec.methodBuilder(METHOD).addModifiers(Modifier.PRIVATE, Modifier.STATIC);
    spec.addJavadoc("What the loops do to vectors, each operation once.");
    for (Buffer b : program.buffers()) spec.addParameter(ArrayTypeName.of(b.dtype().javaType()), scope.name(b, b.name()));
    return spec.addCode(new MethodWriter(scope, kernel, null).write(kernel.body())).build();
  }
}
