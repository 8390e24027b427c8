package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.Tensors.*;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import weft.Backend;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Recipe;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Op;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.TensorType;

/** Functions as bytes: what comes out is what went in, and nothing comes out of anything else. */
class RecipeTest {
  /** Where the checksum stands, behind the magic and the version. */
  private static final int CHECKSUM = 5;
  private static final int CONTENT = CHECKSUM + 32;

  /** A net in training: a table, a scan of a number of steps given as data, constants, updates. */
  private static FunctionBuilder net() {
    var rng = new Random(1);
    var table = param("E", normal(rng, 0.3, 6, 4));
    var wh = param("Wh", normal(rng, 0.3, 4, 4));
    var words = vector("words", I32, dim("time"));
    var rate = scalar("rate");
    var h = scan(embedding(table, words), zeros(4),
        (x, prev) -> tanh(x.plus(prev.dot(wh)).plus(constant(Tensor.of(.1f, .2f, .3f, .4f)))));
    var loss = h.last().times(h.last()).sum().named("loss");
    return FunctionBuilder.function(words, rate).named("train").returns(loss)
        .updates(sgd(loss, List.of(table, wh), rate));
  }

  private static final Tensor WORDS = Tensor.of(1, 5, 0, 2);

  @Test
  void trainsToTheSameBits() {
    for (Backend backend : new Backend[] {Backend.INTERPRETER, Backend.BYTECODE}) {
      CompiledFunction original = net().compile(backend);
      original.call(WORDS, 0.1f);
      Recipe recipe = Recipe.read(original.recipe());
      CompiledFunction copy = recipe.compile(backend);
      assertThat(copy.name()).isEqualTo("train");
      assertThat(recipe.parameters()).extracting(Parameter::name).containsExactlyInAnyOrder("E", "Wh");
      for (int i = 0; i < 5; i++) {
        assertThat(copy.call(WORDS, 0.1f).item()).isEqualTo(original.call(WORDS, 0.1f).item());
      }
      for (Parameter p : original.parameters()) {
        Parameter q = recipe.parameters().stream().filter(o -> o.name().equals(p.name())).findFirst().orElseThrow();
        assertThat(Tensor.contentEquals(p.get(), q.get())).as(p.name()).isTrue();
      }
    }
  }

  /** A graph is compiled once, whatever its parameters hold; each reading trains parameters of its own. */
  @Test
  void readingsShareCodeAndNotParameters() {
    CompiledFunction original = net().compile();
    byte[] before = original.recipe();
    double first = original.call(WORDS, 0.1f).item();
    byte[] after = original.recipe();
    assertThat(after).isNotEqualTo(before).hasSameSizeAs(before);
    CompiledFunction one = Recipe.read(before).compile();
    CompiledFunction other = Recipe.read(after).compile();
    assertThat(one.report()).isEqualTo(other.report());
    assertThat(one.call(WORDS, 0.1f).item()).isEqualTo(first);
    double second = original.call(WORDS, 0.1f).item();
    assertThat(other.call(WORDS, 0.1f).item()).isEqualTo(second);
    assertThat(one.call(WORDS, 0.1f).item()).isEqualTo(second);
    assertThat(one.parameters()).doesNotContainAnyElementsOf(other.parameters());
    byte[] again = one.recipe();
    assertThat(Recipe.read(again).compile().call(WORDS, 0.1f).item()).isEqualTo(original.call(WORDS, 0.1f).item());
  }

  @Test
  void stepsGivenAsDataAndSizesMadeOfOthers() {
    var n = scalar("n", I32);
    var x = matrix("x", dim("rows"), dim("columns"));
    var y = matrix("y", dim("more"), x.dim(1));
    var powers = iterate(n, x.sum(0), h -> h.times(2)).last();
    var zipped = scan().over(x).over(y).run(s -> s.emit(s.row(0).times(s.row(1)).sum())).emitted();
    byte[] bytes = Recipe.of(FunctionBuilder.function(y, n, x).returns(powers, zipped));
    CompiledFunction read = Recipe.read(bytes).compile();
    Tensor[] got = read.callAll(new float[][] {{1, 2}, {3, 4}, {5, 6}}, 3, new float[][] {{1, 1}, {2, 3}});
    assertThat(got[0].toDoubles()).containsExactly(24, 32);
    assertThat(got[1].toDoubles()).containsExactly(3, 18);
  }

