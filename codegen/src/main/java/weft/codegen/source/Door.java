package weft.codegen.source;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Modifier;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Buffer;
import weft.loop.Lengths;
import weft.loop.LoopProgram;
import weft.loop.Names;
import weft.loop.Sizes;
import weft.pipeline.Binding;
import weft.pipeline.Guards;
import weft.pipeline.Prepared;
import weft.runtime.Argument;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Writes the door of one method: arguments checked and their extents read, memory reserved when an extent has changed, locks held,
 * results made. It does what {@link weft.pipeline.Door} does at run time, with everything known in advance left out.
 */
final class Door {
  /** With more results than this, they are held by one array. */
  private static final int MOST_LOCALS = 40;

  private final Prepared prepared;
  private final Guards guards;
  private final Method method;
  private final ProgramWriter writer;
  private final MethodScope scope;
  private final Extents extents;
  private final TypeSpec.Builder type;
  private final Names names;
  private final TypedProgram outer;
  private final JointSlots slots;
  private final Binding binding;
  private final List<Expr> inputs;
  private final List<Buffer> inputBuffers;
  private final List<Buffer> outputBuffers;
  private final List<String> constants = new ArrayList<>();
  private final List<String> given = new ArrayList<>();
  /** What cuts results of measured length out of memory for the longest. */
  private final List<CodeBlock> cut = new ArrayList<>();
  /** The field that remembers of which version a kept buffer was made. */
  private final Map<Symbol, String> versions = new LinkedHashMap<>();

  Door(TypedProgram outer, JointSlots slots, Prepared prepared, Guards guards, Method method, ProgramWriter writer, Extents extents,
      TypeSpec.Builder type, Names names) {
    this.outer = outer;
    this.slots = slots;
    this.prepared = prepared;
    this.guards = guards;
    this.method = method;
    this.writer = writer;
    this.extents = extents;
    this.type = type;
    this.names = names;
    scope = writer.scope();
    LoopProgram program = writer.program();
    inputs = prepared.spec().inputs();
    inputBuffers = program.inputs();
    outputBuffers = program.outputs();
    binding = new Binding(prepared.spec().name(), inputs, prepared.spec().outputs(), program);
    for (Symbol s : binding.symbols()) scope.integer(s);
    for (Expr input : inputs) {
      String label = JavaNames.identifier(Message.label(input));
      constants.add(names.of(new Object(), "INPUT_" + JavaNames.constant(Message.label(input))));
      given.add(label);
    }
    for (int i = 0; i < given.size(); i++) given.set(i, parameterName(i));
    for (Symbol s : binding.symbols()) {
      if (s.definition() instanceof Symbol.Changed) versions.put(s, names.of(new Object(), JavaNames.of(s) + "Version"));
    }
  }

  /** The name of an argument: that of its own field at most, since that one is said with {@code this} before it. */
  private String parameterName(int i) {
    String wanted = given.get(i);
    boolean repeated = given.indexOf(wanted) != i;
    boolean own = !writer.isLarge() && writer.buffers().contains(inputBuffers.get(i)) && scope.array(inputBuffers.get(i)).equals(wanted);
    return own && !repeated ? wanted : names.of(new Object(), wanted);
  }

  Method method() {
    return method;
  }

  /** The extents whose values the door knows or is told. */
  List<Symbol> symbols() {
    return binding.symbols();
  }

  /** The fields that remember of which versions of parameters kept buffers were made. */
  Collection<String> versions() {
    return versions.values();
  }

  boolean locks() {
    return !prepared.parameters().isEmpty();
  }

  /** Whether memory, or extents computed from others, depend on the arguments. */
  boolean reserves() {
    return !derived().isEmpty() || !guards.all().isEmpty() || writer.buffers().stream().anyMatch(b -> slots.slot(b) >= 0 && !b.size().isConstant());
  }

  /** Whether a buffer is an argument or a result that Java holds in a primitive. */
  boolean isNumber(Buffer b) {
    int in = inputBuffers.indexOf(b);
    if (in >= 0) return method.getParameterTypes()[in].isPrimitive();
    int out = outputBuffers.indexOf(b);
    return out >= 0 && resultType(out).isPrimitive();
  }

  private Class<?> resultType(int i) {
    Class<?> result = method.getReturnType();
    return result.isRecord() ? result.getRecordComponents()[i].getType() : result.isArray() ? result.getComponentType() : result;
  }

