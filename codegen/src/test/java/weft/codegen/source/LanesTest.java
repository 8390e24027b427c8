package weft.codegen.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weft.Backend;
import weft.CompiledFunction;
import weft.Program;
import weft.codegen.Jit;
import weft.codegen.Jvm;
import weft.codegen.Simd;
import weft.codegen.source.ElmanRnn.SequenceTagger;
import weft.codegen.source.SourceEmitter.Options;
import weft.runtime.Tensor;

/** One class for machines of any vectors: each takes the loops that suit it when the class is loaded. */
class LanesTest {
  /** Holds classes that take their lanes from the machine to what is compiled at run time there, and says how many lanes that are. */
  public static final class Main {
    /** Sums whose order the lanes decide, and products whose tiles they do. */
    private static final List<String> GRAPHS = List.of("product of doubles", "reductions", "a net in training");

    public static void main(String[] arguments) {
      for (String name : GRAPHS) same(name);
      Program<SequenceTagger> program = ElmanRnn.tagger(4, 24, 3, 1);
      SequenceTagger compiled = Jit.compile(program);
      var values = SourceEmitter.emit(program, Generated.NAME, Options.SCALAR).parameters().stream()
          .collect(Collectors.toMap(p -> p.name(), p -> p.get()));
      SequenceTagger generated = made(program, values);
      for (int length : new int[] {1, 9, 4, 30, 9}) {
        Tensor x = Graphs.random(length, length, 4);
        Tensor y = Tensor.of(0f, 1f, 0f);
        float wanted = compiled.train(x, y, 0.1f);
        float found = generated.train(x, y, 0.1f);
        if (Float.floatToRawIntBits(wanted) != Float.floatToRawIntBits(found)) throw new AssertionError(wanted + " and " + found);
        requireSame("predict", compiled.predict(x), generated.predict(x));
      }
      System.out.println("lanes " + Simd.lanes());
    }

    private static void same(String name) {
      Graphs.Case one = Graphs.ALL.get(name).get();
      Graphs.Case other = Graphs.ALL.get(name).get();
      CompiledFunction compiled = one.function().compile(Backend.BYTECODE);
      StandAlone generated = StandAlone.of(other.function(), other.arguments().length, Options.MACHINE);
      for (int call = 0; call < 3; call++) {
        Tensor[] wanted = compiled.callAll(one.arguments());
        Tensor[] found = generated.call(tensors(other.arguments()));
        for (int i = 0; i < wanted.length; i++) requireSame(name + ", result " + i, wanted[i], found[i]);
      }
    }

    private static Tensor[] tensors(Object[] arguments) {
      var all = new Tensor[arguments.length];
      for (int i = 0; i < all.length; i++) {
        Object a = arguments[i];
        all[i] = a instanceof Tensor t ? t : a instanceof Float f ? Tensor.scalar(f) : Tensor.scalar((Integer) a);
      }
      return all;
    }

    private static void requireSame(String what, Tensor wanted, Tensor found) {
      if (!Tensor.contentEquals(wanted, found)) throw new AssertionError(what + ": " + wanted + " and " + found);
    }

    private static <T> T made(Program<T> program, Map<String, Tensor> values) {
      SourceFile file = SourceEmitter.emit(program, Generated.NAME, Options.SCALAR.withLanes(Options.MACHINE)).file();
      Map<String, byte[]> classes = JavaCompile.compile(file, program.type());
      SourceBackEnd.sizes(classes);
      try {
        Class<?> made = JavaCompile.loader(classes, program.type().getClassLoader()).loadClass(Generated.NAME);
        return program.type().cast(made.getConstructor(Map.class).newInstance(values));
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** With the registers of other processors, where the flags for that are known, and as it is told. */
  @ParameterizedTest
  @ValueSource(strings = {"-XX:UseAVX=1", "-XX:UseAVX=2", "-Dweft.simd=16"})
  void asTheMachineHas(String flag) throws Exception {
    List<String> said = Jvm.run(List.of("--add-modules", "jdk.incubator.vector", "-XX:+IgnoreUnrecognizedVMOptions", "-Xlog:class+load",
        flag), Main.class).lines().toList();
    List<String> lanes = said.stream().filter(line -> line.startsWith("lanes ")).toList();
    assertThat(lanes).hasSize(1);
    if (flag.startsWith("-Dweft.simd=")) assertThat(lanes.get(0)).isEqualTo("lanes 16");
    var loaded = new HashSet<String>();
    for (String line : said) {
      int at = line.indexOf(Generated.NAME + "$Lanes");
      if (at >= 0) loaded.add(line.substring(at).split("[$ ]")[1]);
    }
    assertThat(loaded).containsExactly(lanes.get(0).replace("lanes ", "Lanes"));
  }

  @Test
  void saysWhatItIsFor() {
    String text = SourceEmitter.emit(ElmanRnn.tagger(4, 8, 3, 1), Generated.NAME, Options.SCALAR.withLanes(Options.MACHINE)).file().text();
    assertThat(text).contains("SPECIES_128", "SPECIES_256", "SPECIES_512", "The memory and the loops for vectors of 16 floats.");
  }
}
