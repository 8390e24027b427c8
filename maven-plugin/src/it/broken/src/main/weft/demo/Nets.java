package demo;

import static weft.Tensors.*;

import weft.Program;
import weft.runtime.Tensor;

public class Nets {
  public interface Product {
    Tensor apply(Tensor x);
  }

  public static Program<Product> product() {
    var w = param("W", zeros(16, 32));
    var x = vector("x", 8);
    return Program.program(Product.class).method("apply", function(x).returns(x.dot(w)));
  }
}