  @Test
  void sameFunctionSameBytes() {
    assertThat(Recipe.of(net())).isEqualTo(Recipe.of(net()));
  }

  private static void assertRefused(byte[] bytes, String why) {
    assertThatThrownBy(() -> Recipe.read(bytes)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.FILE)).hasMessageContaining(why);
  }

  @Test
  void whatIsCutIsRefused() {
    byte[] bytes = Recipe.of(net());
    for (int length = 0; length < bytes.length; length++) assertRefused(Arrays.copyOf(bytes, length), "recipe: ");
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1), "checksum");
  }

  @Test
  void whatIsChangedIsRefused() {
    byte[] bytes = Recipe.of(net());
    for (int i = 0; i < bytes.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        bytes[i] ^= 1 << bit;
        assertRefused(bytes, "recipe: ");
        bytes[i] ^= 1 << bit;
      }
    }
    assertThat(Recipe.read(bytes).name()).isEqualTo("train");
    bytes[4] = 9;
    assertRefused(bytes, "version 9");
    assertRefused("{}".getBytes(), "these 2 bytes are none");
  }

  private static byte[] signed(byte[] bytes) throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    sha.update(bytes[4]);
    sha.update(bytes, CONTENT, bytes.length - CONTENT);
    byte[] signed = bytes.clone();
    System.arraycopy(sha.digest(), 0, signed, CHECKSUM, 32);
    return signed;
  }

  /** Made up by somebody who knows the format: refused, or a function like any other; never more memory than it is worth. */
  @Test
  void whatIsForgedIsRefusedOrHarmless() throws Exception {
    byte[] original = Recipe.of(net());
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var random = new Random(7);
    int refused = 0;
    for (int round = 0; round < 6000; round++) {
      byte[] bytes = original.clone();
      // Values of parameters stand at the end, and any will do; what comes before is a quarter text.
      int at = CONTENT + random.nextInt(bytes.length - CONTENT - 160);
      if (round % 3 == 0) bytes[at] = (byte) random.nextInt(256);
      else if (round % 3 == 1) bytes[at] ^= 1 << random.nextInt(8);
      else for (int i = 0; i < 5; i++) bytes[at + i] = i < 4 ? (byte) 0xff : 0x0f;
      byte[] forged = signed(bytes);
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      try {
        Recipe.read(forged);
      } catch (WeftException e) {
        assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.FILE);
        refused++;
      }
      assertThat(threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before).as("round %d", round)
          .isLessThan(4_000_000);
    }
    assertThat(refused).isGreaterThan(3000);
  }

  /** Cut anywhere and signed again. */
  @Test
  void whatEndsEarlyIsRefused() throws Exception {
    byte[] original = Recipe.of(net());
    for (int length = CONTENT; length < original.length; length++) {
      assertRefused(signed(Arrays.copyOf(original, length)), "recipe: ");
    }
    assertRefused(signed(Arrays.copyOf(original, original.length + 3)), "3 bytes stand behind its end");
  }

  /** What a reading that was not refused makes either compiles or is refused then, by an error that says so. */
  @Test
  void whatIsForgedNeverBreaksTheCompiler() throws Exception {
    byte[] original = Recipe.of(net());
    var random = new Random(8);
    int compiled = 0;
    for (int round = 0; round < 400; round++) {
      byte[] bytes = original.clone();
      bytes[CONTENT + random.nextInt(bytes.length - CONTENT - 160)] ^= 1 << random.nextInt(8);
      try {
        Recipe.read(signed(bytes)).compile(Backend.INTERPRETER);
        compiled++;
      } catch (WeftException e) {
        assertThat(e.kind()).as(e.getMessage()).isNotEqualTo(Kind.INTERNAL);
      }
    }
    assertThat(compiled).isBetween(1, 399);
  }

  /** Somebody's own op. */
  record Foreign() implements Op {
    @Override
    public String name() {
      return "foreign";
    }

    @Override
    public List<TensorType> types(List<TensorType> inputs) {
      return inputs;
    }

    @Override
    public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
      return cotangents;
    }
  }

  @Test
  void opsOfOthersAreNotWritten() {
    var x = vector("x", 2);
    var function = FunctionBuilder.function(x).returns(Apply.one(new Foreign(), x));
    assertThatThrownBy(() -> Recipe.of(function)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED)).hasMessageContaining("not of the library");
    assertThat(x.op()).isInstanceOf(Leaf.Input.class);
  }
}
