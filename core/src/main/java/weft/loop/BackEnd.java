package weft.loop;

import java.util.Map;

/** Makes loop programs runnable. The bytecode back end is found as a service, so that core need not know it. */
public interface BackEnd {
  /** The word that options know it by. */
  String name();

  /** How many f32 lanes its vectors may have on this machine; 1 if it has none. */
  int lanes();

  /** Whether several threads may run one of its programs together. */
  default boolean isForTeams() {
    return false;
  }

  /**
   * Whether it takes kernels whole and in the order in which people read them, not in the pieces and turns that suit caches and a virtual
   * machine. Who compares it with a back end that does not compares those passes, too.
   */
  default boolean takesKernelsWhole() {
    return false;
  }

  /** The Java that it prints for each kernel, by the name of the kernel; empty for a back end that prints none. */
  default Map<String, String> java(LoopProgram program) {
    return Map.of();
  }

  /** The program, made ready to run. */
  Compiled compile(LoopProgram program);
}
