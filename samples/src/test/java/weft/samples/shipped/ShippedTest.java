package weft.samples.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weft.Program;
import weft.Tensors;
import weft.codegen.Jit;
import weft.runtime.Tensor;
import weft.samples.languages.CharGraph;

/**
 * The samples' nets trained by the class that is made at run time and by the one that a build would generate: the same losses, the same
 * predictions and the same parameters, bit for bit, without vectors and with them.
 */
class ShippedTest {
  /** The tutorial's net behind an interface of one's own. */
  public interface Tutorial {
    float train(Tensor x, Tensor y, float rate);

    Tensor probabilities(Tensor x);

    long predict(Tensor x);
  }

  /** The language classifier's net. */
  public interface Languages {
    float train(Tensor chars, Tensor labels, float rate);

    Tensor probabilities(Tensor chars);
  }

  @TempDir
  Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void tutorial(int lanes) throws Exception {
    var random = new Random(2);
    var wxh = param("Wxh", normal(random, 0.3, 16, 3));
    var whh = param("Whh", normal(random, 0.3, 16, 16));
    var why = param("Why", normal(random, 0.3, 3, 16));
    var bh = param("bh", zeros(16));
    var by = param("by", zeros(3));
    var x = matrix("x", dim("time"), 3);
    var y = vector("y", 3);
    var rate = scalar("rate");
    var h = scan(x, zeros(16), (xt, prev) -> tanh(wxh.dot(xt).plus(whh.dot(prev)).plus(bh)));
    var p = softmax(why.dot(h.last()).plus(by));
    var loss = crossEntropy(p, y);
    var all = List.of(wxh, whh, why, bh, by);
    var program = Program.program(Tutorial.class)
        .method("train", function(x, y, rate).returns(loss).updates(sgd(loss, all, rate)).lanes(lanes))
        .method("probabilities", function(x).returns(p).lanes(lanes))
        .method("predict", function(x).returns(argmax(p)).lanes(lanes));
    var shipped = new Shipped<>(program, directory, lanes);
    Tutorial jit = Jit.compile(program);

    for (int step = 0; step < 20; step++) {
      Tensor lights = Tensor.zeros(F32, 3 + step % 5, 3);
      for (int t = 0; t < lights.dim(0); t++) lights.floats()[3 * t + random.nextInt(3)] = 1;
      float[] answer = new float[3];
      answer[step % 3] = 1;
      Tensor wanted = Tensor.of(answer);
      double right = jit.probabilities(lights).floats()[step % 3];
      float lost = jit.train(lights, wanted, 0.05f);
      assertThat((double) lost).isCloseTo(-Math.log(right), within(1e-5));
      assertThat(shipped.made.train(lights, wanted, 0.05f)).isEqualTo(lost);
      assertThat(shipped.made.probabilities(lights).floats()).containsExactly(jit.probabilities(lights).floats());
      assertThat(shipped.made.predict(lights)).isEqualTo(jit.predict(lights));
    }
    shipped.sharesBitsWith(all.stream().map(Tensors::parameter).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void languageClassifier(int lanes) throws Exception {
    int width = 4;
    var graph = new CharGraph(new Random(3), 7, 10, 3);
    var chars = matrix("chars", I32, dim("time"), width);
    var labels = vector("labels", I32, width);
    var rate = scalar("rate");
    var p = graph.probabilities(chars, width);
    var loss = mean(crossEntropy(p, labels));
    var program = Program.program(Languages.class)
        .method("train", function(chars, labels, rate).returns(loss).updates(adam(loss, graph.parameters(), rate)).lanes(lanes))
        .method("probabilities", function(chars).returns(p).lanes(lanes));
    var shipped = new Shipped<>(program, directory, lanes);
    Languages jit = Jit.compile(program);

    var random = new Random(4);
    for (int step = 0; step < 15; step++) {
      int time = 2 + step % 4;
      Tensor texts = Tensor.wrap(random.ints((long) time * width, 0, 7).toArray(), time, width);
      Tensor truth = Tensor.wrap(random.ints(width, 0, 3).toArray(), width);
      float[] before = jit.probabilities(texts).floats();
      double sum = 0;
      for (int i = 0; i < width; i++) sum -= Math.log(before[3 * i + truth.ints()[i]]);
      float lost = jit.train(texts, truth, 0.02f);
      assertThat((double) lost).isCloseTo(sum / width, within(1e-5));
      assertThat(shipped.made.train(texts, truth, 0.02f)).isEqualTo(lost);
      assertThat(shipped.made.probabilities(texts).floats()).containsExactly(jit.probabilities(texts).floats());
    }
    shipped.sharesBitsWith(graph.parameters().stream().map(Tensors::parameter).toList());
  }
}
