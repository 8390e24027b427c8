package weft.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import weft.runtime.WeftException.Kind;

/**
 * What a generated class is made with: parameters found by name and held to the types that the class was generated for. Who shares
 * parameters may have more of them; a file or a map that holds more belongs to another class.
 */
public final class Parameters {
  private final String owner;
  private final boolean exact;
  private final Map<String, Parameter> byName = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  private Parameters(String owner, Collection<Parameter> parameters, boolean exact) {
    this.owner = owner;
    this.exact = exact;
    for (var parameter : parameters) {
      var other = byName.put(parameter.name(), parameter);
      if (other != null && other != parameter) {
        throw new WeftException(Kind.DUPLICATE, owner + ": two of the given parameters are named " + parameter.name());
      }
    }
  }

  /**
   * Parameters that somebody has already, to share them.
   *
   * @param owner the class, for messages
   */
  public static Parameters of(Class<?> owner, Collection<Parameter> parameters) {
    return new Parameters(owner.getSimpleName(), parameters, false);
  }

  /** New parameters that start with copies of these values. */
  public static Parameters of(Class<?> owner, Map<String, Tensor> values) {
    var parameters = new ArrayList<Parameter>();
    for (var entry : values.entrySet()) {
      parameters.add(new Parameter(entry.getKey(), entry.getValue()));
    }
    return new Parameters(owner.getSimpleName(), parameters, true);
  }

  /**
   * New parameters that start with the values of a safetensors file beside a class.
   *
   * @param resource its name, for messages
   * @param in what the class itself finds under that name, null for nothing: in a module nobody else may look there; is closed
   * @throws WeftException of kind FILE if there is none, or if it is damaged
   */
  public static Parameters of(Class<?> owner, String resource, InputStream in) {
    if (in == null) {
      throw new WeftException(Kind.FILE, "there is no resource " + resource + " beside " + owner.getName());
    }
    try (in) {
      return of(owner, SafeTensors.load(in, resource));
    } catch (IOException failure) {
      throw new WeftException(Kind.FILE, "cannot read resource " + resource + " beside " + owner.getName(), failure);
    }
  }

  /**
   * The parameter of this name.
   *
   * @throws WeftException of kind ARGUMENT if there is none, of kind DTYPE or SHAPE if it has another type
   */
  public Parameter take(String name, DType dtype, int... shape) {
    var found = byName.get(name);
    if (found == null) {
      throw new WeftException(Kind.ARGUMENT, owner + ": parameter " + name + " " + Shapes.typeText(dtype, shape) + " is missing"
          + "\n  Given are " + (byName.isEmpty() ? "none" : String.join(", ", new TreeSet<>(byName.keySet()))) + ".");
    }
    if (found.dtype() != dtype || !Arrays.equals(found.shape(), shape)) {
      throw new WeftException(found.dtype() != dtype ? Kind.DTYPE : Kind.SHAPE, owner + ": parameter " + name
          + " has another type than the class was generated for"
          + "\n    wanted  " + Shapes.typeText(dtype, shape)
          + "\n    given   " + found.typeText()
          + "\n  Give a parameter of that type, or generate the class again.");
    }
    taken.add(name);
    return found;
  }

  /**
   * Says that all have been taken.
   *
   * @throws WeftException of kind ARGUMENT if values were given for parameters that there are not
   */
  public void end() {
    if (exact && taken.size() < byName.size()) {
      var rest = new TreeSet<>(byName.keySet());
      rest.removeAll(taken);
      throw new WeftException(Kind.ARGUMENT, owner + ": values for " + String.join(", ", rest) + " are given, and there are no such parameters"
          + "\n  It has " + (taken.isEmpty() ? "none" : String.join(", ", new TreeSet<>(taken))) + ". Leave the others out.");
    }
  }
}
