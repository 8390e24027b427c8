package weft.codegen;

import static weft.codegen.Loops.*;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Value;
import weft.runtime.DType;
import weft.schedule.Expand;

/** Random values of a wanted type, for {@link RandomLoops}. */
final class RandomValues {
  private static final double[] SPECIAL = {0.0, -0.0, 1, -1, 0.5, Double.NaN, Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY, 1e-42, 3e38, Integer.MAX_VALUE, Integer.MIN_VALUE};
  private static final Map<DType, List<Fun>> SCALAR = new EnumMap<>(DType.class);

  static {
    for (DType dtype : DType.values()) {
      SCALAR.put(dtype, new ArrayList<>());
      for (Fun f : Fun.values()) if (isOperator(f, dtype) || isNumerics(f, dtype)) SCALAR.get(dtype).add(f);
    }
  }

  private final RandomLoops loops;
  private final SplittableRandom random;

  RandomValues(RandomLoops loops) {
    this.loops = loops;
    this.random = loops.random;
  }

  private static boolean isOperator(Fun f, DType dtype) {
    return switch (f) {
      case ADD, SUB, MUL, NEG -> dtype != DType.BOOL;
      case DIV -> dtype.isFloat();
      case AND, OR, XOR -> !dtype.isFloat();
      case SHIFT_LEFT, SHIFT_RIGHT -> dtype.isInteger();
      case NOT -> dtype == DType.BOOL;
      default -> false;
    };
  }

