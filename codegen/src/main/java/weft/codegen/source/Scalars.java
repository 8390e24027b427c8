package weft.codegen.source;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import weft.codegen.Walker;
import weft.loop.Fun;
import weft.loop.Numbers;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.Numerics;
import weft.runtime.Products;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Numbers as Java expressions: the same operators and the same methods of Numerics as in emitted bytecode, in the same order. */
final class Scalars implements Value.Visitor<CodeBlock> {
  private static final ClassName NUMERICS = ClassName.get(Numerics.class);
  private static final ClassName PRODUCTS = ClassName.get(Products.class);
  /** So many products one call adds. */
  private static final int AT_ONCE = 8;
  /** The methods of Numerics, each with its arguments, since javac would find another one where one is missing. */
  private static final Set<String> DEFINED = Arrays.stream(Numerics.class.getMethods())
      .map(m -> m.getName() + Arrays.toString(m.getParameterTypes()))
      .collect(Collectors.toUnmodifiableSet());

  private final MethodScope scope;
  private final Indices indices;
  private final Vectors vectors;

  Scalars(MethodScope scope, Indices indices) {
    this.scope = scope;
    this.indices = indices;
    this.vectors = new Vectors(scope, indices, this);
  }

  Vectors vectors() {
    return vectors;
  }

  /** A number or a vector. */
  CodeBlock of(Value v) {
    return v.isVector() ? vectors.of(v) : v.accept(this);
  }

  int level(Value v) {
    if (v.isVector()) return vectors.level(v);
    if (v instanceof Value.Position p) return indices.level(p.index());
    if (v instanceof Value.Cast c) return castLevel(c);
    if (v instanceof Value.Num n) return Numbers.text(n).startsWith("-") ? Level.UNARY : Level.ATOM;
    if (v instanceof Value.Reduce r) return r.dtype().isFloat() ? Level.of(r.fun()) : Level.ATOM;
    return v instanceof Value.Call call ? Level.of(call.fun()) : Level.ATOM;
  }

  private int castLevel(Value.Cast c) {
    if (c.dtype() == c.value().dtype()) return level(c.value());
    if (c.dtype() == DType.BOOL) return Level.of(Fun.NE);
    return c.value().dtype() == DType.BOOL ? Level.CONDITIONAL : Level.UNARY;
  }

  /** A value in brackets unless it holds together at least so tightly. */
  CodeBlock atLeast(Value v, int level) {
    CodeBlock text = of(v);
    return level(v) >= level ? text : CodeBlock.of("($L)", text);
  }

  @Override
  public CodeBlock num(Value.Num v) {
    return CodeBlock.of("$L", number(v));
  }

  static String number(Value.Num v) {
    String text = Numbers.text(v);
    String type = v.dtype() == DType.F32 ? "Float." : "Double.";
    return switch (v.dtype()) {
      case BOOL, I32 -> text;
      case I64 -> text + "L";
      case F32, F64 -> switch (text) {
        case "NaN" -> type + "NaN";
        case "Infinity" -> type + "POSITIVE_INFINITY";
        case "-Infinity" -> type + "NEGATIVE_INFINITY";
        default -> v.dtype() == DType.F32 ? text + "f" : text.matches("-?\\d+") ? text + ".0" : text;
      };
    };
  }

  @Override
  public CodeBlock get(Value.Get v) {
    return CodeBlock.of("$L", scope.local(v.local()));
  }

  @Override
  public CodeBlock position(Value.Position v) {
    return CodeBlock.of("$L", indices.text(v.index()));
  }

  @Override
  public CodeBlock load(Value.Load v) {
    return CodeBlock.of("$L[$L]", scope.array(v.buffer()), indices.text(v.index()));
  }

  @Override
  public CodeBlock gather(Value.Gather v) {
    return CodeBlock.of("$L[$L]", scope.array(v.buffer()), element(v.base(), v.stride(), v.at()));
  }

  /** {@code base + stride · at}. */
  CodeBlock element(Dim base, Dim stride, Value at) {
    int tight = stride.is(1) ? base.is(0) ? 0 : Level.PRODUCT : Level.UNARY;
    CodeBlock position = atLeast(at, at.dtype() == DType.I64 ? Level.UNARY : tight);
    if (at.dtype() == DType.I64) position = CodeBlock.of("(int) $L", position);
    if (!stride.is(1)) {
      String factor = indices.text(stride);
      position = CodeBlock.of(indices.level(stride) < Level.PRODUCT ? "($L) * $L" : "$L * $L", factor, position);
    }
    return base.is(0) ? position : CodeBlock.of("$L + $L", indices.text(base), position);
  }

