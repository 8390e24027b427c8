package weft.codegen.source;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import java.util.IdentityHashMap;
import java.util.Map;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.Numerics;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Vectors as calls of {@code jdk.incubator.vector}. A vector of bools is a mask, and a mask belongs to the dtype that was compared.
 * Whether to fuse is asked of Numerics where the code runs, in every place: a method for it might not be inlined, and then every
 * vector that enters it would be an object.
 */
final class Vectors implements Value.Visitor<CodeBlock> {
  private static final ClassName NUMERICS = ClassName.get(Numerics.class);

  private final MethodScope scope;
  private final Species species;
  private final Indices indices;
  private final Scalars scalars;
  private final Map<Local, DType> masks = new IdentityHashMap<>();

  Vectors(MethodScope scope, Indices indices, Scalars scalars) {
    this.scope = scope;
    this.species = scope.species();
    this.indices = indices;
    this.scalars = scalars;
  }

  CodeBlock of(Value v) {
    return v.accept(this);
  }

  int level(Value v) {
    if (v instanceof Value.Cast c && c.dtype() == c.value().dtype()) return level(c.value());
    if (v instanceof Value.Cast c && c.dtype() == DType.F32 && c.value().dtype() == DType.I32) return Level.UNARY;
    return v instanceof Value.Call c && c.fun() == Fun.FMA ? Level.CONDITIONAL : Level.ATOM;
  }

  /** A vector that methods are called on; a line may end behind one that is no mere name. */
  private CodeBlock receiver(Value v) {
    return CodeBlock.of(v instanceof Value.Get ? "$L" : level(v) == Level.ATOM ? "$L$Z" : "($L)$Z", of(v));
  }

  /** An operand that may as well be a number. */
  private CodeBlock operand(Value v) {
    return v instanceof Value.Splat s && s.dtype() != DType.BOOL ? number(s.value()) : of(v);
  }

  private CodeBlock number(Value v) {
    return v instanceof Value.Num n ? Constants.name(n) : scalars.of(v);
  }

  private static WeftException no(String what, DType dtype) {
    return new WeftException(Kind.INTERNAL, "no vectors of " + dtype + " with " + what);
  }

  private DType maskOf(Value v) {
    if (v.dtype() != DType.BOOL) return v.dtype();
    if (v instanceof Value.Call c) return maskOf(c.argument(c.fun() == Fun.SELECT ? 1 : 0));
    if (v instanceof Value.Cast c) return maskOf(c.value());
    if (v instanceof Value.Get g) return masks.get(g.local());
    return species.standard(v.lanes());
  }

  private CodeBlock mask(Value v, DType of) {
    if (maskOf(v) == of) return receiver(v);
    return CodeBlock.of("$L.cast($L)", receiver(v), species.constant(of));
  }

  /** What a local is given; the first value decides what kind of mask the local holds. */
  CodeBlock given(Local local, Value value) {
    if (local.dtype() != DType.BOOL) return of(value);
    return mask(value, masks.computeIfAbsent(local, l -> maskOf(value)));
  }

  /** The type of a local that has been given a value. */
  TypeName type(Local local) {
    return local.dtype() == DType.BOOL ? Species.mask(masks.get(local)) : Species.type(local.dtype());
  }

  /** Writes a vector to consecutive elements. */
  CodeBlock store(Buffer buffer, CodeBlock from, Value value) {
    return CodeBlock.of("$L.intoArray($L, $L)", receiver(value), scope.array(buffer), from);
  }

  /**
   * The number that the lanes of a vector combine to; the vector has been given a name. A sum or product of floats shows its order,
   * anything else the vector unit may combine as it likes.
   */
  CodeBlock reduced(Value.Reduce v) {
    boolean ordered = v.dtype().isFloat() && (v.fun() == Fun.ADD || v.fun() == Fun.MUL);
    if (!ordered) return CodeBlock.of("$L.reduceLanes($T.$L)", receiver(v.vector()), Species.OPERATORS, v.fun().name());
    return lane(v, receiver(v.vector()), 0, 1);
  }

  /** Lane {@code i} of what the vector is once it has been halved down to {@code left} lanes. */
  private CodeBlock lane(Value.Reduce v, CodeBlock vector, int i, int left) {
    if (left == v.vector().lanes()) return CodeBlock.of("$L.lane($L)", vector, i);
    CodeBlock right = lane(v, vector, i + left, left * 2);
    boolean sum = v.fun().numerics() == null && left * 2 < v.vector().lanes();
    return scalars.combined(v.fun(), v.dtype(), lane(v, vector, i, left * 2), sum ? CodeBlock.of("($L)", right) : right);
  }

  @Override
  public CodeBlock get(Value.Get v) {
    return CodeBlock.of("$L", scope.local(v.local()));
  }

  @Override
  public CodeBlock load(Value.Load v) {
    return load(v, v.buffer(), CodeBlock.of("$L", indices.text(v.index())));
  }

  @Override
  public CodeBlock gather(Value.Gather v) {
    return load(v, v.buffer(), scalars.element(v.base(), v.stride(), v.at()));
  }

  private CodeBlock load(Value v, Buffer buffer, CodeBlock from) {
    boolean mask = v.dtype() == DType.BOOL;
    DType of = mask ? species.standard(v.lanes()) : v.dtype();
    return CodeBlock.of("$T.fromArray($L, $L, $L)", mask ? Species.MASK : Species.type(of), species.constant(of),
        scope.array(buffer), from);
  }

