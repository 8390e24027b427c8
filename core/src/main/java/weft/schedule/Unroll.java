package weft.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import weft.loop.Buffer;
import weft.loop.Fencing;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.Sizes;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Tiles add up some products a round of their loop over k, so that what the loop does besides is less for each: of 29 instructions for twelve multiply-adds
 * eight count, widen and check offsets. Each product is added where it was. With 16 vector registers, of which a tile leaves one to three, the loads of
 * a round must stay behind the multiply-adds before them ({@link Stmt.Fence}), between two products and behind the first row of the next: HotSpot makes the
 * loads of a block first.
 */
public final class Unroll extends StmtRewriter {
  /** Bytes of a vector of which there are 16 registers. With 32 there is room for tiles of twice as many sums, and a CPU with less to do besides. */
  private static final int BYTES = 32;
  /** Products a round. */
  private static final int[] ROUNDS = {4, 2};
  /** Sums of a tile from which on it is worth it, and rounds of a loop. */
  private static final int SUMS = 4;
  private static final int LEAST = Boolean.getBoolean("weft.tiny") ? 1 : 4;
  /** Sums from which on registers are too few for the loads of more than two rows. */
  private static final int CROWD = 9;
  /** What a kernel may cost then, which C1 has to take, too. */
  private static final int MOST_COST = VectorCost.LIMIT * 4 / 5;

  private final Map<Kernel, Kernel> done = new IdentityHashMap<>();
  private final Map<Symbol, Stmt.Along> stepped = new HashMap<>();
  private final Fencing fencing;
  private int products = 1;
  private int fences;

  private Unroll(Fencing fencing) {
    this.fencing = fencing;
  }

  /** The same program, adding the same in the same order. */
  public static LoopProgram of(LoopProgram program, Fencing fencing) {
    if (fencing == Fencing.NONE || program.lanes() == 1) return program;
    Kernel main = new Unroll(fencing).rewrite(program.main());
    return LoopProgram.of(program.name(), program.lanes(), program.inputs(), program.outputs(), main);
  }

  @Override
  public Kernel rewrite(Kernel kernel) {
    if (kernel.kind() == Kernel.Kind.DRIVER) return super.rewrite(kernel);
    return done.computeIfAbsent(kernel, this::unrolled);
  }

  private Kernel unrolled(Kernel kernel) {
    for (int each : ROUNDS) {
      products = each;
      fences = 0;
      Stmt body = rewrite(kernel.body());
      if (body == kernel.body() || VectorCost.of(body) <= MOST_COST) return body == kernel.body() ? kernel : kernel.with(body);
    }
    return kernel;
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    if (!(stmt instanceof Stmt.For f)) return children(stmt);
    for (Stmt.Along a : f.along()) stepped.put(a.var(), a);
    Dim length = length(f);
    boolean isLong = length.isConstant() ? length.constant() >= (long) LEAST * products * f.step() : isOne(length);
    return isLong && isMultiple(length, f.step()) && isTile(f) ? rounds(f, length) : children(stmt);
  }

  /** How far a loop counts: between two offsets that a driver steps along it is always as far. */
  private Dim length(Stmt.For f) {
    Stmt.Along from = stepped.get(only(f.from()));
    Stmt.Along to = stepped.get(only(f.to()));
    return from != null && to != null && from.step() == to.step() ? to.from().minus(from.from()) : f.to().minus(f.from());
  }

  /** Whether it is one number for a whole call, known when that begins. */
  private static boolean isOne(Dim d) {
    return Stretches.isOne(d) && d.symbols().stream().noneMatch(Sizes::isMeasured);
  }

  private static boolean isMultiple(Dim d, long of) {
    return d.terms().stream().allMatch(t -> t.coefficient() % of == 0);
  }

  /** What is a multiple of a number, divided by it. */
  private static Dim exactly(Dim d, long by) {
    Dim sum = Dim.ZERO;
    for (Dim.Term t : d.terms()) {
      Dim product = Dim.of(t.coefficient() / by);
      for (Symbol s : t.symbols()) product = product.times(Dim.of(s));
      sum = sum.plus(product);
    }
    return sum;
  }

  /** The symbol that a dim is, null if it is none. */
  private static Symbol only(Dim d) {
    return d.symbols().size() == 1 && d.equals(Dim.of(d.symbols().iterator().next())) ? d.symbols().iterator().next() : null;
  }

