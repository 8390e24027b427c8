package demo;

import weft.runtime.Tensor;

/** Reads a sequence and says which class it is of. */
public interface Tagger {
  float train(Tensor x, Tensor y, float rate);

  long predict(Tensor x);
}
