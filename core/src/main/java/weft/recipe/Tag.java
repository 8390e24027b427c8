package weft.recipe;

/** What stands in front of a value, to say what it is; the numbers are part of the format. */
final class Tag {
  static final int NULL = 0;
  static final int FALSE = 1;
  static final int TRUE = 2;
  static final int INT = 3;
  static final int LONG = 4;
  static final int FLOAT = 5;
  static final int DOUBLE = 6;
  static final int TEXT = 7;
  static final int ENUM = 8;
  static final int DIM = 9;
  static final int LIST = 10;
  static final int LAMBDA = 11;
  static final int TYPE = 12;
  static final int SYMBOL = 13;
  static final int PARAMETER = 14;
  static final int TENSOR = 15;
  static final int RECORD = 16;
  static final int OP = 17;
  static final int INTS = 18;

  static final int KNOWN_OP = 0;
  static final int SCALAR_OP = 1;
  static final int RECORD_OP = 2;
  static final int PARAMETER_OP = 3;
  static final int CONSTANT_OP = 4;
  static final int LITERAL_OP = 5;

  static final int FREE = 0;
  static final int MEASURED = 1;
  static final int GIVEN = 2;
  static final int MIN = 3;
  static final int MAX = 4;
  static final int CEIL_DIV = 5;
  static final int FLOOR_DIV = 6;
  static final int ROOT = 7;
  static final int ROOTS = 8;

  private Tag() {}
}
