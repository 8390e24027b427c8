package weft.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import weft.Tensors;
import weft.graph.Expr;
import weft.loop.BackEnd;
import weft.loop.Buffer;
import weft.loop.Compiled;
import weft.loop.LoopProgram;
import weft.lower.Lowering;
import weft.rewrite.Notes;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Faults that are put into the compiler on purpose are found and named, and the user's parameters are as they were. */
class VerificationTest {
  private final Expr x = Tensors.vector("x", Tensors.F64, Tensors.dim("n"));
  private final Expr w = Tensors.param("w", Tensor.of(1.0, 2));
  private final Parameter parameter = Tensors.parameter(w);
  private final FunctionSpec spec = new FunctionSpec("f", List.of(x), List.of(x.times(3).named("y")),
      List.of(new Lowering.Assignment(parameter, w.times(2))));

  /** A back end that adds to the first element of the first output. */
  private static BackEnd wrong(double by) {
    return new BackEnd() {
      @Override
      public String name() {
        return "wrong";
      }

      @Override
      public int lanes() {
        return 1;
      }

      @Override
      public Compiled compile(LoopProgram program) {
        Compiled right = BackEnds.INTERPRETER.compile(program);
        Buffer output = program.outputs().get(0);
        return new Compiled() {
          @Override
          public void run(Object[] arrays, int[] sizes) {
            right.run(arrays, sizes);
            ((double[]) arrays[program.buffers().indexOf(output)])[0] += by;
          }

          @Override
          public String report() {
            return "";
          }

          @Override
          public String listing() {
            return "";
          }
        };
      }
    };
  }

  private Door door(List<Pass> passes, BackEnd best) {
    Door door = Compiler.compile(spec, Options.DEFAULT.with("interpreter").withChecked(true), passes, BackEnds.INTERPRETER, new Notes(),
        Trace.NONE);
    return door.verifiedBy(new Verification(door, passes, best));
  }

  private static List<Pass> with(int at, Pass more) {
    var all = new ArrayList<>(Passes.ALL);
    all.add(at, more);
    return all;
  }

  private void fails(Door door, String... parts) {
    assertThatThrownBy(() -> door.call(new Tensor[] {Tensor.of(1.0, 2)}, new Tensor[1]))
        .isInstanceOfSatisfying(WeftException.class, e -> {
          assertThat(e.kind()).isEqualTo(Kind.INTERNAL);
          assertThat(e.getMessage()).contains(parts);
        });
    assertThat(parameter.get().toDoubles()).containsExactly(1, 2);
  }

  @Test
  void whereNothingIsWrongACallIsACall() {
    var results = new Tensor[1];
    door(Passes.ALL, BackEnds.INTERPRETER).call(new Tensor[] {Tensor.of(1.0, 2)}, results);
    assertThat(results[0].toDoubles()).containsExactly(3, 6);
    assertThat(parameter.get().toDoubles()).containsExactly(2, 4);
  }

  @Test
  void aPassThatChangesAResultIsNamed() {
    for (int at : new int[] {0, 3, 11, Passes.ALL.size()}) {
      Pass bad = new Pass("bad", (results, notes) -> List.of(results.get(0).plus(Tensors.constant(0.5)), results.get(1)));
      fails(door(with(at, bad), BackEnds.INTERPRETER), "f: pass bad (number " + (at + 1) + " of " + (Passes.ALL.size() + 1)
          + ") changes what is computed", "result 0, y f64[n]", "element [0] is 3.5, not 3.0", "Mode NO_REWRITES does without");
    }
  }

  @Test
  void aPassThatChangesAnUpdateIsNamed() {
    Pass bad = new Pass("bad", (results, notes) -> List.of(results.get(0), results.get(1).times(2)));
    fails(door(with(5, bad), BackEnds.INTERPRETER), "pass bad (number 6", "the new value of parameter w", "element [0] is 4.0, not 2.0");
  }

  @Test
  void roundingIsNoChange() {
    Pass rounds = new Pass("rounds", (results, notes) -> List.of(results.get(0).plus(Tensors.constant(1e-12)), results.get(1)));
    var results = new Tensor[1];
    door(with(5, rounds), BackEnds.INTERPRETER).call(new Tensor[] {Tensor.of(1.0, 2)}, results);
    assertThat(results[0].toDoubles()[0]).isEqualTo(3 + 1e-12);
  }

  @Test
  void aBackEndMustAgreeToTheLastBit() {
    fails(door(Passes.ALL, wrong(Math.ulp(3.0))), "f: back end wrong computes something else than the interpreter",
        "element [0] is 3.0000000000000004, not 3.0", "Compile for Backend.INTERPRETER");
  }

  @Test
  void aPassThatBreaksTheGraphIsRefusedWhenItIsCompiled() {
    Pass casts = new Pass("casts", (results, notes) -> List.of(Tensors.cast(results.get(0), Tensors.F32), results.get(1)));
    assertThatThrownBy(() -> door(with(2, casts), BackEnds.INTERPRETER)).isInstanceOf(WeftException.class)
        .hasMessageContaining("pass casts changes the type of a result, f64[n]");
    Pass drops = new Pass("drops", (results, notes) -> results.subList(0, 1));
    assertThatThrownBy(() -> door(with(2, drops), BackEnds.INTERPRETER)).hasMessageContaining("pass drops makes 1 results of 2");
  }

  @Test
  void differencesNameTheFirstElement() {
    Tensor a = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
    Tensor b = Tensor.of(new double[][] {{1, 2, 3}, {4, 7, 8}});
    assertThat(Differences.first(a, b, true)).isEqualTo("element [1, 1] is 5.0, not 7.0");
    assertThat(Differences.first(a, a.copy(), true)).isNull();
    assertThat(Differences.first(Tensor.of(Double.NaN), Tensor.of(-Double.NaN), true)).isNull();
    assertThat(Differences.first(Tensor.of(0.0), Tensor.of(-0.0), true)).isEqualTo("element [0] is 0.0, not -0.0");
    assertThat(Differences.first(Tensor.of(Double.NaN), Tensor.of(1.0), false)).isEqualTo("element [0] is NaN, not 1.0");
    assertThat(Differences.first(Tensor.of(1.0), Tensor.of(Double.NaN), false)).isNull();
    assertThat(Differences.first(Tensor.of(1), Tensor.of(2), false)).isEqualTo("element [0] is 1, not 2");
    assertThat(Differences.first(Tensor.of(1f, 1000f), Tensor.of(1.05f, 1000f), false)).isNull();
    assertThat(Differences.first(Tensor.of(1f, 1000f), Tensor.of(1.2f, 1000f), false)).isEqualTo("element [0] is 1.0, not 1.2");
    assertThat(Differences.first(Tensor.of(1.0), Tensor.of(1f), false)).isEqualTo("is f64[1], not f32[1]");
    assertThat(Arrays.asList(Differences.first(Tensor.of(true), Tensor.of(false), true))).containsExactly("element [0] is true, not false");
  }
}
