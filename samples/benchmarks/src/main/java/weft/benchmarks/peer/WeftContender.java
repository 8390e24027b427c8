package weft.benchmarks.peer;

import static weft.Tensors.function;

import java.util.ArrayList;
import java.util.Arrays;
import weft.Backend;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Tensors;
import weft.benchmarks.Case;
import weft.benchmarks.Contender;
import weft.benchmarks.Data;
import weft.benchmarks.Mode;
import weft.benchmarks.Task;
import weft.graph.Expr;
import weft.runtime.Tensor;

/** Weft: bytecode or the compiled source of the same loops, results into the caller's tensors. */
public final class WeftContender implements Contender {
  private final Case of;
  private final WeftNet net;
  /** The arguments of each call, in turn. */
  private final Tensor[][] arguments;
  private final CompiledFunction call;
  private final Tensor[] results;
  private int sample;

  /** @param lanes of vectors, 1 for none, 0 for what the machine has */
  public WeftContender(Case of, Mode mode, Data data, int lanes, int threads, Backend backend) {
    this.of = of;
    net = new WeftNet(of, data);
    Tensor target = target(of, data);
    var builder = mode == Mode.INFERENCE ? inference() : training();
    if (lanes > 0) builder.lanes(lanes);
    call = builder.named(of.cell().key()).threads(threads).compile(backend);
    results = new Tensor[call.outputs()];
    arguments = Arrays.stream(samples(of, data))
        .map(x -> call.inputs() == 1 ? new Tensor[] {x} : new Tensor[] {x, target}).toArray(Tensor[][]::new);
  }

  private FunctionBuilder inference() {
    if (of.task() == Task.STREAM) return function(net.x).returns(net.output()).updates(net.carries());
    return of.task() == Task.WORDS ? function(net.x, net.target).returns(net.output()) : function(net.x).returns(net.output());
  }

  private FunctionBuilder training() {
    if (of.task() == Task.COTANGENT) return function(net.x, net.target).returns(net.gradients().toArray(Expr[]::new));
    Expr loss = net.loss();
    return function(net.x, net.target).returns(loss).updates(net.updates(loss));
  }

  private static Tensor[] samples(Case of, Data data) {
    if (of.task().tokens()) return new Tensor[] {Tensor.wrap(data.tokens(), of.time(), of.batch())};
    if (of.task() != Task.STREAM) return new Tensor[] {Tensor.wrap(data.x(), of.time(), of.batch(), of.in())};
    int width = of.batch() * of.in();
    var rows = new Tensor[of.time()];
    for (int t = 0; t < rows.length; t++) {
      rows[t] = Tensor.wrap(Arrays.copyOfRange(data.x(), t * width, (t + 1) * width), of.batch(), of.in());
    }
    return rows;
  }

  private static Tensor target(Case of, Data data) {
    return switch (of.task()) {
      case STATES, COTANGENT -> Tensor.wrap(data.targets(), of.time(), of.batch(), of.hidden());
      case STREAM -> null;
      case LAST_CLASS -> Tensor.wrap(data.labels(), of.batch());
      case CHARACTERS, WORDS -> Tensor.wrap(data.labels(), of.time(), of.batch());
    };
  }

  private void run() {
    call.callInto(results, arguments[sample]);
  }

  @Override
  public String version() {
    return "0.1.0";
  }

  @Override
  public void infer() {
    run();
    sample = sample + 1 == arguments.length ? 0 : sample + 1;
  }

  @Override
  public void train() {
    run();
  }

  @Override
  public float[] output() {
    return Arrays.copyOf(results[0].floats(), results[0].size());
  }

  @Override
  public double loss() {
    return results[0].item();
  }

  @Override
  public float[] parameter(String name) {
    Tensor value = of.task() == Task.COTANGENT
        ? results[new ArrayList<>(net.parameters.keySet()).indexOf(name)]
        : Tensors.parameter(net.parameters.get(name)).get();
    return Arrays.copyOf(value.floats(), value.size());
  }

  @Override
  public void close() {}
}
