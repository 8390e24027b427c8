package weft.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Checks that values are typed, that what they read is in scope and inside its buffer. */
final class ValueVerifier implements Value.Visitor<ValueVerifier.Type> {
  /** What a value was found to be, so that deep values are typed once. */
  record Type(DType dtype, int lanes) {
    @Override
    public String toString() {
      return ValueText.type(dtype, lanes);
    }
  }

  private final LoopProgram program;
  private final Scope scope;
  private final Consumer<Dim> reads;

  /** @param reads called with every integer expression, to check its symbols */
  ValueVerifier(LoopProgram program, Scope scope, Consumer<Dim> reads) {
    this.program = program;
    this.scope = scope;
    this.reads = reads;
  }

  Type check(Value value) {
    return value.accept(this);
  }

  void condition(Value value) {
    Type type = check(value);
    if (type.dtype() == DType.BOOL && type.lanes() == 1) return;
    throw new LoopProblem("a condition must be one bool, not " + type);
  }

  /** What a message shows. */
  void single(Value value) {
    Type type = check(value);
    if (type.lanes() != 1) throw new LoopProblem("a message must show one element, not " + type);
  }

  /** The computed part of an index. */
  void position(Value value) {
    Type type = check(value);
    if (!type.dtype().isInteger() || type.lanes() != 1) {
      throw new LoopProblem("a computed index must be one i32 or i64, not " + type);
    }
  }

  void lanes(DType dtype, int lanes) {
    if (lanes == 1) return;
    int full = program.lanes();
    boolean fits = dtype == DType.BOOL ? lanes == full || lanes == full / 2 : lanes == full * 4 / dtype.bytes();
    if (!fits || full == 1) {
      throw new LoopProblem("a vector " + ValueText.type(dtype, lanes) + " in a program whose vectors have " + full
          + " lanes of f32");
    }
  }

  void member(Buffer buffer) {
    if (!program.buffers().contains(buffer)) throw new LoopProblem("buffer " + buffer + " is not one of the program");
  }

  /** @param slack how far behind its size the buffer may be touched */
  void bounds(Buffer buffer, Dim index, int lanes, int slack) {
    reads.accept(index);
    Scope.Range range = scope.range(index);
    if (range == null || !buffer.size().isConstant()) return;
    long size = buffer.size().constant();
    if (range.first() < 0 || range.last() + lanes > size + slack) {
      long wrong = range.first() < 0 ? range.first() : range.last();
      String reach = wrong + (lanes == 1 ? "" : " with " + lanes + " lanes");
      throw new LoopProblem("index " + reach + " is outside " + buffer + " " + buffer.dtype() + "[" + size + "]");
    }
  }

  @Override
  public Type num(Value.Num v) {
    Class<?> want = switch (v.dtype()) {
      case F32 -> Float.class;
      case F64 -> Double.class;
      case I32, BOOL -> Integer.class;
      case I64 -> Long.class;
    };
    if (v.value().getClass() != want) {
      throw new LoopProblem("a number of dtype " + v.dtype() + " is held in " + v.value().getClass().getSimpleName());
    }
    return new Type(v.dtype(), 1);
  }

  @Override
  public Type get(Value.Get v) {
    if (!scope.sees(v.local())) throw new LoopProblem("local " + v.local() + " is read outside its declaration");
    return new Type(v.local().dtype(), v.local().lanes());
  }

  @Override
  public Type position(Value.Position v) {
    reads.accept(v.index());
    return new Type(DType.I32, 1);
  }

  @Override
  public Type load(Value.Load v) {
    member(v.buffer());
    DType dtype = v.buffer().dtype();
    lanes(dtype, v.lanes());
    bounds(v.buffer(), v.index(), v.lanes(), v.buffer().hasSlack() ? Tensor.SLACK : 0);
    return new Type(dtype, v.lanes());
  }

  @Override
  public Type gather(Value.Gather v) {
    member(v.buffer());
    reads.accept(v.base());
    reads.accept(v.stride());
    position(v.at());
    lanes(v.dtype(), v.lanes());
    return new Type(v.dtype(), v.lanes());
  }

  @Override
  public Type splat(Value.Splat v) {
    Type a = check(v.value());
    if (a.lanes() != 1) throw new LoopProblem("a splat of " + a + ", which is a vector already");
    if (v.lanes() == 1) throw new LoopProblem("a splat into one lane");
    lanes(a.dtype(), v.lanes());
    return new Type(a.dtype(), v.lanes());
  }

  @Override
  public Type call(Value.Call v) {
    Fun fun = v.fun();
    var types = new ArrayList<Type>();
    for (Value a : v.arguments()) types.add(check(a));
    if (types.size() != fun.arity()) {
      throw new LoopProblem(fun + " takes " + fun.arity() + " arguments, not " + types.size());
    }
    List<Type> same = types;
    if (fun == Fun.SELECT) {
      if (types.get(0).dtype() != DType.BOOL) throw new LoopProblem("SELECT chooses by a bool, not " + types.get(0));
      same = types.subList(1, 3);
    }
    for (Type t : same) {
      if (t.dtype() != same.get(0).dtype()) throw new LoopProblem(fun + " of " + same.get(0) + " and " + t);
    }
    for (Type t : types) {
      if (t.lanes() != types.get(0).lanes()) {
        throw new LoopProblem(fun + " of " + types.get(0) + " and " + t + ": a number next to a vector needs a splat");
      }
    }
    DType dtype = same.get(0).dtype();
    if (!Evaluator.defines(fun, dtype)) throw new LoopProblem(fun + " is not defined on " + dtype);
    return new Type(fun.result(types.stream().map(Type::dtype).toArray(DType[]::new)), types.get(0).lanes());
  }

  @Override
  public Type cast(Value.Cast v) {
    Type a = check(v.value());
    lanes(v.dtype(), a.lanes());
    return new Type(v.dtype(), a.lanes());
  }

  @Override
  public Type reduce(Value.Reduce v) {
    Type a = check(v.vector());
    if (a.lanes() == 1) throw new LoopProblem("lanes of " + a + ", which is one number, are combined");
    boolean combines = switch (v.fun()) {
      case ADD, MUL, MIN, MAX -> a.dtype() != DType.BOOL;
      default -> false;
    };
    if (!combines) throw new LoopProblem(v.fun() + " does not combine the lanes of " + a);
    return new Type(a.dtype(), 1);
  }
}
