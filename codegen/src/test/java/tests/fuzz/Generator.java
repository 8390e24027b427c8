package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import weft.Step;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/** Draws random programs: the same one for the same seed. */
final class Generator implements Build.Body {
  static final int MOST_STEPS = 6;
  private static final int[] LENGTHS = {0, 1, 1, 2, 2, 3, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33};

  private final SplittableRandom rng;
  private final DType dtype;
  private final Pool top;
  private final Program program;
  private Pool pool;
  /** What the first branch of a choice gave. */
  private List<TensorType> types;

  private Generator(long seed) {
    rng = new SplittableRandom(new SplittableRandom(seed).nextLong());
    dtype = rng.nextInt(5) < 2 ? DType.F32 : DType.F64;
    int symbols = rng.nextInt(3);
    var calls = new ArrayList<int[]>();
    for (int c = 0; c < (symbols == 0 ? 1 : 2 + rng.nextInt(2)); c++) {
      calls.add(rng.ints(symbols, 0, LENGTHS.length).map(i -> LENGTHS[i]).toArray());
    }
    program = new Program(seed, List.of(4, 8, 8, 16).get(rng.nextInt(4)), calls, new ArrayList<>());
    var build = new Build(program, this);
    top = new Pool(rng, build, build.top, program.lines(), null);
    pool = top;
  }

  static Program program(long seed) {
    var generator = new Generator(seed);
    try {
      generator.fill();
    } catch (RuntimeException | StackOverflowError e) {
      return generator.program;
    }
    return generator.program.live();
  }

  private void fill() {
    for (int s = 0; s < top.build.symbols.size(); s++) bind(-1 - s);
    for (int i = 1 + rng.nextInt(4); i > 0; i--) tensor();
    for (int i = 3 + rng.nextInt(10); i > 0; i--) line();
    if (top.chance(.2)) LeanScans.add(top);
    if (top.chance(.6)) Gradients.add(top);
    for (int i = top.below(10) - 7; i > 0; i--) LeanScans.add(top);
    if (top.chance(.3)) line();
    updates();
    outputs();
  }

  /** An input that gives a named dimension its extent. */
  private void bind(int token) {
    var numbers = new ArrayList<Integer>(List.of(dtype.ordinal(), 0, token));
    if (rng.nextInt(3) > 0) numbers.add(top.extent());
    top.leaf("bind", numbers.toArray(Integer[]::new));
  }

  private void tensor() {
    boolean parameter = rng.nextInt(3) == 0;
    var numbers = new ArrayList<Integer>();
    numbers.add((top.chance(.9) ? dtype : DType.F64).ordinal());
    if (!parameter) numbers.add(0);
    int elements = 1;
    for (int rank = rng.nextInt(10) < 8 ? 1 + rng.nextInt(2) : rng.nextInt(2) * 3; rank > 0; rank--) {
      int token = parameter ? top.extent() : top.token();
      elements *= token < 0 ? 17 : token;
      if (elements > Pool.MOST_ELEMENTS) token = 2;
      numbers.add(token);
    }
    top.leaf(parameter ? "param" : "input", numbers.toArray(Integer[]::new));
  }

  private void line() {
    int kind = rng.nextInt(100);
    if (kind < 53) Lines.add(pool);
    else if (kind < 62) Shapes.add(pool);
    else if (kind < 70) Parts.add(pool);
    else if (kind < 82) Products.add(pool);
    else if (kind < 85) Branches.add(pool);
    else if (kind < 87) Scans.bothWays(pool);
    else if (kind < 90) LeanScans.add(pool);
    else if (kind < 97 || pool.depth() > 0) Scans.add(pool);
    else Gradients.add(pool);
  }

  /** The step of a scan: some lines, then what the carries become and what is emitted. */
  @Override
  public void fill(Line scan, Build.Scope scope, Step step) {
    Pool around = pool;
    pool = new Pool(rng, around.build, scope, scan.body(), around);
    try {
      List<Integer> carries = Scans.variables(pool, scan);
      if (around.lean == scan) {
        LeanScans.step(pool, carries);
        return;
      }
      for (int i = 1 + rng.nextInt(5); i > 0; i--) {
        if (pool.depth() < 4 && pool.chance(pool.depth() == 1 ? .09 : .2)) inner(pool);
        else if (pool.chance(.04)) Gradients.add(pool);
        else if (pool.chance(.25)) Products.add(pool);
        else if (pool.chance(.15)) Shapes.add(pool);
        else if (pool.chance(.12)) Parts.add(pool);
        else if (pool.depth() < 3 && pool.chance(.07)) Branches.add(pool);
        else if (!pool.isBranch() && pool.chance(.07)) noise(pool);
        else Lines.add(pool);
      }
      if (pool.depth() == 1 && !pool.isBranch() && !scan.isTruncated() && pool.chance(.1)) stepUpdate(pool);
      Scans.finish(pool, carries);
    } finally {
      pool = around;
    }
  }

