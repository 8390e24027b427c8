package weft;

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.graph.Message;
import weft.pipeline.Compiler;
import weft.pipeline.Door;
import weft.recipe.RecipeFormat;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * A function that was sent or kept as bytes: its graph, its options, and the values of its parameters, which are compiled where
 * they are read. A graph is compiled once in a JVM, however often it is read; parameters belong to one reading.
 */
public final class Recipe {
  /** Compiled graphs kept for the next reading. */
  private static final int KEPT = 64;
  private static final Map<String, Kept> CACHE = new LinkedHashMap<>(16, 0.75f, true);

  /** One graph, compiled by whoever needs it first. */
  private static final class Kept {
    private Door door;
    private List<Parameter> parameters;
  }

  private final RecipeFormat.Content content;

  private Recipe(RecipeFormat.Content content) {
    this.content = content;
  }

  /**
   * A function as bytes, with the present values of its parameters.
   *
   * @throws WeftException of kind UNSUPPORTED if it uses an op that is not of the library
   */
  public static byte[] of(FunctionBuilder function) {
    return RecipeFormat.write(function.spec(), function.options(), p -> p);
  }

  /**
   * Reads a recipe; nothing is compiled yet.
   *
   * @throws WeftException of kind FILE if the bytes are no recipe, or one that was cut, changed or made up
   */
  public static Recipe read(byte[] bytes) {
    return new Recipe(RecipeFormat.read(Message.needed("recipe: the bytes", bytes)));
  }

  /** The name of the function. */
  public String name() {
    return content.spec().name();
  }

  /** The parameters of this reading, which functions compiled from it share. */
  public List<Parameter> parameters() {
    return content.parameters();
  }

  /** The function, compiled as it was when it was written, with the vectors of this machine unless it said how many lanes. */
  public CompiledFunction compile() {
    return compile(content.options().backend());
  }

  /** The function, compiled by this back end. */
  public CompiledFunction compile(Backend backend) {
    return compile(backend.word());
  }

  private CompiledFunction compile(String backend) {
    Kept kept;
    synchronized (CACHE) {
      kept = CACHE.computeIfAbsent(backend + " " + content.key(), k -> new Kept());
      if (CACHE.size() > KEPT) CACHE.remove(CACHE.keySet().iterator().next());
    }
    synchronized (kept) {
      if (kept.door == null) {
        try {
          kept.door = Compiler.compile(content.spec(), content.options().with(backend));
        } catch (ArithmeticException | IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException
            | ClassCastException | NullPointerException e) {
          throw new WeftException(Kind.FILE, "recipe: " + name() + " cannot be compiled, since what its ops were given makes no sense"
              + "\n  Nothing was defined. Write the recipe again from its function.", e);
        }
        kept.parameters = content.parameters();
      }
      var instead = new IdentityHashMap<Parameter, Parameter>();
      for (int i = 0; i < kept.parameters.size(); i++) instead.put(kept.parameters.get(i), content.parameters().get(i));
      return new CompiledFunction(kept.door.with(instead), content.options().with(backend));
    }
  }
}
