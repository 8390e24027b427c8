package weft.loop;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Evaluates f64 values in Java's {@code double} arithmetic. */
final class DoubleEvaluator implements Evaluator {
  static final DoubleEvaluator ONE = new DoubleEvaluator();

  interface Unary {
    double apply(double x);
  }

  interface Binary {
    double apply(double x, double y);
  }

  interface Ternary {
    double apply(double x, double y, double z);
  }

  interface Comparison {
    boolean apply(double x, double y);
  }

  private final Map<Fun, Object> functions = new EnumMap<>(Fun.class);

  private DoubleEvaluator() {
    NumericsMethods.addTo(functions, double.class, Unary.class, Binary.class, Ternary.class);
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
    double number = value.doubleValue();
    return (Code.F64) (f, lane) -> number;
  }

  @Override
  public Code local(int slot) {
    return (Code.F64) (f, lane) -> f.doubles[slot + lane];
  }

  @Override
  public Code load(Place place) {
    return (Code.F64) (f, lane) -> ((double[]) f.arrays[place.slot()])[place.first(f) + lane];
  }

  @Override
  public Code splat(Code number) {
    var a = (Code.F64) number;
    return (Code.F64) (f, lane) -> a.at(f, 0);
  }

  @Override
  public Code call(Fun fun, List<Code> arguments) {
    Object function = functions.get(fun);
    var a = (Code.F64) arguments.get(0);
    if (function instanceof Unary u) return (Code.F64) (f, lane) -> u.apply(a.at(f, lane));
    if (function == null) throw Evaluator.undefined(fun, "f64");
    var b = (Code.F64) arguments.get(1);
    if (function instanceof Comparison c) return (Code.Bool) (f, lane) -> c.apply(a.at(f, lane), b.at(f, lane));
    if (function instanceof Binary c) return (Code.F64) (f, lane) -> c.apply(a.at(f, lane), b.at(f, lane));
    var c = (Code.F64) arguments.get(2);
    var t = (Ternary) function;
    return (Code.F64) (f, lane) -> t.apply(a.at(f, lane), b.at(f, lane), c.at(f, lane));
  }

  @Override
  public Code select(Code.Bool condition, Code then, Code otherwise) {
    var a = (Code.F64) then;
    var b = (Code.F64) otherwise;
    return (Code.F64) (f, lane) -> condition.at(f, lane) ? a.at(f, lane) : b.at(f, lane);
  }

  @Override
  public Code cast(Code from) {
    if (from instanceof Code.F32 a) return (Code.F64) (f, lane) -> (double) a.at(f, lane);
    if (from instanceof Code.F64) return from;
    if (from instanceof Code.I32 a) return (Code.F64) (f, lane) -> (double) a.at(f, lane);
    if (from instanceof Code.I64 a) return (Code.F64) (f, lane) -> (double) a.at(f, lane);
    var a = (Code.Bool) from;
    return (Code.F64) (f, lane) -> a.at(f, lane) ? 1 : 0;
  }

  @Override
  public Code reduce(Fun fun, Code vector, int lanes) {
    var a = (Code.F64) vector;
    var function = (Binary) functions.get(fun);
    return (Code.F64) (f, lane) -> {
      double[] parts = lanes(f, a, lanes);
      for (int half = lanes / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) parts[i] = function.apply(parts[i], parts[i + half]);
      }
      return parts[0];
    };
  }

  @Override
  public Code.Action assign(int slot, int lanes, Code value) {
    var a = (Code.F64) value;
    if (lanes == 1) return f -> f.doubles[slot] = a.at(f, 0);
    return f -> System.arraycopy(lanes(f, a, lanes), 0, f.doubles, slot, lanes);
  }

  @Override
  public Code.Action store(Place place, Code value) {
    var a = (Code.F64) value;
    int lanes = place.lanes();
    if (lanes == 1) return f -> ((double[]) f.arrays[place.slot()])[place.first(f)] = a.at(f, 0);
    return f -> System.arraycopy(lanes(f, a, lanes), 0, f.arrays[place.slot()], place.first(f), lanes);
  }

  private static double[] lanes(Frame f, Code.F64 vector, int lanes) {
    var all = new double[lanes];
    for (int i = 0; i < lanes; i++) all[i] = vector.at(f, i);
    return all;
  }
}
