package weft.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.KernelCost;
import weft.loop.KernelCosts;
import weft.loop.Sizes;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/** What was made of a function and why, as text. */
public final class Explanation {
  private static final int WIDEST = 150;

  private final Prepared prepared;
  private final StringBuilder text = new StringBuilder();

  private Explanation(Prepared prepared) {
    this.prepared = prepared;
  }

  /** @param dims extents by name, null to leave them symbols */
  public static String text(Prepared prepared, Map<String, Integer> dims) {
    var explanation = new Explanation(prepared);
    explanation.head(dims);
    explanation.scans();
    explanation.kernels(dims);
    explanation.shared();
    explanation.kept();
    String counts = prepared.notes().text();
    if (!counts.isEmpty()) explanation.text.append("rewrites\n\n").append(counts);
    return explanation.text.toString();
  }

  /** The costs of all kernels where dimensions have these extents; no parameter has changed. */
  public static List<KernelCost.Numbers> costs(Prepared prepared, Map<String, Integer> dims) {
    ToLongFunction<Symbol> values = values(prepared.spec().name(), dims);
    return KernelCosts.of(prepared.program()).stream().map(c -> c.at(values)).toList();
  }

  private static ToLongFunction<Symbol> values(String function, Map<String, Integer> dims) {
    return new ToLongFunction<>() {
      @Override
      public long applyAsLong(Symbol s) {
        if (Sizes.isComputed(s)) return Sizes.evaluate(s.definition(), this);
        if (s.definition() instanceof Symbol.Changed) return 0;
        Integer given = dims.get(s.name());
        if (given != null) return given;
        if (s.definition() instanceof Symbol.Measured) return 1;
        throw new WeftException(Kind.ARGUMENT, function + ": how long is dimension " + s.name() + "?\n  Give every dimension that"
            + " the function takes; given were " + dims.keySet() + ".");
      }
    };
  }

  private void line(String line) {
    text.append(line.stripTrailing()).append('\n');
  }

  private void head(Map<String, Integer> dims) {
    String name = prepared.spec().name();
    long kernels = KernelCosts.of(prepared.program()).size();
    Dim bytes = prepared.plan().bytes();
    line(name + ": " + ops(prepared.spec()) + " ops as written, " + ops(prepared.rewritten()) + " after rewriting, " + kernels
        + " kernels, " + (dims == null ? bytes.toString() : String.format("%,d", Sizes.evaluate(bytes, values(name, dims))))
        + " bytes of workspace");
    PassChoice choice = prepared.options().passes();
    if (!choice.off().isEmpty()) line("switched off: " + String.join(", ", choice.off()));
    if (prepared.options().monitor() != null) line("monitored: what kernels read and compute is shown, copied for each showing");
    if (!choice.on().isEmpty()) line("switched on: " + String.join(", ", choice.on()));
  }

  private static long ops(FunctionSpec spec) {
    long count = 0;
    var open = new ArrayList<>(List.of(spec.results()));
    while (!open.isEmpty()) {
      for (var a : Graphs.order(open.remove(open.size() - 1))) {
        if (!(a.op() instanceof Leaf)) count++;
        a.op().bodies().forEach(b -> open.add(b.results()));
      }
    }
    return count;
  }

  /** What passes and the lowering said, by scan. */
  private void scans() {
    var byScan = new LinkedHashMap<String, Set<String>>();
    var sentences = new ArrayList<>(prepared.notes().sentences());
    sentences.addAll(prepared.lowering().sentences());
    for (String sentence : sentences) {
      int colon = sentence.indexOf(": ");
      String scan = colon < 0 ? "" : sentence.substring(0, colon);
      byScan.computeIfAbsent(scan, k -> new LinkedHashSet<>()).add(colon < 0 ? sentence : sentence.substring(colon + 2));
    }
    byScan.forEach((scan, said) -> {
      line("");
      if (!scan.isEmpty()) line(scan);
      said.forEach(s -> line("  " + s));
    });
  }

  private void kernels(Map<String, Integer> dims) {
    var rows = new ArrayList<String[]>();
    rows.add(new String[] {"kernel", "calls", "flops", "bytes", "workspace", "computes"});
    ToLongFunction<Symbol> values = dims == null ? null : values(prepared.spec().name(), dims);
    for (KernelCost c : KernelCosts.of(prepared.program())) {
      rows.add(new String[] {c.kernel().name(), number(c.calls(), values), number(c.flops(), values), number(c.bytes(), values),
          number(c.workspace(), values), what(c)});
    }
    line("");
    line("kernels: calls in one call of the function; flops, bytes touched and workspace of one run");
    line("");
    int[] width = new int[6];
    for (String[] row : rows) for (int i = 0; i < 6; i++) width[i] = Math.max(width[i], row[i].length());
    for (String[] row : rows) {
      var line = new StringBuilder("  ").append(row[0]).append(" ".repeat(width[0] - row[0].length()));
      for (int i = 1; i < 5; i++) line.append("  ").append(" ".repeat(width[i] - row[i].length())).append(row[i]);
      line(line.append("  ").append(row[5]).toString());
    }
    line("");
  }

  private static String number(Dim d, ToLongFunction<Symbol> values) {
    if (values != null) return String.format("%,d", Sizes.evaluate(d, values));
    if (!d.symbols().isEmpty() && d.symbols().stream().allMatch(s -> s.definition() instanceof Symbol.Changed)) return "if changed";
    return d.isConstant() ? String.format("%,d", d.constant()) : d.toString();
  }

  private String what(KernelCost c) {
    int fused = prepared.lowering().computedBy(c.kernel().name()).size();
    String at = c.kernel().origin().isEmpty() ? "" : "   at " + c.kernel().origin();
    String what = c.kernel().formula();
    if (what.length() > WIDEST) what = what.substring(0, WIDEST - 1) + "…";
    return what + (fused > 1 ? "   (" + fused + " ops fused)" : "") + at;
  }

  private void shared() {
    int threads = prepared.options().threads();
    if (threads == 1) return;
    if (prepared.split() == null) {
      line(threads + " threads: no kernel takes long enough to be shared out");
    } else {
      line(threads + " threads share these kernels out where the extents of a call make them long enough, by the loop");
      prepared.split().kernels().forEach((kernel, loop) -> line("  " + kernel + " over " + loop));
    }
    line("");
  }

  private void kept() {
    Map<Expr, String> kept = prepared.lowering().kept();
    if (kept.isEmpty()) return;
    line("kept in memory instead of fused into what reads it");
    var said = new LinkedHashSet<String>();
    kept.forEach((e, why) -> said.add("  " + label(e) + ", since " + why));
    said.forEach(this::line);
    line("");
  }

  private static String label(Expr e) {
    String at = e.apply().origin().at();
    return Message.label(e) + " " + e.type() + (at.isEmpty() ? "" : " at " + at);
  }
}
