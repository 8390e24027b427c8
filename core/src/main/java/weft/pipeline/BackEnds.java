package weft.pipeline;

import java.util.ServiceLoader;
import weft.Backend;
import weft.loop.BackEnd;
import weft.loop.Interpreter;
import weft.runtime.WeftException;

/** Finds the back ends that are there. */
final class BackEnds {
  private static final BackEnd INTERPRETER = new Interpreter();

  private BackEnds() {}

  /** The wanted back end; for null the bytecode one where it is on the class path, else the interpreter. */
  static BackEnd find(Backend wanted) {
    if (wanted == Backend.INTERPRETER) return INTERPRETER;
    for (BackEnd each : Loaded.ALL) if (each.name().equals(Backend.BYTECODE.word())) return each;
    if (wanted == null) return INTERPRETER;
    throw new WeftException(WeftException.Kind.UNSUPPORTED,
        "compile: no bytecode back end on the class path\n  Add dev.weft:weft-codegen, or compile(Backend.INTERPRETER).");
  }

  private static final class Loaded {
    static final Iterable<BackEnd> ALL =
        ServiceLoader.load(BackEnd.class, BackEnds.class.getClassLoader()).stream().map(ServiceLoader.Provider::get).toList();
  }
}
