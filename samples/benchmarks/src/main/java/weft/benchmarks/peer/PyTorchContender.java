package weft.benchmarks.peer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.recurrent.RNN;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.benchmarks.Case;
import weft.benchmarks.Cell;
import weft.benchmarks.Contender;
import weft.benchmarks.Data;
import weft.benchmarks.Mode;
import weft.benchmarks.Task;

/**
 * PyTorch through DJL: one call of torch's own {@code rnn_tanh}, {@code lstm} or {@code gru} over the whole sequence,
 * torch's autograd, and updates in place.
 *
 * <p>torch has two biases a gate; for Elman and LSTM the second is zero and is not trained, so that the net is the
 * case's.
 */
public final class PyTorchContender implements Contender {
  private final Case of;
  private final Data data;
  private final NDManager manager;
  private final Engine engine;
  private final Map<String, PtNDArray> parameters = new LinkedHashMap<>();
  private final Map<String, NDArray> meanSquares = new LinkedHashMap<>();
  private final NDList weights = new NDList();
  private final List<NDArray> inputs = new ArrayList<>();
  private final List<NDArray> temporaries = new ArrayList<>();
  private final NDArray targets;
  private final NDArray labels;
  private final PtNDArray one;
  private NDList state;
  private NDArray result;
  private double loss;
  private int sample;

