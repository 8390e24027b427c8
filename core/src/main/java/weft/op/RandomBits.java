package weft.op;

import java.util.List;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * What all random ops share: their first input is a state, i64[2] with a key and the number of the draw (before that an axis for each
 * scan that was lifted), and an element's bits depend on key, number of the draw and position in the draw alone.
 */
final class RandomBits {
  private static final long LOW_32 = (1L << 32) - 1;

  private RandomBits() {}

  /** The axes of many states, none of one. */
  static List<Dim> batch(TensorType state) {
    if (state.dtype() != DType.I64) {
      throw TypeProblem.dtype("a state is i64, not " + state.dtype().text(), "Give a key and a counter.");
    }
    if (state.rank() == 0 || !state.dim(state.rank() - 1).is(2)) {
      throw TypeProblem.shape("a state has two elements, a key and a counter, and is not " + state, "");
    }
    return state.dims().subList(0, state.rank() - 1);
  }

  /** Part 0 of a state is the key, part 1 the number of the draw. */
  static List<Dim> part(List<Dim> batch, int part) {
    return Axes.insert(batch, batch.size(), Dim.of(part));
  }

  /** The position in row-major order. */
  static Value flat(List<Dim> index, List<Dim> dims) {
    Dim flat = Dim.ZERO;
    for (int i = 0; i < dims.size(); i++) flat = flat.times(dims.get(i)).plus(index.get(i));
    return new Value.Cast(DType.I64, new Value.Position(flat));
  }

  /** 64 bits of an element. */
  static Value of(Value key, Value draw, Value element) {
    return new Value.Call(Fun.PHILOX, key, draw, element);
  }

  /** Further 64 bits of an element, for each number from 1 up. */
  static Value of(Value key, Value draw, Value element, Value number) {
    Value above = new Value.Call(Fun.SHIFT_LEFT, number, whole(32));
    return of(key, draw, new Value.Call(Fun.OR, element, above));
  }

  static Value whole(long value) {
    return new Value.Num(DType.I64, value);
  }

  /** The low bits as an integer. */
  private static Value low(Value bits, int count) {
    return new Value.Call(Fun.AND, bits, whole((1L << count) - 1));
  }

  /** The low 24 bits · 2⁻²⁴ as f32, or the low 53 bits · 2⁻⁵³ as f64. */
  static Value uniform(Value bits, DType dtype) {
    int count = dtype == DType.F32 ? 24 : 53;
    return scaled(low(bits, count), count, dtype);
  }

  private static Value scaled(Value integer, int count, DType dtype) {
    return new Value.Call(Fun.MUL, new Value.Cast(dtype, integer), Value.number(dtype, 1.0 / (1L << count)));
  }

  /** Box and Muller's cosine, computed in f64. */
  static Value normal(Value radius, Value angle) {
    Value logs = new Value.Call(Fun.MUL, new Value.Call(Fun.LOG, radius), Value.number(DType.F64, -2));
    Value turn = new Value.Call(Fun.MUL, angle, Value.number(DType.F64, 2 * Math.PI));
    return new Value.Call(Fun.MUL, new Value.Call(Fun.SQRT, logs), new Value.Call(Fun.COS, turn));
  }

  /** (low 32 bits + 1) · 2⁻³². */
  static Value radius32(Value bits) {
    return scaled(new Value.Call(Fun.ADD, low(bits, 32), whole(1)), 32, DType.F64);
  }

  /** High 32 bits · 2⁻³². */
  static Value angle32(Value bits) {
    Value high = new Value.Call(Fun.AND, new Value.Call(Fun.SHIFT_RIGHT, bits, whole(32)), whole(LOW_32));
    return scaled(high, 32, DType.F64);
  }

  /** (low 53 bits + 1) · 2⁻⁵³. */
  static Value radius53(Value bits) {
    return scaled(new Value.Call(Fun.ADD, low(bits, 53), whole(1)), 53, DType.F64);
  }
}
