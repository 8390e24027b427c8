package demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import weft.runtime.Tensor;

class TaggerTest {
  @Test
  void learnsTwoSequences() {
    Tagger tagger = new ElmanTagger();
    Tensor[] sequences = {Tensor.of(new float[][] {{1, 0, 0, 0}, {0, 1, 0, 0}}), Tensor.of(new float[][] {{0, 0, 0, 1}})};
    Tensor[] classes = {Tensor.of(0f, 1f, 0f), Tensor.of(0f, 0f, 1f)};
    float first = tagger.train(sequences[0], classes[0], 0.1f);
    float last = first;
    for (int i = 0; i < 200; i++) {
      tagger.train(sequences[1], classes[1], 0.1f);
      last = tagger.train(sequences[0], classes[0], 0.1f);
    }
    assertTrue(last < first / 5, first + " -> " + last);
    assertEquals(1, tagger.predict(sequences[0]));
    assertEquals(2, tagger.predict(sequences[1]));
  }

  @Test
  void nothingOfTheCompilerIsHere() {
    assertThrows(ClassNotFoundException.class, () -> Class.forName("weft.Program"));
    assertThrows(ClassNotFoundException.class, () -> Class.forName("demo.Nets"));
  }
}
