package weft.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/** Where the interpreter keeps each buffer, symbol and local of a program in a {@link Frame}. */
final class Slots {
  private final LoopProgram program;
  private final Map<Buffer, Integer> buffers = new IdentityHashMap<>();
  private final Map<Symbol, Integer> symbols = new HashMap<>();
  private final Map<Local, Integer> locals = new IdentityHashMap<>();
  private final int[] localCounts = new int[DType.values().length];

  Slots(LoopProgram program) {
    this.program = program;
    for (Buffer b : program.buffers()) buffers.put(b, buffers.size());
    for (Symbol s : program.symbols()) symbols.put(s, symbols.size());
  }

  int of(Buffer buffer) {
    Integer slot = buffers.get(buffer);
    if (slot == null) throw unknown("buffer " + buffer);
    return slot;
  }

  int of(Symbol symbol) {
    if (!symbols.containsKey(symbol) && !symbol.isLoopVariable()) throw unknown("symbol " + symbol);
    return symbols.computeIfAbsent(symbol, s -> symbols.size());
  }

  int of(Local local) {
    return locals.computeIfAbsent(local, l -> {
      int slot = localCounts[l.dtype().ordinal()];
      localCounts[l.dtype().ordinal()] += l.lanes();
      return slot;
    });
  }

  int symbolCount() {
    return symbols.size();
  }

  int[] localCounts() {
    return localCounts;
  }

  private WeftException unknown(String what) {
    return new WeftException(Kind.INTERNAL, program.name() + ": " + what + " is not listed by the program");
  }

  /** An integer expression made ready to run; linear terms, as nearly all are, cost no call each. */
  Code.Index index(Dim dim) {
    long constant = 0;
    var linear = new ArrayList<Dim.Term>();
    Code.Index rest = null;
    for (Dim.Term term : dim.terms()) {
      if (term.symbols().isEmpty()) constant = term.coefficient();
      else if (term.symbols().size() == 1) linear.add(term);
      else rest = rest == null ? product(term) : sum(rest, product(term));
    }
    Code.Index index = linear(linear, constant);
    return rest == null ? index : sum(index, rest);
  }

  private Code.Index linear(List<Dim.Term> terms, long constant) {
    long[] factors = terms.stream().mapToLong(Dim.Term::coefficient).toArray();
    int[] slots = terms.stream().mapToInt(t -> of(t.symbols().get(0))).toArray();
    if (slots.length == 0) return f -> constant;
    long factor = factors[0];
    int slot = slots[0];
    if (slots.length == 1) return f -> constant + factor * f.symbols[slot];
    long factor2 = factors[1];
    int slot2 = slots[1];
    if (slots.length == 2) return f -> constant + factor * f.symbols[slot] + factor2 * f.symbols[slot2];
    return f -> {
      long sum = constant;
      for (int i = 0; i < slots.length; i++) sum += factors[i] * f.symbols[slots[i]];
      return sum;
    };
  }

  private static Code.Index sum(Code.Index left, Code.Index right) {
    return f -> left.at(f) + right.at(f);
  }

  private Code.Index product(Dim.Term term) {
    long coefficient = term.coefficient();
    int[] slots = term.symbols().stream().mapToInt(this::of).toArray();
    return f -> {
      long product = coefficient;
      for (int slot : slots) product *= f.symbols[slot];
      return product;
    };
  }
}
