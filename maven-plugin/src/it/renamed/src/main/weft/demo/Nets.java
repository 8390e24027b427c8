package demo;

import static weft.Tensors.*;

import weft.Program;

public class Nets {
  public static Program<Scaler> scaler() {
    var factors = param("factors", full(2, 3, 3));
    var x = vector("x", 3);
    return Program.program(Scaler.class).method("apply", function(x).returns(x.dot(factors)));
  }
}