  private static boolean isTile(Stmt.For f) {
    if (f.along().isEmpty() || !(f.body() instanceof Stmt.Block body)) return false;
    for (Stmt s : body.stmts()) {
      Local local = s instanceof Stmt.Declare d ? d.local() : s instanceof Stmt.Assign a ? a.local() : null;
      if (local == null || local.lanes() * local.dtype().bytes() != BYTES) return false;
    }
    return sums(body) >= SUMS && panel(body) != null;
  }

  private static long sums(Stmt.Block body) {
    return body.stmts().stream().filter(Stmt.Assign.class::isInstance).count();
  }

  /** Whether a number of A is made a vector, which a row of the tile begins with. */
  private static boolean isRow(Stmt s) {
    return s instanceof Stmt.Declare d && d.value() instanceof Value.Splat;
  }

  /** The array whose vectors all rows meet. */
  private static Buffer panel(Stmt.Block body) {
    for (Stmt s : body.stmts()) if (s instanceof Stmt.Declare d && d.value() instanceof Value.Load l) return l.buffer();
    return null;
  }

  private Stmt rounds(Stmt.For f, Dim length) {
    int step = f.step() * products;
    Dim count = exactly(length, f.step());
    Dim rounds = isMultiple(count, products) ? exactly(count, products) : count.floorDiv(products);
    var round = new ArrayList<Stmt>();
    for (int i = 0; i < products; i++) round.add(product(f, i, i > 0, Dim.of(f.var()), a -> Dim.of(a.var())));
    List<Stmt.Along> along = f.along().stream().map(a -> new Stmt.Along(a.var(), a.from(), a.step() * products)).toList();
    Dim rest = count.minus(rounds.times(products));
    Dim end = rest.is(0) ? f.to() : f.from().plus(rounds.times(step));
    var all = new ArrayList<Stmt>(List.of(new Stmt.For(f.var(), f.from(), end, step, f.order(), along, new Stmt.Block(round))));
    Function<Stmt.Along, Dim> behind = a -> a.from().plus(rounds.times((long) products * a.step()));
    if (rest.isConstant()) {
      for (int i = 0; i < rest.constant(); i++) all.add(product(f, i, true, end, behind));
    } else {
      all.add(rest(f, end, behind));
    }
    return Stmt.of(all);
  }

  /** What rounds leave over, if only a call knows how much that is. */
  private static Stmt rest(Stmt.For f, Dim from, Function<Stmt.Along, Dim> first) {
    var symbols = new LinkedHashMap<Symbol, Dim>();
    Symbol var = Symbol.loopVariable(f.var().name());
    symbols.put(f.var(), Dim.of(var));
    var along = new ArrayList<Stmt.Along>();
    for (Stmt.Along a : f.along()) {
      along.add(new Stmt.Along(Symbol.loopVariable(a.var().name()), first.apply(a), a.step()));
      symbols.put(a.var(), Dim.of(along.get(along.size() - 1).var()));
    }
    return new Stmt.For(var, from, f.to(), f.step(), f.order(), along, new Rename(symbols).stmt(f.body()));
  }

  /** @param at where the loop's variable and what goes along with it are, for the first product of several */
  private Stmt product(Stmt.For f, int number, boolean fenced, Dim at, Function<Stmt.Along, Dim> first) {
    var symbols = new LinkedHashMap<Symbol, Dim>();
    symbols.put(f.var(), at.plus((long) number * f.step()));
    for (Stmt.Along a : f.along()) symbols.put(a.var(), first.apply(a).plus((long) number * a.step()));
    var stmts = new ArrayList<Stmt>();
    var body = (Stmt.Block) f.body();
    Buffer panel = panel(body);
    boolean isCrowded = fenced && sums(body) >= CROWD && body.stmts().stream().filter(Unroll::isRow).count() > 2;
    int rows = 0;
    if (fenced) stmts.add(new Stmt.Fence(fencing, panel, at, ++fences));
    for (Stmt s : ((Stmt.Block) new Rename(symbols).stmt(body)).stmts()) {
      if (isRow(s) && ++rows == 2 && isCrowded) stmts.add(new Stmt.Fence(fencing, panel, at, ++fences));
      stmts.add(s);
    }
    return new Stmt.Block(stmts);
  }
}
