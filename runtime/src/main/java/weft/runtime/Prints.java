package weft.runtime;

import java.util.function.Consumer;

/** Where functions print: what {@code printed(x, "message")} shows goes to one sink for the whole JVM, {@code System.err} at first. */
public final class Prints {
  private static volatile Consumer<String> sink;

  private Prints() {}

  /**
   * Sends what is printed from now on there, one text a value, on the thread that calls the function.
   *
   * @param other null for {@code System.err}
   */
  public static void to(Consumer<String> other) {
    sink = other;
  }

  /** For compiled code: shows elements of an array that lie in row-major order. */
  public static void print(String message, Object array, int from, int[] shape, int[] steps) {
    var text = new StringBuilder(message);
    for (int i = 0; i < steps.length; i++) text.append(i == 0 ? " at step " : ", ").append(steps[i]);
    Tensor value = Tensor.zeros(DType.ofArray(array), shape);
    System.arraycopy(array, from, value.array(), 0, value.size());
    text.append(": ").append(value.typeText()).append(shape.length > 1 ? "\n" : " ").append(TensorText.of(value));
    Consumer<String> to = sink;
    if (to == null) System.err.println(text);
    else to.accept(text.toString());
  }
}
