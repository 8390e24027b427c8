package weft.samples.generated;

import weft.runtime.Tensor;

/** A net that reads one text: {@code LanguageNet} implements it, which the build generates from its definition. */
public interface Classifier {
  /** So many symbols a net may tell apart. */
  int SYMBOLS = 303;
  /** The size of its state. */
  int HIDDEN = 96;
  /** So many languages it knows. */
  int LABELS = 24;

  /** {@code f32[1, LABELS]}: the probability of each language, for the symbols {@code i32[time, 1]} of a text. */
  Tensor probabilities(Tensor chars);
}
