package weft.codegen;

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
 * Pushes vectors: a value of many lanes becomes calls of {@code jdk.incubator.vector}. A vector of bools is a
 * mask, and a mask belongs to the dtype that was compared.
 */
final class Vectors implements Value.Visitor<Void> {
  private final Code code;
  private final Frame frame;
  private final Indices indices;
  private final Scalars scalars;
  private final Shuffles shuffles;
  /** How many f32 lanes the program's vectors have. */
  private final int lanes;
  private final Map<Local, DType> masks = new IdentityHashMap<>();

  Vectors(Code code, Frame frame, Indices indices, Scalars scalars, Shuffles shuffles, int lanes) {
    this.code = code;
    this.frame = frame;
    this.indices = indices;
    this.scalars = scalars;
    this.shuffles = shuffles;
    this.lanes = lanes;
  }

  void push(Value v) {
    v.accept(this);
  }

  /** What all vectors are made of must fit the program, and then they fit too. */
  private void check(Value v) {
    boolean fits = switch (v.dtype()) {
      case F32, I32 -> v.lanes() == lanes;
      case F64 -> v.lanes() * 2 == lanes;
      case BOOL -> v.lanes() == lanes || v.lanes() * 2 == lanes;
      case I64 -> false;
    };
    if (!fits) throw no(v.lanes() + " lanes", v.dtype());
  }

  private WeftException no(String what, DType dtype) {
    return new WeftException(Kind.INTERNAL, "no vectors of " + dtype + " with " + what + " in a program of "
        + lanes
        + " f32 lanes");
  }

  private void call(VectorApi.Method method, DType dtype) {
    code.callVirtual(VectorApi.type(dtype), method.name(), method.descriptor(dtype));
  }

  private void callStatic(VectorApi.Method method, DType dtype) {
    code.callStatic(VectorApi.type(dtype), method.name(), method.descriptor(dtype));
  }

  private void callMask(VectorApi.Method method) {
    code.callVirtual(VectorApi.MASK, method.name(), method.descriptor(DType.F32));
  }

  private void pushSpecies(DType dtype, int count) {
    code.constant(VectorApi.type(dtype), VectorApi.species(dtype, count), VectorApi.SPECIES);
  }

  private void operator(String name, String type) {
    code.constant(VectorApi.OPERATORS, name, type);
  }

  /** The dtype that a vector of bools belongs to where nothing was compared. */
  private DType standard(int count) {
    return count == lanes ? DType.F32 : DType.F64;
  }

  private DType maskOf(Value v) {
    if (v.dtype() != DType.BOOL) return v.dtype();
    if (v instanceof Value.Call c) return maskOf(c.argument(c.fun() == Fun.SELECT ? 1 : 0));
    if (v instanceof Value.Cast c) return maskOf(c.value());
    if (v instanceof Value.Get g) return masks.get(g.local());
    return standard(v.lanes());
  }

  private void pushMask(Value v, DType of) {
    push(v);
    if (maskOf(v) == of) return;
    pushSpecies(of, v.lanes());
    callMask(VectorApi.MASK_CAST);
  }

  /** Pushes what a local is given; the first value decides what kind of mask the local holds. */
  void pushFor(Local local, Value value) {
    if (local.dtype() == DType.BOOL) pushMask(value, masks.computeIfAbsent(local, l -> maskOf(value)));
    else push(value);
  }

  /** Writes a vector to consecutive elements, the first of which {@code from} pushes. */
  void store(Buffer buffer, Runnable from, Value value) {
    push(value);
    frame.pushArray(buffer);
    from.run();
    if (value.dtype() == DType.BOOL) callMask(VectorApi.MASK_INTO_ARRAY);
    else call(VectorApi.INTO_ARRAY, value.dtype());
  }