  private static void inner(Pool p) {
    if (p.chance(.3)) LeanScans.add(p);
    else Scans.add(p);
  }

  /** A parameter that the step updates, and something that reads it. */
  private static void stepUpdate(Pool p) {
    int value = p.find(e -> e.dtype().isFloat() && p.size(e) < 100 && e.type().dims().stream().allMatch(Dim::isConstant));
    if (value == 0) return;
    var numbers = new ArrayList<Integer>(List.of(p.expr(value).dtype().ordinal()));
    for (Dim d : p.expr(value).type().dims()) numbers.add((int) d.constant());
    int parameter = p.leaf("param", numbers.toArray(Integer[]::new));
    int half = p.add("timesNumber", List.of(parameter), 4);
    int sum = half == 0 ? 0 : p.add("plus", List.of(half, value));
    int next = sum == 0 ? 0 : p.add("tanh", List.of(sum));
    if (next == 0) return;
    p.add(new Line(0, "stepUpdate", List.of(parameter, next), List.of(), List.of()));
    Lines.binary(p);
  }

  /** A draw that something later on will rather read, since it is part of what is late. */
  private static void noise(Pool p) {
    Lines.random(p);
    Lines.binary(p);
  }

  /** A branch of a choice: some lines, then results; those of the second branch have the types of the first one's. */
  @Override
  public void fill(Line branch, Build.Scope scope) {
    Pool around = pool;
    pool = new Pool(rng, around.build, scope, branch.body(), around, true);
    List<TensorType> before = types;
    types = null;
    try {
      for (int i = rng.nextInt(4); i > 0; i--) {
        if (pool.depth() < 3 && pool.chance(.25)) inner(pool);
        else if (pool.chance(.1)) Gradients.add(pool);
        else if (pool.chance(.3)) Products.add(pool);
        else Lines.add(pool);
      }
      List<TensorType> wanted = branch.is("then") ? null : before;
      if (!Branches.finish(pool, branch, wanted)) throw new IllegalArgumentException("no line for a branch");
      types = wanted == null ? Branches.types(pool, branch) : before;
    } finally {
      pool = around;
    }
  }

  private void updates() {
    for (int p : top.candidates(e -> e.op() instanceof Leaf.Parametric)) {
      if (!top.chance(.4) || program.all().stream().anyMatch(l -> l.is("stepUpdate") && l.arg(0) == p)) continue;
      Expr parameter = top.expr(p);
      int value = top.chance(.5) ? top.find(e -> e.type().equals(parameter.type())) : p;
      if (value == p) value = top.add("timesNumber", List.of(p), 7);
      int other = top.find(e -> e.dtype() == parameter.dtype() && e.rank() == 0);
      if (other != 0 && top.chance(.5)) value = top.add("plus", List.of(value, other));
      if (value != 0) top.add(new Line(0, "update", List.of(p, value), List.of(), List.of()));
    }
  }

  private void outputs() {
    var read = new ArrayList<Integer>();
    for (Line l : program.lines()) read.addAll(l.reads());
    var ends = top.candidates(e -> !(e.op() instanceof Leaf) || e.op() instanceof Leaf.Constant);
    ends.removeIf(id -> read.contains(id) && !top.chance(.15));
    int most = 4;
    for (int i = ends.size() - 1; i >= 0 && most > 0; i--) {
      if (ends.size() > 6 && top.chance(.2)) continue;
      most--;
      top.lines.add(new Line(0, "output", List.of(ends.get(i)), List.of(), List.of()));
    }
    if (most == 4) {
      int any = top.find(e -> true);
      if (any != 0) top.lines.add(new Line(0, "output", List.of(any), List.of(), List.of()));
    }
  }

  /** Everything that an expression is made of. */
  static List<Expr> below(Expr e) {
    var all = new ArrayList<Expr>();
    for (Apply a : Graphs.order(List.of(e))) all.addAll(a.outputs());
    return all;
  }
}
