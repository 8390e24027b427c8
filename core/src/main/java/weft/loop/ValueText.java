package weft.loop;

import java.util.List;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** Writes values as Java-like text with as few brackets as the precedence of Java's operators allows. */
final class ValueText implements Value.Visitor<Void> {
  private static final int CONDITIONAL = 1;
  private static final int SUM = 8;
  private static final int PRODUCT = 9;
  private static final int UNARY = 10;
  private static final int ATOM = 11;

  private final Names names;
  private final StringBuilder out = new StringBuilder();

  ValueText(Names names) {
    this.names = names;
  }

  String text(Value value) {
    out.setLength(0);
    value.accept(this);
    return out.toString();
  }

  static String type(DType dtype, int lanes) {
    return lanes == 1 ? dtype.text() : dtype.text() + "x" + lanes;
  }

  /** An integer expression under the names of this text. */
  String text(Dim dim) {
    if (dim.terms().isEmpty()) return "0";
    var text = new StringBuilder();
    for (Dim.Term t : dim.terms()) {
      if (text.length() > 0) text.append(t.coefficient() < 0 ? " - " : " + ");
      else if (t.coefficient() < 0) text.append("-");
      long size = Math.abs(t.coefficient());
      boolean shown = t.symbols().isEmpty() || size != 1;
      if (shown) text.append(size);
      for (Symbol s : t.symbols()) {
        if (shown) text.append("*");
        text.append(names.of(s, s.name()));
        shown = true;
      }
    }
    return text.toString();
  }

  /** Where computed accesses go: {@code base + stride*at}. */
  String place(Dim base, Dim stride, Value at) {
    var text = new StringBuilder();
    if (!base.is(0)) text.append(text(base)).append(" + ");
    int bound = SUM;
    if (!stride.is(1)) {
      boolean sum = precedence(stride) <= SUM;
      text.append(sum ? "(" : "").append(text(stride)).append(sum ? ")*" : "*");
      bound = UNARY;
    } else if (!base.is(0)) {
      bound = PRODUCT;
    }
    String inner = new ValueText(names).text(at);
    return text.append(precedence(at) < bound ? "(" + inner + ")" : inner).toString();
  }

  /** The elements an access covers: their first index, and how many if that is not one. */
  static String range(Buffer buffer, String index, int lanes, Names names) {
    return names.of(buffer, buffer.name()) + "[" + index + (lanes == 1 ? "]" : " : " + lanes + "]");
  }

  private static int precedence(Dim dim) {
    if (dim.terms().size() > 1) return SUM;
    if (dim.isConstant()) return dim.constant() < 0 ? UNARY : ATOM;
    Dim.Term t = dim.terms().get(0);
    if (t.coefficient() < 0) return t.coefficient() == -1 && t.symbols().size() == 1 ? UNARY : PRODUCT;
    return t.coefficient() == 1 && t.symbols().size() == 1 ? ATOM : PRODUCT;
  }

  private static int precedence(Value value) {
    if (value instanceof Value.Position p) return precedence(p.index());
    if (value instanceof Value.Cast) return UNARY;
    if (value instanceof Value.Num n) return Numbers.text(n).startsWith("-") ? UNARY : ATOM;
    return value instanceof Value.Call call ? precedence(call.fun()) : ATOM;
  }

  private static int precedence(Fun fun) {
    return switch (fun) {
      case SELECT -> CONDITIONAL;
      case OR -> 2;
      case XOR -> 3;
      case AND -> 4;
      case EQ, NE -> 5;
      case LT, LE, GT, GE -> 6;
      case SHIFT_LEFT, SHIFT_RIGHT -> 7;
      case ADD, SUB -> SUM;
      case MUL, DIV -> PRODUCT;
      case NEG, NOT -> UNARY;
      default -> ATOM;
    };
  }

  private void bracketed(Value value, int atLeast) {
    if (precedence(value) >= atLeast) {
      value.accept(this);
    } else {
      out.append("(");
      value.accept(this);
      out.append(")");
    }
  }

  @Override
  public Void num(Value.Num v) {
    out.append(Numbers.text(v));
    return null;
  }

  @Override
  public Void get(Value.Get v) {
    out.append(names.of(v.local(), v.local().name()));
    return null;
  }

  @Override
  public Void position(Value.Position v) {
    out.append(text(v.index()));
    return null;
  }

  @Override
  public Void load(Value.Load v) {
    out.append(range(v.buffer(), text(v.index()), v.lanes(), names));
    return null;
  }

  @Override
  public Void gather(Value.Gather v) {
    out.append(range(v.buffer(), place(v.base(), v.stride(), v.at()), v.lanes(), names));
    return null;
  }

  @Override
  public Void splat(Value.Splat v) {
    out.append(type(v.dtype(), v.lanes())).append("(");
    v.value().accept(this);
    out.append(")");
    return null;
  }

  @Override
  public Void call(Value.Call v) {
    Fun fun = v.fun();
    List<Value> arguments = v.arguments();
    int own = precedence(fun);
    String form = arguments.size() == fun.arity() ? fun.form() : fun + " of %s".repeat(arguments.size());
    String[] parts = form.split("%s", -1);
    for (int i = 0; i < arguments.size(); i++) {
      out.append(parts[i]);
      if (own == ATOM) arguments.get(i).accept(this);
      else if (own == UNARY) unary(arguments.get(i));
      else if (own == CONDITIONAL) bracketed(arguments.get(i), i == 0 ? CONDITIONAL + 1 : CONDITIONAL);
      else bracketed(arguments.get(i), i == 0 ? own : own + 1);
    }
    out.append(parts[arguments.size()]);
    return null;
  }

  /** The operand of a sign, a negation or a cast: a sign in front of it would run into the operator. */
  private void unary(Value operand) {
    boolean signed = precedence(operand) == UNARY && !(operand instanceof Value.Cast)
        && !(operand instanceof Value.Call call && call.fun() == Fun.NOT);
    bracketed(operand, signed ? ATOM : UNARY);
  }

  @Override
  public Void cast(Value.Cast v) {
    out.append("(").append(type(v.dtype(), v.lanes())).append(") ");
    unary(v.value());
    return null;
  }

  @Override
  public Void reduce(Value.Reduce v) {
    out.append(switch (v.fun()) {
      case ADD -> "sum";
      case MUL -> "product";
      case MIN -> "min";
      case MAX -> "max";
      default -> "reduce " + v.fun();
    }).append("(");
    v.vector().accept(this);
    out.append(")");
    return null;
  }
}
