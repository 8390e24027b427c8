package weft.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.op.Einsum;
import weft.op.Embed;
import weft.op.Ops;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.Dim;
import weft.type.TensorType;

/** Graphs at random: functions, parts, joins, products and sums of a few inputs of small fixed shapes. */
final class RandomGraphs {
  private final SplittableRandom random;
  private final List<Expr> pool = new ArrayList<>();
  final List<Expr> inputs = new ArrayList<>();

  RandomGraphs(long seed) {
    random = new SplittableRandom(seed);
    for (int i = 0; i < 4; i++) {
      Expr in = input("x" + i, shape());
      inputs.add(in);
      pool.add(in);
    }
    pool.add(Ops.constant(random.nextInt(-2, 3), new TensorType(DType.F64, shape())));
    pool.add(Ops.literal(tensor(input("l", shape()))));
  }

  private static Expr input(String name, List<Dim> dims) {
    return Apply.one(new Leaf.Input(new TensorType(DType.F64, dims))).named(name);
  }

  private List<Dim> shape() {
    var dims = new ArrayList<Dim>();
    for (int i = random.nextInt(4); i > 0; i--) dims.add(Dim.of(random.nextInt(1, 4)));
    return dims;
  }

  /** Numbers for an input, a zero now and then. */
  Tensor tensor(Expr in) {
    int[] shape = in.type().dims().stream().mapToInt(d -> (int) d.constant()).toArray();
    double[] values = random.doubles((int) in.type().size().constant(), -2, 2).map(x -> Math.abs(x) < .2 ? 0
        : x).toArray();
    return Tensor.ofShape(DType.F64, values, shape);
  }

  /** Some results of a graph of about so many applies. */
  List<Expr> results(int size) {
    for (int i = 0; i < size; i++) {
      Expr next = next(pick());
      if (next != null && next.type().size().constant() <= 200) pool.add(next);
    }
    return List.of(pool.get(pool.size() - 1), pool.get(pool.size() - 2), pick());
  }

  /** Later ones rather, so that graphs become deep. */
  private Expr pick() {
    int n = pool.size();
    return pool.get(Math.max(random.nextInt(n), random.nextInt(n)));
  }

  private Expr next(Expr x) {
    int axis = x.rank() == 0 ? 0 : random.nextInt(x.rank());
    return switch (random.nextInt(x.rank() == 0 ? 14 : 33)) {
      case 0 -> Ops.tanh(x);
      case 1 -> Ops.sigmoid(x);
      case 2 -> Ops.neg(x);
      case 3 -> Ops.times(x, random.nextInt(-2, 3));
      case 4 -> Ops.plus(x, random.nextInt(-1, 2));
      case 5 -> Ops.minus(1.0, x);
      case 6, 7, 8 -> both(x, like(x));
      case 9 -> Ops.where(Ops.gt(x, 0), x, like(x));
      case 10 -> Ops.broadcastTo(x, repeated(x));
      case 12 -> Ops.log(Ops.plus(Ops.exp(Ops.tanh(x)), 1));
      case 13 -> Ops.log(Ops.minus(1.0, Ops.sigmoid(Ops.tanh(x))));
      case 11 -> Ops.expandDims(x, random.nextInt(x.rank() + 1));
      case 14, 15 -> Ops.transpose(x);
      case 16 -> Ops.flatten(x);
      case 17 -> Ops.reverse(x, axis);
      case 18, 19 -> part(x, axis);
      case 20 -> Ops.index(x, axis, random.nextInt((int) x.dim(axis).constant()));
      case 21 -> Ops.concat(axis, x, like(x));
      case 22 -> Ops.stack(random.nextInt(x.rank() + 1), x, like(x));
      case 23 -> embedded(x, axis, random.nextInt(3));
      case 24 -> Ops.plus(embedded(x, axis, 0), embedded(like(x), axis, (int) x.dim(axis).constant()));
      case 25, 26 -> Ops.sum(x, axis);
      case 27 -> Ops.max(x, axis);
      case 28 -> Ops.mean(x);
      case 29 -> Ops.softmax(x);
      case 31 -> Ops.log(Ops.softmax(Ops.tanh(x)));
      case 30 -> x.rank() == 2 ? Ops.dot(x, Ops.transpose(like(x))) : Ops.sumKeepDims(x, axis);
      default -> x.rank() == 2 ? Einsum.of("ab", "ab", "b", x, like(x)) : Ops.logSoftmax(x);
    };
  }

  private Expr both(Expr x, Expr y) {
    return switch (random.nextInt(4)) {
      case 0 -> Ops.plus(x, y);
      case 1 -> Ops.minus(x, y);
      case 2 -> Ops.times(x, y);
      default -> Ops.maximum(x, y);
    };
  }

  /** Another expression of the same type, made from the pool where one fits. */
  private Expr like(Expr x) {
    var fitting = pool.stream().filter(e -> e.type().equals(x.type())).toList();
    if (fitting.size() > 1 || random.nextBoolean()) return fitting.get(random.nextInt(fitting.size()));
    return Ops.constant(random.nextInt(-1, 2), x.type());
  }

  private List<Dim> repeated(Expr x) {
    var dims = new ArrayList<Dim>();
    for (Dim d : x.type().dims()) dims.add(d.is(1) ? Dim.of(random.nextInt(1, 4)) : d);
    if (random.nextBoolean()) dims.add(0, Dim.of(random.nextInt(1, 4)));
    return dims;
  }

  private Expr part(Expr x, int axis) {
    int n = (int) x.dim(axis).constant();
    int from = random.nextInt(n);
    return Ops.slice(x, axis, from, random.nextInt(from, n) + 1);
  }

  private Expr embedded(Expr x, int axis, int from) {
    return Apply.one(new Embed(axis, Dim.of(from), x.dim(axis).plus(x.dim(axis)).plus(2), 1), x);
  }
}
