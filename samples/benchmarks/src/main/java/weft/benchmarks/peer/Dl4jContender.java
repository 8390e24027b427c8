package weft.benchmarks.peer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import weft.benchmarks.Case;
import weft.benchmarks.Cell;
import weft.benchmarks.Contender;
import weft.benchmarks.Data;
import weft.benchmarks.Mode;
import weft.benchmarks.Task;

/**
 * DL4J: a MultiLayerNetwork of SimpleRnn or LSTM; it has no GRU.
 *
 * <p>Its losses are sums over the steps, so rates and thresholds are scaled by their number. It clips the gradient's
 * norm by layer and not over all, which is the same as long as nothing is clipped; RMSProp's mean starts at its epsilon,
 * which is therefore next to nothing here.
 */
public final class Dl4jContender implements Contender {
  /** Its gates are g, f, o, i. */
  private static final int[] LSTM_GATES = {2, 1, 3, 0};
  private static final double EPSILON = 1e-20;

  private final Case of;
  private final Data data;
  private final MultiLayerNetwork net;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final List<INDArray> inputs = new ArrayList<>();
  private final INDArray wanted;
  private final DataSet both;
  private INDArray result;
  private double loss;
  private Gradient gradient;
  private int sample;

  public Dl4jContender(Case of, Mode mode, Data data, int threads) {
    this.of = of;
    this.data = data;
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
    Nd4j.getEnvironment().setMaxThreads(threads);
    Nd4j.getMemoryManager().togglePeriodicGc(false);
    net = net(mode);
    data.parameters().values().forEach(this::set);
    addInputs();
    wanted = wanted();
    both = wanted == null ? null : new DataSet(inputs.get(0), wanted);
  }

  private MultiLayerNetwork net(Mode mode) {
    var list = new NeuralNetConfiguration.Builder().seed(1).dataType(DataType.FLOAT).updater(updater())
        .gradientNormalization(switch (of.task()) {
          case CHARACTERS -> GradientNormalization.ClipElementWiseAbsoluteValue;
          case WORDS -> GradientNormalization.ClipL2PerLayer;
          default -> GradientNormalization.None;
        }).gradientNormalizationThreshold(Task.CLIP * scale()).list();
    int at = 0;
    if (of.task() == Task.WORDS) {
      list.layer(new EmbeddingSequenceLayer.Builder().nIn(of.out()).nOut(of.in()).hasBias(false).inputLength(of.time())
          .activation(Activation.IDENTITY).build());
      names.put("e", at++ + "_W");
    }
    for (int k = 0; k < of.layers(); k++) {
      var layer = recurrent(k);
      list.layer(of.task() == Task.LAST_CLASS && k == of.layers() - 1 ? new LastTimeStep(layer) : layer);
      names.put("w" + k, at + "_W");
      names.put("u" + k, at + "_RW");
      names.put("b" + k, at++ + "_b");
    }
    if (of.task().head()) {
      list.layer(of.task() == Task.LAST_CLASS
          ? new OutputLayer.Builder(LossFunction.MCXENT).nIn(of.hidden()).nOut(of.out())
              .activation(Activation.SOFTMAX).build()
          : new RnnOutputLayer.Builder(LossFunction.MCXENT).nIn(of.hidden()).nOut(of.out())
              .dataFormat(RNNFormat.NCW).activation(Activation.SOFTMAX).build());
      names.put("wy", at + "_W");
      names.put("by", at + "_b");
    } else if (of.task() == Task.STATES && mode == Mode.TRAINING) {
      list.layer(new RnnLossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build());
    }
    var built = new MultiLayerNetwork(list.build());
    built.init();
    return built;
  }

  private Layer recurrent(int k) {
    return of.cell() == Cell.LSTM
        ? new LSTM.Builder().nIn(of.width(k)).nOut(of.hidden()).activation(Activation.TANH)
            .gateActivationFunction(Activation.SIGMOID).build()
        : new SimpleRnn.Builder().nIn(of.width(k)).nOut(of.hidden()).activation(Activation.TANH).build();
  }

  private IUpdater updater() {
    double rate = of.task().learningRate();
    return of.task() == Task.CHARACTERS ? new RmsProp(rate, Task.RMSPROP_DECAY, EPSILON)
        : new Sgd(rate / scale());
  }

  /** How many times greater its loss is than the case's. */
  private int scale() {
    return of.task() == Task.LAST_CLASS || of.task() == Task.COTANGENT ? 1 : of.time();
  }

