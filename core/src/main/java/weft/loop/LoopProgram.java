package weft.loop;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * What both back ends print: buffers and the kernels over them.
 *
 * @param name of the function it came from
 * @param lanes f32 lanes of the vectors in it (f64 vectors have half as many), 1 if it has none
 * @param buffers all of them; a compiled program takes their arrays in this order
 * @param symbols all extents it reads, those that others are computed from first; a compiled program takes their values in
 *     this order
 * @param inputs the caller's tensors in the order of the arguments
 * @param outputs the result tensors in order
 * @param main the driver that runs all other kernels; it is found through its {@link Stmt.Run}s
 */
public record LoopProgram(String name, int lanes, List<Buffer> buffers, List<Symbol> symbols, List<Buffer> inputs,
    List<Buffer> outputs, Kernel main) {

  /** A program with these buffers, and what else its statements use. */
  public static LoopProgram of(String name, int lanes, List<Buffer> inputs, List<Buffer> outputs, Kernel main) {
    Uses uses = Uses.of(main.body());
    var buffers = new LinkedHashSet<Buffer>(inputs);
    buffers.addAll(outputs);
    buffers.addAll(uses.buffers());
    var symbols = new LinkedHashSet<Symbol>();
    for (Buffer b : buffers) for (Symbol s : b.size().symbols()) addSymbol(s, symbols);
    for (Symbol s : uses.symbols()) addSymbol(s, symbols);
    return new LoopProgram(name, lanes, List.copyOf(buffers), List.copyOf(symbols), List.copyOf(inputs),
        List.copyOf(outputs), main);
  }

  private static void addSymbol(Symbol s, Set<Symbol> symbols) {
    if (symbols.contains(s)) return;
    for (Dim part : parts(s)) for (Symbol needed : part.symbols()) addSymbol(needed, symbols);
    symbols.add(s);
  }

  /** What a defined symbol is computed from. */
  public static List<Dim> parts(Symbol s) {
    if (s.definition() instanceof Symbol.Min d) return List.of(d.left(), d.right());
    if (s.definition() instanceof Symbol.Max d) return List.of(d.left(), d.right());
    if (s.definition() instanceof Symbol.CeilDiv d) return List.of(d.of());
    if (s.definition() instanceof Symbol.FloorDiv d) return List.of(d.of());
    if (s.definition() instanceof Symbol.Root d) return List.of(d.of());
    if (s.definition() instanceof Symbol.Part d) return List.of(d.count(), d.work());
    return List.of();
  }

  /** All kernels, each behind those it runs; the last one is {@link #main}. */
  public List<Kernel> kernels() {
    var all = new ArrayList<>(Uses.of(main.body()).kernels());
    all.add(main);
    return all;
  }
}
