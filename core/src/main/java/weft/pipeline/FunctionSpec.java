package weft.pipeline;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.lower.Lowering;

/**
 * What is to be compiled.
 *
 * @param inputs input leaves in the order of the arguments
 */
public record FunctionSpec(String name, List<Expr> inputs, List<Expr> outputs, List<Lowering.Assignment> assignments) {
  public FunctionSpec {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    assignments = List.copyOf(assignments);
  }

  /** All expressions that are computed: outputs, then new values. */
  public List<Expr> results() {
    var all = new ArrayList<>(outputs);
    for (Lowering.Assignment a : assignments) all.add(a.value());
    return all;
  }

  /** The same function computed by other expressions, in the order of {@link #results}. */
  public FunctionSpec withResults(List<Expr> results) {
    var now = new ArrayList<Lowering.Assignment>();
    for (int i = 0; i < assignments.size(); i++) {
      now.add(new Lowering.Assignment(assignments.get(i).parameter(), results.get(outputs.size() + i)));
    }
    return new FunctionSpec(name, inputs, results.subList(0, outputs.size()), now);
  }
}
