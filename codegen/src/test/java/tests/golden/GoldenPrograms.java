package tests.golden;

import static weft.Tensors.*;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.FunctionBuilder;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** A few programs that together use most of what the compiler does; what becomes of them is kept as goldens. */
final class GoldenPrograms {
  private GoldenPrograms() {}

  /** By the name of their files. Each call builds anew, with parameters of its own. */
  static Map<String, FunctionBuilder> all() {
    var all = new LinkedHashMap<String, FunctionBuilder>();
    all.put("elman-predict", elmanPredict());
    all.put("elman-train", elmanTrain());
    all.put("lstm", lstm());
    all.put("gru", gru());
    all.put("cross-entropy", classify());
    all.put("embedding-train", embeddingTrain());
    all.put("bidirectional", bidirectional());
    all.put("normalise", normalise());
    return all;
  }

  private static Expr zero(String name, int... shape) {
    return param(name, Tensor.zeros(F32, shape));
  }

  private static FunctionBuilder elmanPredict() {
    Expr x = matrix("x", dim("time"), 8);
    return function(x).returns(argmax(elman(x, zero("Wx", 8, 16), zero("Wh", 16, 16), zero("Wy", 16, 10))));
  }

  /** Scores of the tutorial's net. */
  private static Expr elman(Expr x, Expr wx, Expr wh, Expr wy) {
    Expr bh = zero("bh", 16);
    Expr by = zero("by", 10);
    return scan(x, zeros(16), (xt, prev) -> tanh(xt.dot(wx).plus(prev.dot(wh)).plus(bh))).last().dot(wy).plus(by);
  }

  private static FunctionBuilder elmanTrain() {
    Expr x = matrix("x", dim("time"), 8);
    Expr y = vector("y", 10);
    Expr rate = scalar("rate");
    var weights = List.of(zero("Wx", 8, 16), zero("Wh", 16, 16), zero("Wy", 16, 10));
    Expr loss = crossEntropy(softmax(elman(x, weights.get(0), weights.get(1), weights.get(2))), y);
    return function(x, y, rate).returns(loss).updates(sgd(loss, weights, rate));
  }

  /** Eight sequences at once, the four gates as one product (Hochreiter and Schmidhuber 1997). */
  private static FunctionBuilder lstm() {
    Expr x = tensor3("x", dim("time"), 8, 8);
    Expr w = zero("W", 24, 64);
    Expr b = zero("b", 64);
    var states = scan("lstm").over(x).carry(zeros(8, 16), zeros(8, 16)).run(s -> {
      Expr gates = concat(1, s.row(), s.prev(0)).dot(w).plus(b);
      Expr in = sigmoid(slice(gates, 1, 0, 16));
      Expr forget = sigmoid(slice(gates, 1, 16, 32));
      Expr out = sigmoid(slice(gates, 1, 32, 48));
      Expr c = forget.times(s.prev(1)).plus(in.times(tanh(slice(gates, 1, 48, 64))));
      s.next(out.times(tanh(c)), c);
    });
    return function(x).returns(states.all(0));
  }

  /** With masked steps (Cho et al. 2014). */
  private static FunctionBuilder gru() {
    Dim time = dim("time");
    Expr x = matrix("x", time, 8);
    Expr valid = vector("valid", BOOL, time);
    Expr wz = zero("Wz", 8, 16);
    Expr wr = zero("Wr", 8, 16);
    Expr wh = zero("Wh", 8, 16);
    Expr uz = zero("Uz", 16, 16);
    Expr ur = zero("Ur", 16, 16);
    Expr uh = zero("Uh", 16, 16);
    var states = scan("gru").over(x).mask(valid).carry(zeros(16)).run(s -> {
      Expr update = sigmoid(s.row().dot(wz).plus(s.prev().dot(uz)));
      Expr reset = sigmoid(s.row().dot(wr).plus(s.prev().dot(ur)));
      Expr next = tanh(s.row().dot(wh).plus(reset.times(s.prev()).dot(uh)));
      s.next(update.times(s.prev()).plus(constant(1).minus(update).times(next)));
    });
    return function(x, valid).returns(states.last());
  }

  /** Mean over a batch of unknown size, classes as indices, and its gradient. */
  private static FunctionBuilder classify() {
    Dim batch = dim("batch");
    Expr scores = matrix("scores", batch, 10);
    Expr label = vector("label", I32, batch);
    Expr loss = mean(crossEntropy(softmax(scores), label));
    return function(scores, label).returns(loss, grad(loss, scores));
  }

  /** Rows gathered from a table, and their gradients added where they came from. */
  private static FunctionBuilder embeddingTrain() {
    Expr words = vector("words", I32, dim("length"));
    Expr table = zero("table", 100, 16);
    Expr loss = sum(tanh(embedding(table, words)));
    return function(words).returns(loss).updates(sgd(loss, List.of(table), 0.1));
  }

  private static FunctionBuilder bidirectional() {
    Expr x = matrix("x", dim("time"), 16);
    Expr w = zero("W", 16, 16);
    Expr forth = scan(x, zeros(16), (xt, prev) -> relu(xt.plus(prev.dot(w)))).all();
    Expr back = scan().over(x).backwards().carry(zeros(16)).run(s -> s.next(relu(s.row().plus(s.prev().dot(w)))))
        .carry(0).aligned();
    return function(x).returns(concat(1, forth, back));
  }

  /** Each row without its mean, in units of its standard deviation: reductions inside a kernel. */
  private static FunctionBuilder normalise() {
    Expr x = matrix("x", dim("rows"), 50);
    Expr centred = x.minus(meanKeepDims(x, 1));
    return function(x).returns(centred.div(sqrt(meanKeepDims(centred.times(centred), 1).plus(1e-5))));
  }
}
