package weft.samples.tagger;

import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import weft.CompiledFunction;
import weft.Update;

/**
 * An Elman net (1990) that tags each word of a sentence as in spoken language understanding (Mesnil and others, 2013): it reads windows of
 * three embeddings, begins with a state that it learned, and says inside each step how likely each tag is.
 *
 * <p>Embeddings are brought back to length 1 after each sentence.
 */
public final class Tagger {
  private static final int EMBEDDING = 10;
  private static final int WINDOW = 3;
  private static final int HIDDEN = 20;

  private final CompiledFunction train;
  private final CompiledFunction normalise;
  private final CompiledFunction tag;

  /** An untrained net that knows so many words and tags. */
  public Tagger(int words, int tags, long seed) {
    var rng = new Random(seed);
    var table = param("table", normal(rng, 0.3, words, EMBEDDING));
    var wx = param("Wx", glorot(rng, WINDOW * EMBEDDING, HIDDEN));
    var wh = param("Wh", glorot(rng, HIDDEN, HIDDEN));
    var bh = param("bh", zeros(HIDDEN));
    var w = param("W", glorot(rng, HIDDEN, tags));
    var b = param("b", zeros(tags));
    var start = param("h0", zeros(HIDDEN));

    var time = dim("time");
    var windows = matrix("windows", I32, time, WINDOW);
    var tagged = vector("tagged", I32, time);
    var rate = scalar("rate");

    var seen = reshape(embedding(table, windows), time, WINDOW * EMBEDDING);
    var p = scan("tagger").over(seen).carry(start).run(step -> {
      var h = sigmoid(step.row().dot(wx).plus(step.prev().dot(wh)).plus(bh));
      step.next(h).emit(softmax(h.dot(w).plus(b)));
    }).emitted();
    var loss = log(p).at(arange(time), tagged).mean().neg();
    train = function(windows, tagged, rate).named("train").returns(loss)
        .updates(sgd(loss, List.of(table, wx, wh, bh, w, b, start), rate)).compile();
    var unit = table.div(expandDims(norm(table, 1), 1));
    normalise = function().named("normalise").updates(new Update(parameter(table), unit)).compile();
    tag = function(windows).named("tag").returns(argmax(p, 1)).compile();
  }

  /** Learns one request; the loss before, in nats a word. */
  double train(Requests.Request request, float rate) {
    double loss = train.call(request.windows(), request.tags(), rate).item();
    normalise.callAll();
    return loss;
  }

  /** The likeliest tag of each word. */
  int[] tag(Requests.Request request) {
    var tags = tag.call((Object) request.windows()).longs();
    var all = new int[request.words().length];
    for (int t = 0; t < all.length; t++) all[t] = (int) tags[t];
    return all;
  }

  /** Learns from made-up requests, and tags the one given, in the words of those. */
  public static void main(String[] arguments) {
    var random = new Random(3);
    var net = new Tagger(Requests.words(), Requests.TAGS.size(), 1);
    for (int round = 1; round <= 8; round++) {
      double sum = 0;
      for (int i = 0; i < 500; i++) sum += net.train(Requests.random(random), 0.3f);
      int right = 0;
      int all = 0;
      for (int i = 0; i < 200; i++) {
        var request = Requests.random(random);
        var tags = net.tag(request);
        for (int t = 0; t < tags.length; t++) if (tags[t] == request.tags()[t]) right++;
        all += tags.length;
      }
      System.out.printf("round %d  loss %.3f  %.1f %% of new words right%n", round, sum / 500, 100.0 * right / all);
    }
    String[] words = arguments.length > 0 ? String.join(" ", arguments).split(" +")
        : "i want a ticket arriving in lima leaving rome on tomorrow in the night".split(" ");
    var numbers = Requests.numbers(words);
    var tags = net.tag(new Requests.Request(numbers, new int[numbers.length]));
    for (int t = 0; t < tags.length; t++) System.out.printf("%-10s %s%n", Requests.text(numbers[t]), Requests.TAGS.get(tags[t]));
  }
}
