package weft.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Uses;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Rows that kernels compute for all steps of a loop over time, before it, and that only its steps read, are computed for some hundred steps at
 * a time: the steps find them in a cache, however many there are, and their memory does not grow with time. Where all steps
 * are few, that is what it was.
 *
 * <p>A loop over time is a scan, or a kernel that takes all rows in order, as the gradient of an embedding does.
 * {@link Ahead} does so to what a step computes itself. What is computed here has too few rows a step to fill the tiles of a product.
 */
public final class Strips {
  /** Bytes of all rows of a strip, half of what a second cache keeps; and what its steps are a multiple of, so that tiles have full rows. */
  private static final Size USUAL = Boolean.getBoolean("weft.tiny") ? new Size(1 << 9, 2) : new Size(512 << 10, 16);
  /** Where a cache has the rows of more steps, they are not worth twice the code. */
  private static final int MOST = 2048;

  private final Ahead.Notes notes;
  private final Size size;
  private final Set<Buffer> given = new HashSet<>();
  private final BlockKernels blocks;
  /** What the program does, null for what strips do now. */
  private final List<Stmt> stmts;
  private final List<Uses> uses = new ArrayList<>();
  private final Map<Buffer, Set<Integer>> users = new HashMap<>();
  private final Map<Integer, Boolean> nests = new HashMap<>();

  /**
   * How large strips are.
   *
   * @param bytes of all rows at most
   * @param round what the number of steps is a multiple of
   */
  record Size(long bytes, int round) {}

  private Strips(LoopProgram program, List<Stmt> stmts, Ahead.Notes notes, Size size) {
    this.stmts = new ArrayList<>(stmts);
    this.notes = notes;
    this.size = size;
    given.addAll(program.inputs());
    given.addAll(program.outputs());
    this.blocks = new BlockKernels(program, notes);
    for (Stmt s : stmts) uses.add(Uses.of(s));
    for (int i = 0; i < stmts.size(); i++) for (Buffer b : uses.get(i).buffers()) users.computeIfAbsent(b, k -> new TreeSet<>()).add(i);
  }

  /** The same program, computing the same numbers. */
  public static LoopProgram of(LoopProgram program, Ahead.Notes notes) {
    return of(program, notes, USUAL);
  }

  /** The same with such strips. */
  static LoopProgram of(LoopProgram program, Ahead.Notes notes, Size size) {
    if (!(program.main().body() instanceof Stmt.Block main) || main.stmts().stream().noneMatch(s -> steps(s) != null)) return program;
    var strips = new Strips(program, main.stmts(), notes, size);
    for (int at = 0; at < strips.stmts.size(); at++) strips.cut(at);
    List<Stmt> left = strips.stmts.stream().filter(Objects::nonNull).toList();
    if (left.size() == strips.stmts.size()) return program;
    return LoopProgram.of(program.name(), program.lanes(), program.inputs(), program.outputs(), program.main().with(new Stmt.Block(left)));
  }

  /** The loop over all steps that a statement runs, and nothing else; null for none. */
  private static Stmt.For steps(Stmt s) {
    if (!(s instanceof Stmt.Run r) || !(r.kernel().body() instanceof Stmt.For f) || !Ahead.countsSteps(f)) return null;
    boolean isSymbol = f.to().terms().size() == 1 && f.to().terms().get(0).coefficient() == 1 && f.to().terms().get(0).symbols().size() == 1;
    return isSymbol ? f : null;
  }

  /** Has the loop that a statement runs go in strips, if it can. */
  private void cut(int at) {
    Stmt.For steps = stmts.get(at) == null ? null : steps(stmts.get(at));
    if (steps == null) return;
    Symbol time = steps.to().terms().get(0).symbols().get(0);
    Map<Buffer, Long> rows = rows(at, time);
    if (rows.isEmpty()) return;
    var producers = new TreeSet<Integer>();
    for (Buffer b : rows.keySet()) producers.addAll(users.get(b));
    producers.remove(at);
    if (isOverwritten(producers, at)) return;
    long each = rows.entrySet().stream().mapToLong(r -> r.getValue() * r.getKey().dtype().bytes()).sum();
    int most = (int) (size.bytes / each);
    boolean areProducts = producers.stream().anyMatch(i -> Offsets.hasTiles(stmts.get(i)));
    int count = most < size.round && !areProducts ? most : most / size.round * size.round;
    if (count < 2 || count > MOST) return;
    Kernel kernel = ((Stmt.Run) stmts.get(at)).kernel();
    Stmt body = new Loop(kernel, steps, time, rows, producers.stream().map(stmts::get).toList(), count).inStrips();
    if (body == null) return;
    notes.say("kernel " + kernel.name() + ": its rows of " + String.join(", ", rows.keySet().stream().map(Buffer::name).toList()) + " are computed for "
        + count + " steps at a time, so that a cache has them and memory does not grow with time");
    stmts.set(at, kernel.kind() == Kernel.Kind.DRIVER ? new Stmt.Run(kernel.with(body)) : body);
    producers.forEach(i -> stmts.set(i, null));
  }

