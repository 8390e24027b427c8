package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.Tensors.*;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import weft.Backend;
import weft.CompiledFunction;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.pipeline.Door;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.type.Dim;

/** Programs that are equal but for names and parameters run one class. */
class SharedClassesTest {
  private static final int STEPS = 3;

  /** What a function runs. */
  private static Class<?> classOf(CompiledFunction f) throws ReflectiveOperationException {
    var door = CompiledFunction.class.getDeclaredField("door");
    door.setAccessible(true);
    return ((Emitted) ((Door) door.get(f)).compiled()).entry().getClass();
  }

  private static CompiledFunction net(String name, String weight, double value, int width) {
    var w = param(weight, full(value, F32, width));
    var x = matrix("x_" + name, dim("time of " + name), width);
    var h = scan(x, zeros(width), (row, before) -> row.times(w).plus(before.times(.5f))).last();
    return function(x).named(name).returns(h).compile(Backend.BYTECODE);
  }

  /** x times the weight, and half of what was there, in plain Java. */
  private static float want(float weight) {
    float h = 0;
    for (int t = 0; t < STEPS; t++) h = Math.fma(t + 1, weight, h * .5f);
    return h;
  }

  private static Tensor steps(int width) {
    var x = Tensor.zeros(F32, STEPS, width);
    for (int i = 0; i < x.size(); i++) x.floats()[i] = i / width + 1;
    return x;
  }

  @Test
  void equalNetsWithOtherNamesAndParameters() throws Exception {
    CompiledFunction one = net("first", "w", 3, 16);
    CompiledFunction other = net("second customer's", "weight", 7, 16);
    assertThat(classOf(one)).isSameAs(classOf(other));
    for (int round = 0; round < 2; round++) {
      assertThat(one.call(steps(16)).floats()[5]).isEqualTo(want(3));
      assertThat(other.call(steps(16)).floats()[5]).isEqualTo(want(7));
    }
    assertThat(classOf(net("first", "w", 3, 17))).isNotSameAs(classOf(one));
  }

  @Test
  void eachIsNamedAsItsUserNamedIt() {
    CompiledFunction one = net("first", "w", 3, 16);
    CompiledFunction other = net("second", "weight", 7, 16);
    assertThatThrownBy(() -> one.call(steps(15))).isInstanceOf(WeftException.class).hasMessageContaining("first").hasMessageContaining("x_first");
    assertThatThrownBy(() -> other.call(steps(15))).isInstanceOf(WeftException.class).hasMessageContaining("x_second");
    assertThat(one.report()).contains("methods");
    assertThat(other.report()).contains("methods");
  }

  /** What compiled code itself says keeps two programs apart. */
  @Test
  void messagesOfKernelsKeepTheirNames() throws Exception {
    CompiledFunction words = rows("words");
    CompiledFunction letters = rows("letters");
    assertThat(classOf(words)).isNotSameAs(classOf(letters)).isSameAs(classOf(rows("words")));
    assertThatThrownBy(() -> words.call(Tensor.of(new int[] {1, 9}))).hasMessageContaining("9").hasMessageContaining("words");
    assertThatThrownBy(() -> letters.call(Tensor.of(new int[] {1, 9}))).hasMessageContaining("9").hasMessageContaining("letters");
  }

  private static CompiledFunction rows(String name) {
    var indices = vector(name, I32, dim("n"));
    return function(indices).returns(embedding(param("table", full(1, F32, 4, 3)), indices)).compile(Backend.BYTECODE);
  }

