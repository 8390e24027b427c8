package weft.pipeline;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import weft.graph.Expr;
import weft.graph.GraphPrinter;
import weft.rewrite.Algebra;
import weft.rewrite.Branches;
import weft.rewrite.Expand;
import weft.rewrite.Fold;
import weft.rewrite.Measurers;
import weft.rewrite.Notes;
import weft.rewrite.RowLoop;
import weft.rewrite.ScanAccumulate;
import weft.rewrite.ScanClean;
import weft.rewrite.ScanCut;
import weft.rewrite.ScanEmit;
import weft.rewrite.ScanHoist;
import weft.rewrite.ScanInline;
import weft.rewrite.ScanJoin;
import weft.rewrite.ScanMerge;
import weft.rewrite.ScanParts;
import weft.rewrite.ScanPick;
import weft.rewrite.ScanReasons;
import weft.rewrite.ScanSink;
import weft.rewrite.ScanTail;
import weft.rewrite.ScanUnroll;
import weft.rewrite.Share;
import weft.rewrite.Stability;
import weft.runtime.Tensor;
import weft.type.Symbol;

/** The pipeline of graph passes: one list, in order. */
final class Passes {
  private static final Pass SHARE = new Pass("share", Share::apply);
  private static final Pass FOLD = new Pass("fold", (results, notes) -> Fold.apply(results, notes, Passes::values));
  private static final Pass ALGEBRA = new Pass("algebra", Algebra.RULES::apply);
  private static final Pass LATE = new Pass("late-algebra", Algebra.LATE::apply);
  private static final Pass STABILITY = new Pass("stability", Stability.RULES::apply);
  private static final Pass EXPAND = new Pass("expand", Expand::apply);

  private static final Pass BRANCHES = new Pass("branches", Branches::apply);
  private static final Pass JOIN = scan("scan-join", ScanJoin::apply);
  private static final Pass MERGE = scan("scan-merge", ScanMerge::apply);
  private static final Pass CUT = scan("scan-cut", ScanCut::apply);
  private static final Pass PICK = scan("scan-pick", ScanPick::apply);
  private static final Pass TAIL = scan("scan-tail", ScanTail::apply);
  private static final Pass CLEAN = scan("scan-clean", ScanClean::apply);
  private static final Pass ACCUMULATE = scan("scan-accumulate", ScanAccumulate::apply);
  private static final Pass HOIST = hoist(Map.of());
  private static final Pass SINK = scan("scan-sink", ScanSink::apply);
  private static final Pass PARTS = scan("scan-parts", ScanParts::apply);
  private static final Pass UNROLL = scan("scan-unroll", ScanUnroll::apply);
  private static final Pass INLINE = inline(Map.of());
  private static final Pass ROWS = rows(Map.of());
  private static final Pass REASONS = reasons(Map.of());
  private static final Pass EMIT = scan("scan-emit", ScanEmit::apply);

  /**
   * What rules have to see whole is expanded late: a softmax that leaves a loop may meet the logarithm that was taken behind it.
   */
  static final List<Pass> ALL = List.of(
      JOIN, MERGE, SHARE, FOLD, ALGEBRA, STABILITY,
      SHARE, ALGEBRA, STABILITY, BRANCHES,
      MERGE, CUT, PICK, TAIL, CLEAN, ACCUMULATE, HOIST, SINK, PARTS, TAIL, CLEAN, UNROLL,
      SHARE, FOLD, ALGEBRA, STABILITY, BRANCHES,
      EXPAND,
      SHARE, FOLD, ALGEBRA, LATE, SHARE, INLINE, ROWS, EMIT, REASONS);

  /** What takes little time and makes the rest of the way shorter. */
  private static final List<Pass> FEW = List.of(MERGE, SHARE, FOLD, ALGEBRA, STABILITY, CLEAN, EXPAND, SHARE);

  /** What lowering cannot do without. */
  static final List<Pass> NEEDED = List.of(EXPAND);

  private Passes() {}

