package weft.pipeline;

import java.util.Map;
import java.util.ServiceLoader;
import weft.loop.BackEnd;
import weft.loop.Interpreter;
import weft.loop.LoopProgram;
import weft.runtime.WeftException;

/** Finds the back ends that are there. */
final class BackEnds {
  static final BackEnd INTERPRETER = new Interpreter();
  private static final String BEST = "bytecode";

  private BackEnds() {}

  /** The back end of this name; for null the bytecode one where it is on the class path, else the interpreter. */
  static BackEnd find(String wanted) {
    if (INTERPRETER.name().equals(wanted)) return INTERPRETER;
    String word = wanted == null ? BEST : wanted;
    for (BackEnd each : Loaded.ALL) if (each.name().equals(word)) return each;
    if (wanted == null) return INTERPRETER;
    throw new WeftException(WeftException.Kind.UNSUPPORTED, "compile: no " + word
        + " back end on the class path\n  Add dev.weft:weft-codegen, or compile(Backend.INTERPRETER).");
  }

  /** The Java of each kernel, by the name of the kernel; empty if no back end on the class path prints any. */
  static Map<String, String> java(LoopProgram program) {
    for (BackEnd each : Loaded.ALL) {
      Map<String, String> methods = each.java(program);
      if (!methods.isEmpty()) return methods;
    }
    return Map.of();
  }

  private static final class Loaded {
    static final Iterable<BackEnd> ALL =
        ServiceLoader.load(BackEnd.class, BackEnds.class.getClassLoader()).stream().map(ServiceLoader.Provider::get).toList();
  }
}
