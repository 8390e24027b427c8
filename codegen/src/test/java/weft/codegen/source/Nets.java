package weft.codegen.source;

import static weft.FunctionBuilder.function;
import static weft.Program.program;
import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import weft.Program;
import weft.runtime.Tensor;

/** Nets whose generated classes people read. */
public final class Nets {
  /** A recurrent net that answers with its last state. */
  public interface Encoder {
    Tensor encode(Tensor x);
  }

  /** Every state of a sequence of which only some steps are valid. */
  public interface Tagger {
    Tensor tag(Tensor x, Tensor valid);
  }

  /** One step of training, and what it would say now. */
  public interface Forecaster {
    float train(Tensor x, Tensor y, float rate);

    Tensor next(Tensor x);
  }

  /** A sequence that looks into another one. */
  public interface Attention {
    Tensor attend(Tensor queries, Tensor memory);
  }

  private Nets() {}

  private static weft.graph.Expr weights(Random rng, String name, int... shape) {
    return param(name, normal(rng, 0.2, shape));
  }

  /** Cho et al. 2014. */
  public static Program<Encoder> gru(int in, int hidden) {
    var rng = new Random(2);
    var wz = weights(rng, "Wz", in + hidden, hidden);
    var wr = weights(rng, "Wr", in + hidden, hidden);
    var wh = weights(rng, "Wh", in + hidden, hidden);
    var x = matrix("x", dim("time"), in);
    var h = scan(x, zeros(hidden), (xt, prev) -> {
      var both = concat(0, xt, prev);
      var update = sigmoid(both.dot(wz)).named("update");
      var reset = sigmoid(both.dot(wr)).named("reset");
      var candidate = tanh(concat(0, xt, reset.times(prev)).dot(wh)).named("candidate");
      return update.times(prev).plus(constant(1).minus(update).times(candidate)).named("h");
    });
    return program(Encoder.class).method("encode", function(x).returns(h.last()));
  }

  /** Hochreiter and Schmidhuber 1997, trained to say the next value of a sequence. */
  public static Program<Forecaster> lstm(int hidden) {
    var rng = new Random(3);
    var w = weights(rng, "W", 1 + hidden, 4 * hidden);
    var b = param("b", zeros(4 * hidden));
    var v = weights(rng, "V", hidden);
    var x = matrix("x", dim("time"), 1);
    var y = vector("y", x.dim(0));
    var rate = scalar("rate");
    var states = scan("lstm").over(x).carry(zeros(hidden), zeros(hidden)).run(s -> {
      var gates = concat(0, s.row(), s.prev(0)).dot(w).plus(b).named("gates");
      var in = sigmoid(slice(gates, 0, 0, hidden));
      var forget = sigmoid(slice(gates, 0, hidden, 2 * hidden));
      var out = sigmoid(slice(gates, 0, 2 * hidden, 3 * hidden));
      var c = forget.times(s.prev(1)).plus(in.times(tanh(slice(gates, 0, 3 * hidden, 4 * hidden)))).named("c");
      s.next(out.times(tanh(c)).named("h"), c);
    });
    var said = states.all(0).dot(v).named("said");
    var loss = mean(sqr(said.minus(y))).named("loss");
    return program(Forecaster.class)
        .method("train", function(x, y, rate).returns(loss).updates(sgd(loss, List.of(w, b, v), rate)))
        .method("next", function(x).returns(states.last(0).dot(v)));
  }

  /** Elman nets in both directions; steps that are not valid keep the state. */
  public static Program<Tagger> bidirectional(int in, int hidden, int out) {
    var rng = new Random(4);
    var forth = weights(rng, "Forth", in + hidden, hidden);
    var back = weights(rng, "Back", in + hidden, hidden);
    var v = weights(rng, "V", 2 * hidden, out);
    var time = dim("time");
    var x = matrix("x", time, in);
    var valid = vector("valid", BOOL, time);
    var there = scan("there").over(x).mask(valid).carry(zeros(hidden))
        .run(s -> s.next(tanh(concat(0, s.row(), s.prev()).dot(forth))));
    var home = scan("home").over(x).mask(valid).backwards().carry(zeros(hidden))
        .run(s -> s.next(tanh(concat(0, s.row(), s.prev()).dot(back))));
    var tags = softmax(concat(1, there.all(0), home.carry(0).aligned()).dot(v)).named("tags");
    return program(Tagger.class).method("tag", function(x, valid).returns(tags));
  }

  /** Scaled dot-product attention (Vaswani et al. 2017, equation 1). */
  public static Program<Attention> attention(int width) {
    var queries = matrix("queries", dim("asked"), width);
    var memory = matrix("memory", dim("known"), width);
    var weights = softmax(queries.dot(memory.transpose()).div(Math.sqrt(width))).named("weights");
    return program(Attention.class).method("attend", function(queries, memory).returns(weights.dot(memory).named("seen")));
  }
}
