package weft.loop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Unique names in a printed program: things are told apart by identity, and the second one that wants a name in the
 * same scope gets a number behind it.
 */
public final class Names {
  private final Map<Object, String> names = new IdentityHashMap<>();
  private final Map<String, Object> taken = new HashMap<>();
  private final Deque<Object> order = new ArrayDeque<>();

  /** The name of a thing, in force until the scope is left in which it was first asked for. */
  public String of(Object thing, String wanted) {
    String known = names.get(thing);
    if (known != null) return known;
    String name = wanted;
    for (int i = 2; taken.putIfAbsent(name, thing) != null; i++) name = wanted + "_" + i;
    names.put(thing, name);
    order.push(thing);
    return name;
  }

  /** Whether a thing has a name that is in force. */
  public boolean knows(Object thing) {
    return names.containsKey(thing);
  }

  /** Enters a scope; the result is for {@link #leave}. */
  public int enter() {
    return order.size();
  }

  /** Frees the names given since. */
  public void leave(int scope) {
    while (order.size() > scope) taken.remove(names.remove(order.pop()));
  }
}
