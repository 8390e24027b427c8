package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.graph.Leaf;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The distributions that random numbers come from, each as a word.
 *
 * <p>Parameters of type {@code Object} are Java numbers, expressions, tensors or {@link Parameter}s. Where dims are given (ints or
 * {@link Dim}s), that is the shape, and the parameters broadcast to it; where none are, it is the shape that the parameters broadcast
 * to. Floats are f64 where a parameter is, else f32, unless a dtype is said first.
 *
 * <p>Every call of a word is a draw of its own. Its numbers depend on nothing but a <em>state</em>, an i64[2] with the key and the
 * number of the draw, and on the element's position {@code i} in the draw, counted from 0 in row-major order: interpreter, bytecode
 * and generated source, with vectors or without, give the same bits. With {@code philox} as in {@link weft.runtime.Philox#bits} the
 * element's bits, as many as it needs, are
 *
 * <pre>
 *   b(k) = philox(key = state[0], high = state[1], low = i + k·2³²)      k = 0, 1, 2 …
 * </pre>
 *
 * <p>and from them, {@code &} and {@code >>} as on two's complement 64-bit integers, {@code mod} with the sign of the divisor, all
 * arithmetic in the result's dtype unless said otherwise, and one rounding an operation:
 *
 * <table>
 * <caption>distributions</caption>
 * <tr><th>word</th><th>element</th></tr>
 * <tr><td>bits</td><td>{@code b(0)}</td></tr>
 * <tr><td>uniform</td><td>{@code low + u·(high - low)} with {@code u(k) = (b(k) & (2²⁴-1))·2⁻²⁴} in f32 and
 * {@code (b(k) & (2⁵³-1))·2⁻⁵³} in f64, {@code u = u(0)}</td></tr>
 * <tr><td>normal</td><td>{@code mean + z·std} with {@code z = sqrt(-2·log r)·cos(2π·a)} (Box and Muller 1958), computed in f64;
 * for f32 {@code r = ((b(0) & (2³²-1)) + 1)·2⁻³²} and {@code a = ((b(0) >> 32) & (2³²-1))·2⁻³²}, z rounded once; for f64
 * {@code r = ((b(0) & (2⁵³-1)) + 1)·2⁻⁵³} and {@code a = u(1)}</td></tr>
 * <tr><td>truncatedNormal</td><td>in f64: {@code mean + std·Φ⁻¹(Φ(α) + u·(Φ(β) - Φ(α)))} with {@code α = (low - mean)/std},
 * {@code β = (high - mean)/std}; where α is above 0, -β and -α take the places of α and β and the sign of Φ⁻¹ turns; then cut off at
 * low and high</td></tr>
 * <tr><td>exponential</td><td>{@code -scale·log1p(-u)}</td></tr>
 * <tr><td>gumbel</td><td>{@code mean - scale·log(-log1p(-u'))} with {@code u' = max(u, 2⁻²⁵)} in f32, {@code max(u, 2⁻⁵⁴)} in f64</td></tr>
 * <tr><td>bernoulli</td><td>{@code u < p}, in the dtype of p</td></tr>
 * <tr><td>binomial</td><td>how many of {@code u(0) … u(n-1)} are below p, in the dtype of p</td></tr>
 * <tr><td>poisson</td><td>in f64: the sum over {@code j = 0 … m-1}, {@code m = ceil(rate/512)}, of the first k with {@code s[k] > u(j)} or
 * {@code p[k] = 0}, where {@code p[0] = s[0] = exp(-r)}, {@code p[k] = p[k-1]·(r/k)}, {@code s[k] = s[k-1] + p[k]}, {@code r = rate/m} and u
 * is that of f64</td></tr>
 * <tr><td>categorical</td><td>with the sums {@code s[k] = p[0] + … + p[k]}, added up in this order: the first k with
 * {@code s[k] > u·s[last]}</td></tr>
 * <tr><td>multinomial</td><td>n of these, counted: i is the position in {@code [dims…, n]}</td></tr>
 * <tr><td>multinomialWithoutReplacement</td><td>the n classes k of the least {@code -log1p(-u')/p[k]}, the least first, u' as for gumbel
 * (Efraimidis and Spirakis 2006)</td></tr>
 * <tr><td>integers</td><td>{@code low + b(0) mod (high - low)}</td></tr>
 * <tr><td>permutation</td><td>Fisher and Yates from the inside out: for {@code i = 0 … n-1}, {@code j = b(0) of i mod (i + 1)},
 * {@code x[i] = x[j]; x[j] = i}; several at once: where the {@code b(0)} of a row stand in ascending order</td></tr>
 * </table>
 *
 * <p>Gradients flow through means, scales and bounds of uniform, normal, truncatedNormal, exponential and gumbel (the numbers drawn
 * stay what they are while the distribution moves). The other words have no derivative: to differentiate a float that bernoulli,
 * binomial, poisson or multinomial gave by what its p was made of is an error of kind NO_GRADIENT, and integers are disconnected.
 */
public abstract class RandomWords {
  protected RandomWords() {}

  /** The state of a draw that is being made. */
  protected abstract Expr state();

  /** 64 random bits an element, as i64. */
  public Expr bits(Object... dims) {
    return draw(Draw.Kind.BITS, DType.I64, Dims.of("bits", dims));
  }

  /** Evenly distributed from {@code low} (inclusive) to {@code high} (exclusive, but for rounding). */
  public Expr uniform(Object low, Object high, Object... dims) {
    return uniform(floats("uniform", low, high), low, high, dims);
  }

  /** The same in a float dtype. */
  public Expr uniform(DType dtype, Object low, Object high, Object... dims) {
    var given = Given.floats("uniform", dtype, dims, low, high);
    Expr u = draw(Draw.Kind.UNIFORM, dtype, given.dims);
    if (is(low, 0) && is(high, 1)) return u;
    return Ops.plus(given.get(0), Ops.times(u, Ops.minus(given.get(1), given.get(0))));
  }

  /** Normally distributed around {@code mean} with standard deviation {@code std}. */
  public Expr normal(Object mean, Object std, Object... dims) {
    return normal(floats("normal", mean, std), mean, std, dims);
  }

  /** The same in a float dtype. */
  public Expr normal(DType dtype, Object mean, Object std, Object... dims) {
    var given = Given.floats("normal", dtype, dims, mean, std);
    Expr z = draw(Draw.Kind.NORMAL, dtype, given.dims);
    Expr scaled = is(std, 1) ? z : Ops.times(z, given.get(1));
    return is(mean, 0) ? scaled : Ops.plus(given.get(0), scaled);
  }

  /**
   * Normally distributed, given that it lies from {@code low} to {@code high}; precise while the bounds are within 37 standard
   * deviations of the mean.
   */
  public Expr truncatedNormal(Object mean, Object std, Object low, Object high, Object... dims) {
    return truncatedNormal(floats("truncatedNormal", mean, std, low, high), mean, std, low, high, dims);
  }

  /** The same in a float dtype. */
  public Expr truncatedNormal(DType dtype, Object mean, Object std, Object low, Object high, Object... dims) {
    Given.checkFloat("truncatedNormal", dtype);
    var given = Given.floats("truncatedNormal", DType.F64, dims, mean, std, low, high);
    Expr a = Ops.div(Ops.minus(given.get(2), given.get(0)), given.get(1));
    Expr b = Ops.div(Ops.minus(given.get(3), given.get(0)), given.get(1));
    Expr above = Ops.gt(a, 0);
    Expr from = below(Ops.where(above, Ops.neg(b), a));
    Expr to = below(Ops.where(above, Ops.neg(a), b));
    Expr u = draw(Draw.Kind.UNIFORM, DType.F64, given.dims);
    Expr z = Apply.one(new NormalQuantile(), Ops.plus(from, Ops.times(u, Ops.minus(to, from))));
    Expr signed = Ops.where(above, Ops.neg(z), z);
    Expr x = Ops.plus(given.get(0), Ops.times(given.get(1), signed));
    return Ops.cast(Ops.minimum(Ops.maximum(x, given.get(2)), given.get(3)), dtype);
  }

  /** Φ, the probability that a standard normal number is below x. */
  private static Expr below(Expr x) {
    return Ops.times(Ops.erfc(Ops.times(x, -Math.sqrt(0.5))), 0.5);
  }

  /** Exponentially distributed with mean {@code scale}. */
  public Expr exponential(Object scale, Object... dims) {
    DType dtype = floats("exponential", scale);
    var given = Given.floats("exponential", dtype, dims, scale);
    Expr u = draw(Draw.Kind.UNIFORM, dtype, given.dims);
    return Ops.times(Ops.neg(given.get(0)), Ops.log1p(Ops.neg(u)));
  }

  /**
   * Gumbel distributed: the argmax over classes of {@code logits + gumbel(0, 1)} is a draw from their softmax, and a softmax in place of
   * the argmax lets gradients through (Jang, Gu and Poole 2017).
   */
  public Expr gumbel(Object mean, Object scale, Object... dims) {
    DType dtype = floats("gumbel", mean, scale);
    var given = Given.floats("gumbel", dtype, dims, mean, scale);
    Expr u = Ops.maximum(draw(Draw.Kind.UNIFORM, dtype, given.dims), least(dtype));
    return Ops.minus(given.get(0), Ops.times(given.get(1), Ops.log(Ops.neg(Ops.log1p(Ops.neg(u))))));
  }

  /** 1 with probability p, else 0, as f32 (f64 where p is). */
  public Expr bernoulli(Object p, Object... dims) {
    return bernoulli(floats("bernoulli", p), p, dims);
  }

  /** The same in any dtype. */
  public Expr bernoulli(DType dtype, Object p, Object... dims) {
    DType floats = floats("bernoulli", probability("bernoulli", p));
    var given = Given.floats("bernoulli", floats, dims, p);
    Expr u = draw(Draw.Kind.UNIFORM, floats, given.dims);
    return drawn("bernoulli", Ops.cast(Ops.lt(u, given.get(0)), dtype), p);
  }

  /** How many of n trials succeed, each with probability p, as f32 (f64 where p is); n may be an integer expression. */
  public Expr binomial(Object n, Object p, Object... dims) {
    return binomial(floats("binomial", p), n, p, dims);
  }

  /** The same in a dtype of numbers. */
  public Expr binomial(DType dtype, Object n, Object p, Object... dims) {
    if (dtype == DType.BOOL) {
      throw Operands.fail(Kind.DTYPE, "binomial: gives numbers, not bool", List.of(), "Use bernoulli.");
    }
    var given = Given.floats("binomial", floats("binomial", probability("binomial", p)), dims, n, p);
    Expr trials = given.get("binomial", 0, DType.I64);
    Expr count = Apply.one(new Binomial(dtype), state(), trials, given.get(1));
    return drawn("binomial", count, p);
  }

  /** How often something happens that happens {@code rate} times on average, as f32 (f64 where the rate is); 0 for rates up to 0. */
  public Expr poisson(Object rate, Object... dims) {
    return poisson(floats("poisson", rate), rate, dims);
  }

  /** The same in a dtype of numbers. */
  public Expr poisson(DType dtype, Object rate, Object... dims) {
    if (dtype == DType.BOOL) throw Operands.fail(Kind.DTYPE, "poisson: gives numbers, not bool", List.of(), "Compare with gt(0).");
    var given = Given.floats("poisson", DType.F64, dims, rate);
    return drawn("poisson", Apply.one(new Poisson(dtype), state(), given.get(0)), rate);
  }

  /**
   * A class for each row of p, as i64: class k with a probability in proportion to p[…, k].
   *
   * @param p floats from 0, the classes along the last axis; rows need not sum to 1
   * @param dims the shape of the result; the other axes of p broadcast to it
   */
  public Expr categorical(Expr p, Object... dims) {
    Expr weights = rows("categorical", p, dims);
    List<Dim> shape = weights.type().dims().subList(0, weights.rank() - 1);
    return Apply.one(new Categorical(), weights, draw(Draw.Kind.UNIFORM, p.dtype(), shape));
  }

  /** How often each class comes in n draws from {@link #categorical}, in the dtype of p, along a new last axis. */
  public Expr multinomial(int n, Expr p, Object... dims) {
    Expr weights = rows("multinomial", p, dims);
    int last = weights.rank() - 1;
    Dim classes = weights.dim(last);
    List<Dim> shape = Axes.replace(weights.type().dims(), last, Dims.one("multinomial", n));
    List<Integer> axes = new ArrayList<>(Axes.range(0, last));
    axes.add(last + 1);
    Expr each = Ops.broadcast(weights, Axes.insert(shape, last + 1, classes), axes);
    Expr chosen = Apply.one(new Categorical(), each, draw(Draw.Kind.UNIFORM, p.dtype(), shape));
    return drawn("multinomial", Ops.sum(Apply.one(new OneHot(classes, p.dtype()), chosen), last), p);
  }

  /**
   * The n different classes that come first where each is drawn from {@link #categorical} of those that are left, in that order, as i64
   * along a new last axis; classes of probability 0 come after all others.
   */
  public Expr multinomialWithoutReplacement(int n, Expr p, Object... dims) {
    String what = "multinomialWithoutReplacement";
    Expr weights = rows(what, p, dims);
    int last = weights.rank() - 1;
    if (n < 0 || weights.dim(last).isConstant() && n > weights.dim(last).constant()) {
      throw Operands.fail(Kind.SHAPE, what + ": " + n + " of " + weights.dim(last) + " classes", List.of(p), "Draw as many as there are at most.");
    }
    Expr u = Ops.maximum(draw(Draw.Kind.UNIFORM, p.dtype(), weights.type().dims()), least(p.dtype()));
    Expr waits = Ops.div(Ops.neg(Ops.log1p(Ops.neg(u))), weights);
    return Ops.slice(SortWords.argsort(waits, last), last, Dim.ZERO, Dim.of(n));
  }

  /** What stands for a u of 0 where its logarithm is taken. */
  private static double least(DType dtype) {
    return dtype == DType.F32 ? 0x1p-25 : 0x1p-54;
  }

  /** The rows of p for a result of these dims. */
  private static Expr rows(String what, Expr p, Object[] dims) {
    if (!Message.needed(what + ": p", p).dtype().isFloat() || p.rank() == 0) {
      throw Operands.fail(p.rank() == 0 ? Kind.SHAPE : Kind.DTYPE, what + ": p is " + p.type(), List.of(p),
          "Give floats with the classes along the last axis.");
    }
    int last = p.rank() - 1;
    if (Message.needed(what + ": the dims", dims).length == 0) return p;
    List<Dim> shape = Dims.of(what, dims);
    return Given.broadcast(what, p, Axes.insert(shape, shape.size(), p.dim(last)));
  }

  /** Integers from {@code low} (inclusive) to {@code high} (exclusive), as i64; by modulo, so uneven by (high - low)·2⁻⁶⁴. */
  public Expr integers(Object low, Object high, Object... dims) {
    if (low instanceof Number a && high instanceof Number b && a.longValue() >= b.longValue()) {
      throw Operands.fail(Kind.ARGUMENT, "integers: there are none from " + a + " to below " + b, List.of(),
          "The upper bound is exclusive.");
    }
    var given = new Given("integers", DType.I64, dims, low, high);
    Expr bits = draw(Draw.Kind.BITS, DType.I64, given.dims);
    Expr below = Ops.mod(bits, Ops.minus(given.get(1), given.get(0)));
    return is(low, 0) ? below : Ops.plus(given.get(0), below);
  }

  /** The numbers 0 … n - 1 in a random order, as i64[n]; with dims as many orders as they say, along a new last axis. */
  public Expr permutation(Object n, Object... dims) {
    Dim length = Dims.one("permutation", n);
    if (Message.needed("permutation: the dims", dims).length == 0) return Apply.one(new Permutation(length), state());
    List<Dim> shape = Dims.of("permutation", dims);
    return SortWords.argsort(draw(Draw.Kind.BITS, DType.I64, Axes.insert(shape, shape.size(), length)), shape.size());
  }

  /** The parts of x along axis 0 in a random order. */
  public Expr shuffle(Expr x) {
    return Ops.take(x, permutation(x.dim(Axes.check("shuffle", x, 0))), 0);
  }

  /** The elements of each row of x, along its last axis, in an order of the row's own. */
  public Expr shuffleRows(Expr x) {
    int last = Axes.check("shuffleRows", x, -1);
    Object[] rows = x.type().dims().subList(0, last).toArray();
    return IndexWords.along(x, permutation(x.dim(last), rows), last);
  }

  /** Parts of x along axis 0, each chosen from all of them; the axes of {@code dims} take the place of axis 0. */
  public Expr choice(Expr x, Object... dims) {
    Expr rows = Ops.cast(Ops.extent(x.dim(Axes.check("choice", x, 0)), DType.I64), DType.I64);
    return Ops.take(x, integers(0, rows, dims), 0);
  }

  /** {@code count} different parts of x along axis 0, in a random order; more than there are is an error of kind SHAPE. */
  public Expr sample(Expr x, Object count) {
    Expr order = permutation(x.dim(Axes.check("sample", x, 0)));
    return Ops.take(x, Ops.slice(order, 0, Dim.ZERO, Dims.one("sample", count)), 0);
  }

  /**
   * A mask to multiply with: 0 with probability {@code rate}, else 1 / (1 - rate), so that the mean of a product stays what it was
   * (Srivastava et al. 2014, inverted as in section 10); f32, or f64 where the rate is.
   */
  public Expr dropoutMask(Object rate, Object... dims) {
    return dropoutMask(floats("dropout", rate), rate, dims);
  }

  /** The same in any float dtype. */
  public Expr dropoutMask(DType dtype, Object rate, Object... dims) {
    if (rate instanceof Number n && !(n.doubleValue() >= 0 && n.doubleValue() < 1)) {
      throw Operands.fail(Kind.ARGUMENT, "dropout: the rate is " + n, List.of(), "Give one from 0 to below 1.");
    }
    var given = Given.floats("dropout", dtype, dims, rate);
    Expr kept = Ops.minus(Ops.constantLike(given.get(0), 1), given.get(0));
    Expr mask = Ops.cast(Ops.lt(draw(Draw.Kind.UNIFORM, dtype, given.dims), kept), dtype);
    return Ops.div(drawn("dropout", mask, rate), kept);
  }

  private Expr draw(Draw.Kind kind, DType dtype, List<Dim> dims) {
    return Apply.one(new Draw(kind, dtype, dims), state());
  }

  /** Marks what was drawn by expressions, since it cannot be differentiated by them. */
  private static Expr drawn(String from, Expr value, Object parameter) {
    if (parameter instanceof Number || !value.dtype().isFloat()) return value;
    return Apply.one(new Drawn(from, parameter instanceof Expr e ? Message.label(e) : "what it was given"), value);
  }

  private static boolean is(Object parameter, double value) {
    return parameter instanceof Number n && n.doubleValue() == value;
  }

  private static Object probability(String what, Object p) {
    if (!(p instanceof Number n) || n.doubleValue() >= 0 && n.doubleValue() <= 1) return p;
    throw Operands.fail(Kind.ARGUMENT, what + ": the probability is " + p, List.of(), "Give one from 0 to 1.");
  }

  private static DType floats(String what, Object... parameters) {
    for (Object p : parameters) {
      if (!(p instanceof Number) && Operands.expr(what, p).dtype() == DType.F64) return DType.F64;
    }
    return DType.F32;
  }

  /** The parameters of a draw and the shape that they and the caller agree on. */
  private static final class Given {
    private final DType dtype;
    private final List<Object> parameters = new ArrayList<>();
    final List<Dim> dims;

    static Given floats(String what, DType dtype, Object[] shape, Object... given) {
      checkFloat(what, dtype);
      return new Given(what, dtype, shape, given);
    }

    Given(String what, DType dtype, Object[] shape, Object... given) {
      this.dtype = dtype;
      List<Dim> all = Message.needed(what + ": the dims", shape).length > 0 ? Dims.of(what, shape) : List.of();
      for (Object p : given) parameters.add(p instanceof Number ? p : Operands.expr(what, p));
      for (Object p : parameters) {
        if (!(p instanceof Expr e)) continue;
        if (shape.length > 0) broadcast(what, e, all);
        else all = join(what, e, all);
      }
      this.dims = all;
    }

    static void checkFloat(String what, DType dtype) {
      if (Message.needed(what + ": the dtype", dtype).isFloat()) return;
      throw Operands.fail(Kind.DTYPE, what + ": gives floats, not " + dtype.text(), List.of(), "Say F32 or F64, and cast.");
    }

    private List<Dim> join(String what, Expr e, List<Dim> dims) {
      List<Dim> joint = Operands.broadcast(dims, e.type().dims());
      if (joint != null) return joint;
      List<Expr> sides = parameters.stream().filter(p -> p instanceof Expr).map(p -> (Expr) p).toList();
      throw Operands.fail(Kind.SHAPE, what + ": the shapes do not go together", sides,
          "Parameters broadcast where one of them has a dimension of 1 or no such axis.");
    }

    static Expr broadcast(String what, Expr e, List<Dim> dims) {
      if (dims.equals(Operands.broadcast(dims, e.type().dims()))) return Ops.broadcastTo(e, dims);
      throw Operands.fail(Kind.SHAPE, what + ": " + e.type() + " does not broadcast to " + dims, List.of(e),
          "Parameters have the shape of the draw, but for dimensions of 1 and missing axes in front.");
    }

    /** Parameter i in the dtype and shape of the draw. */
    Expr get(int i) {
      return get("", i, dtype);
    }

    Expr get(String what, int i, DType dtype) {
      if (parameters.get(i) instanceof Number n) return Ops.constant(n, new TensorType(dtype, dims));
      var e = (Expr) parameters.get(i);
      if (!dtype.isFloat() && !e.dtype().isInteger()) {
        throw Operands.fail(Kind.DTYPE, "random integers are described by integers, not " + e.dtype().text(), List.of(e),
            "Cast it first, for instance with .cast(DType.I64).");
      }
      return Ops.broadcastTo(Ops.cast(e, dtype), dims);
    }
  }
}
