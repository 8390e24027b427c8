package weft.codegen.source;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Modifier;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Names;
import weft.loop.Sizes;
import weft.loop.Uses;
import weft.type.Symbol;

/** A class that runs one loop program on arrays and sizes, as a back end's {@link weft.loop.Compiled} does: no checks, no door. */
final class BareProgram {
  private static final ParameterSpec ARRAYS = ParameterSpec.builder(Object[].class, "arrays").build();
  private static final ParameterSpec SIZES = ParameterSpec.builder(int[].class, "sizes").build();

  private final LoopProgram program;
  private final ClassName name;
  private final Species species;
  private final Names fields = new Names();
  private final ProgramWriter writer;
  private final TypeSpec.Builder type;

  private BareProgram(LoopProgram scheduled, ClassName name) {
    this.name = name;
    species = new Species(scheduled.lanes());
    for (String helper : List.of("arrays", "sizes", "program")) fields.of(new Object(), helper);
    writer = new ProgramWriter(scheduled, species, fields, List.of("run", "enter", ProfileWriter.METHOD));
    program = writer.program();
    type = TypeSpec.classBuilder(name).addModifiers(Modifier.PUBLIC, Modifier.FINAL);
  }

  /** @param className with its package */
  static SourceFile write(LoopProgram program, String className) {
    ClassName name = SourceFile.name(className);
    var bare = new BareProgram(program, name);
    return new SourceFile(className, Layouts.text(name.packageName(), "", bare.build()));
  }

  /** The method of each kernel with its comment, by the name of the kernel. */
  static Map<String, String> methods(LoopProgram program) {
    ClassName name = ClassName.get("", JavaNames.type(program.name()));
    var bare = new BareProgram(program, name);
    List<String> lines = Layouts.text("", "", bare.build()).lines().toList();
    var methods = new LinkedHashMap<String, String>();
    for (Kernel k : bare.program.kernels()) methods.putIfAbsent(k.name(), Layouts.method(lines, bare.writer.name(k)));
    return methods;
  }

  private TypeSpec build() {
    type.addJavadoc("$L.", Texts.comment("The loops of " + program.name()));
    var run = MethodSpec.methodBuilder("run").addModifiers(Modifier.PUBLIC, Modifier.STATIC).addParameter(ARRAYS).addParameter(SIZES);
    if (writer.isLarge()) {
      run.addStatement(writer.main());
    } else {
      addFields();
      var statements = new ArrayList<CodeBlock>();
      MethodScope scope = writer.scope();
      for (Buffer b : writer.buffers()) {
        statements.add(CodeBlock.of("program.$L = ($T) arrays[$L]", scope.array(b), arrayOf(b), program.buffers().indexOf(b)));
      }
      for (Symbol s : needed()) statements.add(CodeBlock.of("program.$L = sizes[$L]", scope.integer(s), program.symbols().indexOf(s)));
      run.addStatement("$T program = new $T()", name, name);
      run.addCode(Chunks.of(type, "enter", statements, true, ParameterSpec.builder(name, "program").build(), ARRAYS, SIZES));
      run.addStatement("program.$L", writer.main());
      for (Symbol s : needed()) {
        if (Sizes.isMeasured(s)) run.addStatement("sizes[$L] = program.$L", program.symbols().indexOf(s), scope.integer(s));
      }
    }
    type.addMethod(run.build());
    writer.addMethods(type);
    ProfileWriter.addTo(type, species, List.of(program));
    species.addTo(type);
    return type.build();
  }

  private void addFields() {
    MethodScope scope = writer.scope();
    for (Buffer b : writer.buffers()) type.addField(FieldSpec.builder(arrayOf(b), scope.array(b), Modifier.PRIVATE).build());
    for (Symbol s : needed()) type.addField(FieldSpec.builder(TypeName.INT, scope.integer(s), Modifier.PRIVATE).build());
  }

  private static TypeName arrayOf(Buffer b) {
    return ArrayTypeName.of(b.dtype().javaType());
  }

  /** The sizes that the kernels read, and those that follow from what they measure. */
  private List<Symbol> needed() {
    Set<Symbol> used = new HashSet<>(Uses.of(program.main().body()).symbols());
    for (Symbol s : List.copyOf(used)) {
      if (s.definition() instanceof Symbol.Measured) {
        for (Symbol computed : Sizes.computedFrom(program, s)) {
          used.add(computed);
          for (var part : LoopProgram.parts(computed)) used.addAll(part.symbols());
        }
      }
    }
    return program.symbols().stream().filter(used::contains).toList();
  }
}
