package weft.codegen.source;

import java.util.IdentityHashMap;
import java.util.Map;
import weft.loop.Buffer;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.Names;
import weft.type.Symbol;

/**
 * What things are called in one method: its arguments, the fields of its class, its loop variables and locals. In a program with more
 * buffers than a class should have fields, what has no name of its own stands in {@code arrays} and {@code sizes}.
 */
final class MethodScope {
  private final Names names;
  private final Map<Object, Integer> table;
  private final Species species;

  /**
   * @param names those of the class for a method that reads fields, else none yet
   * @param table where buffers and extents stand in {@code arrays} and {@code sizes}, null if all have names
   */
  MethodScope(Names names, Map<Object, Integer> table, Species species) {
    this.names = names;
    this.table = table;
    this.species = species;
  }

  Species species() {
    return species;
  }

  static Map<Object, Integer> table(LoopProgram program) {
    var table = new IdentityHashMap<Object, Integer>();
    for (int i = 0; i < program.buffers().size(); i++) table.put(program.buffers().get(i), i);
    for (int i = 0; i < program.symbols().size(); i++) table.put(program.symbols().get(i), i);
    return table;
  }

  /** An expression for the array of a buffer. */
  String array(Buffer b) {
    if (table == null || names.knows(b)) return names.of(b, JavaNames.identifier(b.name()));
    return "(" + b.dtype().javaType() + "[]) arrays[" + table.get(b) + "]";
  }

  /** Where the array of a buffer is put. */
  String target(Buffer b) {
    return isField(b) ? array(b) : "arrays[" + table.get(b) + "]";
  }

  /** Whether something has a name rather than a place in {@code arrays} or {@code sizes}. */
  boolean isField(Object thing) {
    return table == null || names.knows(thing) || !table.containsKey(thing);
  }

  /** An expression for an extent or a loop variable. */
  String integer(Symbol s) {
    if (table == null || names.knows(s) || !table.containsKey(s)) return names.of(s, JavaNames.of(s));
    return "sizes[" + table.get(s) + "]";
  }

  String local(Local local) {
    return names.of(local, JavaNames.identifier(local.name()));
  }

  /** A new name, like this one. */
  String fresh(String wanted) {
    return names.of(new Object(), JavaNames.identifier(wanted));
  }

  /** A name for something that had none: an argument, or a local that holds it. */
  String name(Object thing, String wanted) {
    return names.of(thing, JavaNames.identifier(wanted));
  }

  /** Enters braces; the result is for {@link #leave}. */
  int enter() {
    return names.enter();
  }

  void leave(int mark) {
    names.leave(mark);
  }
}