  private static boolean isNumerics(Fun f, DType dtype) {
    if (f.numerics() == null) return false;
    var arguments = new Class<?>[f.arity()];
    java.util.Arrays.fill(arguments, dtype.javaType());
    try {
      weft.runtime.Numerics.class.getMethod(f.numerics(), arguments);
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  Number number(DType dtype) {
    double n = random.nextInt(4) == 0 ? SPECIAL[random.nextInt(SPECIAL.length)] : (random.nextDouble() - 0.5) * 8;
    return switch (dtype) {
      case F32 -> (float) n;
      case F64 -> n;
      case I32 -> (int) (n * 3);
      case I64 -> (long) (n * 1e7);
      case BOOL -> n > 0 ? 1 : 0;
    };
  }

  /** An i32 or i64 from 0 to 30. */
  Value small() {
    DType dtype = random.nextBoolean() ? DType.I32 : DType.I64;
    return call(Fun.MIN, call(Fun.MAX, of(dtype, 1, 1), num(dtype, 0)), num(dtype, 30));
  }

  Value of(DType dtype, int count, int depth) {
    return count > 1 ? wide(dtype, count, depth) : one(dtype, depth);
  }

  private Value one(DType dtype, int depth) {
    if (depth == 0 || random.nextInt(5) == 0) return leaf(dtype);
    int kind = random.nextInt(12);
    if (kind == 0) return call(Fun.SELECT, one(DType.BOOL, depth - 1), one(dtype, depth - 1),
        one(dtype, depth - 1));
    if (kind == 1) return new Value.Cast(dtype, one(DType.values()[random.nextInt(5)], depth - 1));
    if (kind == 2) return new Value.Gather(loops.readable(dtype), loops.index(100, 0), weft.type.Dim.of(3),
        small());
    if (kind == 3 && loops.lanes > 1 && dtype != DType.BOOL && dtype != DType.I64) {
      Fun[] combine = {Fun.ADD, Fun.MUL, Fun.MIN, Fun.MAX};
      int count = dtype == DType.F64 ? loops.lanes / 2 : loops.lanes;
      return new Value.Reduce(combine[random.nextInt(4)], wide(dtype, count, depth - 1));
    }
    if (kind == 4 && dtype == DType.I32) return call(Fun.BITS, notNaN(one(DType.F32, depth - 1), 1));
    if (kind == 5 && dtype == DType.F32) return call(Fun.FROM_BITS, one(DType.I32, depth - 1));
    if (dtype == DType.BOOL && kind < 9) {
      DType of = DType.values()[random.nextInt(4)];
      return call(comparison(), one(of, depth - 1), one(of, depth - 1));
    }
    List<Fun> known = SCALAR.get(dtype);
    Fun f = known.get(random.nextInt(known.size()));
    var arguments = new ArrayList<Value>();
    for (int i = 0; i < f.arity(); i++) arguments.add(one(dtype, depth - 1));
    if (f == Fun.FLOOR_DIV || f == Fun.MOD && dtype.isInteger()) {
      arguments.set(1, call(Fun.OR, arguments.get(1), num(dtype, 1)));
    }
    return new Value.Call(f, arguments);
  }

  private Fun comparison() {
    Fun[] all = {Fun.EQ, Fun.NE, Fun.LT, Fun.LE, Fun.GT, Fun.GE};
    return all[random.nextInt(all.length)];
  }

  /** The bits of a NaN are nobody's business, so none is looked at. */
  private static Value notNaN(Value v, int count) {
    Value one = num(DType.F32, 1);
    return call(Fun.SELECT, call(Fun.EQ, v, v), v, count > 1 ? splat(one, count) : one);
  }

  private Value leaf(DType dtype) {
    int kind = random.nextInt(4);
    Local local = loops.local(dtype, 1);
    if (kind == 0) return new Value.Num(dtype, number(dtype));
    if (kind == 1 && dtype == DType.I32) return new Value.Position(loops.index(0, 1000));
    if (kind == 2 && local != null) return get(local);
    return load(loops.readable(dtype), loops.index(1, 0));
  }

  private Value wide(DType dtype, int count, int depth) {
    boolean half = count < loops.lanes;
    if (depth == 0 || random.nextInt(6) == 0) return wideLeaf(dtype, count);
    if (random.nextInt(10) == 0) {
      return call(Fun.SELECT, wide(DType.BOOL, count, depth - 1), wide(dtype, count, depth - 1),
          wide(dtype, count, depth - 1));
    }
    if (random.nextInt(8) == 0) {
      DType from = half ? DType.F64 : random.nextBoolean() ? DType.F32 : DType.I32;
      if (random.nextBoolean()) from = DType.BOOL;
      if (Expand.canCast(from, dtype)) return new Value.Cast(dtype, wide(from, count, depth - 1));
    }
    if (dtype == DType.BOOL && random.nextInt(3) > 0) {
      DType of = half ? DType.F64 : random.nextBoolean() ? DType.F32 : DType.I32;
      return call(comparison(), wide(of, count, depth - 1), wide(of, count, depth - 1));
    }
    if (dtype == DType.I32 && random.nextInt(6) == 0) {
      return call(Fun.BITS, notNaN(wide(DType.F32, count, depth - 1), count));
    }
    if (dtype == DType.F32 && random.nextInt(6) == 0) {
      return call(Fun.FROM_BITS, wide(DType.I32, count, depth - 1));
    }
    var known = new ArrayList<Fun>();
    for (Fun f : Fun.values()) {
      boolean changes = f == Fun.BITS || f == Fun.FROM_BITS || f == Fun.SELECT || f.isComparison();
      if (!changes && Expand.canVectorise(f, dtype)) known.add(f);
    }
    Fun f = known.get(random.nextInt(known.size()));
    var arguments = new ArrayList<Value>();
    for (int i = 0; i < f.arity(); i++) arguments.add(wide(dtype, count, depth - 1));
    return new Value.Call(f, arguments);
  }

  private Value wideLeaf(DType dtype, int count) {
    Local local = loops.local(dtype, count);
    if (local != null && random.nextBoolean()) return get(local);
    if (random.nextInt(3) == 0) return splat(one(dtype, 1), count);
    if (random.nextInt(3) == 0) {
      return new Value.Gather(loops.readable(dtype), loops.index(90 + count, 0), weft.type.Dim.of(3), small(), count);
    }
    return load(loops.readable(dtype), loops.index(count, count), count);
  }
}