  /**
   * Pushes the number that the lanes of a vector combine to. A sum or product of floats shows its order, so
   * it is made by rotations; anything else the vector unit may combine as it likes.
   */
  void pushReduced(Value.Reduce v) {
    DType dtype = v.dtype();
    boolean ordered = dtype.isFloat() && (v.fun() == Fun.ADD || v.fun() == Fun.MUL);
    push(v.vector());
    if (!ordered) {
      operator(v.fun().name(), VectorApi.ASSOCIATIVE);
      call(VectorApi.REDUCE_LANES, dtype);
      return;
    }
    int mark = frame.mark();
    int slot = frame.slot(1);
    int count = v.vector().lanes();
    for (int half = count / 2; half > 0; half /= 2) {
      code.storeRef(slot);
      code.loadRef(slot);
      code.loadRef(slot);
      shuffles.push(code, dtype, count, half);
      call(VectorApi.REARRANGE, dtype);
      call(v.fun() == Fun.ADD ? VectorApi.ADD : VectorApi.MUL, dtype);
    }
    code.push(0);
    call(VectorApi.LANE, dtype);
    frame.release(mark);
  }

  @Override
  public Void get(Value.Get v) {
    check(v);
    code.loadRef(frame.slotOf(v.local()));
    return null;
  }

  @Override
  public Void load(Value.Load v) {
    load(v, v.buffer(), () -> indices.push(v.index()));
    return null;
  }

  @Override
  public Void gather(Value.Gather v) {
    load(v, v.buffer(), () -> scalars.pushElement(v.base(), v.stride(), v.at()));
    return null;
  }

  private void load(Value v, Buffer buffer, Runnable from) {
    check(v);
    boolean mask = v.dtype() == DType.BOOL;
    DType of = mask ? standard(v.lanes()) : v.dtype();
    pushSpecies(of, v.lanes());
    frame.pushArray(buffer);
    from.run();
    if (mask) {
      VectorApi.Method method = VectorApi.MASK_FROM_ARRAY;
      code.callStatic(VectorApi.MASK, method.name(), method.descriptor(of));
    } else {
      callStatic(VectorApi.FROM_ARRAY, of);
    }
  }

  @Override
  public Void splat(Value.Splat v) {
    check(v);
    boolean mask = v.dtype() == DType.BOOL;
    DType of = mask ? standard(v.lanes()) : v.dtype();
    pushSpecies(of, v.lanes());
    scalars.push(v.value());
    if (mask) {
      VectorApi.Method method = VectorApi.MASK_ALL;
      code.callInterface(VectorApi.SPECIES, method.name(), method.descriptor(of));
    } else {
      callStatic(VectorApi.BROADCAST, of);
    }
    return null;
  }

  @Override
  public Void cast(Value.Cast v) {
    DType from = v.value().dtype();
    if (from == v.dtype()) {
      push(v.value());
    } else if (v.dtype() == DType.BOOL) {
      push(v.value());
      compareWith(Fun.NE, new Value.Splat(Value.number(from, 0), v.lanes()));
    } else if (from == DType.BOOL) {
      var one = new Value.Splat(Value.number(v.dtype(), 1), v.lanes());
      var zero = new Value.Splat(Value.number(v.dtype(), 0), v.lanes());
      push(new Value.Call(Fun.SELECT, v.value(), one, zero));
    } else if (from == DType.I32 && v.dtype() == DType.F32) {
      push(v.value());
      operator("I2F", VectorApi.CONVERSION);
      code.push(0);
      call(VectorApi.CONVERT, from);
      code.cast(VectorApi.type(v.dtype()));
    } else {
      throw no("a cast to " + v.dtype(), from);
    }
    return null;
  }

  /** Compares the vector on the stack with another one. */
  private void compareWith(Fun f, Value other) {
    operator(f.name(), VectorApi.COMPARISON);
    push(other);
    call(VectorApi.COMPARE, other.dtype());
  }

  @Override
  public Void call(Value.Call v) {
    if (v.fun() == Fun.SELECT) select(v);
    else if (v.argument(0).dtype() == DType.BOOL) logic(v);
    else arithmetic(v);
    return null;
  }

