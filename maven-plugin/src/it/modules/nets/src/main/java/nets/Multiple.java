package nets;

import weft.runtime.Tensor;

public interface Multiple {
  Tensor apply(Tensor x);
}
