package weft.loop;

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

  /** An integer expression made ready to run. */
  Code.Index index(Dim dim) {
    List<Dim.Term> terms = dim.terms();
    if (dim.isConstant()) {
      long constant = dim.constant();
      return f -> constant;
    }
    Code.Index sum = product(terms.get(0));
    for (Dim.Term term : terms.subList(1, terms.size())) {
      Code.Index before = sum;
      if (term.symbols().isEmpty()) {
        long constant = term.coefficient();
        sum = f -> before.at(f) + constant;
      } else {
        Code.Index next = product(term);
        sum = f -> before.at(f) + next.at(f);
      }
    }
    return sum;
  }

  private Code.Index product(Dim.Term term) {
    long coefficient = term.coefficient();
    int[] slots = term.symbols().stream().mapToInt(this::of).toArray();
    int first = slots[0];
    if (slots.length == 1) return coefficient == 1 ? f -> f.symbols[first] : f -> coefficient * f.symbols[first];
    return f -> {
      long product = coefficient;
      for (int slot : slots) product *= f.symbols[slot];
      return product;
    };
  }
}
