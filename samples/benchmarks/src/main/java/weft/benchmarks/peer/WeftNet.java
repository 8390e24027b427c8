package weft.benchmarks.peer;

import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.Update;
import weft.benchmarks.Case;
import weft.benchmarks.Cell;
import weft.benchmarks.Data;
import weft.benchmarks.Task;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** A case as a user of Weft writes it: one weight matrix of the input and one of the state a layer, gates side by side. */
final class WeftNet {
  final Case of;
  final Map<String, Expr> parameters = new LinkedHashMap<>();
  final Dim time = dim("time");
  final Expr x;
  final Expr target;
  final Expr states;
  /** For streams: the new carries, in the order of {@link #carried}. */
  final List<Expr> next = new ArrayList<>();
  final List<Expr> carried = new ArrayList<>();

  WeftNet(Case of, Data data) {
    this.of = of;
    data.parameters().forEach((name, p) -> parameters.put(name, param(name, Tensor.wrap(p.values(), p.shape()))));
    x = switch (of.task()) {
      case CHARACTERS, WORDS -> matrix("x", I32, time, of.batch());
      case STREAM -> matrix("x", of.batch(), of.in());
      default -> tensor3("x", time, of.batch(), of.in());
    };
    target = switch (of.task()) {
      case STATES, COTANGENT, STREAM -> tensor3("y", time, of.batch(), of.hidden());
      case LAST_CLASS -> vector("y", I32, of.batch());
      case CHARACTERS, WORDS -> matrix("y", I32, time, of.batch());
    };
    states = of.task() == Task.STREAM ? stream() : layers();
  }

  private Expr p(String name, int layer) {
    return parameters.get(name + layer);
  }

  /** x·w + b of a layer; characters look their rows of w up. */
  private Expr input(Expr rows, int layer) {
    Expr product = layer == 0 && of.task() == Task.CHARACTERS ? embedding(p("w", 0), rows) : rows.dot(p("w", layer));
    return product.plus(p("b", layer));
  }

  private Expr layers() {
    Expr rows = of.task() == Task.WORDS ? embedding(parameters.get("e"), x) : x;
    for (int k = 0; k < of.layers(); k++) {
      int layer = k;
      Expr zeros = zeros(of.batch(), of.hidden());
      Expr in = input(rows, layer);
      var scan = scan().over(in).name("layer" + layer);
      if (of.cell() == Cell.LSTM) {
        rows = scan.carry(zeros, zeros).run(s -> {
          Expr[] hc = lstm(s.row(), s.prev(0), s.prev(1), layer);
          s.next(hc[0], hc[1]);
        }).all(0);
      } else {
        rows = scan.carry(zeros).run(s -> s.next(
            of.cell() == Cell.GRU ? gru(s.row(), s.prev(), layer) : elman(s.row(), s.prev(), layer))).all(0);
      }
    }
    return rows;
  }

  /** h = tanh(x·w + b + h·u). */
  private Expr elman(Expr in, Expr h, int layer) {
    return tanh(in.plus(h.dot(p("u", layer))));
  }

  /** c = σ(f)·c + σ(i)·tanh(g), h = σ(o)·tanh(c). */
  private Expr[] lstm(Expr in, Expr h, Expr c, int layer) {
    Expr a = in.plus(h.dot(p("u", layer)));
    Expr cell = sigmoid(gate(a, 1)).times(c).plus(sigmoid(gate(a, 0)).times(tanh(gate(a, 2))));
    return new Expr[] {sigmoid(gate(a, 3)).times(tanh(cell)), cell};
  }

  /** n = tanh(x_n + σ(r)·(h·u_n + c_n)), h = (1 − σ(z))·n + σ(z)·h. */
  private Expr gru(Expr in, Expr h, int layer) {
    Expr a = h.dot(p("u", layer)).plus(p("c", layer));
    Expr r = sigmoid(gate(in, 0).plus(gate(a, 0)));
    Expr z = sigmoid(gate(in, 1).plus(gate(a, 1)));
    Expr n = tanh(gate(in, 2).plus(r.times(gate(a, 2))));
    return n.minus(z.times(n)).plus(z.times(h));
  }

  private Expr gate(Expr a, int i) {
    return a.slice(1, i * of.hidden(), (i + 1) * of.hidden());
  }

  /** One step whose carries are parameters that the function updates. */
  private Expr stream() {
    for (String name : of.cell() == Cell.LSTM ? List.of("h", "c") : List.of("h")) {
      carried.add(param(name, Tensor.zeros(F32, of.batch(), of.hidden())));
    }
    Expr in = input(x, 0);
    switch (of.cell()) {
      case LSTM -> next.addAll(List.of(lstm(in, carried.get(0), carried.get(1), 0)));
      case GRU -> next.add(gru(in, carried.get(0), 0));
      case ELMAN -> next.add(elman(in, carried.get(0), 0));
    }
    return next.get(0);
  }

  private Expr logits() {
    Expr rows = of.task() == Task.LAST_CLASS ? states.row(-1) : states;
    return rows.dot(parameters.get("wy")).plus(parameters.get("by"));
  }

  /** What an inference gives. */
  Expr output() {
    return switch (of.task()) {
      case STATES, COTANGENT, STREAM -> states;
      case LAST_CLASS -> softmax(logits());
      case CHARACTERS, WORDS -> loss();
    };
  }

  Expr loss() {
    return of.task().head() ? mean(crossEntropyWithLogits(logits(), target)) : mean(sqr(states.minus(target)));
  }

  /** The gradients of the parameters for the given cotangent of the states. */
  List<Expr> gradients() {
    return Gradient.ofKnown().known(states, target).wrt(List.copyOf(parameters.values()));
  }

  List<Update> updates(Expr loss) {
    var all = List.copyOf(parameters.values());
    List<Expr> gradients = grad(loss, all);
    float rate = of.task().learningRate();
    return switch (of.task()) {
      case CHARACTERS -> rmsprop(gradients.stream().map(g -> clip(g, -Task.CLIP, Task.CLIP)).toList(), all, rate,
          Task.RMSPROP_DECAY, Task.RMSPROP_EPSILON);
      case WORDS -> sgd(clipByNorm(gradients, Task.CLIP), all, rate);
      default -> sgd(gradients, all, rate);
    };
  }

  List<Update> carries() {
    var updates = new ArrayList<Update>();
    for (int i = 0; i < carried.size(); i++) updates.add(new Update(parameter(carried.get(i)), next.get(i)));
    return updates;
  }
}
