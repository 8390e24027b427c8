package weft;

import java.util.LinkedHashMap;
import java.util.Map;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * A call of a {@link CompiledFunction} some of whose arguments are given by name: {@code train.with("rate", 0.1).call(x, y)}. It may be
 * made again and again.
 */
public final class Call {
  private final CompiledFunction function;
  private final Map<String, Object> named = new LinkedHashMap<>();

  Call(CompiledFunction function) {
    this.function = function;
  }

  /**
   * Gives the argument of the input of this name.
   *
   * @throws WeftException of kind ARGUMENT if there is no such input, of kind DUPLICATE if two are called so or if it has been given
   */
  public Call with(String input, Object argument) {
    function.arguments().indexOf(input);
    if (named.containsKey(input)) {
      throw new WeftException(Kind.DUPLICATE, function.name() + ": input " + input + " is given twice by name"
          + "\n  Give each input once.");
    }
    named.put(input, argument);
    return this;
  }

  /**
   * Calls with these arguments for the first inputs, by position, and the named ones.
   *
   * @return the first output, or null if there is none
   * @throws WeftException of kind DUPLICATE if an input is given both by position and by name, of kind MISSING_INPUT if one that has no
   *     default is not given
   */
  public Tensor call(Object... first) {
    return function.first(callAll(first));
  }

  /** The same with all outputs. */
  public Tensor[] callAll(Object... first) {
    return function.run(function.arguments().of(CompiledFunction.spread(first), named));
  }

  /** The same with all outputs by name, in order. */
  public Map<String, Tensor> callNamed(Object... first) {
    return function.results().byName(callAll(first));
  }

  /** The same with the outputs in a record, as {@link CompiledFunction#callAs}. */
  public <R extends Record> R callAs(Class<R> type, Object... first) {
    return function.results().as(type, callAll(first));
  }
}
