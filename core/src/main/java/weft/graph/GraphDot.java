package weft.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes graphs in the language of Graphviz. */
final class GraphDot {
  private final StringBuilder text =
      new StringBuilder("digraph weft {\n  node [shape=box, fontname=\"monospace\"];\n");
  private final Map<Apply, String> ids = new HashMap<>();
  private int boxes;

  private GraphDot() {}

  static String text(List<Expr> results) {
    var dot = new GraphDot();
    dot.scope(results, "  ");
    return dot.text.append("}\n").toString();
  }

  private void scope(List<Expr> results, String indent) {
    for (Apply a : Graphs.order(results)) {
      if (a.op() instanceof Leaf.Constant) continue;
      String id = "a" + ids.size();
      ids.put(a, id);
      line(indent, id + " [label=\"" + escaped(label(a)) + "\"];");
      for (Expr in : a.inputs()) {
        if (!(in.op() instanceof Leaf.Constant)) line(indent, ids.get(in.apply()) + " -> " + id + ";");
      }
      for (Lambda body : a.op().bodies()) {
        line(indent, "subgraph cluster" + boxes++ + " {");
        line(indent + "  ", "label=\"" + escaped("a step of " + GraphPrinter.operation(a)) + "\";");
        scope(body.results(), indent + "  ");
        line(indent, "}");
      }
    }
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).op() instanceof Leaf.Constant) continue;
      String id = "r" + boxes++;
      line(indent, id + " [shape=plaintext, label=\"result " + i + "\"];");
      line(indent, ids.get(results.get(i).apply()) + " -> " + id + ";");
    }
  }

  private static String label(Apply a) {
    var lines = new ArrayList<String>();
    if (a.output(0).name() != null) lines.add(a.output(0).name());
    else if (a.op() instanceof Leaf.Parametric p) lines.add(p.parameter().name());
    var constants = new ArrayList<String>();
    for (Expr in : a.inputs()) if (in.op() instanceof Leaf.Constant c) constants.add(GraphPrinter.constant(c));
    lines.add(GraphPrinter.operation(a) + (constants.isEmpty() ? "" : " " + String.join(" ", constants)));
    if (a.outputs().size() == 1) lines.add(a.output(0).type().toString());
    return String.join("\n", lines);
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private void line(String indent, String line) {
    text.append(indent).append(line).append('\n');
  }
}
