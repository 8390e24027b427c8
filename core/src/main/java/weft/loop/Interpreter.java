package weft.loop;

import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * The slow definition of what a loop program means: every statement in the order written, every value lane by
 * lane in the arithmetic of its dtype, every access checked against the size of its buffer.
 *
 * <p>An access outside a buffer, or an array of the wrong type or length, is an error of kind INTERNAL.
 */
public final class Interpreter implements BackEnd {
  private final boolean backwards;

  /** The interpreter that counts every loop upwards. */
  public Interpreter() {
    this(false);
  }

  /**
   * @param backwards whether loops that promise to be parallel start with their last iteration, so that a broken
   *     promise shows in the result
   */
  public Interpreter(boolean backwards) {
    this.backwards = backwards;
  }

  @Override
  public String name() {
    return "interpreter";
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public boolean takesKernelsWhole() {
    return true;
  }

  @Override
  public Compiled compile(LoopProgram program) {
    var slots = new Slots(program);
    var compiler = new StmtCompiler(program, slots, backwards);
    Code.Action main = compiler.compile(program.main());
    Code.Index[] limits = program.buffers().stream()
        .map(b -> isMeasured(b) ? null : slots.index(b.size()))
        .toArray(Code.Index[]::new);
    return new Ready(program, main, limits, slots.symbolCount(), slots.localCounts(), compiler.kernels());
  }

  /** Whether the size of a buffer is known only during the call, so that the array's length must do as its limit. */
  private static boolean isMeasured(Buffer buffer) {
    return buffer.size().symbols().stream().anyMatch(Sizes::isMeasured);
  }

  /**
   * @param limits the size of each buffer, null where it is measured
   * @param symbols how many extents and loop variables there are
   */
  private record Ready(LoopProgram program, Code.Action main, Code.Index[] limits, int symbols, int[] locals,
      int kernels) implements Compiled {

    @Override
    public void run(Object[] arrays, int[] sizes) {
      if (arrays.length != limits.length || sizes.length < program.symbols().size()) {
        throw wrong("takes " + limits.length + " arrays and " + program.symbols().size() + " sizes, but got "
            + arrays.length + " and " + sizes.length);
      }
      var frame = new Frame(arrays, sizes, program.symbols().size(), symbols, locals);
      frame.readSizes();
      for (int i = 0; i < limits.length; i++) measure(frame, i);
      main.run(frame);
    }

    private void measure(Frame frame, int i) {
      Buffer buffer = program.buffers().get(i);
      Object array = frame.arrays[i];
      if (!buffer.dtype().holds(array)) {
        throw wrong(buffer.role() + " " + buffer + " is " + buffer.dtype() + ", but its array is "
            + (array == null ? "null" : array.getClass().getSimpleName()));
      }
      frame.lengths[i] = buffer.dtype().length(array);
      frame.limits[i] = limits[i] == null ? frame.lengths[i] : limits[i].at(frame);
      if (frame.lengths[i] < frame.limits[i]) {
        throw wrong(buffer.role() + " " + buffer + " needs " + frame.limits[i] + " elements, but its array has "
            + frame.lengths[i]);
      }
    }

    private WeftException wrong(String what) {
      return new WeftException(Kind.INTERNAL, program.name() + ": " + what);
    }

    @Override
    public String report() {
      return "interpreter: " + kernels + " kernels";
    }

    @Override
    public String listing() {
      return "";
    }
  }
}
