package weft.benchmarks.onnx;

import java.util.ArrayList;
import java.util.List;
import weft.benchmarks.Case;
import weft.benchmarks.Cell;
import weft.benchmarks.Data;
import weft.benchmarks.Task;
import weft.benchmarks.onnx.OnnxFile.Attribute;

/**
 * The inference of a case as an ONNX file, out of the operators RNN, LSTM and GRU.
 *
 * <p>Inputs are {@code x} (or {@code tokens} and {@code labels}) and for a stream {@code h} and {@code c}; the result is
 * {@code y}, and for a stream {@code y} is the next {@code h} and {@code yc} the next {@code c}. ONNX orders the gates
 * i, o, f, g and z, r, n, and has both biases of every cell in one vector.
 */
public final class OnnxNet {
  private final Case of;
  private final Data data;
  private final OnnxFile file = new OnnxFile();

  private OnnxNet(Data data) {
    this.of = data.of();
    this.data = data;
  }

  public static byte[] bytes(Data data) {
    return new OnnxNet(data).build();
  }

  private byte[] build() {
    int steps = of.steps();
    var rows = "x";
    if (of.task() == Task.WORDS) {
      file.longInput("tokens", steps, of.batch()).longInput("labels", steps, of.batch(), 1);
      file.constant("e", data.parameter("e"), of.out(), of.in());
      file.op("Gather", List.of("e", "tokens"), List.of("x"));
    } else {
      file.floatInput("x", steps, of.batch(), of.in());
    }
    if (of.layers() > 1 || of.task() == Task.WORDS) {
      file.constant("one", new long[] {1}, 1);
    }
    for (int k = 0; k < of.layers(); k++) {
      boolean top = k == of.layers() - 1;
      layer(k, rows, top);
      if (!top || of.task() == Task.WORDS) {
        rows = "rows" + k;
        file.op("Squeeze", List.of("all" + k, "one"), List.of(rows));
      }
    }
    end(rows);
    return file.toBytes();
  }

  private void layer(int k, String rows, boolean top) {
    int columns = of.columns();
    int hidden = of.hidden();
    int width = of.width(k);
    file.constant("w" + k, turned(data.parameter("w" + k), width), 1, columns, width);
    file.constant("u" + k, turned(data.parameter("u" + k), hidden), 1, columns, hidden);
    var biases = new float[2 * columns];
    System.arraycopy(gates(data.parameter("b" + k), 1), 0, biases, 0, columns);
    if (of.cell() == Cell.GRU) {
      System.arraycopy(gates(data.parameter("c" + k), 1), 0, biases, columns, columns);
    }
    file.constant("b" + k, biases, 1, 2L * columns);
    boolean lstm = of.cell() == Cell.LSTM;
    var inputs = new ArrayList<>(List.of(rows, "w" + k, "u" + k, "b" + k));
    if (of.task() == Task.STREAM) {
      inputs.addAll(lstm ? List.of("", "h", "c") : List.of("", "h"));
    }
    var outputs = switch (of.task()) {
      case STREAM -> lstm ? List.of("", "y", "yc") : List.of("", "y");
      case LAST_CLASS -> top ? List.of("", "last") : List.of("all" + k);
      case STATES, COTANGENT -> List.of(top ? "y" : "all" + k);
      case CHARACTERS, WORDS -> List.of("all" + k);
    };
    var size = new Attribute("hidden_size", hidden);
    switch (of.cell()) {
      case ELMAN -> file.op("RNN", inputs, outputs, size);
      case LSTM -> file.op("LSTM", inputs, outputs, size);
      case GRU -> file.op("GRU", inputs, outputs, size, new Attribute("linear_before_reset", 1));
    }
  }

  private void end(String rows) {
    int hidden = of.hidden();
    switch (of.task()) {
      case STREAM -> {
        file.floatInput("h", 1, of.batch(), hidden).output("y", 1, of.batch(), hidden);
        if (of.cell() == Cell.LSTM) {
          file.floatInput("c", 1, of.batch(), hidden).output("yc", 1, of.batch(), hidden);
        }
      }
      case LAST_CLASS -> {
        head();
        file.constant("zero", new long[] {0}, 1);
        file.op("Squeeze", List.of("last", "zero"), List.of("state"));
        file.op("Gemm", List.of("state", "wy", "by"), List.of("logits"));
        file.op("Softmax", List.of("logits"), List.of("y"), new Attribute("axis", -1));
        file.output("y", of.batch(), of.out());
      }
      case WORDS -> {
        head();
        file.op("MatMul", List.of(rows, "wy"), List.of("products"));
        file.op("Add", List.of("products", "by"), List.of("logits"));
        file.op("LogSoftmax", List.of("logits"), List.of("logs"), new Attribute("axis", -1));
        file.op("GatherElements", List.of("logs", "labels"), List.of("wanted"), new Attribute("axis", 2));
        file.op("ReduceMean", List.of("wanted"), List.of("mean"), new Attribute("keepdims", 0));
        file.op("Neg", List.of("mean"), List.of("y"));
        file.output("y");
      }
      default -> file.output("y", of.time(), 1, of.batch(), hidden);
    }
  }

  private void head() {
    file.constant("wy", data.parameter("wy"), of.hidden(), of.out()).constant("by", data.parameter("by"), of.out());
  }

  /** A (width, gates·hidden) matrix as ONNX wants it: (gates·hidden, width), the gates in its order. */
  private float[] turned(float[] matrix, int width) {
    return gates(Data.transpose(matrix, width, of.columns()), width);
  }

  private float[] gates(float[] rows, int width) {
    int[] order = switch (of.cell()) {
      case ELMAN -> new int[] {0};
      case LSTM -> new int[] {0, 3, 1, 2};
      case GRU -> new int[] {1, 0, 2};
    };
    var sorted = new float[rows.length];
    int block = of.hidden() * width;
    for (int g = 0; g < order.length; g++) {
      System.arraycopy(rows, order[g] * block, sorted, g * block, block);
    }
    return sorted;
  }
}
