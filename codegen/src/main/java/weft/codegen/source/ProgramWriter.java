package weft.codegen.source;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Modifier;
import weft.codegen.DriverSplitter;
import weft.codegen.ProgramKey;
import weft.codegen.Walker;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Names;
import weft.loop.Sizes;
import weft.loop.Stmt;
import weft.loop.Uses;
import weft.type.Symbol;

/**
 * Writes the kernels of a program as methods. A kernel of loops is static and takes its arrays and sizes. A driver reads them from
 * fields of the class; in a program with too many for that, it takes all arrays and all sizes, and the methods are spread over classes.
 */
final class ProgramWriter implements MethodWriter.Calls {
  /** What a driver may take before it is cut: HotSpot compiles no method above 8,000 bytes, and splitting counts roughly. */
  private static final int DRIVER_BYTES = 5500;
  private static final int MOST_ARGUMENTS = 250;
  /** So many fields a class may have, for its constructor to stay within what HotSpot compiles. */
  private static final int MOST_FIELDS = 300;
  private static final int MOST_METHODS = 1000;
  private static final int METHODS_PER_PART = 500;
  /** From so many statements on kernels that do the same are one method: below, each reads better with its own names. */
  private static final int WORTH_SHARING = 10;
  /** So many formulas of one method are said. */
  private static final int MOST_FORMULAS = 12;

  private static final Method UNKNOWN = new Method("", false, "", List.of(), List.of());

  private final LoopProgram program;
  private final Species species;
  private final Names fields;
  private final List<Kernel> kernels = new ArrayList<>();
  private final Map<Kernel, Method> methods = new IdentityHashMap<>();
  /** The kernels that one method stands for, that which has given it its names first. */
  private final Map<Kernel, List<Kernel>> alike = new IdentityHashMap<>();
  private final Map<Object, Integer> table;
  private final Set<Buffer> buffers = new LinkedHashSet<>();

  /**
   * How a kernel is called.
   *
   * @param direct whether it takes the arrays and sizes that it uses, and nothing else
   * @param part the class it is in, or "" for the one that has the fields
   */
  private record Method(String name, boolean direct, String part, List<Buffer> buffers, List<Symbol> symbols) {}

  /**
   * @param fields the names of the class, with those of its helpers already taken
   * @param takenMethods the methods that the class has beside the kernels
   */
  ProgramWriter(LoopProgram scheduled, Species species, Names fields, List<String> takenMethods) {
    LoopProgram whole = Bind.program(scheduled);
    Kernel main = new DriverSplitter(DRIVER_BYTES).split(whole.main());
    program = new LoopProgram(whole.name(), whole.lanes(), whole.buffers(), whole.symbols(), whole.inputs(), whole.outputs(), main);
    this.species = species;
    this.fields = fields;
    addInOrder(main);
    Uses uses = Uses.of(main.body());
    for (Buffer b : program.buffers()) if (uses.buffers().contains(b) || program.outputs().contains(b)) buffers.add(b);
    boolean large = buffers.size() + program.symbols().size() > MOST_FIELDS || kernels.size() > MOST_METHODS;
    table = large ? MethodScope.table(program) : null;
    var given = new HashSet<String>();
    for (Buffer b : program.buffers()) given.add(b.name());
    for (Kernel k : kernels) given.add(k.name());
    var names = new Names();
    for (String taken : takenMethods) names.of(new Object(), taken);
    var first = new HashMap<String, Kernel>();
    int written = 0;
    for (Kernel k : kernels) {
      Kernel other = size(k) < WORTH_SHARING ? k : first.computeIfAbsent(ProgramKey.of(k), key -> k);
      if (other != k && methods.get(other).direct) {
        methods.put(k, like(methods.get(other), other, k));
        alike.get(other).add(k);
      } else {
        methods.put(k, method(k, names.of(k, JavaNames.identifier(unnumbered(k.name(), given))), written++));
        alike.put(k, new ArrayList<>(List.of(k)));
      }
    }
    if (!large) {
      // What users name keeps its name, others go round it.
      for (Buffer b : buffers) if (isUsers(b)) fields.of(b, JavaNames.identifier(b.name()));
      for (Buffer b : buffers) if (!isUsers(b)) fields.of(b, JavaNames.identifier(unnumbered(b.name(), given)));
      for (Symbol s : program.symbols()) fields.of(s, JavaNames.of(s));
    }
  }

