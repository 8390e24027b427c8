package weft.runtime;

import java.util.function.Consumer;

/** Where functions print: what {@code printed(x, "message")} shows goes to one sink for the whole JVM, {@code System.err} at first. */
public final class Prints {
  /** Who is shown the tensors of a thread's calls before they are printed. */
  public interface Listener {
    /** @return whether that is for the listener, so that it is not printed */
    boolean heard(String message, Tensor value, int[] steps);
  }

  private static final ThreadLocal<Listener> LISTENER = new ThreadLocal<>();
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

  /**
   * Shows a listener what this thread's calls would print.
   *
   * @param other null for none
   * @return the one before, null for none
   */
  public static Listener listen(Listener other) {
    Listener before = LISTENER.get();
    if (other == null) LISTENER.remove();
    else LISTENER.set(other);
    return before;
  }

  /** For compiled code: shows elements of an array that lie in row-major order. */
  public static void print(String message, Object array, int from, int[] shape, int[] steps) {
    Tensor value = Tensor.zeros(DType.ofArray(array), shape);
    System.arraycopy(array, from, value.array(), 0, value.size());
    Listener listener = LISTENER.get();
    if (listener != null && listener.heard(message, value, steps)) return;
    var text = new StringBuilder(message);
    for (int i = 0; i < steps.length; i++) text.append(i == 0 ? " at step " : ", ").append(steps[i]);
    text.append(": ").append(value.typeText()).append(shape.length > 1 ? "\n" : " ").append(TensorText.of(value));
    Consumer<String> to = sink;
    if (to == null) System.err.println(text);
    else to.accept(text.toString());
  }
}
