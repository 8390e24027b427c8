package weft.codegen.source;

/** How tightly Java's operators hold their operands, so that as few brackets are written as can be. */
final class Level {
  static final int CONDITIONAL = 1;
  static final int SUM = 10;
  static final int PRODUCT = 11;
  static final int UNARY = 12;
  static final int ATOM = 13;

  private Level() {}

  static int of(weft.loop.Fun fun) {
    return switch (fun) {
      case SELECT -> CONDITIONAL;
      case OR -> 4;
      case XOR -> 5;
      case AND -> 6;
      case EQ, NE -> 7;
      case LT, LE, GT, GE -> 8;
      case SHIFT_LEFT, SHIFT_RIGHT -> 9;
      case ADD, SUB -> SUM;
      case MUL, DIV -> PRODUCT;
      case NEG, NOT -> UNARY;
      default -> ATOM;
    };
  }
}
