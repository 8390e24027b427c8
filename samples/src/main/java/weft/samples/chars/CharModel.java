package weft.samples.chars;

import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Scanned;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.type.Dim;

/**
 * A recurrent net that knows, after some characters, how likely each character is to be the next: two layers of long
 * short-term memory (Hochreiter and Schmidhuber, 1997; with forget gates by Gers and others, 2000).
 *
 * <p>What the layers remember lies in parameters, which every call updates: so a long text is read in short segments, and
 * gradients flow through one segment while the state goes through all. Gradients are scaled down to a norm of 5.
 */
final class CharModel {
  /** How parameters follow their gradients. */
  enum Method { ADAM, RMSPROP }

  /** How large the net is. */
  record Sizes(int symbols, int hidden, int batch, long seed) {
  }

  /** What a layer is made of: {@code gates = below + h·U}, where below is W of what it reads plus a bias. */
  private record Layer(Expr w, Expr u, Expr b) {
  }

  private static final double LARGEST_NORM = 5;

  private final Sizes sizes;
  private final Layer first;
  private final Layer second;
  private final Expr out;
  private final Expr bias;
  private final List<Parameter> reading;
  private final List<Parameter> writing;
  private final FunctionBuilder training;
  private final FunctionBuilder continuing;
  private final CompiledFunction train;
  private final CompiledFunction next;

  /** An untrained net, with random numbers that its seed decides. */
  CharModel(Sizes sizes, Method method) {
    this.sizes = sizes;
    var rng = new Random(sizes.seed());
    first = layer("1", rng, sizes.symbols());
    second = layer("2", rng, sizes.hidden());
    out = param("V", glorot(rng, sizes.hidden(), sizes.symbols()));
    bias = param("c", zeros(sizes.symbols()));
    var all = List.of(first.w, first.u, first.b, second.w, second.u, second.b, out, bias);

    var time = dim("time");
    var states = states("read", sizes.batch());
    reading = states.stream().map(weft.Tensors::parameter).toList();
    var chars = matrix("chars", I32, time, sizes.batch());
    var following = matrix("following", I32, time, sizes.batch());
    var rate = scalar("rate");
    var updates = new ArrayList<Update>();
    var loss = mean(crossEntropyWithLogits(scores(chars, states, updates), following));
    var gradients = clipByNorm(grad(loss, all), LARGEST_NORM);
    updates.addAll(method == Method.ADAM ? adam(gradients, all, rate) : rmsprop(gradients, all, rate));
    training = function(chars, following, rate).named("train").returns(loss).updates(updates);
    train = training.compile();

    var own = states("write", 1);
    writing = own.stream().map(weft.Tensors::parameter).toList();
    var written = matrix("written", I32, dim("length"), 1);
    var temperature = scalar("temperature");
    var kept = new ArrayList<Update>();
    var last = scores(written, own, kept).row(-1).row(0);
    continuing = function(written, temperature).named("next").returns(softmax(last.div(temperature))).updates(kept);
    next = continuing.compile();
  }

  /** What a segment's characters, those that follow them, and a rate do: the loss comes out. */
  FunctionBuilder training() {
    return training;
  }

  /** What written characters and a temperature do: the probabilities of the next one come out. */
  FunctionBuilder continuing() {
    return continuing;
  }

  private Layer layer(String name, Random rng, int in) {
    var hidden = sizes.hidden();
    return new Layer(param("W" + name, normal(rng, 0.1, in, 4 * hidden)), param("U" + name, glorot(rng, hidden, 4 * hidden)),
        param("b" + name, zeros(4 * hidden)));
  }

  /** What both layers remember of so many streams. */
  private List<Expr> states(String name, int batch) {
    var states = new ArrayList<Expr>();
    for (var part : List.of("h1", "c1", "h2", "c2")) states.add(param(name + "." + part, zeros(batch, sizes.hidden())));
    return states;
  }

  /** Unnormalised logarithms of probabilities, {@code [time, batch, symbols]}; the states' updates are added. */
  private Expr scores(Expr chars, List<Expr> states, List<Update> updates) {
    var lower = lstm(embedding(first.w, chars).plus(first.b), first, states.get(0), states.get(1));
    var upper = lstm(lower.all(0).dot(second.w).plus(second.b), second, states.get(2), states.get(3));
    var lasts = List.of(lower.last(0), lower.last(1), upper.last(0), upper.last(1));
    for (var i = 0; i < 4; i++) updates.add(new Update(parameter(states.get(i)), lasts.get(i)));
    return upper.all(0).dot(out).plus(bias);
  }

  private Scanned lstm(Expr below, Layer layer, Expr h, Expr c) {
    var n = sizes.hidden();
    return scan("lstm").over(below).carry(h, c).run(step -> {
      var gates = step.row().plus(step.prev(0).dot(layer.u));
      var take = sigmoid(gates.slice(1, 0, n));
      var keep = sigmoid(gates.slice(1, n, 2 * n).plus(1));
      var show = sigmoid(gates.slice(1, 2 * n, 3 * n));
      var cell = keep.times(step.prev(1)).plus(take.times(tanh(gates.slice(1, 3 * n, 4 * n))));
      step.next(show.times(tanh(cell)), cell);
    });
  }

  /** Forgets what was read, before a text begins. */
  void forget() {
    forget(reading);
  }

  private static void forget(List<Parameter> states) {
    for (var state : states) state.set(Tensor.zeros(state.dtype(), state.shape()));
  }

  /** Learns one segment, which goes on where the last one ended; the mean surprise in nats a character. */
  double train(Text.Segment segment, float rate) {
    return train.call(segment.chars(), segment.next(), rate).item();
  }

  /**
   * Goes on where {@code start} ends.
   *
   * @param temperature 1 for what the net believes, less for what is likelier, more for what is less so; above 0
   * @return start and {@code length} more characters
   */
  String write(Text text, String start, int length, float temperature, Random random) {
    forget(writing);
    var written = new StringBuilder(start);
    var p = after(text.encode(start), temperature);
    for (var i = 0; i < length; i++) {
      var symbol = draw(p, random.nextFloat());
      written.append(text.alphabet().charAt(symbol));
      p = after(new int[] {symbol}, temperature);
    }
    return written.toString();
  }

  /** How likely each character is behind {@code start}, at the beginning of a text. */
  float[] probabilities(Text text, String start, float temperature) {
    forget(writing);
    return after(text.encode(start), temperature);
  }

  private float[] after(int[] symbols, float temperature) {
    var column = new int[symbols.length][1];
    for (var t = 0; t < symbols.length; t++) column[t][0] = symbols[t];
    return next.call(Tensor.of(column), temperature).floats().clone();
  }

  /** The symbol whose share of the way from 0 to 1 this point lies in. */
  static int draw(float[] p, float point) {
    var sum = 0f;
    var last = 0;
    for (var i = 0; i < p.length; i++) {
      if (p[i] > 0) last = i;
      sum += p[i];
      if (point < sum) return i;
    }
    return last;
  }
}
