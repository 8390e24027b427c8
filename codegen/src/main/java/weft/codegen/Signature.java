package weft.codegen;

import java.util.List;
import weft.loop.Buffer;
import weft.type.Symbol;

/**
 * How the method of one kernel is called. A direct one takes its arrays and then its integers; the others
 * take all arrays of the program, all its sizes, and the loop variables counted outside.
 *
 * @param buffers the arguments that are arrays, none if not direct
 * @param symbols the arguments that are integers
 */
record Signature(String owner, String name, boolean direct, List<Buffer> buffers, List<Symbol> symbols) {
  /** One slot is left for a receiver and some for comfort, of the 255 that a method may have. */
  static final int MOST_ARGUMENTS = 250;

  String descriptor() {
    var text = new StringBuilder("(");
    if (!direct) text.append("[Ljava/lang/Object;[I");
    for (Buffer b : buffers) text.append('[').append(Code.letter(b.dtype()));
    text.append("I".repeat(symbols.size()));
    return text.append(")V").toString();
  }
}
