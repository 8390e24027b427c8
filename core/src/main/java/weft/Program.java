package weft;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import weft.pipeline.Compiler;
import weft.pipeline.FunctionSpec;
import weft.pipeline.Memories;
import weft.pipeline.Prepared;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Functions behind the methods of an interface: what ships as one class, be it made at run time ({@code weft.codegen.Jit}) or written by
 * a build ({@code weft.codegen.source.SourceEmitter}).
 *
 * <p>A method takes its function's inputs in order, each as a {@link weft.runtime.Tensor} or, where the rank is 0, as the primitive of
 * its dtype. It returns nothing for a function without outputs; the output, as a tensor or as such a primitive; all outputs as a
 * {@code Tensor[]}; or a record with a component for each.
 *
 * @param <T> the interface
 */
public final class Program<T> {
  /** A method and what a call of it does. */
  public static final class Entry {
    private final Method method;
    private final FunctionBuilder function;

    private Entry(Method method, FunctionBuilder function) {
      this.method = method;
      this.function = function;
    }

    /** The method of the interface. */
    public Method method() {
      return method;
    }

    /** The function as loops, with vectors of so many floats or, for 1, none. */
    public Prepared prepare(int lanes) {
      FunctionSpec spec = function.spec();
      Signatures.check(method, spec);
      return Compiler.prepare(spec, function.options().withLanes(lanes));
    }
  }

  private final Class<T> type;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private Program(Class<T> type) {
    this.type = type;
  }

  /** A program whose methods are to be given. */
  public static <T> Program<T> program(Class<T> type) {
    if (!type.isInterface() || type.isAnnotation() || type.isSealed()) {
      throw new WeftException(Kind.ARGUMENT, "program: " + type.getName() + " is no interface that a class may implement"
          + "\n  Declare an interface with one method a function.");
    }
    return new Program<>(type);
  }

  /** A program of one function, behind the only method that the interface leaves open. */
  public static <T> Program<T> program(Class<T> type, FunctionBuilder function) {
    Program<T> program = program(type);
    List<Method> open = program.abstractMethods();
    if (open.size() != 1) {
      throw new WeftException(Kind.ARGUMENT, "program: " + type.getSimpleName() + " has " + open.size()
          + " methods to implement, not one\n  Say which function each of them is with method(…).");
    }
    return program.method(open.get(0).getName(), function);
  }

  /**
   * Says what a method does. The function is called like the method in errors and dumps.
   *
   * @throws WeftException of kind ARGUMENT if the method does not fit; the message says what it should be
   */
  public Program<T> method(String name, FunctionBuilder function) {
    List<Method> found = abstractMethods().stream().filter(m -> m.getName().equals(name)).toList();
    if (found.size() != 1) {
      String what = found.isEmpty() ? " has no method " : " has more than one method ";
      throw new WeftException(Kind.ARGUMENT, "program: " + type.getSimpleName() + what + name + "\n    it has  "
          + abstractMethods().stream().map(Signatures::text).collect(Collectors.joining("\n            ")));
    }
    if (entries.containsKey(name)) {
      throw new WeftException(Kind.DUPLICATE, "program: method " + name + " of " + type.getSimpleName() + " is given twice");
    }
    Signatures.check(found.get(0), function.named(name).spec());
    entries.put(name, new Entry(found.get(0), function));
    return this;
  }

  /** The methods that a class must have, by name. */
  private List<Method> abstractMethods() {
    var all = new ArrayList<Method>();
    for (Method m : type.getMethods()) if (Modifier.isAbstract(m.getModifiers()) && !isOfObject(m)) all.add(m);
    all.sort(Comparator.comparing(Method::getName).thenComparing(Signatures::text));
    return all;
  }

  /** An interface may repeat methods that every object has. */
  private static boolean isOfObject(Method m) {
    return Arrays.stream(Object.class.getMethods())
        .anyMatch(o -> o.getName().equals(m.getName()) && Arrays.equals(o.getParameterTypes(), m.getParameterTypes()));
  }

  /** The interface. */
  public Class<T> type() {
    return type;
  }

  /**
   * The functions behind the methods, in the order in which those were given, by the back end or, for null, by the best there is. They
   * take turns with one workspace, and a call at the same time gets another.
   *
   * @throws WeftException of kind ARGUMENT if the interface has more methods
   */
  public List<CompiledFunction> compile(Backend backend) {
    var memories = new Memories();
    var functions = new ArrayList<CompiledFunction>();
    for (Entry e : entries()) {
      Signatures.check(e.method, e.function.spec());
      functions.add(e.function.compile(backend, memories));
    }
    return functions;
  }

  /**
   * The methods in the order in which they were given.
   *
   * @throws WeftException of kind ARGUMENT if the interface has more
   */
  public List<Entry> entries() {
    List<Method> missing = abstractMethods().stream().filter(m -> !entries.containsKey(m.getName())).toList();
    if (!missing.isEmpty()) {
      throw new WeftException(Kind.ARGUMENT, "program: nothing says what these methods of " + type.getSimpleName() + " do\n    "
          + missing.stream().map(Signatures::text).collect(Collectors.joining("\n    "))
          + "\n  Add method(\"" + missing.get(0).getName() + "\", function(…)…).");
    }
    return List.copyOf(entries.values());
  }
}
