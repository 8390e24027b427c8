package weft.rewrite;

import weft.graph.Expr;
import weft.graph.Message;

/** How explanations write expressions. */
final class ScanTexts {
  private ScanTexts() {}

  /** The expression's name, or its op with the labels of its inputs: {@code dot(x_t, Wx)}. */
  static String formula(Expr e) {
    if (e.name() != null || e.apply().inputs().isEmpty()) return Message.label(e);
    var text = new StringBuilder(e.op().name()).append('(');
    for (int i = 0; i < e.apply().inputs().size(); i++) text.append(i == 0 ? "" : ", ")
        .append(Message.label(e.apply().input(i)));
    return text.append(')').toString();
  }
}
