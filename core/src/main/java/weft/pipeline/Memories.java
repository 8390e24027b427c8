package weft.pipeline;

import java.util.ArrayList;
import java.util.List;
import weft.runtime.DType;
import weft.runtime.Pool;
import weft.runtime.Workspace;
import weft.schedule.SlotPlan;

/**
 * Memory that several doors use in turn, one call at a time: those of a program's methods, and of the versions of a function. What a call
 * leaves in a workspace may be overwritten by the next, whichever door it comes through; a door keeps apart what it needs again.
 */
public final class Memories {
  private final Pool<Memory> idle = new Pool<>();
  private int ranks;

  /** The memory of one call at a time. */
  static final class Memory {
    final Workspace workspace;
    /** Counts how often an array of the workspace was replaced by a larger one. */
    long grown;
    private final List<Door> doors = new ArrayList<>();
    private final List<Object> kept = new ArrayList<>();

    private Memory(int ranks) {
      workspace = new Workspace(ranks * DType.values().length);
    }

    /** What a door has put here, null if nothing. */
    Object of(Door door) {
      for (int i = 0; i < doors.size(); i++) if (doors.get(i) == door) return kept.get(i);
      return null;
    }

    /** Keeps something of a door for its next call, and forgets doors that nobody will come through again. */
    void keep(Door door, Object thing) {
      for (int i = doors.size() - 1; i >= 0; i--) {
        if (!doors.get(i).isRetired()) continue;
        doors.remove(i);
        kept.remove(i);
      }
      if (door.isRetired()) return;
      doors.add(door);
      kept.add(thing);
    }
  }

  /** Makes memory from now on that a door with this plan can use. */
  synchronized void fit(SlotPlan plan) {
    for (int slot = 0; slot < plan.count(); slot++) ranks = Math.max(ranks, plan.rank(slot) + 1);
  }

  /** Memory for this caller alone until {@link #give}. */
  Memory take() {
    Memory free = idle.take();
    return free == null ? make() : free;
  }

  private synchronized Memory make() {
    return new Memory(ranks);
  }

  void give(Memory memory) {
    idle.give(memory);
  }

  /** Lets go of what no call uses now. */
  void free() {
    while (idle.take() != null) { }
  }

  /** Where a slot lies in a workspace that others use too, -1 for one that is its door's alone. */
  static int place(SlotPlan plan, int slot) {
    int rank = plan.rank(slot);
    return rank < 0 ? -1 : rank * DType.values().length + plan.dtype(slot).ordinal();
  }

  /** An array of a workspace; what was in it may be lost. */
  static Object array(Workspace workspace, int slot, DType dtype, long size) {
    return switch (dtype) {
      case F32 -> workspace.floats(slot, size);
      case F64 -> workspace.doubles(slot, size);
      case I32 -> workspace.ints(slot, size);
      case I64 -> workspace.longs(slot, size);
      case BOOL -> workspace.booleans(slot, size);
    };
  }
}
