package tests.fuzz;

import java.util.SplittableRandom;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** The numbers that a program's leaves hold: the same for a line whatever the other lines are. */
final class Data {
  private Data() {}

  static Tensor of(Program program, Line l, int call) {
    if (l.is("count")) return Tensor.scalar(extent(program, call, l.number(0)));
    DType dtype = DType.values()[l.number(0)];
    int from = l.is("param") ? 1 : 2;
    int[] shape = new int[l.numbers().size() - from];
    int size = 1;
    for (int i = 0; i < shape.length; i++) size *= shape[i] = extent(program, call, l.number(from + i));
    int limit = l.is("param") ? 0 : extent(program, call, l.number(1));
    var rng = new SplittableRandom(new SplittableRandom(program.seed() * 31 + call).nextLong() + l.id());
    double[] values = new double[size];
    for (int i = 0; i < size; i++) values[i] = value(rng, dtype, limit);
    return Tensor.ofShape(dtype, values, shape);
  }

  private static double value(SplittableRandom rng, DType dtype, int limit) {
    if (dtype == DType.BOOL) return rng.nextInt(2);
    if (!dtype.isFloat()) return limit == 0 ? 0 : rng.nextInt(-limit, limit);
    double value = rng.nextInt(40) == 0 ? rng.nextInt(-1, 2) : rng.nextDouble(-1.5, 1.5);
    return dtype == DType.F32 ? (float) value : value;
  }

  private static int extent(Program program, int call, int token) {
    return token >= 0 ? token : program.calls().get(call)[-1 - token];
  }
}
