package weft.loop;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Evaluates bool values. */
final class BoolEvaluator implements Evaluator {
  static final BoolEvaluator ONE = new BoolEvaluator();

  interface Unary {
    boolean apply(boolean x);
  }

  interface Binary {
    boolean apply(boolean x, boolean y);
  }

  private final Map<Fun, Object> functions = new EnumMap<>(Fun.class);

  private BoolEvaluator() {
    binary(Fun.AND, (x, y) -> x & y);
    binary(Fun.OR, (x, y) -> x | y);
    binary(Fun.XOR, (x, y) -> x ^ y);
    binary(Fun.EQ, (x, y) -> x == y);
    binary(Fun.NE, (x, y) -> x != y);
    functions.put(Fun.NOT, (Unary) x -> !x);
  }

  private void binary(Fun fun, Binary function) {
    functions.put(fun, function);
  }

  @Override
  public Map<Fun, Object> functions() {
    return functions;
  }

  @Override
  public Code number(Number value) {
    boolean number = value.intValue() != 0;
    return (Code.Bool) (f, lane) -> number;
  }

  @Override
  public Code local(int slot) {
    return (Code.Bool) (f, lane) -> f.bools[slot + lane];
  }

  @Override
  public Code load(Place place) {
    return (Code.Bool) (f, lane) -> ((boolean[]) f.arrays[place.slot()])[place.first(f) + lane];
  }

  @Override
  public Code splat(Code number) {
    var a = (Code.Bool) number;
    return (Code.Bool) (f, lane) -> a.at(f, 0);
  }

  @Override
  public Code call(Fun fun, List<Code> arguments) {
    Object function = functions.get(fun);
    var a = (Code.Bool) arguments.get(0);
    if (function instanceof Unary u) return (Code.Bool) (f, lane) -> u.apply(a.at(f, lane));
    if (function == null) throw Evaluator.undefined(fun, "bool");
    var b = (Code.Bool) arguments.get(1);
    var c = (Binary) function;
    return (Code.Bool) (f, lane) -> c.apply(a.at(f, lane), b.at(f, lane));
  }

  @Override
  public Code select(Code.Bool condition, Code then, Code otherwise) {
    var a = (Code.Bool) then;
    var b = (Code.Bool) otherwise;
    return (Code.Bool) (f, lane) -> condition.at(f, lane) ? a.at(f, lane) : b.at(f, lane);
  }

  @Override
  public Code cast(Code from) {
    if (from instanceof Code.F32 a) return (Code.Bool) (f, lane) -> a.at(f, lane) != 0;
    if (from instanceof Code.F64 a) return (Code.Bool) (f, lane) -> a.at(f, lane) != 0;
    if (from instanceof Code.I32 a) return (Code.Bool) (f, lane) -> a.at(f, lane) != 0;
    if (from instanceof Code.I64 a) return (Code.Bool) (f, lane) -> a.at(f, lane) != 0;
    return from;
  }

  @Override
  public Code reduce(Fun fun, Code vector, int lanes) {
    throw Evaluator.undefined(fun, "the lanes of a bool vector");
  }

  @Override
  public Code.Action assign(int slot, int lanes, Code value) {
    var a = (Code.Bool) value;
    if (lanes == 1) return f -> f.bools[slot] = a.at(f, 0);
    return f -> System.arraycopy(lanes(f, a, lanes), 0, f.bools, slot, lanes);
  }

  @Override
  public Code.Action store(Place place, Code value) {
    var a = (Code.Bool) value;
    int lanes = place.lanes();
    if (lanes == 1) return f -> ((boolean[]) f.arrays[place.slot()])[place.first(f)] = a.at(f, 0);
    return f -> System.arraycopy(lanes(f, a, lanes), 0, f.arrays[place.slot()], place.first(f), lanes);
  }

  private static boolean[] lanes(Frame f, Code.Bool vector, int lanes) {
    var all = new boolean[lanes];
    for (int i = 0; i < lanes; i++) all[i] = vector.at(f, i);
    return all;
  }
}