  /** Elements a step of each buffer that only the loop and kernels before it know, which compute nothing else. */
  private Map<Buffer, Long> rows(int at, Symbol time) {
    var rows = new LinkedHashMap<Buffer, Long>();
    var waiting = new ArrayDeque<>(uses.get(at).read());
    while (!waiting.isEmpty()) {
      Buffer b = waiting.remove();
      Dim each = b.size().coefficient(time);
      boolean isOwn = b.role() == Buffer.Role.WORKSPACE && b.shelf() == null && b.first() == 0 && !given.contains(b);
      if (!isOwn || each == null || !each.isConstant() || each.is(0) || !b.size().equals(Dim.of(time).times(each.constant()))) continue;
      if (rows.putIfAbsent(b, each.constant()) != null) continue;
      for (int i : users.get(b)) if (i < at && runsNests(i)) waiting.addAll(uses.get(i).read());
    }
    rows.keySet().removeAll(uses.get(at).written());
    while (rows.keySet().removeIf(b -> users.get(b).stream().anyMatch(i -> i != at && !(i < at && isProducer(i, rows.keySet()))))) continue;
    if (uses.get(at).read().stream().noneMatch(rows::containsKey)) rows.clear();
    return rows;
  }

  /** Whether a statement runs nests of loops that compute some of these, and nothing else. */
  private boolean isProducer(int i, Set<Buffer> rows) {
    Set<Buffer> written = uses.get(i).written();
    return !written.isEmpty() && rows.containsAll(written) && runsNests(i);
  }

  private boolean runsNests(int i) {
    return stmts.get(i) != null && nests.computeIfAbsent(i, k -> runsNests(stmts.get(k)));
  }

  private static boolean runsNests(Stmt s) {
    if (s instanceof Stmt.If f) return runsNests(f.then()) && runsNests(f.otherwise());
    if (s instanceof Stmt.Block b) return b.stmts().size() == 1 && runsNests(b.stmts().get(0));
    return s instanceof Stmt.Run r && r.kernel().kind() == Kernel.Kind.LOOPS && r.kernel().body() instanceof Stmt.For f && Stores.of(f) != null;
  }

  /** Whether what producers read is not the same any more when the loop begins, or while it runs. */
  private boolean isOverwritten(TreeSet<Integer> producers, int at) {
    var read = new HashSet<Buffer>();
    for (int i : producers) read.addAll(uses.get(i).read());
    return read.stream().anyMatch(b -> users.get(b).stream()
        .anyMatch(i -> i > producers.first() && i <= at && !producers.contains(i) && uses.get(i).written().contains(b)));
  }

  /** A loop over time, taken apart. */
  private final class Loop {
    private final Kernel kernel;
    private final Stmt.For steps;
    private final Symbol time;
    private final Map<Buffer, Long> rows;
    private final List<Stmt> producers;
    private final int count;
    private final Map<Buffer, Buffer> rooms = new LinkedHashMap<>();
    private final Symbol strip = Symbol.loopVariable("strip");

    Loop(Kernel kernel, Stmt.For steps, Symbol time, Map<Buffer, Long> rows, List<Stmt> producers, int count) {
      this.kernel = kernel;
      this.steps = steps;
      this.time = time;
      this.rows = rows;
      this.producers = producers;
      this.count = count;
      rows.forEach((b, each) -> rooms.put(b, Buffer.workspace(b.name(), b.dtype(), Dim.min(steps.to(), Dim.of(count)).times(each))));
    }

    /** Strips of as many steps, and one of those that are left over; null if they do not read and compute row by row. */
    Stmt inStrips() {
      Dim first = Dim.of(strip).times(count);
      var inside = new StripReader(steps.var(), rows, rooms, first);
      Stmt body = inside.rewrite(steps.body());
      if (inside.isOdd()) return null;
      Dim full = steps.to().floorDiv(count);
      Stmt strips = strip(Dim.ZERO, full, first, Dim.of(count), body, "");
      Stmt rest = strip(full, full.plus(1), first, steps.to().minus(full.times(count)), body, "_rest");
      return strips == null || rest == null ? null : new Stmt.Block(List.of(strips, rest));
    }

    private Stmt strip(Dim from, Dim to, Dim first, Dim length, Stmt body, String suffix) {
      var stmts = new ArrayList<Stmt>();
      for (Stmt p : producers) {
        Stmt some = some(p, first, length, suffix);
        if (some == null) return null;
        stmts.add(some);
      }
      Stmt inside = new Stmt.For(steps.var(), first, first.plus(length), 1, steps.order(), body);
      stmts.add(kernel.kind() == Kernel.Kind.DRIVER ? inside : new Stmt.Run(blocks.kernel(kernel, inside, count, suffix)));
      return new Stmt.For(strip, from, to, 1, Stmt.Order.SEQUENTIAL, new Stmt.Block(stmts));
    }

    /** A producer of one strip; which of two there is enough for is known now where its length is. */
    private Stmt some(Stmt s, Dim first, Dim length, String suffix) {
      if (s instanceof Stmt.Block b) return some(b.stmts().get(0), first, length, suffix);
      if (s instanceof Stmt.If f) {
        var changer = new StripKernel(time, length, first, rows, rooms);
        Value condition = changer.rewrite(f.condition());
        Stmt then = some(f.then(), first, length, suffix);
        Stmt otherwise = some(f.otherwise(), first, length, suffix);
        if (then == null || otherwise == null || changer.isOdd()) return null;
        Boolean known = StripKernel.known(condition);
        return known == null ? new Stmt.If(condition, then, otherwise) : known ? then : otherwise;
      }
      Kernel producer = ((Stmt.Run) s).kernel();
      Stmt body = new StripKernel(time, length, first, rows, rooms).of(producer.body());
      if (body == null) return null;
      return new Stmt.Run(blocks.kernel(producer, body, count, suffix));
    }
  }
}
