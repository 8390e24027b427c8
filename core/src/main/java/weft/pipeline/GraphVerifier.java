package weft.pipeline;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.Lengths;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.TensorType;

/** Checks what a pass made of a graph: that every apply has the types that its op gives, and that the results are of the types they were. */
final class GraphVerifier {
  private final String pass;

  private GraphVerifier(String pass) {
    this.pass = pass;
  }

  /** @throws WeftException of kind INTERNAL that names the pass and the expression if something is wrong */
  static void check(String pass, List<Expr> before, List<Expr> after) {
    var verifier = new GraphVerifier(pass);
    if (before.size() != after.size()) throw verifier.wrong("makes " + after.size() + " results of " + before.size(), after);
    for (int i = 0; i < before.size(); i++) {
      if (isAsLong(after.get(i).type(), before.get(i).type())) continue;
      throw verifier.wrong("changes the type of a result, " + before.get(i).type(), List.of(after.get(i)));
    }
    verifier.graph(after, List.of());
  }

  /** Whether types are the same, but for extents that are measured: those that are measured together may become one. */
  private static boolean isAsLong(TensorType after, TensorType before) {
    if (after.dtype() != before.dtype() || after.rank() != before.rank()) return false;
    for (int i = 0; i < after.rank(); i++) {
      boolean measured = !Lengths.in(after.dim(i)).isEmpty() && !Lengths.in(before.dim(i)).isEmpty();
      if (!measured && !after.dim(i).equals(before.dim(i))) return false;
    }
    return true;
  }

  private void graph(List<Expr> results, List<Expr> variables) {
    for (Apply a : Graphs.order(results)) {
      if (a.op() instanceof Leaf.Variable && !variables.contains(a.output(0))) {
        throw wrong("leaves a variable where its step does not reach", a.outputs());
      }
      for (Lambda body : a.op().bodies()) graph(body.results(), body.variables());
      if (a.op() instanceof Leaf) continue;
      List<TensorType> types = a.op().types(a.inputs().stream().map(Expr::type).toList());
      List<TensorType> has = a.outputs().stream().map(Expr::type).toList();
      if (!types.equals(has)) throw wrong("leaves " + a.op().name() + " of other types than its op gives, " + types, a.outputs());
    }
  }

  private WeftException wrong(String what, List<Expr> about) {
    return new WeftException(Kind.INTERNAL, Message.of("pass " + pass + " " + what, about, about.get(0).apply().origin(), ""));
  }
}
