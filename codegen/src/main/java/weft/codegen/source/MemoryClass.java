package weft.codegen.source;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import weft.Program;
import weft.loop.Names;
import weft.pipeline.Prepared;
import weft.runtime.Workspace;

/**
 * Writes the memory of one call at a time, whichever method it is of: a workspace that methods take turns with, and a class behind each
 * method. A program for vectors of several lengths has one for each length, all behind one interface.
 */
final class MemoryClass {
  static final String COMMON = "Memory";

  private final TypedProgram outer;
  private final List<Program.Entry> entries;
  private final List<Prepared> prepared = new ArrayList<>();
  private final JointSlots slots;
  private final int lanes;
  private final boolean alone;
  /** Whether the class behind the only method is all the memory that there is. */
  private final boolean single;

  /**
   * @param lanes f32 lanes of its vectors, 1 for none
   * @param alone whether it is the only one of its program
   */
  MemoryClass(TypedProgram outer, List<Program.Entry> entries, int lanes, boolean alone) {
    this.outer = outer;
    this.entries = entries;
    this.lanes = lanes;
    this.alone = alone;
    single = alone && lanes == 1 && entries.size() == 1;
    for (Program.Entry e : entries) prepared.add(e.prepare(lanes));
    slots = new JointSlots(prepared);
  }

  List<Prepared> prepared() {
    return prepared;
  }

  int lanes() {
    return lanes;
  }

  static String named(int lanes) {
    return "Lanes" + lanes;
  }

  /** The class, with its constructor. */
  ClassName name() {
    return outer.name().nestedClass(single ? outer.callClass(0) : alone ? COMMON : named(lanes));
  }

  boolean isSingle() {
    return single;
  }

  /**
   * What callers know of it. An interface, for then the class verifier need not load each class that may be made, and a program loads
   * the code of one length of vectors alone.
   */
  static TypeSpec common(List<Program.Entry> entries, List<Prepared> prepared) {
    var type = TypeSpec.interfaceBuilder(COMMON).addModifiers(Modifier.PRIVATE);
    type.addJavadoc("The memory of one call at a time, whichever method it is of, with vectors of any length."
        + "\nEach length has a class, for the sizes of tiles and rows and the order of sums depend on it.");
    for (int i = 0; i < entries.size(); i++) type.addMethod(method(entries.get(i), prepared.get(i)).addModifiers(Modifier.ABSTRACT).build());
    return type.build();
  }

  /** A method that takes and returns what that of the interface does. */
  private static MethodSpec.Builder method(Program.Entry entry, Prepared function) {
    Method m = entry.method();
    var spec = MethodSpec.methodBuilder(field(m)).addModifiers(Modifier.PUBLIC).returns(TypeName.get(m.getGenericReturnType()));
    List<String> names = TypedProgram.arguments(function);
    for (int i = 0; i < names.size(); i++) spec.addParameter(ParameterSpec.builder(m.getParameterTypes()[i], names.get(i)).build());
    return spec;
  }

  /** The field that holds the class behind a method. */
  static String field(Method m) {
    return JavaNames.identifier(m.getName());
  }

  /** Adds the class, and what it needs, to that of the program. */
  void addTo(TypeSpec.Builder program) {
    if (single) {
      program.addType(new CallClass(outer, slots, prepared.get(0), entries.get(0).method(), name(), new Species(lanes), true).write());
      return;
    }
    var type = TypeSpec.classBuilder(name()).addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL);
    if (alone) type.addJavadoc("The memory of one call at a time, whichever method it is of.");
    else type.addJavadoc("The memory and the loops for vectors of $L floats.", lanes).addSuperinterface(outer.name().nestedClass(COMMON));
    ClassName home = alone ? outer.name() : name();
    boolean shared = slots.count() > 0;
    var constructor = MethodSpec.constructorBuilder().addParameter(outer.name(), "owner");
    if (shared) constructor.addStatement("$T workspace = new $T($L)", Workspace.class, Workspace.class, slots.count());
    var species = new Species(lanes);
    var calls = new ArrayList<TypeSpec>();
    for (int i = 0; i < entries.size(); i++) {
      Method m = entries.get(i).method();
      ClassName each = home.nestedClass(outer.callClass(i));
      type.addField(each, field(m), Modifier.PRIVATE, Modifier.FINAL);
      constructor.addStatement("$L = new $T(owner$L)", field(m), each, shared ? ", workspace" : "");
      calls.add(new CallClass(outer, slots, prepared.get(i), m, each, species, false).write());
    }
    type.addMethod(constructor.build());
    ProfileWriter.addTo(type, species, prepared.stream().map(Prepared::running).toList());
    species.addTo(alone ? program : type);
    if (!alone) for (int i = 0; i < entries.size(); i++) type.addMethod(pass(i));
    if (!alone) calls.forEach(type::addType);
    program.addType(type.build());
    if (alone) calls.forEach(program::addType);
  }

  private MethodSpec pass(int entry) {
    Method m = entries.get(entry).method();
    return method(entries.get(entry), prepared.get(entry)).addAnnotation(Override.class).addStatement(
        m.getReturnType() == void.class ? "$L.call($L)" : "return $L.call($L)", "this." + field(m),
        String.join(", ", TypedProgram.arguments(prepared.get(entry)))).build();
  }
}
