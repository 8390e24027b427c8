package weft.benchmarks.peer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import weft.benchmarks.Case;
import weft.benchmarks.Cell;
import weft.benchmarks.Contender;
import weft.benchmarks.Data;
import weft.benchmarks.Mode;
import weft.benchmarks.Task;
import weft.benchmarks.onnx.OnnxNet;

/**
 * ONNX Runtime, inference only: all optimisations on, inputs and results in direct buffers that every call uses again.
 *
 * <p>A stream has two sets of state buffers, each in turn the input and the result.
 */
public final class OnnxRuntimeContender implements Contender {
  private final Case of;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
  private final List<Map<String, OnnxTensor>> results = new ArrayList<>();
  private final List<FloatBuffer> read = new ArrayList<>();
  private int sample;
  private int latest;

  public OnnxRuntimeContender(Case of, Mode mode, Data data, int threads) {
    if (mode != Mode.INFERENCE) {
      throw new IllegalArgumentException("ONNX Runtime does not train here");
    }
    this.of = of;
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      session = environment.createSession(OnnxNet.bytes(data), options);
      bind(data);
    } catch (OrtException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private void bind(Data data) throws OrtException {
    switch (of.task()) {
      case STREAM -> bindStream(data);
      case WORDS -> {
        inputs.add(Map.of("tokens", longs(data.tokens(), of.time(), of.batch()),
            "labels", longs(data.labels(), of.time(), of.batch(), 1)));
        result("y", 1);
      }
      case LAST_CLASS -> {
        inputs.add(Map.of("x", floats(data.x(), of.time(), of.batch(), of.in())));
        result("y", of.batch() * of.out(), of.batch(), of.out());
      }
      default -> {
        inputs.add(Map.of("x", floats(data.x(), of.time(), of.batch(), of.in())));
        result("y", of.time() * of.batch() * of.hidden(), of.time(), 1, of.batch(), of.hidden());
      }
    }
  }

  private void bindStream(Data data) throws OrtException {
    boolean lstm = of.cell() == Cell.LSTM;
    int width = of.batch() * of.in();
    int size = of.batch() * of.hidden();
    var hs = new OnnxTensor[2];
    var cs = new OnnxTensor[2];
    for (int k = 0; k < 2; k++) {
      var state = direct(new float[size]);
      read.add(state);
      hs[k] = OnnxTensor.createTensor(environment, state, new long[] {1, of.batch(), of.hidden()});
      cs[k] = floats(new float[size], 1, of.batch(), of.hidden());
      results.add(lstm ? Map.of("y", hs[k], "yc", cs[k]) : Map.of("y", hs[k]));
    }
    for (int t = 0; t < of.time(); t++) {
      var x = floats(Arrays.copyOfRange(data.x(), t * width, (t + 1) * width), 1, of.batch(), of.in());
      int from = (t + 1) % 2;
      inputs.add(lstm ? Map.of("x", x, "h", hs[from], "c", cs[from]) : Map.of("x", x, "h", hs[from]));
    }
  }

  private void result(String name, int size, long... shape) throws OrtException {
    var buffer = direct(new float[size]);
    read.add(buffer);
    results.add(Map.of(name, OnnxTensor.createTensor(environment, buffer, shape)));
  }

  private OnnxTensor floats(float[] values, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, direct(values), shape);
  }

  private OnnxTensor longs(int[] values, long... shape) throws OrtException {
    LongBuffer buffer = ByteBuffer.allocateDirect(8 * values.length).order(ByteOrder.nativeOrder()).asLongBuffer();
    for (int i = 0; i < values.length; i++) {
      buffer.put(i, values[i]);
    }
    return OnnxTensor.createTensor(environment, buffer, shape);
  }

  private static FloatBuffer direct(float[] values) {
    var buffer = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.nativeOrder()).asFloatBuffer();
    return buffer.put(0, values);
  }

  @Override
  public String version() {
    return environment.getVersion();
  }

  @Override
  public void infer() {
    latest = sample % results.size();
    try {
      session.run(inputs.get(sample), results.get(latest)).close();
      sample = sample + 1 == inputs.size() ? 0 : sample + 1;
    } catch (OrtException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public void train() {
    throw new UnsupportedOperationException("ONNX Runtime does not train here");
  }

  @Override
  public float[] output() {
    var buffer = read.get(latest);
    var values = new float[buffer.capacity()];
    buffer.get(0, values);
    return values;
  }

  @Override
  public double loss() {
    throw new UnsupportedOperationException("ONNX Runtime does not train here");
  }

  @Override
  public float[] parameter(String name) {
    throw new UnsupportedOperationException("ONNX Runtime does not train here");
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
