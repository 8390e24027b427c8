package weft.codegen;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Sizes;
import weft.loop.Stmt;
import weft.loop.Uses;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Symbol;

/**
 * Where each array and size of a program stands in the two arguments of its entry, and which method each
 * kernel becomes.
 */
final class Layout {
  /** So many methods go into one class; a class file has room for some ten thousand. */
  static final int METHODS_PER_CLASS = 3000;

  private final LoopProgram program;
  private final Map<Buffer, Integer> buffers = new IdentityHashMap<>();
  private final Map<Symbol, Integer> symbols = new HashMap<>();
  private final Set<Symbol> changing = new HashSet<>();
  private final Map<Kernel, Signature> signatures = new IdentityHashMap<>();
  private final List<List<Kernel>> classes = new ArrayList<>();

  /**
   * @param kernels all of them, each behind those it runs
   * @param className the internal name of the (first) class
   * @param shared whether kernels that do the same, to other arrays, may become one method
   */
  Layout(LoopProgram program, List<Kernel> kernels, String className, boolean shared) {
    this.program = program;
    for (Buffer b : program.buffers()) buffers.put(b, buffers.size());
    for (Symbol s : program.symbols()) {
      symbols.put(s, symbols.size());
      if (Sizes.isMeasured(s)) changing.add(s);
    }
    Map<Kernel, Kernel> same = shared ? same(kernels) : Map.of();
    List<Kernel> methods = kernels.stream().filter(k -> !same.containsKey(k)).toList();
    var names = new HashMap<String, Integer>();
    for (int i = 0; i < methods.size(); i++) {
      if (i % METHODS_PER_CLASS == 0) classes.add(new ArrayList<>());
      classes.get(classes.size() - 1).add(methods.get(i));
      String owner = ownerOf(className, methods.size(), i / METHODS_PER_CLASS);
      signatures.put(methods.get(i), signature(methods.get(i), owner, unique(methods.get(i).name(), names)));
    }
    same.forEach((kernel, as) -> {
      Signature method = signatures.get(as);
      signatures.put(kernel, signature(kernel, method.owner(), method.name()));
    });
  }

  /**
   * For each kernel that does what an earlier one does, that one: what layers of one size or an unrolled loop repeat is compiled once, and
   * is warm sooner.
   */
  private Map<Kernel, Kernel> same(List<Kernel> kernels) {
    var same = new LinkedHashMap<Kernel, Kernel>();
    var first = new HashMap<String, Kernel>();
    for (Kernel k : kernels) {
      if (!signature(k, "", "").direct()) continue;
      Kernel before = first.putIfAbsent(ProgramKey.of(k), k);
      if (before != null) same.put(k, before);
    }
    return same;
  }

  /** The last class holds the main kernel, so it is the one with the plain name. */
  private static String ownerOf(String className, int kernels, int index) {
    return index == (kernels - 1) / METHODS_PER_CLASS ? className : className + "$" + (index + 1);
  }

  private static String unique(String wish, Map<String, Integer> names) {
    String plain = plain(wish);
    int count = names.merge(plain, 1, Integer::sum);
    if (count == 1) return plain;
    String next = plain + "_" + count;
    return unique(next, names);
  }

  /** A name that the class file format accepts. */
  static String plain(String name) {
    var text = new StringBuilder();
    name.codePoints().forEach(c -> text.appendCodePoint(Character.isJavaIdentifierPart(c) && c > ' ' ? c : '_'));
    return text.length() == 0 ? "_" : text.toString();
  }

  private Signature signature(Kernel kernel, String owner, String name) {
    Uses uses = Uses.of(kernel.body());
    List<Buffer> arrays = List.copyOf(uses.buffers());
    List<Symbol> integers = uses.symbols();
    if (kernel.kind() == Kernel.Kind.LOOPS && !drives(kernel.body())
        && arrays.size() + integers.size() <= Signature.MOST_ARGUMENTS) {
      return new Signature(owner, name, true, arrays, integers);
    }
    var outer = new ArrayList<Symbol>();
    for (Symbol s : integers) if (!symbols.containsKey(s)) outer.add(s);
    if (outer.size() > Signature.MOST_ARGUMENTS) {
      throw new WeftException(Kind.INTERNAL, "kernel " + kernel + " stands inside " + outer.size()
          + " loops; a method takes at most " + Signature.MOST_ARGUMENTS + " arguments");
    }
    return new Signature(owner, name, false, List.of(), outer);
  }

  /** Whether a statement needs the program's arrays or sizes as a whole. */
  private static boolean drives(Stmt stmt) {
    var found = new boolean[1];
    stmt.accept(new Walker() {
      @Override
      public void run(Stmt.Run s) {
        found[0] = true;
      }

      @Override
      public void measure(Stmt.Measure s) {
        found[0] = true;
      }
    });
    return found[0];
  }

  LoopProgram program() {
    return program;
  }

  /** The kernels of each class; the main kernel is the last one of the last class. */
  List<List<Kernel>> classes() {
    return classes;
  }

  Signature signature(Kernel kernel) {
    return signatures.get(kernel);
  }

  int buffer(Buffer b) {
    Integer index = buffers.get(b);
    if (index == null) throw unlisted("buffer " + b);
    return index;
  }

  int symbol(Symbol s) {
    Integer index = symbols.get(s);
    if (index == null) throw unlisted("size " + s);
    return index;
  }

  private WeftException unlisted(String what) {
    return new WeftException(Kind.INTERNAL, "program " + program.name() + " does not list " + what);
  }

  /** Whether the call itself writes this size: it is measured, or computed from one that is. */
  boolean changing(Symbol s) {
    return changing.contains(s);
  }

  /** The sizes that are computed from {@code measured}, in the order in which they must be. */
  List<Symbol> computedFrom(Symbol measured) {
    return Sizes.computedFrom(program, measured);
  }
}
