package weft.schedule;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Buffer;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Uses;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;

/**
 * Which slot of the workspace each buffer lies in. Two buffers share a slot if no statement of the main driver lies within the lives
 * of both; kept buffers share with nobody but those of their shelf.
 */
public final class SlotPlan {
  private final Map<Buffer, Integer> slots = new LinkedHashMap<>();
  private final List<DType> dtypes = new ArrayList<>();
  private final List<Integer> ranks = new ArrayList<>();
  private final Map<Object, Integer> shelves = new HashMap<>();

  private SlotPlan() {}

  private record Life(int first, int last) {}

  /** The slots for the buffers of a program. */
  public static SlotPlan of(LoopProgram program) {
    var plan = new SlotPlan();
    var lives = new LinkedHashMap<Buffer, Life>();
    List<Stmt> stmts = program.main().body() instanceof Stmt.Block b ? b.stmts() : List.of(program.main().body());
    for (int i = 0; i < stmts.size(); i++) {
      for (Buffer buffer : Uses.of(stmts.get(i)).buffers()) {
        Life before = lives.get(buffer);
        lives.put(buffer, new Life(before == null ? i : before.first(), i));
      }
    }
    var free = new HashMap<Integer, Integer>();
    var next = new EnumMap<DType, Integer>(DType.class);
    lives.forEach((buffer, life) -> plan.give(buffer, life, free, next));
    return plan;
  }

  private void give(Buffer buffer, Life life, Map<Integer, Integer> until, Map<DType, Integer> next) {
    if (buffer.role() != Buffer.Role.WORKSPACE && buffer.role() != Buffer.Role.KEPT) return;
    if (buffer.role() == Buffer.Role.WORKSPACE) {
      for (int slot = 0; slot < dtypes.size(); slot++) {
        if (dtypes.get(slot) != buffer.dtype() || until.get(slot) >= life.first()) continue;
        until.put(slot, life.last());
        slots.put(buffer, slot);
        return;
      }
    }
    Integer shelf = buffer.shelf() == null ? null : shelves.putIfAbsent(buffer.shelf(), dtypes.size());
    slots.put(buffer, shelf == null ? dtypes.size() : shelf);
    if (shelf != null) return;
    ranks.add(buffer.role() == Buffer.Role.KEPT ? -1 : next.merge(buffer.dtype(), 1, Integer::sum) - 1);
    until.put(dtypes.size(), buffer.role() == Buffer.Role.KEPT ? Integer.MAX_VALUE : life.last());
    dtypes.add(buffer.dtype());
  }

  /** @throws WeftException of kind INTERNAL if two buffers that are needed at the same time lie in one slot */
  public void check(LoopProgram program) {
    List<Stmt> stmts = program.main().body() instanceof Stmt.Block b ? b.stmts() : List.of(program.main().body());
    var owners = new HashMap<Integer, Buffer>();
    var over = new HashSet<Buffer>();
    for (Stmt stmt : stmts) {
      var used = Uses.of(stmt).buffers();
      for (Buffer buffer : used) {
        Integer slot = slots.get(buffer);
        if (slot == null) continue;
        Buffer before = owners.put(slot, buffer);
        if (before != null && before.shelf() != null && before.shelf() == buffer.shelf()) continue;
        boolean both = before != buffer && used.contains(before);
        boolean kept = buffer.role() == Buffer.Role.KEPT || before != null && before.role() == Buffer.Role.KEPT;
        if (!both && dtype(slot) == buffer.dtype() && !over.contains(buffer) && (before == null || before == buffer || !kept)) {
          if (before != null && before != buffer) over.add(before);
          continue;
        }
        throw new WeftException(WeftException.Kind.INTERNAL, program.name() + ": slot " + slot + " is given to " + buffer + " and " + before
            + " at the same time");
      }
    }
  }

  /** How many slots there are. */
  public int count() {
    return dtypes.size();
  }

  /** The slot of a buffer, or -1 for one that is not in the workspace. */
  public int slot(Buffer buffer) {
    return slots.getOrDefault(buffer, -1);
  }

  /** What the elements of a slot are. */
  public DType dtype(int slot) {
    return dtypes.get(slot);
  }

  /**
   * Which one of its dtype's slots a slot is, from 0, those of kept buffers left out; -1 for one of these. Functions that take turns
   * with one workspace share slots of equal rank and dtype.
   */
  public int rank(int slot) {
    return ranks.get(slot);
  }

  /** Bytes of all slots together, each as large as the largest buffer in it. */
  public Dim bytes() {
    Dim sum = Dim.ZERO;
    for (int slot = 0; slot < count(); slot++) {
      Dim largest = Dim.ZERO;
      for (Dim d : bytes(slot)) largest = larger(largest, d);
      sum = sum.plus(largest);
    }
    return sum;
  }

  /** What the buffers of a slot take, those of a known size as one. */
  private Set<Dim> bytes(int slot) {
    var sizes = new LinkedHashSet<Dim>();
    long known = 0;
    for (var e : slots.entrySet()) {
      if (e.getValue() != slot) continue;
      Dim bytes = e.getKey().size().times(e.getKey().dtype().bytes());
      if (bytes.isConstant()) known = Math.max(known, bytes.constant());
      else sizes.add(bytes);
    }
    sizes.add(Dim.of(known));
    return sizes;
  }

  private static Dim larger(Dim a, Dim b) {
    return a.minus(b).isNonNegative() ? a : b.minus(a).isNonNegative() ? b : Dim.max(a, b);
  }

  /** The slot table as text. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    slots.forEach((buffer, slot) -> text.append(String.format("slot %2d  %-24s %s[%s]%s%n", slot, buffer.name(),
        buffer.dtype().text(), buffer.size(), buffer.role() == Buffer.Role.KEPT ? "  kept" : "")));
    return text.toString();
  }
}
