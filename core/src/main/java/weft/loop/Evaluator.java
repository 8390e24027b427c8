package weft.loop;

import java.util.List;
import java.util.Map;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * How values of one dtype are computed, kept in locals and written to arrays: all that depends on the Java
 * primitive.
 */
interface Evaluator {
  static Evaluator of(DType dtype) {
    return switch (dtype) {
      case F32 -> FloatEvaluator.ONE;
      case F64 -> DoubleEvaluator.ONE;
      case I32 -> IntEvaluator.ONE;
      case I64 -> LongEvaluator.ONE;
      case BOOL -> BoolEvaluator.ONE;
    };
  }

  /** Whether a scalar function takes arguments of this dtype ({@link Fun#SELECT}: gives a result of it). */
  static boolean defines(Fun fun, DType dtype) {
    return switch (fun) {
      case SELECT -> true;
      case BITS -> dtype == DType.F32;
      case FROM_BITS -> dtype == DType.I32;
      default -> of(dtype).functions().containsKey(fun);
    };
  }

  /** Each scalar function on this dtype as a functional interface over the primitive. */
  Map<Fun, Object> functions();

  Code number(Number value);

  /** @param slot of lane 0 among the locals of this dtype */
  Code local(int slot);

  Code load(Place place);

  Code splat(Code number);

  Code call(Fun fun, List<Code> arguments);

  Code select(Code.Bool condition, Code then, Code otherwise);

  /** Converts from any dtype to this one. */
  Code cast(Code from);

  Code reduce(Fun fun, Code vector, int lanes);

  Code.Action assign(int slot, int lanes, Code value);

  Code.Action store(Place place, Code value);

  static WeftException undefined(Fun fun, String dtypes) {
    return new WeftException(Kind.INTERNAL, fun + " is not defined on " + dtypes);
  }
}
