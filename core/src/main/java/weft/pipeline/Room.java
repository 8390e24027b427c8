package weft.pipeline;

import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Buffer;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.runtime.Workspace;
import weft.type.Dim;

/** Memory for a call; where there is none, the error says for what, and which extents made it so large. */
final class Room {
  private Room() {}

  /** An array of a workspace for a buffer; what was in it may be lost. */
  static Object of(String function, Workspace workspace, int slot, Buffer b, long size, Extents extents) {
    try {
      return Memories.array(workspace, slot, b.dtype(), size);
    } catch (WeftException e) {
      throw tooLarge(function + ": no room for " + b.name() + ", " + b.dtype() + "[" + b.size() + "]" + where(b.size(), extents), e);
    }
  }

  /** A tensor for a result. */
  static Tensor result(String function, Expr result, int[] shape) {
    try {
      return Tensor.zeros(result.dtype(), shape);
    } catch (WeftException e) {
      throw tooLarge(function + ": no room for the result " + Message.label(result) + ", " + result.type() + ", which is "
          + Tensor.typeText(result.dtype(), shape) + " at " + result.apply().origin().at(), e);
    }
  }

  private static WeftException tooLarge(String what, WeftException e) {
    return new WeftException(Kind.SIZE, what + "\n    " + e.getMessage() + "\n  Give smaller inputs or fewer steps.", e);
  }

  private static String where(Dim size, Extents extents) {
    var text = new StringBuilder();
    for (var s : size.symbols()) text.append(text.isEmpty() ? " with " : ", ").append(s.name()).append(" = ").append(extents.of(Dim.of(s)));
    return text.toString();
  }
}
