package weft.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Uses;
import weft.type.Dim;

/**
 * What goes through the rows of a loop over time behind it, one after the other, is done at the end of each step: rows are packed, or added up, while the
 * nearest caches have them. Rows that nobody else reads need the place of one.
 */
public final class Behind {
  /** Bytes of a step's row: fewer are not worth a call in each step, and more leave a second cache before the step ends. */
  private static final Size USUAL = Boolean.getBoolean("weft.tiny") ? new Size(0, 1 << 20) : new Size(4 << 10, 512 << 10);

  private final Ahead.Notes notes;
  private final Size size;
  private final Set<Buffer> given = new HashSet<>();
  private final BlockKernels kernels;
  /** What the program does, null for what a loop does now. */
  private final List<Stmt> stmts;
  private final List<Uses> uses = new ArrayList<>();
  private final Map<Integer, Loop> loops = new TreeMap<>();
  /** The last statements that write a buffer, use it, and loop over time with it; a task is where its loop is. */
  private final Map<Buffer, Integer> lastWrite = new HashMap<>();
  private final Map<Buffer, Integer> lastUse = new HashMap<>();
  private final Map<Buffer, Integer> lastLoop = new HashMap<>();

  /**
   * How large rows are.
   *
   * @param least bytes of a row
   * @param most bytes of a row
   */
  record Size(long least, long most) {}

  private Behind(LoopProgram program, List<Stmt> stmts, Ahead.Notes notes, Size size) {
    this.stmts = new ArrayList<>(stmts);
    this.notes = notes;
    this.size = size;
    given.addAll(program.inputs());
    given.addAll(program.outputs());
    this.kernels = new BlockKernels(program, notes);
    for (Stmt s : stmts) uses.add(Uses.of(s));
  }

  /** The same program, computing the same numbers. */
  public static LoopProgram of(LoopProgram program, Ahead.Notes notes) {
    return of(program, notes, USUAL);
  }

  /** The same with such rows. */
  static LoopProgram of(LoopProgram program, Ahead.Notes notes, Size size) {
    if (!(program.main().body() instanceof Stmt.Block main)) return program;
    var behind = new Behind(program, main.stmts(), notes, size);
    for (int i = 0; i < behind.stmts.size(); i++) behind.look(i);
    if (behind.loops.values().stream().allMatch(l -> l.done.isEmpty())) return program;
    return LoopProgram.of(program.name(), program.lanes(), program.inputs(), program.outputs(), program.main().with(new Stmt.Block(behind.all())));
  }

  private void look(int i) {
    Kernel kernel = stmts.get(i) instanceof Stmt.Run run ? run.kernel() : null;
    if (kernel != null && kernel.kind() == Kernel.Kind.DRIVER && kernel.body() instanceof Stmt.For f && Ahead.countsSteps(f)) {
      loops.put(i, new Loop(kernel, f, uses.get(i)));
      for (Buffer b : uses.get(i).buffers()) lastLoop.put(b, i);
    }
    Task task = kernel == null || loops.isEmpty() ? null : Task.of(kernel, uses.get(i));
    int at = task == null ? i : place(task, i);
    if (at < i) stmts.set(i, null);
    for (Buffer b : uses.get(i).written()) lastWrite.merge(b, at, Math::max);
    for (Buffer b : uses.get(i).buffers()) lastUse.merge(b, at, Math::max);
  }

  /** In which loop's steps a task is done; where it stands if there is none. */
  private int place(Task task, int i) {
    int behind = -1;
    for (Buffer b : task.uses.read()) behind = Math.max(behind, lastWrite.getOrDefault(b, -1));
    for (Buffer b : task.uses.written()) {
      if (b.role() != Buffer.Role.WORKSPACE || given.contains(b)) return i;
      behind = Math.max(behind, lastUse.getOrDefault(b, -1));
    }
    int reader = -1;
    for (Buffer b : task.uses.read()) reader = Math.max(reader, lastLoop.getOrDefault(b, -1));
    if (reader > behind && loops.get(reader).take(task)) return reader;
    return loops.containsKey(behind) && loops.get(behind).take(task) ? behind : i;
  }

  private List<Stmt> all() {
    var all = new ArrayList<Stmt>();
    for (int i = 0; i < stmts.size(); i++) {
      Loop loop = loops.get(i);
      if (loop == null || loop.done.isEmpty()) {
        if (stmts.get(i) != null) all.add(stmts.get(i));
        continue;
      }
      all.addAll(loop.before);
      all.add(loop.whole(usedOutside(i)));
    }
    return all;
  }

  private Set<Buffer> usedOutside(int at) {
    var used = new HashSet<>(given);
    for (int i = 0; i < stmts.size(); i++) if (i != at && stmts.get(i) != null) used.addAll(uses.get(i).buffers());
    loops.forEach((i, l) -> {
      if (i != at) for (Task t : l.done) used.addAll(t.uses.buffers());
    });
    return used;
  }