  private void arithmetic(Value.Call v) {
    Fun f = v.fun();
    DType dtype = v.argument(0).dtype();
    push(v.argument(0));
    if (f.isComparison()) {
      operator(f.name(), VectorApi.COMPARISON);
      push(v.argument(1));
      call(VectorApi.COMPARE, dtype);
      return;
    }
    switch (f) {
      case ADD -> with(v.argument(1), VectorApi.ADD);
      case SUB -> with(v.argument(1), VectorApi.SUB);
      case MUL -> with(v.argument(1), VectorApi.MUL);
      case MIN -> with(v.argument(1), VectorApi.MIN);
      case MAX -> with(v.argument(1), VectorApi.MAX);
      case DIV -> {
        if (!dtype.isFloat()) throw no("DIV", dtype);
        with(v.argument(1), VectorApi.DIV);
      }
      case FMA -> {
        if (!dtype.isFloat() || !Numerics.FMA) {
          with(v.argument(1), VectorApi.MUL);
          with(v.argument(2), VectorApi.ADD);
        } else {
          push(v.argument(1));
          push(v.argument(2));
          call(VectorApi.FMA, dtype);
        }
      }
      case NEG -> call(VectorApi.NEG, dtype);
      case ABS -> call(VectorApi.ABS, dtype);
      case SQRT -> call(VectorApi.SQRT, dtype);
      case BITS -> call(VectorApi.AS_INTS, dtype);
      case FROM_BITS -> call(VectorApi.AS_FLOATS, dtype);
      case AND, OR, XOR -> {
        operator(f.name(), VectorApi.ASSOCIATIVE);
        push(v.argument(1));
        call(VectorApi.LANEWISE, dtype);
      }
      case SHIFT_LEFT, SHIFT_RIGHT -> {
        operator(f == Fun.SHIFT_LEFT ? "LSHL" : "ASHR", VectorApi.BINARY);
        shiftBy(v.argument(1), dtype);
      }
      default -> throw no(f.name(), dtype);
    }
  }

  private void with(Value other, VectorApi.Method method) {
    push(other);
    call(method, other.dtype());
  }

  private void shiftBy(Value by, DType dtype) {
    if (by instanceof Value.Splat s) {
      scalars.push(s.value());
      call(VectorApi.SHIFT, dtype);
      return;
    }
    push(by);
    call(VectorApi.LANEWISE, dtype);
  }

  private void logic(Value.Call v) {
    Fun f = v.fun();
    DType of = maskOf(v);
    pushMask(v.argument(0), of);
    if (f != Fun.NOT) pushMask(v.argument(1), of);
    switch (f) {
      case NOT -> callMask(VectorApi.MASK_NOT);
      case AND -> callMask(VectorApi.MASK_AND);
      case OR -> callMask(VectorApi.MASK_OR);
      case EQ -> callMask(VectorApi.MASK_SAME);
      case XOR, NE -> {
        callMask(VectorApi.MASK_SAME);
        callMask(VectorApi.MASK_NOT);
      }
      default -> throw no(f.name(), DType.BOOL);
    }
  }

  /** Values of another dtype than the mask are blended as if they were of that dtype, which keeps their bits. */
  private void select(Value.Call v) {
    Value condition = v.argument(0);
    DType dtype = v.dtype();
    if (dtype == DType.BOOL) {
      var holds = new Value.Call(Fun.AND, v.argument(1), condition);
      var fails = new Value.Call(Fun.AND, v.argument(2), new Value.Call(Fun.NOT, condition));
      push(new Value.Call(Fun.OR, holds, fails));
      return;
    }
    DType of = maskOf(condition);
    push(v.argument(2));
    reinterpret(dtype, of);
    push(v.argument(1));
    reinterpret(dtype, of);
    pushMask(condition, of);
    call(VectorApi.BLEND, of);
    reinterpret(of, dtype);
  }

  private void reinterpret(DType from, DType to) {
    if (from != to) call(to == DType.I32 ? VectorApi.AS_INTS : VectorApi.AS_FLOATS, from);
  }

  @Override
  public Void num(Value.Num v) {
    throw scalar(v);
  }

  @Override
  public Void position(Value.Position v) {
    throw scalar(v);
  }

  @Override
  public Void reduce(Value.Reduce v) {
    throw scalar(v);
  }

  private static IllegalArgumentException scalar(Value v) {
    return new IllegalArgumentException(v + " is no vector");
  }
}
