package weft.codegen.source;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.loop.Buffer;
import weft.pipeline.Prepared;
import weft.runtime.DType;
import weft.schedule.SlotPlan;

/**
 * The slots of one workspace that several functions use in turn: what a call leaves behind may be overwritten by the next, but for the
 * buffers that are kept, which have slots of their own.
 */
final class JointSlots {
  private final Map<Buffer, Integer> slots = new HashMap<>();
  private final Map<DType, List<Integer>> shared = new EnumMap<>(DType.class);
  private int count;

  JointSlots(List<Prepared> functions) {
    for (Prepared function : functions) add(function);
  }

  private void add(Prepared function) {
    SlotPlan plan = function.plan();
    var own = new HashMap<Integer, Integer>();
    for (Buffer b : function.running().buffers()) {
      int slot = plan.slot(b);
      if (slot >= 0) slots.put(b, own.computeIfAbsent(slot, s -> joint(plan.rank(s), plan.dtype(s))));
    }
  }

  private int joint(int rank, DType dtype) {
    if (rank < 0) return count++;
    List<Integer> all = shared.computeIfAbsent(dtype, d -> new ArrayList<>());
    while (all.size() <= rank) all.add(count++);
    return all.get(rank);
  }

  int count() {
    return count;
  }

  /** The slot of a buffer, or -1 for one that is not in the workspace. */
  int slot(Buffer b) {
    return slots.getOrDefault(b, -1);
  }
}
