package tests.errors;

import static tests.errors.Refusals.refused;
import static weft.Tensors.dim;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scan;
import static weft.Tensors.zeros;

import org.junit.jupiter.api.Test;
import weft.Update;
import weft.runtime.WeftException.Kind;

/** Parameters of fixed shapes beside inputs of any, and what to change. */
class FixedShapesTest {
  /** A state that is kept from call to call has a batch of its own, which that of the inputs is not. */
  @Test
  void aStateOfAFixedBatch() {
    var x = matrix("x", dim("batch"), 3);
    var state = param("state", zeros(2, 3));
    refused(() -> new Update(parameter(state), x.times(2)), Kind.SHAPE, """
        update: the new value of state has another type
            state      f32[2, 3]       parameter   at FixedShapesTest.java
            times(…)   f32[batch, 3]               at FixedShapesTest.java
          An update must keep the parameter's dtype and shape.
          batch is whatever a call gives, the other side always 2. Declare inputs with 2 in place of batch, as a parameter needs it, \
        whose shape never changes.
        """);
    refused(() -> scan().steps(3).carry(state).run(s -> s.next(x.times(2))), Kind.SHAPE, """
        scan: the carry changes type from one step to the next
            enters as  f32[2, 3]       state      at FixedShapesTest.java
            leaves as  f32[batch, 3]   times(…)   at FixedShapesTest.java
          Return a value of the carry's type from the step.
          batch is whatever a call gives, the other side always 2. Declare inputs with 2 in place of batch, as a parameter needs it, \
        whose shape never changes.
        """);
  }
}