  private void set(Data.Parameter p) {
    var array = net.getParam(names.get(p.name()));
    long rows = p.shape().length == 1 ? 1 : p.shape()[0];
    var values = recurrentParameter(p.name()) ? gates(p.values(), (int) rows, false) : p.values();
    array.assign(Nd4j.create(values, new long[] {rows, values.length / rows}, 'c'));
  }

  private static boolean recurrentParameter(String name) {
    return Character.isDigit(name.charAt(name.length() - 1));
  }

  /** The columns with the gates in its order, or back in ours. */
  private float[] gates(float[] matrix, int rows, boolean back) {
    if (of.cell() != Cell.LSTM) {
      return matrix;
    }
    var sorted = new float[matrix.length];
    int hidden = of.hidden();
    for (int r = 0; r < rows; r++) {
      for (int g = 0; g < LSTM_GATES.length; g++) {
        int theirs = r * of.columns() + g * hidden;
        int ours = r * of.columns() + LSTM_GATES[g] * hidden;
        System.arraycopy(matrix, back ? theirs : ours, sorted, back ? ours : theirs, hidden);
      }
    }
    return sorted;
  }

  private void addInputs() {
    switch (of.task()) {
      case CHARACTERS -> inputs.add(sequences(data.oneHot(), of.in()));
      case WORDS -> {
        var tokens = new float[data.tokens().length];
        for (int i = 0; i < tokens.length; i++) {
          tokens[i] = data.tokens()[i];
        }
        inputs.add(Nd4j.create(tokens, new long[] {of.time(), of.batch()}, 'c').permute(1, 0).dup('f'));
      }
      case STREAM -> {
        int width = of.batch() * of.in();
        for (int t = 0; t < of.time(); t++) {
          inputs.add(Nd4j.create(Arrays.copyOfRange(data.x(), t * width, (t + 1) * width),
              new long[] {of.batch(), of.in()}, 'c'));
        }
      }
      default -> inputs.add(sequences(data.x(), of.in()));
    }
  }

  /** Rows (time, batch, width) as it wants them, (batch, width, time), each step's rows side by side in memory. */
  private INDArray sequences(float[] rows, int width) {
    return Nd4j.create(rows, new long[] {of.time(), of.batch(), width}, 'c').permute(1, 2, 0).dup('f');
  }

  private INDArray wanted() {
    return switch (of.task()) {
      case STATES, COTANGENT -> sequences(data.targets(), of.hidden());
      case LAST_CLASS -> Nd4j.create(data.oneHotLabels(), new long[] {of.batch(), of.out()}, 'c');
      case CHARACTERS, WORDS -> sequences(data.oneHotLabels(), of.out());
      case STREAM -> null;
    };
  }

  @Override
  public String version() {
    return org.nd4j.versioncheck.VersionCheck.getVersionInfos().stream()
        .filter(v -> v.getArtifactId().equals("deeplearning4j-nn")).map(v -> v.getBuildVersion()).findFirst()
        .orElse("unknown");
  }

  @Override
  public void infer() {
    // Else its native memory waits for the collector.
    if (result != null && result.closeable()) {
      result.close();
    }
    switch (of.task()) {
      case STREAM -> {
        result = net.rnnTimeStep(inputs.get(sample));
        sample = sample + 1 == inputs.size() ? 0 : sample + 1;
      }
      case WORDS -> loss = net.score(both, false) / scale();
      default -> result = net.output(inputs.get(0), false);
    }
  }

  @Override
  public void train() {
    if (of.task() == Task.COTANGENT) {
      net.setInput(inputs.get(0));
      net.feedForward(true, false);
      gradient = net.backpropGradient(wanted, LayerWorkspaceMgr.noWorkspaces()).getFirst();
    } else {
      net.fit(inputs.get(0), wanted);
      loss = net.score() / scale();
    }
  }

  @Override
  public float[] output() {
    return switch (of.task()) {
      case WORDS -> new float[] {(float) loss};
      case STREAM, LAST_CLASS -> result.dup('c').data().asFloat();
      default -> result.permute(2, 0, 1).dup('c').data().asFloat();
    };
  }

  @Override
  public double loss() {
    return loss;
  }

  @Override
  public float[] parameter(String name) {
    var theirs = names.get(name);
    var array = of.task() == Task.COTANGENT ? gradient.getGradientFor(theirs) : net.getParam(theirs);
    var values = array.dup('c').data().asFloat();
    return recurrentParameter(name) ? gates(values, values.length / of.columns(), true) : values;
  }

  @Override
  public void close() {
    net.close();
  }
}
