package weft.loop;

import java.util.ArrayList;
import weft.runtime.DType;
import weft.type.Dim;

/** Makes the values of one kernel ready to run. */
final class ValueCompiler implements Value.Visitor<ValueCompiler.Typed> {
  /** Code with its dtype, so that a deep value is typed once and not once a level. */
  record Typed(DType dtype, int lanes, Code code) {
    Evaluator evaluator() {
      return Evaluator.of(dtype);
    }
  }

  private final Slots slots;
  private final Kernel kernel;

  ValueCompiler(Slots slots, Kernel kernel) {
    this.slots = slots;
    this.kernel = kernel;
  }

  Kernel kernel() {
    return kernel;
  }

  Typed compile(Value value) {
    return value.accept(this);
  }

  Code.Bool condition(Value value) {
    return (Code.Bool) compile(value).code();
  }

  Code.I64 integer(Value value) {
    return (Code.I64) LongEvaluator.ONE.cast(compile(value).code());
  }

  /** {@code base + stride · at}. */
  Code.Index computed(Dim base, Dim stride, Value at) {
    Code.Index from = slots.index(base);
    Code.Index by = slots.index(stride);
    Code.I64 position = integer(at);
    return f -> from.at(f) + by.at(f) * position.at(f, 0);
  }

  @Override
  public Typed num(Value.Num v) {
    return new Typed(v.dtype(), 1, Evaluator.of(v.dtype()).number(v.value()));
  }

  @Override
  public Typed get(Value.Get v) {
    Local local = v.local();
    return new Typed(local.dtype(), local.lanes(), Evaluator.of(local.dtype()).local(slots.of(local)));
  }

  @Override
  public Typed position(Value.Position v) {
    Code.Index index = slots.index(v.index());
    return new Typed(DType.I32, 1, (Code.I32) (f, lane) -> (int) index.at(f));
  }

  @Override
  public Typed load(Value.Load v) {
    return load(Place.ofLoad(kernel, v.buffer(), slots.of(v.buffer()), slots.index(v.index()), v.lanes()));
  }

  @Override
  public Typed gather(Value.Gather v) {
    Code.Index index = computed(v.base(), v.stride(), v.at());
    return load(Place.ofLoad(kernel, v.buffer(), slots.of(v.buffer()), index, v.lanes()));
  }

  private Typed load(Place place) {
    DType dtype = place.buffer().dtype();
    return new Typed(dtype, place.lanes(), Evaluator.of(dtype).load(place));
  }

  @Override
  public Typed splat(Value.Splat v) {
    Typed a = compile(v.value());
    return new Typed(a.dtype(), v.lanes(), a.evaluator().splat(a.code()));
  }

  @Override
  public Typed call(Value.Call v) {
    var arguments = new ArrayList<Code>();
    var dtypes = new DType[v.arguments().size()];
    int lanes = 1;
    Typed last = null;
    for (Value a : v.arguments()) {
      last = compile(a);
      dtypes[arguments.size()] = last.dtype();
      arguments.add(last.code());
      lanes = Math.max(lanes, last.lanes());
    }
    Fun fun = v.fun();
    Code code = switch (fun) {
      case SELECT -> last.evaluator().select((Code.Bool) arguments.get(0), arguments.get(1), arguments.get(2));
      case BITS -> bits((Code.F32) arguments.get(0));
      case FROM_BITS -> fromBits((Code.I32) arguments.get(0));
      default -> last.evaluator().call(fun, arguments);
    };
    return new Typed(fun.result(dtypes), lanes, code);
  }

  private static Code.I32 bits(Code.F32 a) {
    return (f, lane) -> Float.floatToRawIntBits(a.at(f, lane));
  }

  private static Code.F32 fromBits(Code.I32 a) {
    return (f, lane) -> Float.intBitsToFloat(a.at(f, lane));
  }

  @Override
  public Typed cast(Value.Cast v) {
    Typed a = compile(v.value());
    return new Typed(v.dtype(), a.lanes(), Evaluator.of(v.dtype()).cast(a.code()));
  }

  @Override
  public Typed reduce(Value.Reduce v) {
    Typed a = compile(v.vector());
    return new Typed(a.dtype(), 1, a.evaluator().reduce(v.fun(), a.code(), a.lanes()));
  }
}