  private static boolean isUsers(Buffer b) {
    return b.role() == Buffer.Role.INPUT || b.role() == Buffer.Role.OUTPUT || b.role() == Buffer.Role.PARAMETER;
  }

  /** A name without the number that told it from others in the loops: in Java methods and fields do not clash. */
  private static String unnumbered(String name, Set<String> given) {
    int end = name.length();
    while (end > 0 && Character.isDigit(name.charAt(end - 1))) end--;
    boolean numbered = end > 1 && end < name.length() && name.charAt(end - 1) == '_' && given.contains(name.substring(0, end - 1));
    return numbered ? name.substring(0, end - 1) : name;
  }

  /** The main driver, then what it runs, in the order in which a reader meets it. */
  private void addInOrder(Kernel kernel) {
    if (methods.putIfAbsent(kernel, UNKNOWN) != null) return;
    kernels.add(kernel);
    kernel.body().accept(new Walker() {
      @Override
      public void run(Stmt.Run s) {
        addInOrder(s.kernel());
      }
    });
  }

  private Method method(Kernel kernel, String name, int index) {
    Uses uses = Uses.of(kernel.body());
    List<Symbol> symbols = new ArrayList<>(uses.symbols());
    symbols.sort(Comparator.comparing(JavaNames::of));
    String part = isLarge() ? "Part" + (index / METHODS_PER_PART + 1) : "";
    boolean direct = kernel.kind() == Kernel.Kind.LOOPS && uses.buffers().size() + symbols.size() <= MOST_ARGUMENTS;
    if (direct) return new Method(name, true, part, List.copyOf(uses.buffers()), symbols);
    return new Method(name, false, part, List.of(), symbols.stream().filter(Symbol::isLoopVariable).toList());
  }

  /** The method of a kernel that does the same, given what this one uses in its place. */
  private static Method like(Method method, Kernel other, Kernel kernel) {
    Uses theirs = Uses.of(other.body());
    Uses ours = Uses.of(kernel.body());
    List<Symbol> symbols = method.symbols.stream().map(s -> ours.symbols().get(theirs.symbols().indexOf(s))).toList();
    return new Method(method.name, true, method.part, List.copyOf(ours.buffers()), symbols);
  }

  private static int size(Kernel kernel) {
    var count = new int[1];
    kernel.body().accept(new Walker() {
      @Override
      public void declare(Stmt.Declare s) {
        count[0]++;
      }

      @Override
      public void store(Stmt.Store s) {
        count[0]++;
      }

      @Override
      public void assign(Stmt.Assign s) {
        count[0]++;
      }
    });
    return count[0];
  }

  /** Whether arrays and sizes stand in two arrays rather than in fields. */
  boolean isLarge() {
    return table != null;
  }

  LoopProgram program() {
    return program;
  }

  /** The buffers that are read or written. */
  Collection<Buffer> buffers() {
    return buffers;
  }

  /** What the class that has the fields calls them. */
  MethodScope scope() {
    return new MethodScope(fields, table, species);
  }

  /** The name of the method of a kernel. */
  String name(Kernel kernel) {
    return methods.get(kernel).name;
  }

  /** The call that runs the program. */
  CodeBlock main() {
    return call(program.main(), scope());
  }

