package weft.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.objectweb.asm.Label;
import org.objectweb.asm.Type;
import weft.loop.Fun;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.Numerics;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Pushes numbers: one value of the loop IR becomes one stack expression. */
final class Scalars implements Value.Visitor<Void> {
  /** The methods of Numerics by name and descriptor. */
  private static final Set<String> DEFINED = Arrays.stream(Numerics.class.getMethods())
      .map(m -> m.getName() + Type.getMethodDescriptor(m))
      .collect(Collectors.toUnmodifiableSet());

  private final Code code;
  private final Frame frame;
  private final Indices indices;
  private final Vectors vectors;

  Scalars(Code code, Frame frame, Indices indices, Shuffles shuffles, int lanes) {
    this.code = code;
    this.frame = frame;
    this.indices = indices;
    this.vectors = new Vectors(code, frame, indices, this, shuffles, lanes);
  }

  /** Pushes a number or a vector. */
  void push(Value v) {
    if (v.isVector()) vectors.push(v);
    else v.accept(this);
  }

  Vectors vectors() {
    return vectors;
  }

  @Override
  public Void num(Value.Num v) {
    code.push(v.dtype(), v.value());
    return null;
  }

  @Override
  public Void get(Value.Get v) {
    code.load(v.dtype(), frame.slotOf(v.local()));
    return null;
  }

  @Override
  public Void position(Value.Position v) {
    indices.push(v.index());
    return null;
  }

  @Override
  public Void load(Value.Load v) {
    frame.pushArray(v.buffer());
    indices.push(v.index());
    code.loadElement(v.dtype());
    return null;
  }

  @Override
  public Void gather(Value.Gather v) {
    frame.pushArray(v.buffer());
    pushElement(v.base(), v.stride(), v.at());
    code.loadElement(v.dtype());
    return null;
  }

  /** Pushes {@code base + stride · at}. */
  void pushElement(Dim base, Dim stride, Value at) {
    if (!base.is(0)) indices.push(base);
    push(at);
    if (at.dtype() == DType.I64) code.op(L2I);
    if (!stride.is(1)) {
      indices.push(stride);
      code.op(IMUL);
    }
    if (!base.is(0)) code.op(IADD);
  }

  @Override
  public Void splat(Value.Splat v) {
    return v.value().accept(this);
  }

  @Override
  public Void reduce(Value.Reduce v) {
    vectors.pushReduced(v);
    return null;
  }

  @Override
  public Void cast(Value.Cast v) {
    push(v.value());
    cast(v.value().dtype(), v.dtype());
    return null;
  }

  private void cast(DType from, DType to) {
    if (from == to) return;
    if (to == DType.BOOL) {
      compareWithZero(from);
      bool(IFNE);
      return;
    }
    int row = switch (from) {
      case F32 -> F2I;
      case F64 -> D2I;
      case I64 -> L2I;
      case I32, BOOL -> I2L;
    };
    // The three conversions of a source stand in a row in the order int, long, float, double, itself left out.
    int column = rank(to) - (rank(to) > rank(from) ? 1 : 0);
    if (rank(from) != rank(to)) code.op(row + column);
  }

  private static int rank(DType dtype) {
    return Code.typed(0, dtype);
  }

  /** Leaves an int that is 0 exactly if the number on the stack is. */
  private void compareWithZero(DType dtype) {
    switch (dtype) {
      case F32, F64 -> {
        code.op(dtype == DType.F32 ? FCONST_0 : DCONST_0);
        code.op(dtype == DType.F32 ? FCMPL : DCMPL);
      }
      case I64 -> {
        code.op(LCONST_0);
        code.op(LCMP);
      }
      case I32, BOOL -> { }
    }
  }

  /** Leaves 1 if the jump would be taken, else 0. */
  private void bool(int jump) {
    Label yes = new Label();
    Label end = new Label();
    code.jump(jump, yes);
    code.push(0);
    code.jump(GOTO, end);
    code.label(yes);
    code.push(1);
    code.label(end);
  }

  @Override
  public Void call(Value.Call v) {
    Fun f = v.fun();
    if (f == Fun.SELECT) {
      select(v);
    } else if (f.isComparison()) {
      bool(compare(v, true));
    } else if (f == Fun.FMA && !Numerics.FMA) {
      push(v.argument(0));
      push(v.argument(1));
      code.op(Code.typed(IMUL, v.dtype()));
      push(v.argument(2));
      code.op(Code.typed(IADD, v.dtype()));
    } else {
      for (Value a : v.arguments()) a.accept(this);
      apply(f, v.argument(0).dtype(), f.arity());
      if (f.arity() != v.arguments().size()) throw wrong(f, v.dtype());
    }
    return null;
  }

