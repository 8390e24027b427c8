package weft.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.PlainGraph;
import weft.PlainGraph.Array;
import weft.Runs;
import weft.ScanBuilder;
import weft.Tensors;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.op.Ops;
import weft.runtime.DType;
import weft.type.Dim;

/** Random scans and their gradients: read plainly, compiled, and rewritten in two ways, they give the same. */
class ScanFuzzTest {
  private static final int SIZE = 2;

  private SplittableRandom random;
  private final Dim time = Tensors.dim("time");
  private final Map<Expr, Array> inputs = new HashMap<>();
  private final List<Expr> vectors = new ArrayList<>();
  private final List<Expr> matrices = new ArrayList<>();
  private int depth;

  static List<Integer> seeds() {
    var seeds = new ArrayList<Integer>();
    for (int i = Integer.getInteger("weft.first", 0); i < Integer.getInteger("weft.seeds",
        200); i++) seeds.add(i);
    return seeds;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void passesKeepValues(int seed) {
    random = new SplittableRandom(seed);
    int rows = random.nextInt(4);
    for (int i = 0; i < 2; i++) {
      vectors.add(input("v" + i, new int[] {SIZE}, Dim.of(SIZE)));
      matrices.add(input("w" + i, new int[] {SIZE, SIZE}, Dim.of(SIZE), Dim.of(SIZE)));
    }
    var sequences = new ArrayList<Expr>();
    for (int i = 0; i < 2; i++) sequences.add(input("x" + i, new int[] {rows, SIZE}, time, Dim.of(SIZE)));
    Expr cost = null;
    for (int i = 0; i < 1 + random.nextInt(2); i++) {
      for (Expr out : scan(sequences, vectors)) {
        Expr part = Ops.sum(random.nextBoolean() ? Ops.times(out, out) : out);
        cost = cost == null ? part : Ops.plus(cost, part);
        if (out.rank() == 2 && random.nextInt(3) == 0) sequences.add(out);
        if (out.rank() == 1) vectors.add(out);
      }
    }
    var wrt = new ArrayList<>(inputs.keySet());
    wrt.sort((a, b) -> a.name().compareTo(b.name()));
    List<Expr> results = new ArrayList<>(Gradient.of(cost).disconnected(Gradient.Disconnected.ZERO).wrt(wrt));
    results.add(cost);

    Runs.run(results, inputs);
    List<Expr> passed = ScanPasses.apply(results, why -> {});
    assertThat(passed.stream().map(Expr::type).toList()).isEqualTo(results.stream().map(Expr::type).toList());
    if (rows > 1) assertThat(PlainGraph.steps(Share.apply(passed, new Notes()), inputs))
        .isLessThanOrEqualTo(PlainGraph.steps(results, inputs));
  }

  private Expr input(String name, int[] shape, Dim... dims) {
    Expr e = Tensors.tensor(name, DType.F64, (Object[]) dims);
    int size = 1;
    for (int s : shape) size *= s;
    inputs.put(e, new Array(random.doubles(size, -1, 1).toArray(), shape));
    return e;
  }

  private List<Expr> scan(List<Expr> sequences, List<Expr> outer) {
    ScanBuilder scan = Tensors.scan();
    int over = 1 + random.nextInt(2);
    for (int i = 0; i < over; i++) {
      Expr x = sequences.get(random.nextInt(sequences.size()));
      scan = random.nextInt(4) == 0 ? scan.over(x, Tensors.taps(0)) : scan.over(x);
    }
    int carries = random.nextInt(3);
    for (int i = 0; i < carries; i++) scan.carry(random.nextInt(3) == 0 ? Ops.zerosLike(outer.get(0))
        : pick(outer));
    if (random.nextBoolean()) scan.backwards();
    int emits = random.nextInt(3) + (carries == 0 ? 1 : 0);
    var run = scan.run(s -> {
      var known = new ArrayList<>(outer);
      for (int i = 0; i < over; i++) known.add(s.row(i));
      for (int i = 0; i < carries; i++) known.add(s.prev(i));
      for (int i = 0; i < 3 + random.nextInt(5); i++) known.add(op(known));
      var next = new Object[carries];
      for (int i = 0; i < carries; i++) {
        next[i] = random.nextInt(3) == 0 ? Ops.plus(s.prev(i), op(known))
            : known.get(known.size() - 1 - random.nextInt(4));
      }
      s.next(next);
      for (int i = 0; i < emits; i++) s.emit(known.get(known.size() - 1 - random.nextInt(5)));
    });
    var outs = new ArrayList<Expr>();
    for (int i = 0; i < carries; i++) {
      if (random.nextBoolean()) outs.add(run.last(i));
      if (random.nextBoolean()) outs.add(run.all(i));
    }
    for (int i = 0; i < emits; i++) outs.add(run.emitted(i));
    if (outs.isEmpty()) outs.add(run.last());
    return outs;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private Expr op(List<Expr> known) {
    Expr a = pick(known);
    Expr b = pick(known);
    Expr w = pick(matrices);
    return switch (random.nextInt(11)) {
      case 0 -> Ops.plus(a, b);
      case 1 -> Ops.times(a, b);
      case 2 -> Ops.tanh(a);
      case 3, 4 -> Ops.dot(a, w);
      case 5 -> Ops.plus(Ops.plus(Ops.dot(a, w), Ops.dot(b, pick(matrices))), pick(vectors.subList(0, 2)));
      case 6 -> Ops.minus(a, Ops.times(b, .5));
      case 7 -> Ops.times(a, Ops.broadcastTo(Ops.sum(b), b.type().dims()));
      case 8 -> Ops.where(Ops.gt(a, 0), b, a);
      case 9 -> Ops.reverse(a, 0);
      default -> depth > 0 ? Ops.sigmoid(a) : inner(a, b, w);
    };
  }

  /** A scan over the rows of a matrix inside the step. */
  private Expr inner(Expr a, Expr b, Expr w) {
    depth++;
    Expr last = Tensors.scan(w, a, (row, prev) -> Ops.plus(op(List.of(row, prev, b)), Ops.times(prev, .5)))
        .last();
    depth--;
    return last;
  }
}
