package weft.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Uses;
import weft.loop.Value;

/** Which kernels of a step need nothing of other steps, and where in the memory of some steps their results go ({@link Ahead}). */
final class FreeKernels {
  private final List<Stmt> stmts;
  private final Set<Buffer> outside;
  private final List<Uses> uses;
  private final Map<Buffer, List<Integer>> writers = new HashMap<>();
  private final Set<Integer> free = new TreeSet<>();

  /**
   * @param stmts what a step does
   * @param outside what is used elsewhere, too
   */
  FreeKernels(List<Stmt> stmts, Set<Buffer> outside) {
    this.stmts = stmts;
    this.outside = outside;
    this.uses = stmts.stream().map(Uses::of).toList();
    for (int i = 0; i < stmts.size(); i++) {
      for (Buffer b : uses.get(i).written()) writers.computeIfAbsent(b, k -> new ArrayList<>()).add(i);
      if (isNest(stmts.get(i))) free.add(i);
    }
    while (free.removeIf(i -> !isFree(i))) continue;
  }

  private static boolean isNest(Stmt s) {
    if (!(s instanceof Stmt.Run r) || r.kernel().kind() != Kernel.Kind.LOOPS || !(r.kernel().body() instanceof Stmt.For f)) return false;
    return f.order() == Stmt.Order.PARALLEL && f.along().isEmpty() && Stores.of(f) != null;
  }

  /** Whether all that it reads is the same in each step or computed before it by others that are free, and what it writes is theirs alone. */
  private boolean isFree(int i) {
    for (Buffer b : uses.get(i).read()) if (writers.containsKey(b) && !isComputedBefore(b, i)) return false;
    for (Buffer b : uses.get(i).written()) {
      if (outside.contains(b) || !isOwn(b) || !free.containsAll(writers.get(b))) return false;
      for (int k = 0; k < stmts.size(); k++) if (k != i && uses.get(k).read().contains(b) && !isWrittenBefore(b, k)) return false;
    }
    return Stores.of(kernel(i).body()).stream().allMatch(s -> s.isBelow(s.buffer().size()));
  }

  private Kernel kernel(int i) {
    return ((Stmt.Run) stmts.get(i)).kernel();
  }

  private boolean isComputedBefore(Buffer b, int i) {
    return free.containsAll(writers.get(b)) && isWrittenBefore(b, i);
  }

  /** Whether the statement finds only what was written in the same step. */
  private boolean isWrittenBefore(Buffer b, int i) {
    return writers.get(b).stream().allMatch(w -> w < i);
  }

  private static boolean isOwn(Buffer b) {
    return b.role() == Buffer.Role.WORKSPACE && b.size().isConstant() && b.shelf() == null && b.first() == 0;
  }

  /** The products among them, and what has to go with these, in order. */
  List<Kernel> products() {
    var chosen = new TreeSet<Integer>();
    for (int i : free) if (Offsets.hasTiles(kernel(i).body())) chosen.add(i);
    while (chosen.addAll(free.stream().filter(i -> uses.get(i).written().stream().anyMatch(b -> isUsedBy(b, chosen))).toList())) continue;
    return chosen.stream().map(this::kernel).toList();
  }

  private boolean isUsedBy(Buffer b, Set<Integer> some) {
    return some.stream().anyMatch(i -> uses.get(i).buffers().contains(b));
  }

  /** Bytes of parameters that the other kernels read in every step. */
  long weights(List<Kernel> ahead) {
    var kept = new HashSet<Buffer>();
    for (int i = 0; i < stmts.size(); i++) if (!(stmts.get(i) instanceof Stmt.Run r && ahead.contains(r.kernel()))) kept.addAll(uses.get(i).read());
    kept.removeIf(b -> b.role() != Buffer.Role.KEPT || !b.own().isConstant());
    return kept.stream().mapToLong(b -> b.own().constant() * b.dtype().bytes()).sum();
  }

  /**
   * Where in a block's memory each buffer lies: results themselves, and sums, in the place of the one result that is added where they are stored, so
   * that a tile has one offset for both.
   */
  Map<Buffer, Buffer> places(Set<Buffer> results) {
    var places = new LinkedHashMap<Buffer, Buffer>();
    for (Buffer b : results) {
      places.put(b, b);
      Buffer sum = sum(b);
      if (sum != null) places.putIfAbsent(sum, b);
    }
    return places;
  }

  /** What tiles store wherever they read this, at the same index, and nowhere else; null for none. */
  private Buffer sum(Buffer result) {
    var pairs = new Pairs(result);
    var readers = new HashSet<Integer>();
    for (int i = 0; i < stmts.size(); i++) {
      if (writers.get(result).contains(i) || !uses.get(i).read().contains(result)) continue;
      if (!isNest(stmts.get(i)) || !Offsets.hasTiles(kernel(i).body())) return null;
      pairs.rewrite(stmts.get(i));
      readers.add(i);
    }
    if (pairs.isOdd || pairs.sums.size() != 1) return null;
    Buffer sum = pairs.sums.iterator().next();
    boolean fits = isOwn(sum) && !outside.contains(sum) && sum.size().equals(result.size()) && sum.dtype() == result.dtype();
    if (!fits || pairs.others.contains(sum) || !readers.containsAll(writers.get(sum))) return null;
    for (int i = 0; i < stmts.size(); i++) if (uses.get(i).read().contains(sum) && !isWrittenBefore(sum, i)) return null;
    return sum;
  }

  /** Where a buffer is read, and what is stored there. */
  private static final class Pairs extends StmtRewriter {
    private final Buffer read;
    private final Set<Buffer> sums = new HashSet<>();
    /** What is also stored where it is not read. */
    private final Set<Buffer> others = new HashSet<>();
    /** Whether it is also read where nothing is stored at the same index. */
    private boolean isOdd;
    private Stmt.Store store;
    private boolean isPaired;

    Pairs(Buffer read) {
      this.read = read;
    }

    @Override
    public Stmt rewrite(Stmt s) {
      store = s instanceof Stmt.Store to ? to : null;
      isPaired = false;
      children(s);
      if (s instanceof Stmt.Store to && !isPaired) others.add(to.buffer());
      store = null;
      return s;
    }

    @Override
    public Value rewrite(Value v) {
      if (v instanceof Value.Load l && l.buffer() == read) {
        isPaired = store != null && store.index().equals(l.index()) && store.value().lanes() == l.lanes();
        if (isPaired) sums.add(store.buffer());
        else isOdd = true;
      }
      if (v instanceof Value.Gather g && g.buffer() == read) isOdd = true;
      return children(v);
    }
  }
}