  /** Replaces the arguments on the stack by the value of the function. */
  void apply(Fun f, DType dtype, int arity) {
    boolean integer = dtype == DType.I32 || dtype == DType.I64 || dtype == DType.BOOL;
    switch (f) {
      case ADD -> code.op(Code.typed(IADD, dtype));
      case SUB -> code.op(Code.typed(ISUB, dtype));
      case MUL -> code.op(Code.typed(IMUL, dtype));
      case DIV -> {
        if (integer) throw wrong(f, dtype);
        code.op(Code.typed(IDIV, dtype));
      }
      case NEG -> code.op(Code.typed(INEG, dtype));
      case AND, OR, XOR -> {
        if (!integer) throw wrong(f, dtype);
        int form = f == Fun.AND ? IAND : f == Fun.OR ? IOR : IXOR;
        code.op(dtype == DType.I64 ? form + 1 : form);
      }
      case NOT -> {
        code.push(1);
        code.op(IXOR);
      }
      case SHIFT_LEFT, SHIFT_RIGHT -> {
        if (dtype == DType.I64) code.op(L2I);
        int form = f == Fun.SHIFT_LEFT ? ISHL : ISHR;
        code.op(dtype == DType.I64 ? form + 1 : form);
      }
      case BITS -> code.callStatic("java/lang/Float", "floatToRawIntBits", "(F)I");
      case FROM_BITS -> code.callStatic("java/lang/Float", "intBitsToFloat", "(I)F");
      case FMA -> numerics(Code.MATH, f, dtype, arity);
      default -> {
        if (f.numerics() == null) throw wrong(f, dtype);
        numerics(Code.NUMERICS, f, dtype, arity);
      }
    }
  }

  private void numerics(String owner, Fun f, DType dtype, int arity) {
    String letter = Code.letter(dtype);
    String descriptor = "(" + letter.repeat(arity) + ")" + letter;
    if (!DEFINED.contains(f.numerics() + descriptor)) throw wrong(f, dtype);
    code.callStatic(owner, f.numerics(), descriptor);
  }

  private static WeftException wrong(Fun f, DType dtype) {
    return new WeftException(Kind.INTERNAL, "no " + f + " of " + dtype);
  }

  private void select(Value.Call v) {
    Label otherwise = new Label();
    Label end = new Label();
    jump(v.argument(0), false, otherwise);
    push(v.argument(1));
    code.jump(GOTO, end);
    code.label(otherwise);
    push(v.argument(2));
    code.label(end);
  }

  /** Whether computing a value can end in an error, which must not be skipped. */
  private static boolean mayFail(Value v) {
    if (v.isVector()) return false;
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

  /** Jumps if a bool has the given value. */
  void jump(Value condition, boolean when, Label target) {
    if (condition instanceof Value.Num n) {
      if ((n.value().intValue() != 0) == when) code.jump(GOTO, target);
      return;
    }
    if (condition instanceof Value.Call c) {
      if (c.fun().isComparison()) {
        code.jump(compare(c, when), target);
        return;
      }
      if (c.fun() == Fun.NOT) {
        jump(c.argument(0), !when, target);
        return;
      }
      if ((c.fun() == Fun.AND || c.fun() == Fun.OR) && !mayFail(c.argument(1))) {
        if ((c.fun() == Fun.OR) == when) {
          jump(c.argument(0), when, target);
          jump(c.argument(1), when, target);
        } else {
          Label decided = new Label();
          jump(c.argument(0), !when, decided);
          jump(c.argument(1), when, target);
          code.label(decided);
        }
        return;
      }
    }
    push(condition);
    code.jump(when ? IFNE : IFEQ, target);
  }

  /**
   * Pushes what a jump needs to compare two numbers, and gives the jump that is taken if the result is {@code
   * when}.
   */
  private int compare(Value.Call c, boolean when) {
    DType dtype = c.argument(0).dtype();
    push(c.argument(0));
    if (dtype == DType.I32 || dtype == DType.BOOL) {
      if (c.argument(1) instanceof Value.Num n && n.value().intValue() == 0) return jumpOnZero(c.fun(), when);
      push(c.argument(1));
      return jumpOnZero(c.fun(), when) + (IF_ICMPEQ - IFEQ);
    }
    push(c.argument(1));
    // A NaN must make the comparison false, so it counts as the larger one for < and as the smaller one for >.
    boolean less = c.fun() == Fun.LT || c.fun() == Fun.LE;
    code.op(switch (dtype) {
      case F32 -> less ? FCMPG : FCMPL;
      case F64 -> less ? DCMPG : DCMPL;
      default -> LCMP;
    });
    return jumpOnZero(c.fun(), when);
  }

  private static int jumpOnZero(Fun f, boolean when) {
    return switch (f) {
      case EQ -> when ? IFEQ : IFNE;
      case NE -> when ? IFNE : IFEQ;
      case LT -> when ? IFLT : IFGE;
      case GE -> when ? IFGE : IFLT;
      case GT -> when ? IFGT : IFLE;
      case LE -> when ? IFLE : IFGT;
      default -> throw new IllegalArgumentException(f + " compares nothing");
    };
  }
}