  void addMethods(TypeSpec.Builder type) {
    TypeSpec.Builder part = type;
    String open = "";
    for (Kernel k : kernels) {
      if (!alike.containsKey(k)) continue;
      Method method = methods.get(k);
      if (!method.part.equals(open)) {
        if (part != type) type.addType(part.build());
        open = method.part;
        part = TypeSpec.classBuilder(open).addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL);
      }
      part.addMethod(write(k, method));
    }
    if (part != type) type.addType(part.build());
  }

  private MethodSpec write(Kernel kernel, Method method) {
    var spec = MethodSpec.methodBuilder(method.name);
    String doc = doc(alike.get(kernel));
    if (!doc.isEmpty()) spec.addJavadoc("$L.", Texts.comment(doc));
    boolean hasFields = !method.direct && !isLarge();
    var scope = new MethodScope(hasFields ? fields : new Names(), hasFields ? null : table, species);
    int mark = scope.enter();
    if (!isLarge()) spec.addModifiers(Modifier.PRIVATE);
    if (!hasFields) spec.addModifiers(Modifier.STATIC);
    if (!method.direct && isLarge()) {
      spec.addParameter(Object[].class, scope.fresh("arrays")).addParameter(int[].class, scope.fresh("sizes"));
    }
    for (Buffer b : method.buffers) spec.addParameter(ArrayTypeName.of(b.dtype().javaType()), scope.name(b, isLarge() ? b.name() : fields.of(b, b.name())));
    for (Symbol s : method.symbols) spec.addParameter(TypeName.INT, scope.name(s, JavaNames.of(s)));
    if (!method.direct) spec.addCode(locals(kernel, scope));
    spec.addCode(new MethodWriter(scope, kernel, this).write(kernel.body()));
    scope.leave(mark);
    return spec.build();
  }

  /** What each of them computes, and where that was written. */
  private static String doc(List<Kernel> kernels) {
    List<String> all = kernels.stream().map(k -> Texts.join(", at ", k.formula().strip(), k.origin())).filter(d -> !d.isEmpty()).distinct().toList();
    String said = String.join("; ", all.subList(0, Math.min(MOST_FORMULAS, all.size())));
    return all.size() <= MOST_FORMULAS ? said : said + "; and " + (all.size() - MOST_FORMULAS) + " more";
  }

  /** Locals for what a method that is given everything touches itself. */
  private CodeBlock locals(Kernel kernel, MethodScope scope) {
    var code = CodeBlock.builder();
    if (!isLarge()) return code.build();
    var touched = new LinkedHashSet<Buffer>();
    kernel.body().accept(new Walker() {
      @Override
      protected void buffer(Buffer b) {
        touched.add(b);
      }
    });
    for (Buffer b : touched) {
      String array = scope.array(b);
      code.addStatement("$T[] $L = $L", b.dtype().javaType(), scope.name(b, b.name()), array);
    }
    if (kernel.kind() == Kernel.Kind.DRIVER) return code.build();
    for (Symbol s : Uses.of(kernel.body()).symbols()) {
      if (s.isLoopVariable()) continue;
      String size = scope.integer(s);
      code.addStatement("int $L = $L", scope.name(s, JavaNames.of(s)), size);
    }
    return code.build();
  }

  @Override
  public CodeBlock call(Kernel kernel, MethodScope scope) {
    Method callee = methods.get(kernel);
    var arguments = new ArrayList<String>();
    if (!callee.direct && isLarge()) arguments.addAll(List.of("arrays", "sizes"));
    for (Buffer b : callee.buffers) arguments.add(scope.array(b));
    for (Symbol s : callee.symbols) arguments.add(scope.integer(s));
    CodeBlock list = arguments.stream().map(a -> CodeBlock.of("$L", a)).collect(CodeBlock.joining(",$W"));
    return CodeBlock.of("$L$L($L)", callee.part.isEmpty() ? "" : callee.part + ".", callee.name, list);
  }

  @Override
  public boolean changes(Symbol s) {
    return Sizes.isMeasured(s);
  }

  @Override
  public Iterable<Symbol> computedFrom(Symbol measured) {
    return Sizes.computedFrom(program, measured);
  }
}
