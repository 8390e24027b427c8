package demo;

import weft.runtime.Tensor;

public interface Scaler {
  Tensor apply(Tensor x);
}
