package weft.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.op.OpRow.Arg;
import weft.runtime.DType;
import weft.type.Dim;

/** What an op gives for a whole sequence is what it gives step by step, whichever of its inputs vary. */
class OpLiftTest {
  private static final int STEPS = 3;

  /** A row, and which of its arguments vary from step to step. */
  record Case(OpRow row, int varying) {
    boolean varies(int argument) {
      return (varying >> argument & 1) != 0;
    }

    @Override
    public String toString() {
      return row + " by " + Integer.toBinaryString(varying);
    }
  }

  static List<Case> cases() {
    var cases = new ArrayList<Case>();
    for (OpRow row : OpTable.rows()) {
      for (int varying = 1; varying < 1 << row.args().size(); varying++) {
        var one = new Case(row, varying);
        if (!lengthVaries(one)) cases.add(one);
      }
    }
    return cases;
  }

  /** Whether each step measures a length of its own, so that there is nothing to stack. */
  private static boolean lengthVaries(Case given) {
    Expr[] step = OpTable.inputs(given.row(), DType.F64, false);
    Set<Expr> varying = new HashSet<>();
    for (int i = 0; i < step.length; i++) if (given.varies(i)) varying.add(step[i]);
    for (Apply a : Graphs.order(List.of(given.row().build().apply(step)))) {
      if (a.inputs().stream().noneMatch(varying::contains)) continue;
      if (Measures.measured(a.op()) != null) return true;
      varying.addAll(a.outputs());
    }
    return false;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheStackedSteps(Case given) {
    OpRow row = given.row();
    Expr[] step = OpTable.inputs(row, DType.F64, false);
    var args = new ArrayList<Arg>();
    for (int i = 0; i < step.length; i++) {
      args.add(given.varies(i) ? stacked(row.args().get(i)) : row.args().get(i));
    }
    var whole = new OpRow(row.name(), args, row.build(), row.oracle(), row.tolerance(), false, false);
    Expr[] inputs = OpTable.inputs(whole, DType.F64, false);

    Expr lifted = lift(row.build().apply(step), step, inputs, given);
    Nd[] values = whole.draw(9);
    Nd all = Nd.of(OpTable.run(OpTable.compile(inputs, lifted), inputs, values)[0]);
    for (int t = 0; t < STEPS; t++) {
      var now = values.clone();
      for (int i = 0; i < now.length; i++) if (given.varies(i)) now[i] = rowOf(values[i], t);
      Nd expected = row.oracle().apply(now);
      assertThat(rowOf(all, t).shape()).containsExactly(expected.shape());
      for (int k = 0; k < expected.data().length; k++) {
        double margin = row.tolerance() * Math.max(1, Math.abs(expected.data()[k]));
        assertThat(rowOf(all, t).data()[k]).isCloseTo(expected.data()[k], within(margin));
      }
    }
  }

  private static Arg stacked(Arg arg) {
    int[] shape = new int[arg.shape().length + 1];
    shape[0] = STEPS;
    System.arraycopy(arg.shape(), 0, shape, 1, arg.shape().length);
    return new Arg(arg.kind(), shape, arg.sampler());
  }

  private static Nd rowOf(Nd x, int t) {
    int[] shape = Arrays.copyOfRange(x.shape(), 1, x.shape().length);
    return Nd.of(shape, at -> {
      int[] whole = new int[at.length + 1];
      whole[0] = t;
      System.arraycopy(at, 0, whole, 1, at.length);
      return x.at(whole);
    });
  }

  /** Lifts every apply below a result that depends on what varies; all of them must know how. */
  private static Expr lift(Expr result, Expr[] step, Expr[] inputs, Case given) {
    Map<Expr, Expr> stacked = new HashMap<>();
    Map<Expr, Expr> fixed = new HashMap<>();
    for (int i = 0; i < step.length; i++) (given.varies(i) ? stacked : fixed).put(step[i], inputs[i]);
    for (Apply a : Graphs.order(List.of(result), Set.of(step))) {
      var varies = new boolean[a.inputs().size()];
      var now = new ArrayList<Expr>();
      boolean any = false;
      for (int i = 0; i < varies.length; i++) {
        Expr in = a.input(i);
        varies[i] = stacked.containsKey(in);
        any |= varies[i];
        now.add(varies[i] ? stacked.get(in) : fixed.getOrDefault(in, in));
      }
      if (!any) {
        if (now.equals(a.inputs())) continue;
        List<Expr> again = Apply.of(a.op(), now).outputs();
        for (int i = 0; i < again.size(); i++) fixed.put(a.output(i), again.get(i));
        continue;
      }
      assertThat(a.op()).isInstanceOf(Liftable.class);
      List<Expr> outputs = ((Liftable) a.op()).lift(a, now, varies, Dim.of(STEPS));
      assertThat(outputs.get(0).type()).isEqualTo(a.output(0).type().stacked(Dim.of(STEPS)));
      for (int i = 0; i < outputs.size(); i++) stacked.put(a.output(i), outputs.get(i));
    }
    return stacked.get(result);
  }
}
