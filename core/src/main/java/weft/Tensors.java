package weft;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Dims;
import weft.op.Ops;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The words that programs are written with, for {@code import static weft.Tensors.*}: here those that bring
 * values in, and by inheritance all functions.
 *
 * <p>Dimensions are ints or {@link Dim}s made with {@link #dim}; the dtype is f32 where none is given. Everything
 * returns an {@link Expr}, which is symbolic, but for the initialisers {@link #normal}, {@link #uniform},
 * {@link #glorot} and {@link #orthogonal}, which return a {@link Tensor}.
 */
public final class Tensors extends GradientWords {
  /** 32-bit floats, which is what inputs and constants are made of where nothing else is said. */
  public static final DType F32 = DType.F32;
  /** 64-bit floats. */
  public static final DType F64 = DType.F64;
  /** 32-bit integers. */
  public static final DType I32 = DType.I32;
  /** 64-bit integers. */
  public static final DType I64 = DType.I64;
  /** True and false. */
  public static final DType BOOL = DType.BOOL;

  private Tensors() {}

  /**
   * A function of these inputs, in the order of its arguments; say what it returns and updates, then compile it.
   */
  public static FunctionBuilder function(Expr... inputs) {
    return FunctionBuilder.function(inputs);
  }

  /**
   * An expression in which others stand in place of some, as what {@link FunctionBuilder#given} gives: the net for other inputs, or with a
   * part exchanged. What was there stays as it is.
   *
   * @param by expressions, tensors, parameters or numbers, each by what it takes the place of; they take effect together
   * @throws WeftException as {@code given}, and of kind SHAPE if an input that is left would have to get other dims
   */
  public static Expr replace(Expr x, Map<Expr, ?> by) {
    return replace(Message.operands("replace", x), by).get(0);
  }

  /** The same for several expressions, which go on sharing what they share. */
  public static List<Expr> replace(List<Expr> all, Map<Expr, ?> by) {
    var givens = new Givens();
    Message.neededAll("replace: expressions", all);
    Message.needed("replace: what takes their place", by).forEach((what, value) -> givens.add(Message.needed("replace: what is replaced", what), value));
    var graph = new FunctionGraph("replace", Origin.here(), List.of());
    graph.give(givens.all(), givens.extents());
    return graph.replaced(all);
  }

  /**
   * The value of an expression, for trying things out: every call compiles, quickly; make a function of what is called more often.
   * Parameters stay as they are.
   *
   * @param arguments tensors, Java numbers or Java arrays, by the inputs that the expression needs
   * @throws WeftException as a function of these inputs
   */
  public static Tensor eval(Expr x, Map<Expr, ?> arguments) {
    var inputs = List.copyOf(Message.needed("eval: the map of arguments", arguments).keySet());
    Object[] values = inputs.stream().map(arguments::get).toArray();
    return function(inputs.toArray(Expr[]::new)).named("eval").returns(x).withoutDefaultUpdates()
        .onUnusedInput(FunctionBuilder.Unused.IGNORE).mode(Mode.FAST_COMPILE).compile().call(values);
  }

  /** The value of an expression that needs no inputs. */
  public static Tensor eval(Expr x) {
    return eval(x, Map.of());
  }

  /** A dimension that is known when the function is called; two inputs that share it must agree on it. */
  public static Dim dim(String name) {
    if (name == null || name.isBlank()) {
      throw new WeftException(Kind.ARGUMENT, Message.here("dim: a dimension needs a name",
          "Errors, dumps and generated code say it."));
    }
    return Dim.named(name);
  }

  /** An input of rank 0. */
  public static Expr scalar(String name) {
    return tensor(name);
  }

  /** An input of rank 0. */
  public static Expr scalar(String name, DType dtype) {
    return tensor(name, dtype);
  }

  /** An input of rank 1. */
  public static Expr vector(String name, Object length) {
    return tensor(name, length);
  }

  /** An input of rank 1. */
  public static Expr vector(String name, DType dtype, Object length) {
    return tensor(name, dtype, length);
  }

  /** An input of rank 2. */
  public static Expr matrix(String name, Object rows, Object columns) {
    return tensor(name, rows, columns);
  }

  /** An input of rank 2. */
  public static Expr matrix(String name, DType dtype, Object rows, Object columns) {
    return tensor(name, dtype, rows, columns);
  }

  /** An input of rank 3. */
  public static Expr tensor3(String name, Object first, Object second, Object third) {
    return tensor(name, first, second, third);
  }

  /** An input of rank 3. */
  public static Expr tensor3(String name, DType dtype, Object first, Object second, Object third) {
    return tensor(name, dtype, first, second, third);
  }

  /** An input of any rank. */
  public static Expr tensor(String name, Object... dims) {
    return tensor(name, DType.F32, dims);
  }

  /**
   * An input of any rank.
   *
   * @throws WeftException of kind ARGUMENT for dimensions that are neither ints from 0 nor Dims
   */
  public static Expr tensor(String name, DType dtype, Object... dims) {
    return Apply.one(new Leaf.Input(new TensorType(Message.needed("tensor: the dtype", dtype), Dims.of(name, dims)))).named(name);
  }

  /** A new parameter with this first value, as an expression; {@link #parameter} gives the parameter itself. */
  public static Expr param(String name, Tensor initial) {
    return param(new Parameter(name, initial));
  }

  /** A new f32 parameter of this shape, with the value that the initialiser makes. */
  public static Expr param(String name, Initializer initial, int... shape) {
    return param(name, DType.F32, initial, shape);
  }

  /** A new parameter of this shape, with the value that the initialiser makes. */
  public static Expr param(String name, DType dtype, Initializer initial, int... shape) {
    Message.needed("param: the shape", shape);
    return param(name, Message.needed("param: the initializer", initial).create(Message.needed("param: the dtype", dtype), shape));
  }

  /**
   * A new parameter that starts with one number everywhere: {@code param("b", zeros(hidden))}.
   *
   * @param initial zeros, ones, full or a constant, of constant dimensions
   * @throws WeftException of kind ARGUMENT for any other expression, since that has no value yet
   */
  public static Expr param(String name, Expr initial) {
    if (!(Message.needed("param: initial", initial).op() instanceof Leaf.Constant c)) {
      throw new WeftException(Kind.ARGUMENT,
          Message.of("param " + name + ": the first value is an expression, which has none yet",
          List.of(initial), Origin.here(), "Give a tensor, an initialiser, or zeros, ones or full."));
    }
    int[] shape = new int[initial.rank()];
    for (int i = 0; i < shape.length; i++) {
      if (!initial.dim(i).isConstant()) {
        throw new WeftException(Kind.SHAPE,
            Message.of("param " + name + ": the dimension " + initial.dim(i) + " is known only at call time",
            List.of(initial), Origin.here(), "The shape of a parameter never changes: give ints."));
      }
      shape[i] = Math.toIntExact(initial.dim(i).constant());
    }
    return param(name, Tensor.full(initial.dtype(), c.value().doubleValue(), shape));
  }

  /** The current value of a parameter; calls with one parameter give equal expressions. */
  public static Expr param(Parameter parameter) {
    return Apply.one(new Leaf.Parametric(Message.needed("param: the parameter", parameter)));
  }

  /**
   * The parameter that {@link #param} made an expression of.
   *
   * @throws WeftException of kind ARGUMENT for any other expression
   */
  public static Parameter parameter(Expr expr) {
    if (Message.needed("parameter: the expression", expr).op() instanceof Leaf.Parametric p) return p.parameter();
    throw new WeftException(Kind.ARGUMENT, Message.of("parameter: this is none", List.of(expr), Origin.here(),
        "Give an expression that param returned."));
  }

  /**
   * Gives a parameter a default update: every function that reads it updates it so, as does every step of a scan that reads it, unless
   * they update it otherwise or are told {@link FunctionBuilder#withoutDefaultUpdates}. What the value reads counts as read, too.
   *
   * @param value of the parameter's type; null for no default update
   * @return the parameter
   * @throws WeftException of kind ARGUMENT if it is none, of kind DTYPE or SHAPE if the value has another type
   */
  public static Expr defaultUpdate(Expr parameter, Expr value) {
    Parameter p = parameter(parameter);
    p.attach(value == null ? null : new Update(p, value).value());
    return parameter;
  }

  /**
   * A Java number as a scalar of its own dtype (int i32, long i64, float f32, double f64); next to a tensor of
   * another dtype it takes that one, if it can be said there.
   */
  public static Expr constant(Number value) {
    return Ops.scalar(value);
  }

  /** A Java boolean as a scalar. */
  public static Expr constant(boolean value) {
    return Ops.scalar(value);
  }

  /** A tensor known now, copied. */
  public static Expr constant(Tensor value) {
    return Ops.literal(value);
  }

  /** Zeros. */
  public static Expr zeros(Object... dims) {
    return filled("zeros", 0, DType.F32, dims);
  }

  /** Zeros. */
  public static Expr zeros(DType dtype, Object... dims) {
    return filled("zeros", 0, dtype, dims);
  }

  /** Ones. */
  public static Expr ones(Object... dims) {
    return filled("ones", 1, DType.F32, dims);
  }

  /** Ones. */
  public static Expr ones(DType dtype, Object... dims) {
    return filled("ones", 1, dtype, dims);
  }

  /** One number in every element. */
  public static Expr full(Number value, Object... dims) {
    return filled("full", value, DType.F32, dims);
  }

  /** One number in every element. */
  public static Expr full(Number value, DType dtype, Object... dims) {
    return filled("full", value, dtype, dims);
  }

  private static Expr filled(String what, Number value, DType dtype, Object... dims) {
    return Ops.full(what, Message.needed(what + ": the number", value), new TensorType(Message.needed(what + ": the dtype", dtype), Dims.of(what, dims)));
  }

  /** Normally distributed f32 numbers around 0, as {@link Initializer#normal}. */
  public static Tensor normal(RandomGenerator rng, double sd, int... shape) {
    return Initializer.normal(rng, sd).create(DType.F32, shape);
  }

  /** Evenly distributed f32 numbers, as {@link Initializer#uniform}. */
  public static Tensor uniform(RandomGenerator rng, double low, double high, int... shape) {
    return Initializer.uniform(rng, low, high).create(DType.F32, shape);
  }

  /** f32 weights for sigmoid and tanh nets, as {@link Initializer#glorot}. */
  public static Tensor glorot(RandomGenerator rng, int... shape) {
    return Initializer.glorot(rng).create(DType.F32, shape);
  }

  /** An f32 matrix with orthonormal rows or columns, as {@link Initializer#orthogonal}. */
  public static Tensor orthogonal(RandomGenerator rng, int rows, int columns) {
    return Initializer.orthogonal(rng).create(DType.F32, rows, columns);
  }
}
