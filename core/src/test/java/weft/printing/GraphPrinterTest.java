package weft.printing;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.dim;
import static weft.Tensors.F64;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.scalar;
import static weft.Tensors.sum;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.Printing;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.op.Ops;
import weft.op.Scan;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.TensorType;

class GraphPrinterTest {
  /** The text without the line numbers of this file. */
  private static String text(Expr... results) {
    return Printing.text(results).replaceAll("GraphPrinterTest\\.java:\\d+", "here");
  }

  @Test
  void aLineSaysTypeNameOpInputsAndPlace() {
    var time = dim("time");
    Expr x = matrix("x", time, 8);
    Expr w = param("Wx", Tensor.zeros(DType.F32, 8, 32));
    Expr h = tanh(x.dot(w).named("h_in").plus(1));

    assertThat(text(h, x)).isEqualTo("""
        %1 f32[time, 8] x = input  # here
        %2 f32[8, 32] Wx = parameter  # here
        %3 f32[time, 32] h_in = dot[ak,kn->an](x, Wx)  # here
        %4 f32[time, 32] = plus(h_in, 1 [time, 32])  # here
        %5 f32[time, 32] = tanh(%4)  # here
        return %5, x
        """);
  }

  @Test
  void anAmbiguousNameGivesWayToTheNumber() {
    Expr x = scalar("x");
    Expr twice = x.plus(x).named("x");

    assertThat(text(twice)).isEqualTo("""
        %1 f32 x = input  # here
        %2 f32 x = plus(%1, %1)  # here
        return %2
        """);
  }

  @Test
  void aScanShowsItsStep() {
    Expr row = Graphs.variable(TensorType.of(DType.F64, 3), "x_t", "row of x");
    Expr state = Graphs.variable(TensorType.of(DType.F64, 3), "h", "carry");
    var body = new Lambda(List.of(row, state), List.of(state.plus(row), sum(state)));
    var time = dim("time");
    Expr x = matrix("x", F64, time, 3);
    Expr h0 = vector("h0", F64, 3);
    Apply scan = Apply.of(new Scan("rnn", body, 1, 1, time, false), List.of(x, h0));

    assertThat(text(scan.output(2).named("sums"), Ops.literal(Tensor.of(1.0, 2.0)))).isEqualTo("""
        %1 f64[time, 3] x = input  # here
        %2 f64[3] h0 = input  # here
        %3 = scan[rnn over time](x, h0)  # here
          step (%4 f64[3] x_t, %5 f64[3] h)
            %6 f64[3] = plus(h, x_t)  # here
            %7 f64 = sum[axes [0]](h)  # here
            return %6, %7
          gives %3.0 f64[3]
          gives %3.1 f64[time + 1, 3]
          gives %3.2 f64[time] sums
        %8 f64[2] = literal [1.0, 2.0]  # here
        return sums, %8
        """);
  }

  @Test
  void graphvizGetsABoxAnApplyAndAnEdgeAnInput() {
    Expr x = vector("x \"quoted\"", 3);

    assertThat(Printing.toDot(tanh(x).plus(1))).isEqualTo("""
        digraph weft {
          node [shape=box, fontname="monospace"];
          a0 [label="x \\"quoted\\"\\ninput\\nf32[3]"];
          a1 [label="tanh\\nf32[3]"];
          a0 -> a1;
          a2 [label="plus 1 [3]\\nf32[3]"];
          a1 -> a2;
          r0 [shape=plaintext, label="result 0"];
          a2 -> r0;
        }
        """);
  }
}
