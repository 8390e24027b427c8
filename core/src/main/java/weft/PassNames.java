package weft;

import java.util.List;
import java.util.Set;
import weft.graph.Message;
import weft.pipeline.Compiler;
import weft.pipeline.PassChoice;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Names of passes that a user gives, checked. */
final class PassNames {
  private PassNames() {}

  /** What {@code -Dweft.without=scan-hoist,share} says for all functions. */
  static PassChoice fromProperty() {
    String words = System.getProperty("weft.without", "").strip();
    PassChoice choice = PassChoice.NONE;
    for (String word : words.isEmpty() ? new String[0] : words.split(",")) choice = without("-Dweft.without", choice, word.strip());
    return choice;
  }

  static PassChoice with(String where, PassChoice choice, String name) {
    known(where, name, Compiler.passes(false));
    return choice.with(name);
  }

  static PassChoice without(String where, PassChoice choice, String name) {
    Set<String> all = Compiler.passes(false);
    known(where, name, all);
    Set<String> dispensable = Compiler.passes(true);
    if (dispensable.contains(name)) return choice.without(name);
    throw new WeftException(Kind.ARGUMENT, Message.here(where + ": nothing can be lowered without pass " + name,
        "Name one of " + String.join(", ", dispensable) + "."));
  }

  private static void known(String where, String name, Set<String> known) {
    if (known.contains(name)) return;
    throw new WeftException(Kind.ARGUMENT, Message.here(where + ": there is no pass " + name,
        "Name one of " + String.join(", ", List.copyOf(known)) + "."));
  }
}
