package weft.benchmarks.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** An ONNX file being written: inputs, constants, operators, outputs by name (onnx.proto, IR version 8, opset 17). */
public final class OnnxFile {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int INT_ATTRIBUTE = 2;

  private final ProtoWriter graph = new ProtoWriter().text(2, "net");

  /** An attribute of an operator; one whole number is all that is needed here. */
  public record Attribute(String name, long value) {
    private ProtoWriter proto() {
      return new ProtoWriter().text(1, name).number(3, value).number(20, INT_ATTRIBUTE);
    }
  }

  /** Appends an operator; an empty input name stands for an optional one left out. */
  public OnnxFile op(String type, List<String> inputs, List<String> outputs, Attribute... attributes) {
    var op = new ProtoWriter();
    inputs.forEach(i -> op.text(1, i));
    outputs.forEach(o -> op.text(2, o));
    op.text(4, type);
    for (var a : attributes) {
      op.message(5, a.proto());
    }
    graph.message(1, op);
    return this;
  }

  public OnnxFile constant(String name, float[] values, long... shape) {
    var raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return constant(name, FLOAT, raw.array(), shape);
  }

  public OnnxFile constant(String name, long[] values, long... shape) {
    var raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return constant(name, INT64, raw.array(), shape);
  }

  private OnnxFile constant(String name, int type, byte[] raw, long[] shape) {
    var tensor = new ProtoWriter();
    for (long extent : shape) {
      tensor.number(1, extent);
    }
    graph.message(5, tensor.number(2, type).text(8, name).bytes(9, raw));
    return this;
  }

  public OnnxFile floatInput(String name, long... shape) {
    graph.message(11, value(name, FLOAT, shape));
    return this;
  }

  public OnnxFile longInput(String name, long... shape) {
    graph.message(11, value(name, INT64, shape));
    return this;
  }

  public OnnxFile output(String name, long... shape) {
    graph.message(12, value(name, FLOAT, shape));
    return this;
  }

  private static ProtoWriter value(String name, int type, long[] shape) {
    var dims = new ProtoWriter();
    for (long extent : shape) {
      dims.message(1, new ProtoWriter().number(1, extent));
    }
    var tensor = new ProtoWriter().number(1, type).message(2, dims);
    return new ProtoWriter().text(1, name).message(2, new ProtoWriter().message(1, tensor));
  }

  public byte[] toBytes() {
    return new ProtoWriter().number(1, IR_VERSION).text(2, "weft-benchmarks").message(7, graph)
        .message(8, new ProtoWriter().text(1, "").number(2, OPSET)).toBytes();
  }
}