  /** A kernel that does the same to each row, one after the other or in any order, and what it does before that. */
  private record Task(Kernel kernel, Stmt first, Stmt.For rows, Uses uses, List<Stores.Store> stores) {
    /** Whether it may take turns with another one: neither reads what the other writes, and what both write lies apart. */
    boolean mayMix(Task other) {
      boolean apart = other.stores.stream().allMatch(s -> stores.stream().allMatch(s::isApart));
      return apart && other.uses.written().stream().noneMatch(uses.read()::contains) && uses.written().stream().noneMatch(other.uses.read()::contains);
    }

    static Task of(Kernel kernel, Uses uses) {
      if (kernel.kind() != Kernel.Kind.LOOPS) return null;
      Stmt body = kernel.body();
      Stmt first = null;
      if (body instanceof Stmt.Block b && b.stmts().size() == 2 && b.stmts().get(0) instanceof Stmt.For f && Uses.of(f).read().isEmpty()) {
        first = f;
        body = b.stmts().get(1);
      }
      if (!(body instanceof Stmt.For rows) || rows.order() == Stmt.Order.REDUCTION || !rows.from().is(0) || rows.step() != 1 || !rows.along().isEmpty()) {
        return null;
      }
      List<Stores.Store> stores = Loops.isInnermost(rows) ? null : Stores.of(kernel.body());
      return stores == null ? null : new Task(kernel, first, rows, uses, stores);
    }
  }

  /** A loop over time and what is done in its steps, too. */
  private final class Loop {
    private final Kernel kernel;
    private final Stmt.For steps;
    private final Uses own;
    private final Map<Buffer, StepRow> rows = new LinkedHashMap<>();
    private final List<Task> done = new ArrayList<>();
    private final List<Stmt> before = new ArrayList<>();
    private final List<Stmt> then = new ArrayList<>();

    Loop(Kernel kernel, Stmt.For steps, Uses own) {
      this.kernel = kernel;
      this.steps = steps;
      this.own = own;
    }

    /** Has each step do its part of a task, if that reads no more than the row of the step. */
    boolean take(Task task) {
      if (!task.rows.to().equals(steps.to()) || own.buffers().stream().anyMatch(task.uses.written()::contains)) return false;
      if (!done.stream().allMatch(task::mayMix)) return false;
      var near = new LinkedHashSet<>(task.uses.read());
      near.retainAll(own.buffers());
      long bytes = 0;
      for (Buffer b : near) {
        if (!rows.containsKey(b)) rows.put(b, own.written().contains(b) ? StepRow.stored(b, steps) : StepRow.read(b, steps));
        if (rows.get(b) == null) return false;
        bytes += rows.get(b).size * b.dtype().bytes();
      }
      if (near.isEmpty() || bytes < size.least || bytes > size.most) return false;
      Dim t = Dim.of(steps.var());
      Stmt part = part(task, t, near);
      if (part == null && task.rows.order() == Stmt.Order.PARALLEL) part = part(task, steps.to().minus(1).minus(t), near);
      if (part == null) return false;
      if (task.first != null) before.add(new Stmt.Run(kernels.kernel(task.kernel, task.first, "_init", "before the first step")));
      then.add(new Stmt.Run(kernels.kernel(task.kernel, part, "", "of each step")));
      done.add(task);
      return true;
    }

    private Stmt part(Task task, Dim row, Set<Buffer> near) {
      Stmt part = Loops.bodyAt(task.rows, row);
      return near.stream().map(rows::get).allMatch(r -> r.holds(part) || r.isNext() && r.before().holds(part)) ? part : null;
    }

    Stmt whole(Set<Buffer> outside) {
      var stmts = new ArrayList<Stmt>(steps.body() instanceof Stmt.Block b ? b.stmts() : List.of(steps.body()));
      stmts.addAll(then);
      Stmt body = Stmt.of(stmts);
      var alone = new ArrayList<String>();
      for (StepRow row : rows.values().stream().filter(Objects::nonNull).toList()) {
        if (!own.written().contains(row.buffer) || outside.contains(row.buffer) || row.buffer.shelf() != null || row.buffer.first() != 0) continue;
        Stmt changed = row.alone(body);
        if (changed == null) continue;
        body = changed;
        alone.add(row.buffer.name());
      }
      notes.say("kernel " + kernel.name() + ": each step runs its part of " + String.join(", ", done.stream().map(d -> d.kernel.name()).toList())
          + ", while caches have its rows" + (alone.isEmpty() ? "" : "; no more than one row is kept of " + String.join(", ", alone)));
      return new Stmt.Run(kernel.with(new Stmt.For(steps.var(), steps.from(), steps.to(), 1, steps.order(), body)));
    }
  }
}
