package weft.codegen.source;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import weft.loop.Buffer;
import weft.loop.Names;
import weft.pipeline.Guards;
import weft.pipeline.Prepared;
import weft.runtime.Parameter;
import weft.runtime.ParameterLocks;
import weft.runtime.Tensor;
import weft.runtime.Workspace;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Writes the class behind one method of a program: the memory of one call at a time, the checks at its door, and its kernels.
 */
final class CallClass {
  /** Arrays that one statement gives memory to. */
  private static final int MOST_AT_ONCE = 50;

  private final TypedProgram outer;
  private final JointSlots slots;
  private final Door door;
  private final Prepared prepared;
  private final ProgramWriter writer;
  private final MethodScope scope;
  private final Extents extents;
  private final TypeSpec.Builder type;
  private final boolean alone;

  /** @param alone whether it takes turns with no other method, and has a workspace of its own */
  CallClass(TypedProgram outer, JointSlots slots, Prepared prepared, Method method, ClassName name, Species species, boolean alone) {
    this.outer = outer;
    this.alone = alone;
    this.slots = slots;
    this.prepared = prepared;
    var fields = new Names();
    for (String helper : List.of("owner", "workspace", "locks", "stamps", "ready", "arrays", "sizes")) fields.of(new Object(), helper);
    var guards = new Guards(prepared.running());
    writer = new ProgramWriter(guards.without(prepared.running()), species, fields, List.of("call", "reserve"));
    scope = writer.scope();
    extents = new Extents(prepared.spec().name(), scope);
    type = TypeSpec.classBuilder(name).addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL);
    door = new Door(outer, slots, prepared, guards, method, writer, extents, type, fields);
  }

  TypeSpec write() {
    type.addJavadoc("A call of {@link $T#$L}: its memory, and what it does.", outer.type(), door.method().getName());
    door.addArguments();
    addFields();
    addConstructor();
    type.addMethod(door.call());
    if (door.reserves()) addReserve();
    writer.addMethods(type);
    return type.build();
  }

  private boolean isLarge() {
    return writer.isLarge();
  }

  private void field(TypeName of, String name, CodeBlock initial, Modifier... modifiers) {
    FieldSpec.Builder field = FieldSpec.builder(of, name, Modifier.PRIVATE).addModifiers(modifiers);
    if (initial != null) field.initializer(initial);
    type.addField(field.build());
  }

  private void addFields() {
    if (!door.versions().isEmpty()) field(outer.name(), "owner", null, Modifier.FINAL);
    if (isMemoryLater()) field(ClassName.get(Workspace.class), "workspace", null, Modifier.FINAL);
    if (door.locks()) {
      field(ClassName.get(ParameterLocks.class), "locks", null, Modifier.FINAL);
      field(ArrayTypeName.of(long.class), "stamps", null, Modifier.FINAL);
    }
    if (isLarge()) {
      field(ArrayTypeName.of(Object.class), "arrays", CodeBlock.of("new Object[$L]", writer.program().buffers().size()), Modifier.FINAL);
      field(ArrayTypeName.of(int.class), "sizes", CodeBlock.of("new int[$L]", writer.program().symbols().size()), Modifier.FINAL);
    } else {
      for (Buffer b : writer.buffers()) addField(b);
    }
    if (door.reserves()) field(TypeName.BOOLEAN, "ready", null);
    for (Symbol s : door.symbols()) if (scope.isField(s)) field(TypeName.INT, scope.integer(s), null);
    for (String version : door.versions()) field(TypeName.LONG, version, CodeBlock.of("-1"));
  }

  private void addField(Buffer b) {
    TypeName array = ArrayTypeName.of(b.dtype().javaType());
    String name = scope.array(b);
    switch (b.role()) {
      case CONSTANT -> field(array, name, ConstantText.of((Tensor) b.source()), Modifier.STATIC, Modifier.FINAL);
      case PARAMETER -> field(array, name, null, Modifier.FINAL);
      case INPUT, OUTPUT -> {
        if (door.isNumber(b)) field(array, name, CodeBlock.of("new $T[1]", b.dtype().javaType()), Modifier.FINAL);
        else field(array, name, null);
      }
      case WORKSPACE, KEPT -> {
        if (isFixed(slots.slot(b))) field(array, name, null, Modifier.FINAL);
        else field(array, name, null);
      }
    }
  }

  /** Whether there are buffers whose size the arguments decide. */
  private boolean isMemoryLater() {
    return !memory(false).isEmpty();
  }

  /** Whether the size of all buffers in a slot is known now, so that they have their memory for good. */
  private boolean isFixed(int slot) {
    return in(slot).stream().allMatch(b -> b.size().isConstant());
  }

  private List<Buffer> in(int slot) {
    return writer.buffers().stream().filter(b -> slots.slot(b) == slot).toList();
  }

  private void addConstructor() {
    var code = CodeBlock.builder();
    if (!door.versions().isEmpty()) code.addStatement("this.owner = owner");
    if (alone && slots.count() > 0) {
      CodeBlock target = isMemoryLater() ? CodeBlock.of("workspace") : CodeBlock.of("$T workspace", Workspace.class);
      code.addStatement("$L = new $T($L)", target, Workspace.class, slots.count());
    } else if (isMemoryLater()) {
      code.addStatement("this.workspace = workspace");
    }
    if (door.locks()) {
      List<Parameter> updated = prepared.updated();
      CodeBlock read = array(code, "read", prepared.parameters().stream().filter(p -> !updated.contains(p)).toList());
      CodeBlock written = updated.size() > TypedProgram.MOST_PARAMETERS ? CodeBlock.of(", $L", array(code, "updated", updated))
          : updated.stream().map(p -> CodeBlock.of(",$W$L", owned(p))).collect(CodeBlock.joining(""));
      code.addStatement("locks = new $T($L$L)", ParameterLocks.class, read, written);
      code.addStatement("stamps = new long[locks.count()]");
    }
    var statements = new ArrayList<CodeBlock>();
    for (Buffer b : writer.buffers()) {
      if (b.role() == Buffer.Role.PARAMETER) statements.add(assign(b, CodeBlock.of("$L.array()", owned((Parameter) b.source())), true));
      else if (isLarge() && b.role() == Buffer.Role.CONSTANT) statements.add(assign(b, ConstantText.of((Tensor) b.source()), false));
      else if (isLarge() && door.isNumber(b)) statements.add(assign(b, CodeBlock.of("new $T[1]", b.dtype().javaType()), false));
    }
    if (isLarge()) code.add(Chunks.of(type, "prepare", statements, false, TypedProgram.parameter(outer.name(), "owner")));
    else statements.forEach(code::addStatement);
    if (isLarge()) {
      code.add(Chunks.of(type, "keepPart", memory(true), false, TypedProgram.parameter(ClassName.get(Workspace.class), "workspace")));
    } else {
      memory(true).forEach(code::addStatement);
    }
    var constructor = MethodSpec.constructorBuilder().addParameter(outer.name(), "owner");
    if (!alone && slots.count() > 0) constructor.addParameter(Workspace.class, "workspace");
    type.addMethod(constructor.addCode(code.build()).build());
  }

  /** An array of parameters; one that is long is filled by methods of its own. */
  private CodeBlock array(CodeBlock.Builder code, String name, List<Parameter> parameters) {
    if (parameters.isEmpty()) return CodeBlock.of("new $T[0]", Parameter.class);
    if (parameters.size() <= TypedProgram.MOST_PARAMETERS) {
      return CodeBlock.of("new $T[] {$L}", Parameter.class, parameters.stream().map(this::owned).collect(CodeBlock.joining(",$W")));
    }
    var statements = new ArrayList<CodeBlock>();
    for (Parameter p : parameters) statements.add(CodeBlock.of("$L[$L] = $L", name, statements.size(), owned(p)));
    code.addStatement("$T[] $L = new $T[$L]", Parameter.class, name, Parameter.class, parameters.size());
    code.add(Chunks.of(type, name + "Part", statements, true, TypedProgram.parameter(outer.name(), "owner"),
        TypedProgram.parameter(ArrayTypeName.of(Parameter.class), name)));
    return CodeBlock.of("$L", name);
  }

  private CodeBlock owned(Parameter p) {
    return CodeBlock.of("owner.$L", outer.field(p));
  }

  private CodeBlock assign(Buffer b, CodeBlock value, boolean cast) {
    boolean needsCast = cast && !isLarge();
    return needsCast ? CodeBlock.of("$L = ($T[]) $L", scope.target(b), b.dtype().javaType(), value)
        : CodeBlock.of("$L = $L", scope.target(b), value);
  }

  /** Memory for the buffers of the workspace; those that share a slot get the same array, large enough for each. */
  private List<CodeBlock> memory(boolean fixed) {
    var statements = new ArrayList<CodeBlock>();
    Set<Integer> done = new LinkedHashSet<>();
    for (Buffer first : writer.buffers()) {
      int slot = slots.slot(first);
      if (slot < 0 || !done.add(slot) || isFixed(slot) != fixed) continue;
      List<Buffer> together = in(slot);
      CodeBlock value = CodeBlock.of("workspace.$Ls($L, $L)", first.dtype().javaType(), slot, largest(together));
      for (int i = 0; i < together.size(); i += MOST_AT_ONCE) {
        List<Buffer> some = together.subList(i, Math.min(together.size(), i + MOST_AT_ONCE));
        CodeBlock targets = some.stream().map(b -> CodeBlock.of("$L =$W", scope.target(b))).collect(CodeBlock.joining(""));
        statements.add(CodeBlock.of("$L$L", targets, i == 0 ? value : scope.target(first)));
      }
    }
    return statements;
  }

  private CodeBlock largest(List<Buffer> buffers) {
    long constant = buffers.stream().filter(b -> b.size().isConstant()).mapToLong(b -> b.size().constant()).max().orElse(0);
    boolean fixed = buffers.stream().allMatch(b -> b.size().isConstant());
    CodeBlock size = constant > 0 || fixed ? CodeBlock.of("$L", constant) : null;
    List<Dim> sizes = buffers.stream().map(Buffer::size).filter(d -> !d.isConstant()).distinct().toList();
    for (Dim d : sizes) {
      if (sizes.stream().anyMatch(other -> !other.equals(d) && other.minus(d).isNonNegative())) continue;
      // What only a branch that is not taken would use may come out below 0.
      if (size == null && !d.isNonNegative()) size = CodeBlock.of("0");
      size = size == null ? extents.exact(d) : CodeBlock.of("Math.max($L,$W$L)", size, extents.exact(d));
    }
    return size;
  }

  private void addReserve() {
    var method = MethodSpec.methodBuilder("reserve").addModifiers(Modifier.PRIVATE);
    method.addJavadoc("Memory for arguments of these sizes.");
    var statements = new ArrayList<>(door.derived());
    statements.addAll(door.guards());
    statements.addAll(memory(false));
    boolean moves = writer.buffers().stream().anyMatch(b -> b.role() == Buffer.Role.KEPT && !b.size().isConstant());
    if (moves) for (String version : door.versions()) statements.add(CodeBlock.of("$L = -1", version));
    method.addCode(Chunks.of(type, "reservePart", statements, false));
    method.addStatement("ready = true");
    type.addMethod(method.build());
  }
}
