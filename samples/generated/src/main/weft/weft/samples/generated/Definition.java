package weft.samples.generated;

import static weft.Tensors.*;

import java.util.Random;
import weft.Program;
import weft.samples.languages.CharGraph;

/** What the generated class computes: the net that the sample {@code languages} trains, for one text at a time. */
public final class Definition {
  private Definition() {}

  public static Program<Classifier> languageNet() {
    var graph = new CharGraph(new Random(1), Classifier.SYMBOLS, Classifier.HIDDEN, Classifier.LABELS);
    var chars = matrix("chars", I32, dim("time"), 1);
    return Program.program(Classifier.class)
        .method("probabilities", function(chars).returns(graph.probabilities(chars, 1).named("p")));
  }
}