  /**
   * The passes that a function goes through; while numbers are watched or shown, steps stay steps, so that errors can count them. Those that are
   * switched on stand where they stand among all.
   */
  static List<Pass> of(Options options) {
    List<Pass> usual = usual(options);
    PassChoice choice = options.passes();
    List<Pass> from = usual;
    if (!names(usual).containsAll(choice.on())) {
      Set<String> wanted = names(usual);
      wanted.addAll(choice.on());
      from = ALL.stream().filter(p -> wanted.contains(p.name())).toList();
    }
    return choice.off().isEmpty() ? from : from.stream().filter(p -> !choice.off().contains(p.name())).toList();
  }

  private static List<Pass> usual(Options options) {
    if (options.rewrites() == Options.Rewrites.NONE) return NEEDED;
    if (options.rewrites() == Options.Rewrites.FEW) return FEW;
    return options.watch().isOn() || options.monitor() != null ? ALL.stream().filter(p -> p != UNROLL).toList() : ALL;
  }

  /** The same where every call has extents that some passes ask for. */
  static List<Pass> of(Options options, Map<Symbol, Integer> known) {
    if (known.isEmpty()) return of(options);
    return of(options).stream().map(p -> p == HOIST ? hoist(known) : p == INLINE ? inline(known) : p == ROWS ? rows(known)
        : p == REASONS ? reasons(known) : p).toList();
  }

  private static Pass hoist(Map<Symbol, Integer> known) {
    return new Pass("scan-hoist", (results, notes) -> ScanHoist.apply(results, notes, known));
  }

  private static Pass inline(Map<Symbol, Integer> known) {
    return new Pass("scan-inline", (results, notes) -> ScanInline.apply(results, notes, known));
  }

  private static Pass rows(Map<Symbol, Integer> known) {
    return new Pass("row-loop", (results, notes) -> RowLoop.apply(results, notes, known));
  }

  private static Pass reasons(Map<Symbol, Integer> known) {
    return new Pass("scan-reasons", (results, notes) -> ScanReasons.apply(results, notes::say, known));
  }

  private static Set<String> names(List<Pass> passes) {
    var names = new LinkedHashSet<String>();
    for (Pass p : passes) names.add(p.name());
    return names;
  }

  /** The names of the passes that this goes through, each once, in the order in which they come first. */
  static List<String> names(Options options) {
    return List.copyOf(names(of(options)));
  }

  /**
   * The names of all passes, as {@link #names}, or of those that can be switched off.
   *
   * @param off whether the lowering can do without
   */
  static Set<String> known(boolean off) {
    Set<String> names = names(ALL);
    if (off) names.removeAll(names(NEEDED));
    return names;
  }

  private static Pass scan(String name, BiFunction<List<Expr>, Consumer<String>, List<Expr>> pass) {
    return new Pass(name, (results, notes) -> pass.apply(results, notes::say));
  }

  /** Runs passes in order, each verified if wanted; the trace gets the graph before, after each that changed it, and as lowering takes it. */
  static List<Expr> run(List<Pass> passes, List<Expr> results, Notes notes, Trace trace, boolean verify) {
    if (trace.isOn()) trace.write("built.graph", GraphPrinter.text(results));
    List<Expr> now = Measurers.closed(results);
    for (Pass pass : passes) {
      notes.begin(pass.name());
      List<Expr> next = pass.rewrite().apply(now, notes);
      if (verify) GraphVerifier.check(pass.name(), now, next);
      if (trace.isOn() && !next.equals(now)) trace.write(pass.name() + ".graph", notes.lately() + GraphPrinter.text(next));
      now = next;
    }
    if (trace.isOn()) trace.write("rewritten.graph", GraphPrinter.text(now));
    return now;
  }

  /** The values of expressions without inputs. */
  private static List<Tensor> values(List<Expr> exprs) {
    var spec = new FunctionSpec("constants", List.of(), exprs, List.of());
    var results = new Tensor[exprs.size()];
    Compiler.compile(spec, Options.DEFAULT.with(BackEnds.INTERPRETER.name()).withRewrites(Options.Rewrites.NONE).withLanes(1), new Notes(), Trace.NONE).call(new Tensor[0], results);
    return List.of(results);
  }
}
