package weft.codegen;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The emitted classes that somebody still has, by what they do. Functions that are equal but for names and parameters run one class, and
 * with it what HotSpot has learnt of it and made of it. Holds nothing back from being unloaded, and so holds no more than is in use.
 */
final class SharedClasses {
  private final ConcurrentHashMap<String, Slot> slots = new ConcurrentHashMap<>();
  private final ReferenceQueue<BiConsumer<Object[], int[]>> gone = new ReferenceQueue<>();

  /** One key's class; its monitor is held while the class is made. */
  private static final class Slot {
    Reference entry;
  }

  private static final class Reference extends WeakReference<BiConsumer<Object[], int[]>> {
    final String key;

    Reference(String key, BiConsumer<Object[], int[]> entry, ReferenceQueue<BiConsumer<Object[], int[]>> queue) {
      super(entry, queue);
      this.key = key;
    }
  }

  /** The instance that runs programs of this key, made if there is none; threads that ask at the same time get the same. */
  BiConsumer<Object[], int[]> find(String key, Supplier<BiConsumer<Object[], int[]>> make) {
    forget();
    while (true) {
      Slot slot = slots.computeIfAbsent(key, k -> new Slot());
      synchronized (slot) {
        if (slots.get(key) != slot) continue;
        BiConsumer<Object[], int[]> entry = slot.entry == null ? null : slot.entry.get();
        if (entry != null) return entry;
        try {
          entry = make.get();
          slot.entry = new Reference(key, entry, gone);
          return entry;
        } finally {
          if (slot.entry == null) slots.remove(key, slot);
        }
      }
    }
  }

  /** How many keys there are. */
  int size() {
    forget();
    return slots.size();
  }

  private void forget() {
    for (Reference r = (Reference) gone.poll(); r != null; r = (Reference) gone.poll()) {
      Slot slot = slots.get(r.key);
      if (slot == null) continue;
      synchronized (slot) {
        if (slot.entry == r) slots.remove(r.key, slot);
      }
    }
  }
}
