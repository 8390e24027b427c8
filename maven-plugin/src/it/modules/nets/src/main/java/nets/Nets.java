package nets;

import static weft.Tensors.*;

import java.util.Map;
import weft.Program;

public class Nets {
  public static Program<Multiple> multiple(Map<String, String> arguments) {
    var x = vector("x", 64);
    return Program.program(Multiple.class)
        .method("apply", function(x).returns(x.times(Float.parseFloat(arguments.get("factor")))));
  }
}