  @Override
  public CodeBlock splat(Value.Splat v) {
    return of(v.value());
  }

  @Override
  public CodeBlock reduce(Value.Reduce v) {
    return vectors.reduced(v);
  }

  @Override
  public CodeBlock cast(Value.Cast v) {
    DType from = v.value().dtype();
    if (from == v.dtype()) return of(v.value());
    if (v.dtype() == DType.BOOL) {
      return CodeBlock.of("$L != $L", atLeast(v.value(), Level.of(Fun.NE)), number(Value.number(from, 0)));
    }
    if (from == DType.BOOL) {
      return CodeBlock.of("$L ? $L : $L", atLeast(v.value(), Level.CONDITIONAL + 1), number(Value.number(v.dtype(), 1)),
          number(Value.number(v.dtype(), 0)));
    }
    return CodeBlock.of("($L) $L", v.dtype().javaType(), operand(v.value()));
  }

  /** The operand of a sign, a negation or a cast: a sign in front of it would run into the operator. */
  private CodeBlock operand(Value v) {
    boolean signed = level(v) == Level.UNARY && !(v instanceof Value.Cast)
        && !(v instanceof Value.Call call && call.fun() == Fun.NOT);
    return atLeast(v, signed ? Level.ATOM : Level.UNARY);
  }

  @Override
  public CodeBlock call(Value.Call v) {
    Fun f = v.fun();
    DType dtype = v.argument(0).dtype();
    if (v.arguments().size() != f.arity()) throw wrong(f, dtype);
    if (f == Fun.BITS) return CodeBlock.of("Float.floatToRawIntBits($L)", of(v.argument(0)));
    if (f == Fun.FROM_BITS) return CodeBlock.of("Float.intBitsToFloat($L)", of(v.argument(0)));
    if (f == Fun.SELECT) return select(v);
    if (f.numerics() != null) return numerics(f, dtype, v);
    if (f == Fun.DIV && !dtype.isFloat()) throw wrong(f, dtype);
    if (f == Fun.NEG) return CodeBlock.of("-$L", operand(v.argument(0)));
    if (f == Fun.NOT) return CodeBlock.of("!$L", operand(v.argument(0)));
    if (f.isComparison() && isNumber(v.argument(0)) && !isNumber(v.argument(1))) {
      return call(new Value.Call(mirrored(f), v.argument(1), v.argument(0)));
    }
    int own = Level.of(f);
    return CodeBlock.of("$L$W$L $L", atLeast(v.argument(0), own), operator(f), atLeast(v.argument(1), own + 1));
  }

  private static boolean isNumber(Value v) {
    return v instanceof Value.Num || v instanceof Value.Position p && p.index().isConstant();
  }

  /** The comparison that holds when its sides are exchanged: people say first what is compared, and then the number. */
  private static Fun mirrored(Fun f) {
    return switch (f) {
      case LT -> Fun.GT;
      case LE -> Fun.GE;
      case GT -> Fun.LT;
      case GE -> Fun.LE;
      default -> f;
    };
  }

  /** How a function is written between its two arguments. */
  private static String operator(Fun f) {
    String form = f.form();
    return form.substring(form.indexOf(' ') + 1, form.lastIndexOf(' '));
  }

  private CodeBlock numerics(Fun f, DType dtype, Value.Call v) {
    var types = new Class<?>[f.arity()];
    Arrays.fill(types, dtype.javaType());
    if (!DEFINED.contains(f.numerics() + Arrays.toString(types))) throw wrong(f, dtype);
    List<CodeBlock> sum = f == Fun.FMA ? sum(v) : List.of();
    if (!sum.isEmpty()) return CodeBlock.of("$T.$L($L)", PRODUCTS, f.numerics(), CodeBlock.join(sum, ",$W"));
    CodeBlock arguments = v.arguments().stream().map(this::of).collect(CodeBlock.joining(",$W"));
    return CodeBlock.of("$T.$L($L)", NUMERICS, f.numerics(), arguments);
  }

