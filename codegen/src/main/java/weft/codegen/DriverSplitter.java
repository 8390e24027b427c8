package weft.codegen;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;

/**
 * Cuts the statement lists of drivers that would become too large a method into drivers of their own. A piece
 * that would share a local variable with its surroundings stays where it is.
 */
public final class DriverSplitter {
  /** What a piece may take; the rest up to the limit is for fetching arrays at the entry of its method. */
  private final int budget;
  private final Map<Kernel, Kernel> done = new IdentityHashMap<>();
  private int pieces;

  /** For methods of so many bytes at most. */
  public DriverSplitter(int budget) {
    this.budget = budget;
  }

  /** A driver that calls others where it would become too large. */
  public Kernel split(Kernel kernel) {
    if (kernel.kind() != Kernel.Kind.DRIVER) return kernel;
    Kernel known = done.get(kernel);
    if (known != null) return known;
    Stmt inner = splitRuns(kernel.body());
    Kernel result = inner == kernel.body() ? kernel : kernel.with(inner);
    if (CodeSize.of(inner) + CodeSize.ofEntry(result) > budget) {
      pieces = 0;
      result = kernel.with(fit(inner, kernel, budget / 2));
    }
    done.put(kernel, result);
    return result;
  }

  /** The statement with the drivers in it split. */
  private Stmt splitRuns(Stmt s) {
    if (s instanceof Stmt.Run r) {
      Kernel other = split(r.kernel());
      return other == r.kernel() ? s : new Stmt.Run(other);
    }
    return rebuild(s, this::splitRuns);
  }

  /**
   * A statement that does the same in at most about {@code budget} bytes, the rest moved to drivers of their
   * own.
   */
  private Stmt fit(Stmt s, Kernel of, int budget) {
    if (CodeSize.of(s) <= budget) return s;
    if (!(s instanceof Stmt.Block b)) return rebuild(s, inner -> fit(inner, of, budget / 2));
    var list = new ArrayList<Stmt>();
    for (Stmt each : b.stmts()) list.add(fit(each, of, budget / 2));
    while (size(list) > budget && list.size() > 1) {
      List<Stmt> shorter = group(list, of, budget);
      if (shorter.size() == list.size()) break;
      list = new ArrayList<>(shorter);
    }
    return new Stmt.Block(list);
  }

  private static int size(List<Stmt> list) {
    return list.stream().mapToInt(CodeSize::of).sum();
  }

  /** Neighbours put together into drivers of about {@code budget} bytes. */
  private List<Stmt> group(List<Stmt> list, Kernel of, int budget) {
    var result = new ArrayList<Stmt>();
    var piece = new ArrayList<Stmt>();
    int bytes = 0;
    for (Stmt s : list) {
      int next = CodeSize.of(s);
      if (bytes + next > budget) {
        close(piece, list, of, result);
        bytes = 0;
      }
      piece.add(s);
      bytes += next;
    }
    close(piece, list, of, result);
    return result;
  }

  private void close(List<Stmt> piece, List<Stmt> all, Kernel of, List<Stmt> result) {
    boolean alone = piece.size() == 1 && piece.get(0) instanceof Stmt.Run;
    if (piece.isEmpty() || alone || sharesLocals(piece, all)) {
      result.addAll(piece);
    } else {
      String name = of.name() + "_" + ++pieces;
      result.add(new Stmt.Run(new Kernel(name, of.formula(), of.origin(), Kernel.Kind.DRIVER,
          new Stmt.Block(piece))));
    }
    piece.clear();
  }

  /** Whether a local of the piece is declared outside, or is used by other statements of the list. */
  private static boolean sharesLocals(List<Stmt> piece, List<Stmt> all) {
    var inside = new Locals();
    for (Stmt s : piece) s.accept(inside);
    if (!inside.declared.containsAll(inside.used)) return true;
    if (inside.declared.isEmpty()) return false;
    var outside = new Locals();
    for (Stmt s : all) if (piece.stream().noneMatch(p -> p == s)) s.accept(outside);
    return outside.used.stream().anyMatch(inside.declared::contains);
  }

  private static final class Locals extends Walker {
    private final Set<Local> declared = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Local> used = Collections.newSetFromMap(new IdentityHashMap<>());

    @Override
    public void declare(Stmt.Declare s) {
      declared.add(s.local());
      super.declare(s);
    }

    @Override
    public void assign(Stmt.Assign s) {
      used.add(s.local());
      super.assign(s);
    }

    @Override
    public Void get(Value.Get v) {
      used.add(v.local());
      return null;
    }
  }

  /** The statement with others inside; itself if they are the same. */
  private static Stmt rebuild(Stmt s, UnaryOperator<Stmt> change) {
    if (s instanceof Stmt.Block b) {
      List<Stmt> list = b.stmts().stream().map(change).toList();
      for (int i = 0; i < list.size(); i++) if (list.get(i) != b.stmts().get(i)) return new Stmt.Block(list);
      return s;
    }
    if (s instanceof Stmt.For f) {
      Stmt body = change.apply(f.body());
      return body == f.body() ? s : new Stmt.For(f.var(), f.from(), f.to(), f.step(), f.order(), f.along(), body);
    }
    if (s instanceof Stmt.While w) {
      Stmt body = change.apply(w.body());
      return body == w.body() ? s : new Stmt.While(w.condition(), body);
    }
    if (s instanceof Stmt.If i) {
      Stmt then = change.apply(i.then());
      Stmt otherwise = change.apply(i.otherwise());
      return then == i.then() && otherwise == i.otherwise() ? s : new Stmt.If(i.condition(), then, otherwise);
    }
    return s;
  }
}
