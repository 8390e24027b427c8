package weft.loop;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Evaluates f32 values in Java's {@code float} arithmetic. */
final class FloatEvaluator implements Evaluator {
  static final FloatEvaluator ONE = new FloatEvaluator();

  interface Unary {
    float apply(float x);
  }

  interface Binary {
    float apply(float x, float y);
  }

  interface Ternary {
    float apply(float x, float y, float z);
  }

  interface Comparison {
    boolean apply(float x, float y);
  }

  private final Map<Fun, Object> functions = new EnumMap<>(Fun.class);

  private FloatEvaluator() {
    NumericsMethods.addTo(functions, float.class, Unary.class, Binary.class, Ternary.class);
    functions.put(Fun.NEG, (Unary) x -> -x);
    binary(Fun.ADD, (x, y) -> x + y);
    binary(Fun.SUB, (x, y) -> x - y);
    binary(Fun.MUL, (x, y) -> x * y);
    binary(Fun.DIV, (x, y) -> x / y);
    comparison(Fun.EQ, (x, y) -> x == y);
    comparison(Fun.NE, (x, y) -> x != y);
    comparison(Fun.LT, (x, y) -> x < y);
    comparison(Fun.LE, (x, y) -> x <= y);
    comparison(Fun.GT, (x, y) -> x > y);
    comparison(Fun.GE, (x, y) -> x >= y);
  }

  private void binary(Fun fun, Binary function) {
    functions.put(fun, function);
  }

  private void comparison(Fun fun, Comparison function) {
    functions.put(fun, function);
  }

  @Override
  public Map<Fun, Object> functions() {
    return functions;
  }

  @Override
  public Code number(Number value) {
    float number = value.floatValue();
    return (Code.F32) (f, lane) -> number;
  }

  @Override
  public Code local(int slot) {
    return (Code.F32) (f, lane) -> f.floats[slot + lane];
  }

  @Override
  public Code load(Place place) {
    return (Code.F32) (f, lane) -> ((float[]) f.arrays[place.slot()])[place.first(f) + lane];
  }

  @Override
  public Code splat(Code number) {
    var a = (Code.F32) number;
    return (Code.F32) (f, lane) -> a.at(f, 0);
  }

  @Override
  public Code call(Fun fun, List<Code> arguments) {
    Object function = functions.get(fun);
    var a = (Code.F32) arguments.get(0);
    if (function instanceof Unary u) return (Code.F32) (f, lane) -> u.apply(a.at(f, lane));
    if (function == null) throw Evaluator.undefined(fun, "f32");
    var b = (Code.F32) arguments.get(1);
    if (function instanceof Comparison c) return (Code.Bool) (f, lane) -> c.apply(a.at(f, lane), b.at(f, lane));
    if (function instanceof Binary c) return (Code.F32) (f, lane) -> c.apply(a.at(f, lane), b.at(f, lane));
    var c = (Code.F32) arguments.get(2);
    var t = (Ternary) function;
    return (Code.F32) (f, lane) -> t.apply(a.at(f, lane), b.at(f, lane), c.at(f, lane));
  }

  @Override
  public Code select(Code.Bool condition, Code then, Code otherwise) {
    var a = (Code.F32) then;
    var b = (Code.F32) otherwise;
    return (Code.F32) (f, lane) -> condition.at(f, lane) ? a.at(f, lane) : b.at(f, lane);
  }

  @Override
  public Code cast(Code from) {
    if (from instanceof Code.F32) return from;
    if (from instanceof Code.F64 a) return (Code.F32) (f, lane) -> (float) a.at(f, lane);
    if (from instanceof Code.I32 a) return (Code.F32) (f, lane) -> (float) a.at(f, lane);
    if (from instanceof Code.I64 a) return (Code.F32) (f, lane) -> (float) a.at(f, lane);
    var a = (Code.Bool) from;
    return (Code.F32) (f, lane) -> a.at(f, lane) ? 1 : 0;
  }

  @Override
  public Code reduce(Fun fun, Code vector, int lanes) {
    var a = (Code.F32) vector;
    var function = (Binary) functions.get(fun);
    return (Code.F32) (f, lane) -> {
      float[] parts = lanes(f, a, lanes);
      for (int half = lanes / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) parts[i] = function.apply(parts[i], parts[i + half]);
      }
      return parts[0];
    };
  }

  @Override
  public Code.Action assign(int slot, int lanes, Code value) {
    var a = (Code.F32) value;
    if (lanes == 1) return f -> f.floats[slot] = a.at(f, 0);
    return f -> System.arraycopy(lanes(f, a, lanes), 0, f.floats, slot, lanes);
  }

  @Override
  public Code.Action store(Place place, Code value) {
    var a = (Code.F32) value;
    int lanes = place.lanes();
    if (lanes == 1) return f -> ((float[]) f.arrays[place.slot()])[place.first(f)] = a.at(f, 0);
    return f -> System.arraycopy(lanes(f, a, lanes), 0, f.arrays[place.slot()], place.first(f), lanes);
  }

  private static float[] lanes(Frame f, Code.F32 vector, int lanes) {
    var all = new float[lanes];
    for (int i = 0; i < lanes; i++) all[i] = vector.at(f, i);
    return all;
  }
}
