package weft.codegen.source;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.loop.Buffer;
import weft.pipeline.Prepared;
import weft.runtime.DType;

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
    var bySlot = new LinkedHashMap<Integer, List<Buffer>>();
    for (Buffer b : function.program().buffers()) {
      int slot = function.plan().slot(b);
      if (slot >= 0) bySlot.computeIfAbsent(slot, s -> new ArrayList<>()).add(b);
    }
    var used = new EnumMap<DType, Integer>(DType.class);
    bySlot.forEach((own, buffers) -> {
      DType dtype = buffers.get(0).dtype();
      int slot;
      if (buffers.get(0).role() == Buffer.Role.KEPT) {
        slot = count++;
      } else {
        List<Integer> all = shared.computeIfAbsent(dtype, d -> new ArrayList<>());
        int index = used.merge(dtype, 1, Integer::sum) - 1;
        if (index == all.size()) all.add(count++);
        slot = all.get(index);
      }
      for (Buffer b : buffers) slots.put(b, slot);
    });
  }

  int count() {
    return count;
  }

  /** The slot of a buffer, or -1 for one that is not in the workspace. */
  int slot(Buffer b) {
    return slots.getOrDefault(b, -1);
  }
}
