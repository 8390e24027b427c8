package weft.codegen.source;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Modifier;
import weft.Program;
import weft.graph.Message;
import weft.loop.Names;
import weft.pipeline.Prepared;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Parameters;
import weft.runtime.Pool;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Writes the class that implements the interface of a program: parameters, memory for calls, and a class behind each method. */
final class TypedProgram {
  /** With more parameters than this, they stand in an array and not in fields. */
  static final int MOST_PARAMETERS = 200;
  private static final String LANES = "LANES";

  private final Program<?> program;
  private final ClassName name;
  private final String resource;
  private final List<Program.Entry> entries;
  private final List<String> classes = new ArrayList<>();
  /** One for each length that vectors may have. */
  private final List<MemoryClass> memories = new ArrayList<>();
  private final Set<Parameter> parameters = new LinkedHashSet<>();
  private final Map<Parameter, String> fields = new IdentityHashMap<>();
  private final String take;
  private final String accessor;

  /** @param lanes the lengths of vectors, one of which is picked where the class is loaded; 1 for none */
  TypedProgram(Program<?> program, ClassName name, List<Integer> lanes, String resource) {
    this.program = program;
    this.name = name;
    this.resource = resource;
    entries = program.entries();
    for (int each : lanes) memories.add(new MemoryClass(this, entries, each, lanes.size() == 1));
    for (MemoryClass m : memories) for (Prepared p : m.prepared()) parameters.addAll(p.parameters());
    var names = new Names();
    for (String helper : List.of("memories", "memory", MemoryClass.COMMON, LANES)) names.of(new Object(), helper);
    for (int each : lanes) names.of(new Object(), MemoryClass.named(each));
    boolean many = parameters.size() > MOST_PARAMETERS;
    for (Parameter p : parameters) {
      // As loops name its array.
      String wanted = JavaNames.identifier(p.name().replaceAll("[^A-Za-z0-9_]+", "_"));
      fields.put(p, many ? "parameters[" + fields.size() + "]" : names.of(p, wanted));
    }
    for (Program.Entry e : entries) classes.add(names.of(e, JavaNames.type(e.method().getName())));
    var methods = new Names();
    for (Program.Entry e : entries) methods.of(new Object(), e.method().getName());
    take = methods.of(new Object(), "take");
    accessor = methods.of(new Object(), "parameters");
    requireOwnNames();
  }

  private void requireOwnNames() {
    var byName = new HashMap<String, Parameter>();
    for (Parameter p : parameters) {
      if (byName.put(p.name(), p) == null) continue;
      throw new WeftException(Kind.DUPLICATE, name.simpleName() + ": two parameters are named " + p.name()
          + "\n  A generated class finds parameters by name: give each one of its own.");
    }
  }

  ClassName name() {
    return name;
  }

  Class<?> type() {
    return program.type();
  }

  /** The class behind a method, as its name is within whatever it is nested in. */
  String callClass(int entry) {
    return classes.get(entry);
  }

  /** The parameters of all methods, in the order in which they are met. */
  Collection<Parameter> parameters() {
    return parameters;
  }

  /** The field that holds a parameter. */
  String field(Parameter p) {
    return fields.get(p);
  }

  static ParameterSpec parameter(TypeName type, String name) {
    return ParameterSpec.builder(type, name).build();
  }

  TypeSpec write() {
    var type = TypeSpec.classBuilder(name).addModifiers(Modifier.PUBLIC, Modifier.FINAL).addSuperinterface(program.type());
    type.addJavadoc("{@link $T} as plain Java, for any number of threads.$L", program.type(), prepared().stream()
        .anyMatch(p -> !p.updated().isEmpty()) ? "\nWhat a call changes in the parameters takes effect at its end, all at once." : "");
    if (!isAlone()) addLanes(type);
    if (isMany()) {
      type.addField(FieldSpec.builder(Parameter[].class, "parameters", Modifier.PRIVATE, Modifier.FINAL)
          .initializer("new $T[$L]", Parameter.class, parameters.size()).build());
    } else {
      for (Parameter p : parameters) type.addField(Parameter.class, field(p), Modifier.PRIVATE, Modifier.FINAL);
    }
    ClassName memory = memory();
    type.addField(FieldSpec.builder(ParameterizedTypeName.get(ClassName.get(Pool.class), memory), "memories", Modifier.PRIVATE,
        Modifier.FINAL).initializer("new $T<>()", Pool.class).build());
    constructors(type);
    for (int i = 0; i < entries.size(); i++) type.addMethod(method(entries.get(i).method(), i));
    type.addMethod(MethodSpec.methodBuilder(take).addModifiers(Modifier.PRIVATE).returns(memory)
        .addStatement("$T free = memories.take()", memory).addCode(fresh()).build());
    type.addMethod(accessor());
    if (!isAlone()) type.addType(MemoryClass.common(entries, prepared()));
    for (MemoryClass m : memories) m.addTo(type);
    return type.build();
  }

  /** What a pool of the class holds. */
  private ClassName memory() {
    return isAlone() ? memories.get(0).name() : name.nestedClass(MemoryClass.COMMON);
  }