  /** A constant for each argument that is a tensor. */
  void addArguments() {
    for (int i = 0; i < inputs.size(); i++) {
      Expr e = inputs.get(i);
      if (!isChecked(i)) continue;
      type.addField(FieldSpec.builder(Argument.class, constants.get(i), Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
          .initializer("new $T($L, $L,$W$T.$L, $L, $L,$W$L)", Argument.class, Texts.literal(prepared.spec().name()),
              Texts.literal(Message.label(e)), DType.class, e.dtype().name(), e.rank(), Texts.literal(e.type().toString()),
              Texts.literal(e.apply().origin().at()))
          .build());
    }
  }

  private boolean isChecked(int i) {
    boolean counts = binding.symbols().stream()
        .anyMatch(s -> s.definition() instanceof Symbol.Given g && g.input() == inputs.get(i).op());
    return counts || !method.getParameterTypes()[i].isPrimitive();
  }

  /** The extents that are computed from others before the program runs. */
  List<CodeBlock> derived() {
    var statements = new ArrayList<CodeBlock>();
    for (Symbol s : binding.symbols()) {
      if (Sizes.isComputed(s) && !Sizes.isMeasured(s)) {
        statements.add(CodeBlock.of("$L = $L", scope.integer(s), extents.definition(s)));
      }
    }
    return statements;
  }

  /** What the extents must be before memory is measured out by them. */
  List<CodeBlock> guards() {
    var statements = new ArrayList<CodeBlock>();
    for (Guards.Guard g : guards.all()) {
      List<CodeBlock> subjects = g.subject() == null ? List.of() : List.of(extents.exact(g.subject()));
      statements.add(CodeBlock.of("if ($L < 0) throw new $T($T.$L,$W$L)", extents.exact(g.atLeastZero()), WeftException.class,
          WeftException.Kind.class, g.stated().kind().name(), Texts.message(g.stated().message(), subjects)));
    }
    return statements;
  }

  MethodSpec call() {
    var spec = MethodSpec.methodBuilder("call").returns(TypeName.get(method.getGenericReturnType()));
    for (int i = 0; i < inputs.size(); i++) spec.addParameter(method.getParameterTypes()[i], given.get(i));
    var code = CodeBlock.builder();
    enter(code);
    List<String> results = results(code);
    arguments(code);
    run(code);
    leave(code, results);
    return spec.addCode(code.build()).build();
  }

  /** Checks arguments, and reserves memory if their extents are others than in the call before. */
  private void enter(CodeBlock.Builder code) {
    for (int i = 0; i < inputs.size(); i++) {
      if (!method.getParameterTypes()[i].isPrimitive()) code.addStatement("$L.check($L)", constants.get(i), given.get(i));
    }
    for (Binding.Source s : binding.sources()) {
      Symbol symbol = binding.symbols().get(s.symbol());
      know(code, symbol, CodeBlock.of("$L.dimAt($L)", given.get(s.input()), s.axis()));
    }
    for (Symbol s : binding.symbols()) if (s.definition() instanceof Symbol.Given g) know(code, s, steps(g));
    Set<Symbol> wanted = new HashSet<>();
    for (Binding.Check c : binding.checked()) wanted.addAll(c.want().symbols());
    if (wanted.stream().anyMatch(Sizes::isComputed)) derived().forEach(code::addStatement);
    for (Binding.Check c : binding.checked()) {
      CodeBlock want = extents.want(c.want(), c.want().toString());
      if (c.want().isConstant()) {
        code.addStatement("$L.extent($L, $L, $L)", constants.get(c.input()), given.get(c.input()), c.axis(), want);
      } else {
        String from = binding.wantFrom(c.want());
        code.addStatement("$L.extent($L, $L, $L,$W$L, $L)", constants.get(c.input()), given.get(c.input()), c.axis(), want,
            Texts.literal(c.want().toString()), from == null ? "null" : Texts.literal(from));
      }
    }
    if (reserves()) code.beginControlFlow("if (!ready)").addStatement("reserve()").endControlFlow();
  }

  private void know(CodeBlock.Builder code, Symbol s, CodeBlock value) {
    if (reserves()) code.addStatement("ready &= $L == $L", scope.integer(s), value);
    code.addStatement("$L = $L", scope.integer(s), value);
  }

  private CodeBlock steps(Symbol.Given g) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).op() != g.input()) continue;
      boolean number = method.getParameterTypes()[i].isPrimitive();
      return CodeBlock.of(number ? "$L.steps($L)" : "$L.steps((long) $L.item())", constants.get(i), given.get(i));
    }
    throw new IllegalStateException("no input gives a number of steps");
  }

  /** New tensors for results; gives the locals that hold them, null for one that is a number. Many results have one local. */
  private List<String> results(CodeBlock.Builder code) {
    int count = outputBuffers.size();
    String array = count > MOST_LOCALS ? names.of(new Object(), "results") : null;
    var statements = new ArrayList<CodeBlock>();
    var locals = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      Expr out = prepared.rewritten().outputs().get(i);
      Buffer b = outputBuffers.get(i);
      if (isNumber(b)) {
        locals.add(null);
        continue;
      }
      String name = prepared.spec().outputs().get(i).name();
      String wanted = name == null ? "result" : JavaNames.identifier(name);
      String local = array == null ? names.of(new Object(), wanted) : array + "[" + i + "]";
      locals.add(local);
      CodeBlock declared = array == null ? CodeBlock.of("$T ", Tensor.class) : CodeBlock.of("");
      if (!Lengths.in(out.type()).isEmpty()) {
        // A scan that would take fewer than no steps refuses the call by itself, once it knows.
        CodeBlock most = extents.want(b.size(), wanted);
        if (!b.size().isNonNegative()) most = CodeBlock.of("Math.max(0, $L)", most);
        statements.add(CodeBlock.of("$L = new $T[$L]", target(b), b.dtype().javaType(), most));
        cut.add(CodeBlock.of("$L$L = $L", declared, local, tensor(out)));
        cut.add(CodeBlock.of("System.arraycopy($L, 0, $L.$Ls(), 0, $L.size())", scope.array(b), local, b.dtype().javaType(), local));
        continue;
      }
      statements.add(CodeBlock.of("$L$L = $L", declared, local, tensor(out)));
      statements.add(CodeBlock.of("$L = $L.$Ls()", target(b), local, b.dtype().javaType()));
    }
    if (array == null) {
      statements.forEach(code::addStatement);
    } else {
      code.addStatement("$T[] $L = new $T[$L]", Tensor.class, array, Tensor.class, count);
      code.add(Chunks.of(type, "resultPart", statements, false, ParameterSpec.builder(Tensor[].class, array).build()));
    }
    return locals;
  }

  private CodeBlock tensor(Expr out) {
    var dims = new ArrayList<CodeBlock>();
    for (int axis = 0; axis < out.rank(); axis++) dims.add(extents.resultDim(axis, out.dim(axis)));
    CodeBlock shape = dims.stream().map(d -> CodeBlock.of(", $L", d)).collect(CodeBlock.joining(""));
    return CodeBlock.of("$T.zeros($T.$L$L)", Tensor.class, DType.class, out.dtype().name(), shape);
  }

  private String target(Buffer b) {
    return writer.isLarge() || !given.contains(scope.array(b)) ? scope.target(b) : "this." + scope.target(b);
  }

  private void arguments(CodeBlock.Builder code) {
    for (int i = 0; i < inputs.size(); i++) {
      Buffer b = inputBuffers.get(i);
      if (!writer.buffers().contains(b)) continue;
      if (!isNumber(b)) code.addStatement("$L = $L.$Ls()", target(b), given.get(i), b.dtype().javaType());
      else if (writer.isLarge()) code.addStatement("($L)[0] = $L", scope.array(b), given.get(i));
      else code.addStatement("$L[0] = $L", target(b), given.get(i));
    }
  }

  private void run(CodeBlock.Builder code) {
    if (locks()) code.addStatement("locks.lock(stamps)").beginControlFlow("try");
    var now = new LinkedHashMap<Symbol, String>();
    versions.forEach((s, field) -> {
      now.put(s, names.of(new Object(), "version"));
      var changed = (Symbol.Changed) s.definition();
      CodeBlock sum = changed.parameters().stream().map(p -> CodeBlock.of("owner.$L.version()", outer.field(p)))
          .collect(CodeBlock.joining(" + "));
      code.addStatement("long $L = $L", now.get(s), sum);
      code.addStatement("$L = $L == $L ? 0 : 1", scope.integer(s), now.get(s), field);
      code.addStatement("$L = -1", field);
    });
    code.addStatement("$L", writer.main());
    versions.forEach((s, field) -> code.addStatement("$L = $L", field, now.get(s)));
    if (!locks()) return;
    if (!prepared.updated().isEmpty()) code.addStatement("locks.updated()");
    code.nextControlFlow("finally").addStatement("locks.unlock(stamps)").endControlFlow();
  }

  private void leave(CodeBlock.Builder code, List<String> results) {
    Class<?> result = method.getReturnType();
    if (result == void.class) return;
    cut.forEach(code::addStatement);
    if (result.isArray() && results.size() > MOST_LOCALS) {
      code.addStatement("return $L", results.get(0).substring(0, results.get(0).indexOf('[')));
      return;
    }
    var values = new ArrayList<CodeBlock>();
    for (int i = 0; i < results.size(); i++) {
      Buffer b = outputBuffers.get(i);
      if (results.get(i) != null) values.add(CodeBlock.of("$L", results.get(i)));
      else values.add(CodeBlock.of(writer.isLarge() ? "($L)[0]" : "$L[0]", scope.array(b)));
    }
    CodeBlock list = values.stream().collect(CodeBlock.joining(",$W"));
    if (result.isRecord()) code.addStatement("return new $T($L)", ClassName.get(result), list);
    else if (result.isArray()) code.addStatement("return new $T[] {$L}", Tensor.class, list);
    else code.addStatement("return $L", list);
  }
}
