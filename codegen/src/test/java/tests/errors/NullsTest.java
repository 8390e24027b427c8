package tests.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.InputStream;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.FunctionBuilder;
import weft.Guard;
import weft.Initializer;
import weft.RandomStream;
import weft.Recipe;
import weft.ScanBuilder;
import weft.Step;
import weft.Tensors;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.SafeTensors;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Null where something was wanted: an error that says so, whatever takes it. */
class NullsTest {
  private final SplittableRandom rng = new SplittableRandom(1);
  private final Expr x = Tensors.vector("x", 3);
  private final List<Expr> exprs = List.of(x, Tensors.matrix("m", 3, 4), Tensors.matrix("square", 3, 3), Tensors.scalar("s"),
      Tensors.scalar("d", DType.F64), Tensors.vector("i", DType.I32, 3), Tensors.vector("b", DType.BOOL, 3), Tensors.scalar("c", DType.BOOL),
      Tensors.param("p", Tensor.zeros(DType.F32, 3)), Tensors.zeros(3), Tensors.vector("n", Tensors.dim("n")));

  /** Every word with null in the place of each argument, and of the elements of lists and arrays, among others that often fit. */
  @Test
  void everyWord() throws Exception {
    var wrong = new ArrayList<String>();
    var asked = new HashMap<String, Boolean>();
    Method[] words = Tensors.class.getMethods();
    Arrays.sort(words, Comparator.comparing(Method::toString));
    for (Method word : words) {
      if (!Modifier.isStatic(word.getModifiers())) continue;
      Class<?>[] types = word.getParameterTypes();
      for (int p = 0; p < types.length; p++) {
        for (int k = 0; k < 40 && !types[p].isPrimitive(); k++) {
          Object[] arguments = arguments(word);
          arguments[p] = k % 2 == 0 ? null : withNull(types[p]);
          try {
            word.invoke(null, arguments);
          } catch (InvocationTargetException e) {
            asked.merge(word.getName(), true, Boolean::logicalOr);
            boolean told = e.getCause() instanceof WeftException w && w.kind() != Kind.INTERNAL;
            if (!told) wrong.add(word.getName() + " with null for argument " + p + ": " + e.getCause());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(asked).hasSizeGreaterThan(200).containsKeys("dot", "softmax", "concat", "grad", "adam", "ifElse", "take", "param");
  }

  private static Object withNull(Class<?> type) {
    if (type == List.class) return Arrays.asList(new Object[1]);
    return type.isArray() && !type.getComponentType().isPrimitive() ? Array.newInstance(type.getComponentType(), 1) : null;
  }

  private Object[] arguments(Method word) {
    Class<?>[] types = word.getParameterTypes();
    var arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) arguments[i] = argument(types[i], word.getGenericParameterTypes()[i].toString());
    return arguments;
  }

  private Object argument(Class<?> type, String generic) {
    if (type == Expr.class || type == Object.class) return exprs.get(rng.nextInt(exprs.size()));
    if (type == int.class) return rng.nextInt(-1, 3);
    if (type == double.class || type == Number.class) return rng.nextInt(3) / 2.0;
    if (type == boolean.class) return rng.nextBoolean();
    if (type == String.class) return "name";
    if (type == DType.class) return DType.F32;
    if (type == Dim.class) return Dim.of(3);
    if (type == Tensor.class) return Tensor.of(1f, 2, 3);
    if (type == Map.class) return Map.of();
    if (type == List.class) return generic.contains("Expr") ? List.of(argument(Expr.class, "")) : List.of();
    if (type == RandomGenerator.class) return new Random(1);
    if (type == Initializer.class) return Initializer.normal(new Random(1), 1);
    if (type == UnaryOperator.class) return (UnaryOperator<Expr>) Tensors::tanh;
    if (type == BinaryOperator.class) return (BinaryOperator<Expr>) Expr::plus;
    if (type == Function.class) return (Function<List<Expr>, Expr>) l -> l.get(0);
    if (type == Supplier.class) return (Supplier<Object>) () -> generic.contains("List") ? List.of(x) : x;
    if (type.isAssignableFrom(RandomStream.class)) return new RandomStream("r", 1);
    if (!type.isArray()) return null;
    Object array = Array.newInstance(type.getComponentType(), rng.nextInt(3));
    for (int i = 0; i < Array.getLength(array); i++) Array.set(array, i, argument(type.getComponentType(), ""));
    return array;
  }

  private static void isTold(Map<String, ThrowingCallable> wrong) {
    wrong.forEach((what, call) -> {
      Throwable e = catchThrowable(call);
      assertThat(e).as(what).isInstanceOf(WeftException.class).hasMessageContaining("null");
      assertThat(((WeftException) e).kind()).as(what).isEqualTo(Kind.ARGUMENT);
    });
  }

  @Test
  void functions() {
    FunctionBuilder f = FunctionBuilder.function(x).returns(x.plus(1));
    isTold(Map.ofEntries(
        Map.entry("function", () -> FunctionBuilder.function((Expr) null)),
        Map.entry("returns", () -> f.returns((Expr) null)),
        Map.entry("returns all", () -> f.returns((Expr[]) null)),
        Map.entry("returns a map", () -> f.returns((Map<String, Expr>) null)),
        Map.entry("given", () -> f.given(null, 3)),
        Map.entry("given null", () -> f.given(x, null)),
        Map.entry("updates", () -> f.updates((List<Update>) null)),
        Map.entry("an update", () -> f.updates((Update) null)),
        Map.entry("new Update", () -> new Update(Tensors.parameter(exprs.get(8)), null)),
        Map.entry("of no parameter", () -> new Update(null, x)),
        Map.entry("named", () -> f.named(null)),
        Map.entry("mode", () -> f.mode(null)),
        Map.entry("onUnusedInput", () -> f.onUnusedInput(null)),
        Map.entry("specialise", () -> f.specialise((Dim) null)),
        Map.entry("guarded", () -> f.guarded((Guard) null)),
        Map.entry("withDefault", () -> f.withDefault(null, 1)),
        Map.entry("recipe", () -> Recipe.read(null)),
        Map.entry("shape", () -> Tensor.zeros(DType.F32, (int[]) null)),
        Map.entry("dtype", () -> Tensor.zeros(null, 3))));
  }

  @Test
  void gradientsAndDraws() {
    Expr cost = x.times(x).sum();
    var rng = new RandomStream("r", 1);
    isTold(Map.ofEntries(
        Map.entry("constant", () -> Tensors.gradient(cost).constant((Expr) null)),
        Map.entry("constant of all", () -> Tensors.gradient(cost).constant((Expr[]) null)),
        Map.entry("stopAt", () -> Tensors.gradient(cost).stopAt((Expr) null)),
        Map.entry("known of nothing", () -> Tensors.gradient(cost).known(null, x)),
        Map.entry("known", () -> Tensors.gradient(cost).known(x, null)),
        Map.entry("disconnected", () -> Tensors.gradient(cost).disconnected(null)),
        Map.entry("wrt", () -> Tensors.gradient(cost).wrt((Expr) null)),
        Map.entry("dtype", () -> rng.uniform((DType) null, 0, 1, 3)),
        Map.entry("dims", () -> rng.uniform(0, 1, (Object[]) null)),
        Map.entry("dims of bits", () -> rng.bits((Object[]) null)),
        Map.entry("dims of orders", () -> rng.permutation(3, (Object[]) null)),
        Map.entry("mean", () -> rng.normal(null, 1.0, 3)),
        Map.entry("rate", () -> rng.poisson((Object) null, 3)),
        Map.entry("categorical", () -> rng.categorical(null)),
        Map.entry("dims of categorical", () -> rng.categorical(x, (Object[]) null)),
        Map.entry("multinomial", () -> rng.multinomial(2, null)),
        Map.entry("multinomialWithoutReplacement", () -> rng.multinomialWithoutReplacement(2, null)),
        Map.entry("shuffle", () -> rng.shuffle(null)),
        Map.entry("shuffleRows", () -> rng.shuffleRows(null)),
        Map.entry("state", () -> weft.RandomState.of(null)),
        Map.entry("branch", () -> Tensors.ifElse(exprs.get(7), () -> null, () -> x)),
        Map.entry("branches", () -> Tensors.ifElseAll(exprs.get(7), () -> List.of(x), () -> null))));
  }

  /** A map with one pair, where Map.of would not take null. */
  private static <V> Map<String, V> pair(String key, V value) {
    var map = new HashMap<String, V>();
    map.put(key, value);
    return map;
  }

  @Test
  void filesAndTensors(@TempDir Path folder) throws Exception {
    var p = new Parameter("p", Tensor.of(1f, 2));
    Tensor t = Tensor.of(1f, 2);
    Path file = folder.resolve("a.safetensors");
    SafeTensors.save(file, List.of(p), Map.of());
    byte[] before = Files.readAllBytes(file);
    isTold(Map.ofEntries(
        Map.entry("save nowhere", () -> SafeTensors.save(null, List.of(p), Map.of())),
        Map.entry("save tensors nowhere", () -> SafeTensors.save(null, Map.of("t", t), Map.of())),
        Map.entry("save no collection", () -> SafeTensors.save(file, (Collection<Parameter>) null, Map.of())),
        Map.entry("save no parameter", () -> SafeTensors.save(file, Arrays.asList(p, null), Map.of())),
        Map.entry("save no map", () -> SafeTensors.save(file, (Map<String, Tensor>) null, Map.of())),
        Map.entry("save no tensor", () -> SafeTensors.save(file, pair("t", null), Map.of())),
        Map.entry("save no name", () -> SafeTensors.save(file, pair(null, t), Map.of())),
        Map.entry("no metadata", () -> SafeTensors.save(file, List.of(p), null)),
        Map.entry("metadata without a key", () -> SafeTensors.save(file, List.of(p), pair(null, "x"))),
        Map.entry("metadata without a value", () -> SafeTensors.save(file, List.of(p), pair("x", null))),
        Map.entry("read", () -> SafeTensors.read(null)),
        Map.entry("load", () -> SafeTensors.load((Path) null)),
        Map.entry("load metadata", () -> SafeTensors.metadata(null)),
        Map.entry("load a stream", () -> SafeTensors.load((InputStream) null, "name")),
        Map.entry("load from nowhere", () -> SafeTensors.load(null, List.of(p))),
        Map.entry("load into nothing", () -> SafeTensors.load(file, (Collection<Parameter>) null)),
        Map.entry("load into no parameter", () -> SafeTensors.load(file, Arrays.asList((Parameter) null)))));
    isTold(Map.ofEntries(
        Map.entry("no dtype", () -> Tensor.ofShape(null, new double[2], 2)),
        Map.entry("no values", () -> Tensor.ofShape(DType.F32, null, 2)),
        Map.entry("no shape", () -> Tensor.ofShape(DType.F32, new double[2], (int[]) null)),
        Map.entry("copyFrom", () -> t.copyFrom(null)),
        Map.entry("to", () -> t.to(null)),
        Map.entry("get", () -> t.get((int[]) null)),
        Map.entry("set", () -> t.set(1, (int[]) null)),
        Map.entry("typeText", () -> Tensor.typeText(null, 1)),
        Map.entry("typeText of a shape", () -> Tensor.typeText(DType.F32, (int[]) null)),
        Map.entry("contentEquals", () -> Tensor.contentEquals(t, null)),
        Map.entry("rows", () -> Tensor.of(new float[][] {{1}, null})),
        Map.entry("wrap a shape", () -> Tensor.wrap(new float[2], (int[]) null)),
        Map.entry("parameter", () -> new Parameter("p", null)),
        Map.entry("parameter's value", () -> p.set(null))));
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(p.get().toDoubles()).containsExactly(1, 2);
  }

  @Test
  void calls() {
    var f = FunctionBuilder.function(x).returns(x.plus(1)).compile();
    isTold(Map.of("positions", () -> f.call((Object[]) null), "names", () -> f.call((Map<String, Object>) null),
        "results", () -> f.callInto(null, Tensor.of(1f, 2, 3)),
        "tensors", () -> f.callInto(new Tensor[1], (Tensor[]) null)));
    assertThat(f.call(Tensor.of(1f, 2, 3)).toDoubles()).containsExactly(2, 3, 4);
  }

  private void step(java.util.function.Consumer<Step> step) {
    Tensors.scan().over(x).carry(0.0).run(step);
  }

  @Test
  void scans() {
    ScanBuilder s = Tensors.scan();
    isTold(Map.ofEntries(
        Map.entry("over", () -> s.over((Expr) null)),
        Map.entry("over all", () -> s.over((Expr[]) null)),
        Map.entry("taps", () -> s.over(x, null)),
        Map.entry("carry", () -> s.carry((Object[]) null)),
        Map.entry("steps", () -> s.steps((Dim) null)),
        Map.entry("computed steps", () -> s.steps((Expr) null)),
        Map.entry("mask", () -> s.mask(null)),
        Map.entry("lengths", () -> s.lengths(null)),
        Map.entry("name", () -> s.name(null)),
        Map.entry("strict", () -> s.strict((Expr) null)),
        Map.entry("run", () -> Tensors.scan().over(x).carry(0.0).run(null)),
        Map.entry("next", () -> step(t -> t.next((Object) null))),
        Map.entry("next of all", () -> step(t -> t.next((Object[]) null))),
        Map.entry("emit", () -> step(t -> t.next(t.prev()).emit((Object) null))),
        Map.entry("until", () -> step(t -> t.next(t.prev()).until(null))),
        Map.entry("update", () -> step(t -> t.next(t.prev()).updates((Update) null)))));
  }
}