  private boolean isAlone() {
    return memories.size() == 1;
  }

  /** The methods as loops, with the first length of vectors; what callers see is the same with each. */
  private List<Prepared> prepared() {
    return memories.get(0).prepared();
  }

  private void addLanes(TypeSpec.Builder type) {
    type.addField(FieldSpec.builder(TypeName.INT, LANES, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
        .addJavadoc("So many floats are in a vector: as suits this machine, or what -Dweft.simd says.")
        .initializer("$T.getInteger($S,$W$T.SPECIES_PREFERRED.length())", Integer.class, "weft.simd", Species.type(DType.F32)).build());
  }

  /** Returns the memory that was free, else new memory for the longest vectors that the machine has. */
  private CodeBlock fresh() {
    if (isAlone()) return CodeBlock.builder().addStatement("return free == null ? new $T(this) : free", memories.get(0).name()).build();
    var code = CodeBlock.builder().beginControlFlow("if (free != null)").addStatement("return free").endControlFlow();
    CodeBlock choice = CodeBlock.of("new $T(this)", memories.get(0).name());
    for (MemoryClass m : memories.subList(1, memories.size())) {
      choice = CodeBlock.of("$L >= $L$W? new $T(this)$W: $L", LANES, m.lanes(), m.name(), choice);
    }
    return code.addStatement("return $L", choice).build();
  }

  private void constructors(TypeSpec.Builder type) {
    if (parameters.isEmpty()) return;
    if (resource != null) {
      type.addMethod(constructor("With the values in $L, a file beside this class.").addStatement(
          "this($T.of($T.class, $S,$W$T.class.getResourceAsStream($S)))", Parameters.class, name, resource, name, resource).build());
    }
    TypeName values = ParameterizedTypeName.get(Map.class, String.class, Tensor.class);
    type.addMethod(constructor("With parameters of its own that start with copies of these values, found by name.")
        .addParameter(values, "values").addStatement("this($T.of($T.class, values))", Parameters.class, name).build());
    TypeName shared = ParameterizedTypeName.get(Collection.class, Parameter.class);
    type.addMethod(constructor("With these parameters, found by name and shared with whoever else has them.")
        .addParameter(shared, "parameters").addStatement("this($T.of($T.class, parameters))", Parameters.class, name).build());
    var last = MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).addParameter(Parameters.class, "given");
    var statements = new ArrayList<CodeBlock>();
    for (Parameter p : parameters) {
      CodeBlock shape = Arrays.stream(p.shape()).mapToObj(d -> CodeBlock.of(", $L", d)).collect(CodeBlock.joining(""));
      statements.add(CodeBlock.of("$L = given.take($L, $T.$L$L)", field(p), Texts.literal(p.name()), DType.class, p.dtype().name(),
          shape));
    }
    ParameterSpec given = parameter(ClassName.get(Parameters.class), "given");
    type.addMethod(last.addCode(Chunks.of(type, "takePart", statements, false, given)).addStatement("given.end()").build());
  }

  private boolean isMany() {
    return parameters.size() > MOST_PARAMETERS;
  }

  private MethodSpec.Builder constructor(String doc) {
    return MethodSpec.constructorBuilder().addModifiers(Modifier.PUBLIC).addJavadoc(doc.contains("$L") ? doc : "$L",
        doc.contains("$L") ? resource : doc);
  }

  private MethodSpec accessor() {
    CodeBlock list = isMany() ? CodeBlock.of("parameters")
        : parameters.stream().map(p -> CodeBlock.of("$L", field(p))).collect(CodeBlock.joining(",$W"));
    return MethodSpec.methodBuilder(accessor).addModifiers(Modifier.PUBLIC)
        .addJavadoc("Every parameter, for saving them or for sharing them with another class.")
        .returns(ParameterizedTypeName.get(List.class, Parameter.class)).addStatement("return $T.of($L)", List.class, list).build();
  }

  /** What the arguments of a method are called. */
  static List<String> arguments(Prepared function) {
    var names = new Names();
    for (String helper : List.of("memory", "memories")) names.of(new Object(), helper);
    return function.spec().inputs().stream().map(e -> names.of(new Object(), JavaNames.identifier(Message.label(e)))).toList();
  }

  private MethodSpec method(Method m, int index) {
    var spec = MethodSpec.methodBuilder(m.getName()).addAnnotation(Override.class).addModifiers(Modifier.PUBLIC)
        .returns(TypeName.get(m.getGenericReturnType()));
    List<String> arguments = arguments(prepared().get(index));
    for (int i = 0; i < arguments.size(); i++) spec.addParameter(m.getParameterTypes()[i], arguments.get(i));
    spec.addStatement("$T memory = $L()", memory(), take).beginControlFlow("try");
    String call = memories.get(0).isSingle() ? "call" : MemoryClass.field(m) + (isAlone() ? ".call" : "");
    spec.addStatement("$Lmemory.$L($L)", m.getReturnType() == void.class ? "" : "return ", call, String.join(", ", arguments));
    return spec.nextControlFlow("finally").addStatement("memories.give(memory)").endControlFlow().build();
  }
}
