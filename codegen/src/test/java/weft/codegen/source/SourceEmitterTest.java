package weft.codegen.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.FunctionBuilder.function;
import static weft.Program.program;
import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weft.FunctionBuilder;
import weft.Program;
import weft.Update;
import weft.codegen.Jit;
import weft.codegen.source.ElmanRnn.SequenceTagger;
import weft.codegen.source.Interfaces.Agree;
import weft.codegen.source.Interfaces.Counter;
import weft.codegen.source.Interfaces.Kinds;
import weft.codegen.source.Interfaces.Lookup;
import weft.codegen.source.Interfaces.Pair;
import weft.codegen.source.Interfaces.Wide;
import weft.graph.Expr;
import weft.runtime.Numerics;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

/** The generated class does what the class made at run time does, and what the interface says. */
class SourceEmitterTest {
  static Tensor random(long seed, int... shape) {
    return normal(new Random(seed), 1, shape);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8, 16})
  void learnsToTheSameBits(int lanes) {
    Program<SequenceTagger> program = ElmanRnn.tagger(6, 20, 5, lanes);
    SourceEmitter.Emitted emitted = SourceEmitter.emit(program, Generated.NAME, SourceEmitter.Options.SCALAR.withLanes(lanes));
    List<Parameter> others = emitted.parameters().stream().map(p -> new Parameter(p.name(), p.get())).toList();
    SequenceTagger generated = Generated.of(program, emitted.file(), others);
    SequenceTagger compiled = Jit.compile(program);
    Tensor y = Tensor.of(0f, 0f, 1f, 0f, 0f);
    float first = compiled.train(random(1, 7, 6), y, 0.1f);
    assertThat(generated.train(random(1, 7, 6), y, 0.1f)).isEqualTo(first);
    for (int length : new int[] {7, 3, 12, 0, 7}) {
      Tensor x = random(1, length, 6);
      assertThat(generated.predict(x)).matches(t -> Tensor.contentEquals(t, compiled.predict(x)));
      assertThat(generated.train(x, y, 0.1f)).isEqualTo(compiled.train(x, y, 0.1f));
    }
    for (int i = 0; i < others.size(); i++) {
      assertThat(Tensor.contentEquals(others.get(i).get(), emitted.parameters().get(i).get())).as(others.get(i).name()).isTrue();
    }
    assertThat(generated.train(random(1, 7, 6), y, 0.1f)).isLessThan(first);
  }

  private static Program<Kinds> kinds(Parameter p) {
    var x = vector("x", dim("n"));
    var f = scalar("a");
    var d = scalar("a", F64);
    var i = scalar("a", I32);
    var l = scalar("a", I64);
    var b = scalar("a", BOOL);
    var n = scalar("steps", I32);
    return program(Kinds.class)
        .method("floats", function(f).returns(f.times(2)))
        .method("doubles", function(d).returns(d.times(3)))
        .method("ints", function(i).returns(i.plus(4)))
        .method("longs", function(l).returns(l.minus(5)))
        .method("bools", function(b).returns(not(b)))
        .method("several", function(x).returns(x.plus(1), x.times(2), x.sum()))
        .method("pair", function(x, f).returns(x.plus(f), x.sum().times(f)))
        .method("set", function(f).updates(new Update(p, param(p).plus(f))))
        .method("grow", function(n, x).returns(iterate(n, x, h -> h.plus(h)).last()));
  }

  @Test
  void everyKindOfArgumentAndResult() {
    var p = new Parameter("p", Tensor.scalar(1f));
    for (Kinds k : List.of(Generated.of(kinds(p), 1), Jit.compile(kinds(p)))) {
      assertThat(k.floats(1.5f)).isEqualTo(3f);
      assertThat(k.doubles(1.5)).isEqualTo(4.5);
      assertThat(k.ints(-9)).isEqualTo(-5);
      assertThat(k.longs(1L << 40)).isEqualTo((1L << 40) - 5);
      assertThat(k.bools(true)).isFalse();
      Tensor[] several = k.several(Tensor.of(1f, 2f, 3f));
      assertThat(several).hasSize(3);
      assertThat(several[0].toDoubles()).containsExactly(2, 3, 4);
      assertThat(several[1].toDoubles()).containsExactly(2, 4, 6);
      assertThat(several[2].item()).isEqualTo(6);
      Pair pair = k.pair(Tensor.of(1f, 2f), 3f);
      assertThat(pair.sum().toDoubles()).containsExactly(4, 5);
      assertThat(pair.product()).isEqualTo(9f);
      p.set(Tensor.scalar(1f));
      k.set(2.5f);
      assertThat(p.get().item()).isEqualTo(3.5);
      assertThat(k.grow(3, Tensor.of(1f, -2f)).toDoubles()).containsExactly(8, -16);
      assertThat(k.grow(0, Tensor.of(1f, -2f)).toDoubles()).containsExactly(1, -2);
    }
  }

  @Test
  void refusesWhatTheOtherRefusesInTheSameWords() {
    Kinds generated = Generated.of(kinds(new Parameter("p", Tensor.scalar(1f))), 1);
    Kinds compiled = Jit.compile(kinds(new Parameter("p", Tensor.scalar(1f))));
    List<java.util.function.Consumer<Kinds>> wrong = List.of(
        k -> k.several(null), k -> k.several(Tensor.of(1, 2)), k -> k.several(Tensor.scalar(1f)), k -> k.grow(-1, Tensor.of(1f)));
    for (var call : wrong) {
      assertThatThrownBy(() -> call.accept(compiled)).isInstanceOfSatisfying(WeftException.class,
          e -> assertThatThrownBy(() -> call.accept(generated)).isInstanceOf(WeftException.class).hasMessage(e.getMessage()));
    }
    Program<SequenceTagger> tagger = ElmanRnn.tagger(3, 4, 2, 1);
    SequenceTagger one = Generated.of(tagger, 1);
    SequenceTagger other = Jit.compile(tagger);
    assertThatThrownBy(() -> other.predict(random(1, 5, 4))).isInstanceOfSatisfying(WeftException.class,
        e -> assertThatThrownBy(() -> one.predict(random(1, 5, 4))).hasMessage(e.getMessage()));
    assertThatThrownBy(() -> one.train(random(1, 5, 3), Tensor.of(1f), 0.1f)).isInstanceOf(WeftException.class)
        .hasMessageContaining("Dimension 0 must be 2");
    assertThat(one.predict(random(1, 5, 3))).matches(t -> Tensor.contentEquals(t, other.predict(random(1, 5, 3))));
  }

  @Test
  void dimensionsMustAgree() {
    var n = dim("n");
    var x = vector("x", n);
    var y = vector("y", n);
    var twice = vector("twice", n.times(2));
    Program<Agree> program = program(Agree.class)
        .method("both", function(x, y, twice).returns(x.plus(y).plus(slice(twice, 0, 0, 1))));
    Agree generated = Generated.of(program, 1);
    assertThat(generated.both(Tensor.of(1f, 2f), Tensor.of(3f, 4f), Tensor.of(5f, 6f, 7f, 8f)).toDoubles()).containsExactly(9, 11);
    Agree compiled = Jit.compile(program);
    for (Agree each : List.of(generated, compiled)) {
      assertThatThrownBy(() -> each.both(Tensor.of(1f, 2f, 0f), Tensor.of(3f, 4f), Tensor.of(5f, 6f, 7f, 8f, 0f, 0f)))
          .hasMessageContaining("Dimension 0 (n) must be 3, as in dimension 0 of x");
      assertThatThrownBy(() -> each.both(Tensor.of(1f, 2f), Tensor.of(3f, 4f), Tensor.of(5f)))
          .hasMessageContaining("Dimension 0 (2*n) must be 4, as in dimension 0 of x");
      assertThat(each.both(Tensor.of(1f, 2f), Tensor.of(3f, 4f), Tensor.of(5f, 6f, 7f, 8f)).toDoubles()).containsExactly(9, 11);
    }
  }

  /** A call that fails before it has packed a parameter must not leave the next one with what was never packed. */
  @Test
  void aCallThatFailsLeavesNothingHalfDone() {
    for (boolean atRunTime : new boolean[] {false, true}) {
      var e = param("E", random(1, 6, 5));
      var w = param("W", random(2, 130, 5));
      var words = vector("words", I32, dim("n"));
      FunctionBuilder rows = function(words).returns(embedding(e, words).dot(w.transpose())).lanes(8);
      Program<Lookup> program = program(Lookup.class).method("rows", rows);
      Lookup lookup = atRunTime ? Jit.compile(program) : Generated.of(program, 8);
      assertThatThrownBy(() -> lookup.rows(Tensor.of(2, 6))).isInstanceOf(WeftException.class);
      Tensor first = lookup.rows(Tensor.of(2, 3));
      assertThat(first.get(1, 129)).isCloseTo(dot(e, 3, w, 129), org.assertj.core.data.Offset.offset(1e-5));
      parameter(w).set(random(3, 130, 5));
      assertThatThrownBy(() -> lookup.rows(Tensor.of(-7))).isInstanceOf(WeftException.class);
      assertThat(lookup.rows(Tensor.of(0)).get(0, 64)).isCloseTo(dot(e, 0, w, 64), org.assertj.core.data.Offset.offset(1e-5));
    }
  }

  private static double dot(Expr table, int row, Expr w, int column) {
    double sum = 0;
    for (int k = 0; k < 5; k++) sum += parameter(table).get().get(row, k) * parameter(w).get().get(column, k);
    return sum;
  }

  @Test
  @Timeout(60)
  void threadsUpdateOneAfterTheOther() throws Exception {
    var p = new Parameter("count", Tensor.scalar(0f));
    Program<Counter> program = program(Counter.class)
        .method("count", function().updates(new Update(p, param(p).plus(1))))
        .method("value", function().returns(param(p).plus(0)));
    Counter counter = Generated.of(program, 1);
    var threads = Executors.newFixedThreadPool(4);
    try {
      var calls = new ArrayList<Callable<Boolean>>();
      for (int t = 0; t < 4; t++) {
        calls.add(() -> {
          for (int i = 0; i < 500; i++) counter.count();
          return counter.value() >= 500;
        });
      }
      for (var done : threads.invokeAll(calls)) assertThat(done.get()).isTrue();
    } finally {
      threads.shutdownNow();
    }
    assertThat(counter.value()).isEqualTo(2000);
  }

  @Test
  void aProgramOfAnySize() {
    int n = 700;
    var x = vector("x", dim("n"));
    var factor = scalar("factor");
    Expr sum = x.times(factor);
    var outputs = new Expr[n];
    var literals = new double[1];
    for (int i = 0; i < n; i++) {
      Tensor value = Tensor.scalar((float) (i % 7));
      sum = sum.plus(param("p" + i, value));
      outputs[i] = tanh(x.sum().plus(i)).plus(constant(random(i, 3)));
      literals[0] += i % 7;
    }
    Program<Wide> program = program(Wide.class)
        .method("sum", function(x, factor).returns(sum.sum()))
        .method("all", function(x).returns(outputs));
    SourceEmitter.Emitted emitted = SourceEmitter.emit(program, Generated.NAME, SourceEmitter.Options.SCALAR);
    assertThat(emitted.file().text()).contains("class Part1", "Object[] arrays");
    Wide wide = Generated.of(program, emitted.file(), emitted.parameters());
    assertThat(wide.sum(Tensor.of(2f, 3f), 10f)).isEqualTo((float) (50 + 2 * literals[0]));
    Tensor[] all = wide.all(Tensor.of(0.25f));
    assertThat(all).hasSize(n);
    Tensor[] want = Jit.compile(program).all(Tensor.of(0.25f));
    for (int i = 0; i < n; i++) {
      assertThat(Tensor.contentEquals(all[i], want[i])).isTrue();
      assertThat(all[i].get(2)).isCloseTo(Math.tanh(0.25 + i) + random(i, 3).get(2), org.assertj.core.data.Offset.offset(1e-5));
    }
  }

  /** A result as long as the call finds out. */
  @Test
  void resultsOfMeasuredLength() {
    var words = vector("words", I32, dim("n"));
    Expr until = scan().over(words).run(s -> s.emit(s.row().times(2)).until(s.row().gt(3))).emitted();
    Program<Lookup> program = program(Lookup.class).method("rows", function(words).returns(until));
    for (Lookup each : List.of(Jit.compile(program), Generated.of(program, 1))) {
      assertThat(each.rows(Tensor.of(1, 2, 7, 4, 9)).toDoubles()).containsExactly(2, 4, 14);
      assertThat(each.rows(Tensor.of(1, 2)).toDoubles()).containsExactly(2, 4);
      assertThat(each.rows(Tensor.of(8, 2, 1, 1, 1, 1, 1)).toDoubles()).containsExactly(16);
    }
  }

  /** A table longer than one string of a class file may be, with vectors beside it. */
  @Test
  void longLiterals() {
    Tensor table = random(5, 2, 13_000);
    var words = vector("words", 13_000);
    Program<Lookup> program = program(Lookup.class).method("rows", function(words).returns(constant(table).plus(words)));
    Lookup made = Generated.of(program, 8);
    Tensor x = random(6, 13_000);
    Tensor sums = made.rows(x);
    for (int i = 0; i < 13_000; i += 17) {
      assertThat((float) sums.get(1, i)).isEqualTo((float) table.get(1, i) + (float) x.get(i));
    }
  }

  @Test
  void aCallAllocatesNothingButResults() {
    var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    SequenceTagger tagger = Generated.of(ElmanRnn.tagger(4, 8, 3, 1), 1);
    Tensor x = random(1, 5, 4);
    Tensor y = Tensor.of(0f, 0f, 1f);
    for (int i = 0; i < 20_000; i++) tagger.train(x, y, 0.01f);
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    for (int i = 0; i < 1000; i++) tagger.train(x, y, 0.01f);
    assertThat(threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before).isLessThan(1000);
  }

  @Test
  void lanesAreThoseOfVectors() {
    assertThatThrownBy(() -> SourceEmitter.Options.SCALAR.withLanes(3)).isInstanceOf(WeftException.class)
        .hasMessageContaining("4, 8 or 16");
  }

  /** A call for each product would take longer than the product, until it is compiled. */
  @Test
  void productsAreAddedEightAtOnce() {
    Program<DenseLayer.Layer> program = DenseLayer.layer(24, 64);
    SourceEmitter.Emitted emitted = SourceEmitter.emit(program, Generated.NAME, SourceEmitter.Options.SCALAR);
    assertThat(emitted.file().text()).contains("Products.fma(").doesNotContain("Numerics.fma(");
    Tensor x = random(3, 12, 24);
    requireTanhOfProduct(Generated.of(program, emitted.file(), emitted.parameters()).apply(x), x, emitted.parameters().get(0).get());
  }

  /** Some products a round with branches between, which every release heeds: nobody knows what will run it. Sixteen lanes have registers enough. */
  @Test
  void roundsOfTilesAreForAnyRelease() {
    Program<DenseLayer.Layer> program = DenseLayer.layer(24, 64);
    Tensor x = random(3, 12, 24);
    for (int lanes : new int[] {8, 16}) {
      SourceEmitter.Emitted emitted = SourceEmitter.emit(program, Generated.NAME, SourceEmitter.Options.SCALAR.withLanes(lanes));
      String text = emitted.file().text();
      if (lanes == 8) assertThat(text).containsPattern("if \\(\\w+ == \\w+\\.length \\+ 1\\) VarHandle\\.acquireFence\\(\\);");
      else assertThat(text).doesNotContain("acquireFence");
      requireTanhOfProduct(Generated.of(program, emitted.file(), emitted.parameters()).apply(x), x, emitted.parameters().get(0).get());
    }
  }

  private static void requireTanhOfProduct(Tensor found, Tensor x, Tensor w) {
    for (int i = 0; i < 12; i++) {
      for (int j = 0; j < 64; j++) {
        float sum = 0;
        for (int k = 0; k < 24; k++) {
          sum = Numerics.fma((float) x.get(i, k), (float) w.get(k, j), sum);
        }
        assertThat((float) found.get(i, j)).isEqualTo(Numerics.tanh(sum));
      }
    }
  }

  /** A loop of its own for each pass would be compiled long after a loop that all of them call. */
  @Test
  void passesOfEightRowsAreCalls() {
    var w = param("W", normal(new Random(4), 0.3, 20, 64));
    var x = vector("x", 20);
    Program<DenseLayer.Layer> program = program(DenseLayer.Layer.class).method("apply", function(x).returns(x.dot(w)));
    SourceEmitter.Emitted emitted = SourceEmitter.emit(program, Generated.NAME, SourceEmitter.Options.SCALAR);
    Tensor rows = emitted.parameters().get(0).get();
    // The last four rows are no pass.
    assertThat(emitted.file().text()).contains("Products.add(x, 0, 1, W, 0, 64, dot_row, 0, 64);", "Products.add(x, 8, 1, W, 512, 64,")
        .doesNotContain("Products.add(x, 16,", "Products.fma(").contains("Numerics.fma(");
    Tensor given = random(3, 20);
    Tensor found = Generated.of(program, emitted.file(), emitted.parameters()).apply(given);
    for (int j = 0; j < 64; j++) {
      float sum = 0;
      for (int k = 0; k < 20; k++) sum = Numerics.fma((float) given.get(k), (float) rows.get(k, j), sum);
      assertThat((float) found.get(j)).isEqualTo(sum);
    }
  }

  /** Its comment says which products it stands for. */
  @Test
  void productsOfOneShapeAreOneMethod() {
    var rng = new Random(4);
    var a = param("A", normal(rng, 0.3, 24, 64));
    var b = param("B", normal(rng, 0.3, 24, 64));
    var x = matrix("x", dim("batch"), 24);
    Program<DenseLayer.Layer> program = program(DenseLayer.Layer.class)
        .method("apply", function(x).returns(tanh(x.dot(a)).minus(x.dot(b))));
    SourceEmitter.Emitted emitted = SourceEmitter.emit(program, Generated.NAME, SourceEmitter.Options.SCALAR);
    assertThat(emitted.file().text()).containsPattern("dot\\(…\\) = x·A, [^;]*;\\s+\\* dot\\(…\\) = x·B, [^;]*\\.\\s+\\*/\\s+private static void")
        .containsPattern("dot_2\\([^)]*, A[,)]").containsPattern("dot_2\\([^)]*, B[,)]");
    Tensor given = random(3, 5, 24);
    Tensor first = emitted.parameters().get(0).get();
    Tensor second = emitted.parameters().get(1).get();
    Tensor found = Generated.of(program, emitted.file(), emitted.parameters()).apply(given);
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 64; j++) {
        float left = 0;
        float right = 0;
        for (int k = 0; k < 24; k++) {
          left = Numerics.fma((float) given.get(i, k), (float) first.get(k, j), left);
          right = Numerics.fma((float) given.get(i, k), (float) second.get(k, j), right);
        }
        assertThat((float) found.get(i, j)).isEqualTo(Numerics.tanh(left) - right);
      }
    }
  }

  /** Whatever has been compiled before in the same virtual machine. */
  @Test
  void isTheSameEveryTime() {
    var options = SourceEmitter.Options.SCALAR.withLanes(8);
    String first = SourceEmitter.emit(ElmanRnn.tagger(5, 6, 7, 1), Generated.NAME, options).file().text();
    Jit.compile(ElmanRnn.tagger(9, 9, 9, 1));
    Program<SequenceTagger> again = ElmanRnn.tagger(5, 6, 7, 1);
    assertThat(SourceEmitter.emit(again, Generated.NAME, options).file().text()).isEqualTo(first);
    assertThat(SourceEmitter.emit(again, Generated.NAME, options).file().text()).isEqualTo(first).doesNotContain("\r");
  }

  @Test
  void parametersNeedNamesOfTheirOwn() {
    var one = param("p", zeros(2));
    var other = param("p", zeros(2));
    var x = vector("x", 2);
    Program<Lookup> program = program(Lookup.class).method("rows", function(x).returns(x.plus(one).times(other)));
    assertThatThrownBy(() -> SourceEmitter.emit(program, Generated.NAME, SourceEmitter.Options.SCALAR))
        .isInstanceOf(WeftException.class).hasMessageContaining("two parameters are named p");
  }

  @Test
  void anInterfaceMustBeVisible() {
    var x = vector("x", 2);
    Program<Interfaces.Closed> program = program(Interfaces.Closed.class).method("rows", function(x).returns(x.plus(1)));
    assertThatThrownBy(() -> SourceEmitter.emit(program, "elsewhere.Made", SourceEmitter.Options.SCALAR))
        .isInstanceOf(WeftException.class).hasMessageContaining("cannot be seen from elsewhere.Made");
  }
}