  /**
   * The arguments of one call that adds many products, whose second factors lie at equal distances in one array; nothing if there are
   * fewer products, or others.
   */
  private List<CodeBlock> sum(Value.Call last) {
    var parts = new ArrayList<CodeBlock>();
    var elements = new ArrayList<Value.Load>();
    Value rest = last;
    for (int i = 0; i < AT_ONCE; i++) {
      if (!(rest instanceof Value.Call c) || c.fun() != Fun.FMA || !(c.argument(1) instanceof Value.Load element)) return List.of();
      parts.add(0, of(c.argument(0)));
      elements.add(0, element);
      rest = c.argument(2);
    }
    Value.Load first = elements.get(0);
    Dim step = elements.get(1).index().minus(first.index());
    for (int i = 1; i < AT_ONCE; i++) {
      Value.Load element = elements.get(i);
      if (element.buffer() != first.buffer() || !element.index().equals(first.index().plus(step.times(i)))) return List.of();
    }
    parts.add(CodeBlock.of("$L", scope.array(first.buffer())));
    parts.add(CodeBlock.of("$L", indices.text(first.index())));
    parts.add(CodeBlock.of("$L", indices.text(step)));
    parts.add(of(rest));
    return parts;
  }

  private CodeBlock select(Value.Call v) {
    CodeBlock then = atLeast(v.argument(1), Level.CONDITIONAL + 1);
    CodeBlock otherwise = atLeast(v.argument(2), Level.CONDITIONAL);
    CodeBlock condition = condition(v.argument(0));
    if (v.argument(0) instanceof Value.Call c && c.fun() == Fun.SELECT) condition = CodeBlock.of("($L)", condition);
    return CodeBlock.of("$L$W? $L$W: $L", condition, then, otherwise);
  }

  /** Two numbers combined by one of the functions that reductions combine with. */
  CodeBlock combined(Fun f, DType dtype, CodeBlock left, CodeBlock right) {
    return f.numerics() == null ? CodeBlock.of("$L$W$L $L", left, operator(f), right)
        : CodeBlock.of("$T.$L($L,$W$L)", NUMERICS, f.numerics(), left, right);
  }

  /** A bool where Java branches on it, so that what is decided early need not be computed. */
  CodeBlock condition(Value value) {
    Value v = simple(value);
    if (v instanceof Value.Call c && joins(c)) {
      return CodeBlock.of("$L$W$L $L", part(c.fun(), c.argument(0)), c.fun() == Fun.AND ? "&&" : "||", part(c.fun(), c.argument(1)));
    }
    return of(v);
  }

  private CodeBlock part(Fun around, Value value) {
    Value v = simple(value);
    CodeBlock text = condition(v);
    boolean loose = v instanceof Value.Call c && (c.fun() == Fun.SELECT || c.fun() == Fun.OR && around == Fun.AND);
    return loose ? CodeBlock.of("($L)", text) : text;
  }

  private static boolean joins(Value.Call c) {
    return (c.fun() == Fun.AND || c.fun() == Fun.OR) && !mayFail(c.argument(1));
  }

  /** A condition with NOT moved inwards; of integers compared the other way round, which floats cannot be for the sake of NaN. */
  private static Value simple(Value v) {
    if (!(v instanceof Value.Call not) || not.fun() != Fun.NOT || !(not.argument(0) instanceof Value.Call c)) return v;
    if (c.fun() == Fun.NOT) return simple(c.argument(0));
    if (c.fun().isComparison() && !c.argument(0).dtype().isFloat()) return new Value.Call(opposite(c.fun()), c.arguments());
    if (!joins(c)) return v;
    return new Value.Call(c.fun() == Fun.AND ? Fun.OR : Fun.AND, new Value.Call(Fun.NOT, c.argument(0)),
        new Value.Call(Fun.NOT, c.argument(1)));
  }

  private static Fun opposite(Fun f) {
    return switch (f) {
      case EQ -> Fun.NE;
      case NE -> Fun.EQ;
      case LT -> Fun.GE;
      case GE -> Fun.LT;
      case GT -> Fun.LE;
      case LE -> Fun.GT;
      default -> throw new IllegalArgumentException(f + " compares nothing");
    };
  }

  /** Whether computing a value can end in an error, which must not be skipped. */
  private static boolean mayFail(Value v) {
    var found = new boolean[1];
    v.accept(new Walker() {
      @Override
      public Void call(Value.Call c) {
        found[0] |= (c.fun() == Fun.FLOOR_DIV || c.fun() == Fun.MOD) && c.dtype().isInteger();
        return super.call(c);
      }
    });
    return found[0];
  }

  static WeftException wrong(Fun f, DType dtype) {
    return new WeftException(Kind.INTERNAL, "no " + f + " of " + dtype);
  }
}
