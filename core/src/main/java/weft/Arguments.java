package weft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * The arguments of a function: by position, by name, or by default.
 *
 * @param defaults one an input, null where it has none
 */
record Arguments(String function, List<Expr> inputs, List<Tensor> defaults, Conversion conversion) {

  /** One tensor for each input. */
  Tensor[] of(Object[] first, Map<String, Object> named) {
    if (Message.needed(function, "the array of arguments", first).length > inputs.size()) throw tooMany(first.length);
    var tensors = new Tensor[inputs.size()];
    for (int i = 0; i < first.length; i++) tensors[i] = conversion.tensor(inputs.get(i), first[i]);
    for (var entry : named.entrySet()) {
      int i = indexOf(entry.getKey());
      if (i < first.length) {
        throw new WeftException(Kind.DUPLICATE, function + ": input " + entry.getKey() + " is given twice, as argument " + (i + 1)
            + " and by name\n  Give each input once.");
      }
      tensors[i] = conversion.tensor(inputs.get(i), entry.getValue());
    }
    for (int i = first.length; i < tensors.length; i++) {
      if (named.containsKey(label(i))) continue;
      tensors[i] = defaults.get(i);
      if (tensors[i] == null) throw missing(i);
    }
    return tensors;
  }

  /** The same for tensors by position alone; gives them back where nothing is to be done, so that nothing is allocated. */
  Tensor[] of(Tensor[] given) {
    boolean complete = Message.needed(function, "the array of arguments", given).length == inputs.size();
    for (int i = 0; complete && i < given.length; i++) complete = given[i] == null || given[i].dtype() == inputs.get(i).dtype();
    return complete ? given : of(given, Map.of());
  }

  /** The input of this name. */
  int indexOf(String name) {
    var found = new ArrayList<Integer>();
    for (int i = 0; i < inputs.size(); i++) if (label(i).equals(name)) found.add(i);
    if (found.size() == 1) return found.get(0);
    if (found.isEmpty()) {
      throw new WeftException(Kind.ARGUMENT, function + ": there is no input " + name + "\n  " + list());
    }
    throw new WeftException(Kind.DUPLICATE, function + ": " + found.size() + " inputs are called " + name
        + "\n  Give them by position, or name them apart.");
  }

  String label(int i) {
    return Message.label(inputs.get(i));
  }

  private String list() {
    return "The function takes " + inputs.stream().map(Message::label).toList() + ".";
  }

  private WeftException missing(int i) {
    return new WeftException(Kind.MISSING_INPUT, function + ": missing input " + label(i) + "\n    declared  "
        + inputs.get(i).type() + Conversion.at(inputs.get(i)) + "\n  " + list());
  }

  private WeftException tooMany(int given) {
    return new WeftException(Kind.ARGUMENT, function + ": takes " + inputs.size() + " inputs, not " + given
        + "\n  They are " + inputs.stream().map(Message::label).toList() + ".");
  }
}