  public PyTorchContender(Case of, Mode mode, Data data, int threads) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    this.of = of;
    this.data = data;
    engine = Engine.getEngine("PyTorch");
    manager = engine.newBaseManager();
    boolean train = mode == Mode.TRAINING;
    data.parameters().forEach((name, p) -> addParameter(name, p, train));
    for (int k = 0; k < of.layers(); k++) {
      weights.add(parameters.get("w" + k));
      weights.add(parameters.get("u" + k));
      weights.add(parameters.get("b" + k));
      weights.add(of.cell() == Cell.GRU ? parameters.get("c" + k) : manager.zeros(new Shape(of.columns())));
    }
    addInputs();
    targets = data.targets().length == 0 ? null
        : manager.create(data.targets(), new Shape(of.time(), of.batch(), of.hidden()));
    labels = data.labels().length == 0 ? null : labels();
    one = (PtNDArray) (of.task() == Task.COTANGENT ? targets : manager.create(1f));
    state = zeroState();
  }

  private void addParameter(String name, Data.Parameter p, boolean train) {
    int[] s = p.shape();
    boolean embedding = name.equals("e");
    var turned = s.length == 1 || embedding ? p.values() : Data.transpose(p.values(), s[0], s[1]);
    var shape = s.length == 1 ? new Shape(s[0]) : embedding ? new Shape(s[0], s[1]) : new Shape(s[1], s[0]);
    var array = (PtNDArray) manager.create(turned, shape);
    if (train) {
      array.setRequiresGradient(true);
    }
    if (of.task() == Task.CHARACTERS) {
      meanSquares.put(name, manager.zeros(shape));
    }
    parameters.put(name, array);
  }

  private void addInputs() {
    switch (of.task()) {
      case CHARACTERS -> inputs.add(manager.create(data.oneHot(), new Shape(of.time(), of.batch(), of.in())));
      case WORDS -> {
        var tokens = new long[data.tokens().length];
        for (int i = 0; i < tokens.length; i++) {
          tokens[i] = data.tokens()[i];
        }
        inputs.add(manager.create(tokens, new Shape(of.time(), of.batch())));
      }
      case STREAM -> {
        int width = of.batch() * of.in();
        for (int t = 0; t < of.time(); t++) {
          inputs.add(manager.create(Arrays.copyOfRange(data.x(), t * width, (t + 1) * width),
              new Shape(1, of.batch(), of.in())));
        }
      }
      default -> inputs.add(manager.create(data.x(), new Shape(of.time(), of.batch(), of.in())));
    }
  }

  private NDArray labels() {
    var wide = new long[data.labels().length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = data.labels()[i];
    }
    return manager.create(wide, of.task().everyStep() ? new Shape(of.time(), of.batch(), 1)
        : new Shape(1, of.batch(), 1));
  }

  private NDList zeroState() {
    var shape = new Shape(of.layers(), of.batch(), of.hidden());
    return of.cell() == Cell.LSTM ? new NDList(manager.zeros(shape), manager.zeros(shape))
        : new NDList(manager.zeros(shape));
  }

  @Override
  public String version() {
    return engine.getVersion() + " through DJL " + Engine.getDjlVersion();
  }

  @Override
  public void infer() {
    if (result != null && of.task() != Task.STREAM) {
      result.close();
    }
    switch (of.task()) {
      case STREAM -> stream();
      case LAST_CLASS -> result = temporary(logits(false)).softmax(-1);
      case WORDS -> result = crossEntropy(logits(false));
      default -> {
        var all = recur(inputs.get(0), false);
        result = all.get(0);
        temporaries.addAll(all.subList(1, all.size()));
      }
    }
    free();
  }

  private void stream() {
    var all = recur(inputs.get(sample), false);
    sample = sample + 1 == inputs.size() ? 0 : sample + 1;
    if (result != null) {
      result.close();
      state.close();
    }
    result = all.get(0);
    state = all.subNDList(1);
  }

  /** Of torch's results: all states, then the last state of every layer, then the last cell. */
  private NDList recur(NDArray x, boolean train) {
    var in = (PtNDArray) x;
    return switch (of.cell()) {
      case ELMAN -> JniUtils.rnn(in, (PtNDArray) state.get(0), weights, true, of.layers(), RNN.Activation.TANH, 0,
          train, false, false);
      case LSTM -> JniUtils.lstm(in, state, weights, true, of.layers(), 0, train, false, false);
      case GRU -> JniUtils.gru(in, (PtNDArray) state.get(0), weights, true, of.layers(), 0, train, false, false);
    };
  }

  private NDArray logits(boolean train) {
    var x = inputs.get(0);
    if (of.task() == Task.WORDS) {
      x = temporary(JniUtils.embedding((PtNDArray) x, parameters.get("e"), false));
    }
    var all = recur(x, train);
    temporaries.addAll(all);
    var rows = of.task().everyStep() ? all.get(0)
        : of.layers() == 1 ? all.get(1) : temporary(all.get(1).get(of.layers() - 1 + ":"));
    return JniUtils.linear((PtNDArray) rows, parameters.get("wy"), parameters.get("by"));
  }

  private NDArray crossEntropy(NDArray logits) {
    var logs = temporary(temporary(logits).logSoftmax(-1));
    var wanted = temporary(logs.gather(labels, 2));
    return temporary(wanted.mean()).neg();
  }

  @Override
  public void train() {
    if (of.task() == Task.COTANGENT) {
      parameters.values().forEach(JniUtils::zeroGrad);
    }
    var recording = engine.newGradientCollector();
    try {
      var end = switch (of.task()) {
        case STATES -> squaredError();
        case COTANGENT -> {
          var all = recur(inputs.get(0), true);
          temporaries.addAll(all.subList(1, all.size()));
          yield all.get(0);
        }
        default -> crossEntropy(logits(true));
      };
      JniUtils.backward((PtNDArray) temporary(end), one, false, false);
      // Reading the loss is part of a step in every system.
      loss = of.task() == Task.COTANGENT ? 0 : end.getFloat();
    } finally {
      recording.close();
    }
    update();
    free();
  }

  private NDArray squaredError() {
    var all = recur(inputs.get(0), true);
    temporaries.addAll(all);
    return temporary(temporary(all.get(0).sub(targets)).square()).mean();
  }

  private void update() {
    float rate = of.task().learningRate();
    float scale = of.task() == Task.WORDS ? normScale() : 1;
    for (var entry : parameters.entrySet()) {
      var p = entry.getValue();
      switch (of.task()) {
        case STATES, LAST_CLASS, WORDS -> {
          var gradient = temporary(JniUtils.getGradient(p));
          p.subi(gradient.muli(rate * scale));
          JniUtils.zeroGrad(p);
        }
        case CHARACTERS -> {
          var gradient = temporary(temporary(JniUtils.getGradient(p)).clip(-Task.CLIP, Task.CLIP));
          var mean = meanSquares.get(entry.getKey());
          mean.muli(Task.RMSPROP_DECAY).addi(temporary(gradient.square()).muli(1 - Task.RMSPROP_DECAY));
          p.subi(gradient.muli(rate).divi(temporary(mean.sqrt()).addi(Task.RMSPROP_EPSILON)));
          JniUtils.zeroGrad(p);
        }
        default -> { }
      }
    }
  }

  private float normScale() {
    double squares = 0;
    for (var p : parameters.values()) {
      double norm = temporary(temporary(JniUtils.getGradient(p)).norm()).getFloat();
      squares += norm * norm;
    }
    return (float) Math.min(1, Task.CLIP / Math.sqrt(squares));
  }

  private NDArray temporary(NDArray array) {
    temporaries.add(array);
    return array;
  }

  private void free() {
    for (int i = 0; i < temporaries.size(); i++) {
      temporaries.get(i).close();
    }
    temporaries.clear();
  }

  @Override
  public float[] output() {
    return result.toFloatArray();
  }

  @Override
  public double loss() {
    return loss;
  }

  @Override
  public float[] parameter(String name) {
    var p = parameters.get(name);
    var values = of.task() == Task.COTANGENT ? p.getGradient().toFloatArray() : p.toFloatArray();
    int[] s = data.parameters().get(name).shape();
    return s.length == 1 || name.equals("e") ? values : Data.transpose(values, s[1], s[0]);
  }

  @Override
  public void close() {
    manager.close();
  }
}