  @Override
  public CodeBlock splat(Value.Splat v) {
    if (v.dtype() == DType.BOOL) {
      return CodeBlock.of("$L.maskAll($L)", species.constant(species.standard(v.lanes())), scalars.of(v.value()));
    }
    return CodeBlock.of("$T.broadcast($L, $L)", Species.type(v.dtype()), species.constant(v.dtype()), number(v.value()));
  }

  @Override
  public CodeBlock cast(Value.Cast v) {
    DType from = v.value().dtype();
    if (from == v.dtype()) return of(v.value());
    if (v.dtype() == DType.BOOL) {
      return CodeBlock.of("$L.compare($T.NE, $L)", receiver(v.value()), Species.OPERATORS, Scalars.number(Value.number(from, 0)));
    }
    if (from == DType.BOOL) {
      var one = new Value.Splat(Value.number(v.dtype(), 1), v.lanes());
      var zero = new Value.Splat(Value.number(v.dtype(), 0), v.lanes());
      return of(new Value.Call(Fun.SELECT, v.value(), one, zero));
    }
    if (from != DType.I32 || v.dtype() != DType.F32) throw no("a cast to " + v.dtype(), from);
    return CodeBlock.of("($T) $L.convert($T.I2F, 0)", Species.type(DType.F32), receiver(v.value()), Species.OPERATORS);
  }

  @Override
  public CodeBlock call(Value.Call v) {
    if (v.fun() == Fun.SELECT) return select(v);
    return v.argument(0).dtype() == DType.BOOL ? logic(v) : arithmetic(v);
  }

  private CodeBlock arithmetic(Value.Call v) {
    Fun f = v.fun();
    DType dtype = v.argument(0).dtype();
    CodeBlock a = receiver(v.argument(0));
    return switch (f) {
      case ADD, SUB, MUL, MIN, MAX -> CodeBlock.of("$L.$L($L)", a, f.name().toLowerCase(java.util.Locale.ROOT), operand(v.argument(1)));
      case DIV -> {
        if (!dtype.isFloat()) throw no("DIV", dtype);
        yield CodeBlock.of("$L.div($L)", a, operand(v.argument(1)));
      }
      case EQ, NE, LT, LE, GT, GE ->
          CodeBlock.of("$L.compare($T.$L,$W$L)", a, Species.OPERATORS, f.name(), operand(v.argument(1)));
      case FMA -> fma(a, v);
      case NEG -> CodeBlock.of("$L.neg()", a);
      case ABS -> CodeBlock.of("$L.abs()", a);
      case SQRT -> CodeBlock.of("$L.sqrt()", a);
      case BITS -> CodeBlock.of("$L.reinterpretAsInts()", a);
      case FROM_BITS -> CodeBlock.of("$L.reinterpretAsFloats()", a);
      case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT -> CodeBlock.of("$L.lanewise($T.$L, $L)", a, Species.OPERATORS,
          f == Fun.SHIFT_LEFT ? "LSHL" : f == Fun.SHIFT_RIGHT ? "ASHR" : f.name(), operand(v.argument(1)));
      default -> throw no(f.name(), dtype);
    };
  }

  private CodeBlock fma(CodeBlock a, Value.Call v) {
    CodeBlock apart = CodeBlock.of("$L.mul($L).add($L)", a, operand(v.argument(1)), operand(v.argument(2)));
    if (!v.dtype().isFloat()) return apart;
    return CodeBlock.of("$T.FMA$W? $L.fma($L,$W$L)$W: $L", NUMERICS, a, of(v.argument(1)), of(v.argument(2)), apart);
  }

  private CodeBlock logic(Value.Call v) {
    DType of = maskOf(v);
    CodeBlock a = mask(v.argument(0), of);
    if (v.fun() == Fun.NOT) return CodeBlock.of("$L.not()", a);
    CodeBlock b = mask(v.argument(1), of);
    return switch (v.fun()) {
      case AND -> CodeBlock.of("$L.and($L)", a, b);
      case OR -> CodeBlock.of("$L.or($L)", a, b);
      case EQ -> CodeBlock.of("$L.eq($L)", a, b);
      case XOR, NE -> CodeBlock.of("$L.eq($L).not()", a, b);
      default -> throw no(v.fun().name(), DType.BOOL);
    };
  }

  /** Values of another dtype than the mask are blended as if they were of that dtype, which keeps their bits. */
  private CodeBlock select(Value.Call v) {
    Value condition = v.argument(0);
    DType dtype = v.dtype();
    if (dtype == DType.BOOL) {
      var holds = new Value.Call(Fun.AND, v.argument(1), condition);
      var fails = new Value.Call(Fun.AND, v.argument(2), new Value.Call(Fun.NOT, condition));
      return of(new Value.Call(Fun.OR, holds, fails));
    }
    DType of = maskOf(condition);
    if (of == dtype) return CodeBlock.of("$L.blend($L,$W$L)", receiver(v.argument(2)), operand(v.argument(1)), mask(condition, of));
    String there = of == DType.I32 ? "reinterpretAsInts" : "reinterpretAsFloats";
    String back = dtype == DType.I32 ? "reinterpretAsInts" : "reinterpretAsFloats";
    return CodeBlock.of("$L.$L().blend($L.$L(),$W$L).$L()", receiver(v.argument(2)), there, receiver(v.argument(1)), there,
        mask(condition, of), back);
  }

  @Override
  public CodeBlock num(Value.Num v) {
    throw scalar(v);
  }

  @Override
  public CodeBlock position(Value.Position v) {
    throw scalar(v);
  }

  @Override
  public CodeBlock reduce(Value.Reduce v) {
    throw scalar(v);
  }

  private static IllegalArgumentException scalar(Value v) {
    return new IllegalArgumentException(v + " is no vector");
  }
}
