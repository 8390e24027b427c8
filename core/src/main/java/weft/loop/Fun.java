package weft.loop;

import weft.runtime.DType;

/**
 * The scalar functions of the loop IR, one row each: how it is written and, where {@link weft.runtime.Numerics} defines it,
 * under which name. Functions without such a name are Java operators (or lane-wise operators of a vector unit).
 */
public enum Fun {
  ADD("%s + %s", 2, null, Result.SAME),
  SUB("%s - %s", 2, null, Result.SAME),
  MUL("%s * %s", 2, null, Result.SAME),
  /** Float division; integers divide by {@link #FLOOR_DIV}. */
  DIV("%s / %s", 2, null, Result.SAME),
  FLOOR_DIV("floorDiv(%s, %s)", 2, "floorDiv", Result.SAME),
  MOD("mod(%s, %s)", 2, "mod", Result.SAME),
  MIN("min(%s, %s)", 2, "min", Result.SAME),
  MAX("max(%s, %s)", 2, "max", Result.SAME),
  POW("pow(%s, %s)", 2, "pow", Result.SAME),
  ATAN2("atan2(%s, %s)", 2, "atan2", Result.SAME),
  /** a·b + c, rounded once where the hardware can (see Numerics.FMA). */
  FMA("fma(%s, %s, %s)", 3, "fma", Result.SAME),
  NEG("-%s", 1, null, Result.SAME),
  ABS("abs(%s)", 1, "abs", Result.SAME),
  SIGN("sign(%s)", 1, "sign", Result.SAME),
  SQRT("sqrt(%s)", 1, "sqrt", Result.SAME),
  EXP("exp(%s)", 1, "exp", Result.SAME),
  EXPM1("expm1(%s)", 1, "expm1", Result.SAME),
  LOG("log(%s)", 1, "log", Result.SAME),
  LOG1P("log1p(%s)", 1, "log1p", Result.SAME),
  TANH("tanh(%s)", 1, "tanh", Result.SAME),
  SIGMOID("sigmoid(%s)", 1, "sigmoid", Result.SAME),
  SOFTPLUS("softplus(%s)", 1, "softplus", Result.SAME),
  LOG_SIGMOID("logSigmoid(%s)", 1, "logSigmoid", Result.SAME),
  ERF("erf(%s)", 1, "erf", Result.SAME),
  ERFC("erfc(%s)", 1, "erfc", Result.SAME),
  SIN("sin(%s)", 1, "sin", Result.SAME),
  COS("cos(%s)", 1, "cos", Result.SAME),
  TAN("tan(%s)", 1, "tan", Result.SAME),
  ASIN("asin(%s)", 1, "asin", Result.SAME),
  ACOS("acos(%s)", 1, "acos", Result.SAME),
  ATAN("atan(%s)", 1, "atan", Result.SAME),
  SINH("sinh(%s)", 1, "sinh", Result.SAME),
  COSH("cosh(%s)", 1, "cosh", Result.SAME),
  FLOOR("floor(%s)", 1, "floor", Result.SAME),
  CEIL("ceil(%s)", 1, "ceil", Result.SAME),
  /** To the nearest integer, ties to even. */
  ROUND("rint(%s)", 1, "rint", Result.SAME),
  /** 64 random bits of a key and the two halves of a counter, all i64 (see {@link weft.runtime.Philox}). */
  PHILOX("philox(%s, %s, %s)", 3, "philox", Result.SAME),
  EQ("%s == %s", 2, null, Result.BOOL),
  NE("%s != %s", 2, null, Result.BOOL),
  LT("%s < %s", 2, null, Result.BOOL),
  LE("%s <= %s", 2, null, Result.BOOL),
  GT("%s > %s", 2, null, Result.BOOL),
  GE("%s >= %s", 2, null, Result.BOOL),
  AND("%s & %s", 2, null, Result.SAME),
  OR("%s | %s", 2, null, Result.SAME),
  XOR("%s ^ %s", 2, null, Result.SAME),
  NOT("!%s", 1, null, Result.BOOL),
  /** The second argument where the first (a boolean) holds, else the third; both are computed. */
  SELECT("%s ? %s : %s", 3, null, Result.SECOND),
  /** The 32 bits of an f32 as an i32, and back. */
  BITS("floatToRawIntBits(%s)", 1, null, Result.I32),
  FROM_BITS("intBitsToFloat(%s)", 1, null, Result.F32),
  SHIFT_LEFT("%s << %s", 2, null, Result.SAME),
  SHIFT_RIGHT("%s >> %s", 2, null, Result.SAME);

  private enum Result { SAME, SECOND, BOOL, I32, F32 }

  private final String form;
  private final int arity;
  private final String numerics;
  private final Result result;

  Fun(String form, int arity, String numerics, Result result) {
    this.form = form;
    this.arity = arity;
    this.numerics = numerics;
    this.result = result;
  }

  /** How it is written, with one {@code %s} an argument. */
  public String form() {
    return form;
  }

  /** How many arguments it takes. */
  public int arity() {
    return arity;
  }

  /** The method of {@link weft.runtime.Numerics} that defines it, or null for an operator. */
  public String numerics() {
    return numerics;
  }

  /** Whether it is written between its arguments, so that it needs brackets inside others. */
  public boolean isOperator() {
    return form.startsWith("%s") || form.startsWith("-") || form.startsWith("!");
  }

  /** Whether it compares, and gives a bool. */
  public boolean isComparison() {
    return result == Result.BOOL && arity == 2;
  }

  /** The dtype of the result for arguments of the given dtypes. */
  public DType result(DType... arguments) {
    return switch (result) {
      case SAME -> arguments[0];
      case SECOND -> arguments[1];
      case BOOL -> DType.BOOL;
      case I32 -> DType.I32;
      case F32 -> DType.F32;
    };
  }
}
