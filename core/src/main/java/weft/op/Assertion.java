package weft.op;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.graph.TypeProblem;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The first input as it is, where every element of the second, a bool tensor of any shape, holds; a call in which one does not is an
 * error of kind ASSERTION that names the first input, the element and the steps of the enclosing scans.
 */
public record Assertion(String message) implements Observing {
  @Override
  public String name() {
    return "require";
  }

  @Override
  public String attributes() {
    return message;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    if (inputs.get(1).dtype() != DType.BOOL) {
      throw TypeProblem.dtype("the condition must be of booleans, not " + inputs.get(1).dtype().name().toLowerCase(Locale.ROOT),
          "Compare it with something, for instance with gt(0).");
    }
    return List.of(inputs.get(0));
  }

  @Override
  public void lower(Apply apply, Site site) {
    Expr x = apply.input(0);
    String at = apply.origin().at();
    String what = "require: " + message + "\n    " + Message.label(x) + "   " + x.type() + (at.isEmpty() ? "" : "   at " + at);
    List<Dim> dims = apply.input(1).type().dims();
    site.kernel("check", LoopNest.over(dims, Stmt.Order.SEQUENTIAL, index -> {
      Value value = x.rank() == 0 ? site.input(0, List.of()) : dims.equals(x.type().dims()) ? site.input(0, index) : null;
      return StepText.require(site.input(1, index), Kind.ASSERTION, what, index, value, site.steps(), "");
    }));
    site.fill(name(), site.output(0), index -> site.input(0, index));
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return Arrays.asList(cotangents.get(0), null);
  }
}