  /** The class goes with the last function that has it, and not before. */
  @Test
  void classesAreUnloadedWithTheLast() throws Exception {
    CompiledFunction one = net("one", "w", 1, 19);
    CompiledFunction two = net("two", "w", 1, 19);
    var type = new WeakReference<Class<?>>(classOf(one));
    one = null;
    for (int n = 0; n < 3; n++) System.gc();
    assertThat(type.get()).isNotNull();
    assertThat(classOf(two)).isSameAs(type.get());
    two = null;
    for (int n = 0; n < 100 && type.get() != null; n++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(type.get()).isNull();
    assertThat(net("three", "w", 2, 19).call(steps(19)).floats()[0]).isEqualTo(want(2));
  }

  @Test
  void keysGoWithTheirClasses() throws Exception {
    var shared = new SharedClasses();
    for (int i = 0; i < 1000; i++) shared.find("key " + i, () -> new Entry());
    for (int n = 0; n < 100 && shared.size() > 0; n++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(shared.size()).isZero();
  }

  @Test
  void whatCannotBeMadeIsAskedForAgain() {
    var shared = new SharedClasses();
    assertThatThrownBy(() -> shared.find("key", () -> {
      throw new IllegalStateException("no");
    })).hasMessage("no");
    assertThat(shared.size()).isZero();
    var entry = new Entry();
    assertThat(shared.find("key", () -> entry)).isSameAs(entry).isSameAs(shared.find("key", Entry::new));
  }

  private static final class Entry implements BiConsumer<Object[], int[]> {
    @Override
    public void accept(Object[] arrays, int[] sizes) {}
  }

  @Test
  void threadsThatCompileAtTheSameTimeGetOneClass() throws Exception {
    var pool = Executors.newFixedThreadPool(8);
    try {
      for (int width = 20; width < 25; width++) {
        int wide = width;
        var start = new CyclicBarrier(8);
        var made = new ArrayList<Future<CompiledFunction>>();
        for (int i = 0; i < 8; i++) {
          int weight = i;
          made.add(pool.submit(() -> {
            start.await();
            return net("net" + weight, "w" + weight, weight, wide);
          }));
        }
        var classes = new HashSet<Class<?>>();
        for (int i = 0; i < 8; i++) {
          classes.add(classOf(made.get(i).get()));
          assertThat(made.get(i).get().call(steps(wide)).floats()[wide - 1]).isEqualTo(want(i));
        }
        assertThat(classes).hasSize(1);
      }
    } finally {
      pool.shutdown();
    }
  }

  /** Two programs of one key are one class file; anything changed anywhere changes the key if it changes the class file. */
  @Test
  void randomProgramsWithSmallChanges() {
    int changes = 0;
    for (long seed = 0; seed < 60; seed++) {
      LoopProgram program = RandomLoops.of(seed).program();
      assertThat(ProgramKey.of(RandomLoops.of(seed).program())).as("seed %d", seed).isEqualTo(ProgramKey.of(program));
      byte[] file = file(program);
      for (int at = 0; at < 40; at++) {
        LoopProgram other = new Change(at).of(program);
        if (other == null) break;
        boolean same = ProgramKey.of(other).equals(ProgramKey.of(program));
        if (same) assertThat(file(other)).as("seed %d, change %d", seed, at).isEqualTo(file);
        else changes++;
      }
    }
    assertThat(changes).isGreaterThan(1000);
  }

  private static byte[] file(LoopProgram program) {
    ProgramEmitter.Classes classes = ProgramEmitter.emit(program, false, s -> 0);
    return classes.files().get(classes.main());
  }

  /** Changes the number, operator or index that comes at some position. */
  private static final class Change extends StmtRewriter {
    private int left;

    Change(int at) {
      left = at;
    }

    LoopProgram of(LoopProgram p) {
      Kernel main = rewrite(p.main());
      return main == p.main() ? null : new LoopProgram(p.name(), p.lanes(), p.buffers(), p.symbols(), p.inputs(), p.outputs(), main);
    }

    @Override
    public Stmt rewrite(Stmt s) {
      if (s instanceof Stmt.Run r) {
        Kernel k = rewrite(r.kernel());
        return k == r.kernel() ? r : new Stmt.Run(k);
      }
      return children(s);
    }

    @Override
    public Value rewrite(Value v) {
      if (v instanceof Value.Num n && n.dtype() != DType.BOOL && left-- == 0) return Value.number(n.dtype(), n.value().doubleValue() == 5 ? 6 : 5);
      if (v instanceof Value.Call c && c.fun() == Fun.ADD && left-- == 0) return new Value.Call(Fun.MUL, c.arguments());
      return children(v);
    }

    @Override
    protected Dim dim(Dim d) {
      return left-- == 0 ? d.plus(1) : d;
    }
  }

  /** Three layers, of which two have one size: x·w0·w1·w2 with weights of one number each, so that products of extents are the result. */
  @Test
  void kernelsThatDoTheSameAreOneMethod() {
    int rows = 4;
    int[] widths = {32, 32, 32, 48};
    var x = matrix("x", rows, widths[0]);
    var h = x;
    float want = 1;
    for (int layer = 0; layer < 3; layer++) {
      h = h.dot(param("w" + layer, full(layer + 1, F32, widths[layer], widths[layer + 1])));
      want *= widths[layer] * (layer + 1);
    }
    for (int lanes : new int[] {1, Simd.lanes()}) {
      CompiledFunction f = function(x).returns(h).lanes(lanes).compile(Backend.BYTECODE);
      float[] all = new float[rows * widths[3]];
      Arrays.fill(all, want);
      float[] in = new float[rows * widths[0]];
      Arrays.fill(in, 1);
      assertThat(f.call(Tensor.wrap(in, rows, widths[0])).floats()).startsWith(all);
      var counts = Pattern.compile("(\\d+) kernels, (\\d+) methods, ").matcher(f.report());
      assertThat(counts.find()).isTrue();
      int kernels = Integer.parseInt(counts.group(1));
      int ofOneProduct = (kernels - 1) / 3;
      assertThat(Integer.parseInt(counts.group(2))).as("of %d kernels, the driver among them", kernels).isEqualTo(kernels - ofOneProduct);
    }
  }
}
