package weft.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Message;
import weft.graph.Op;
import weft.graph.Origin;
import weft.loop.Lengths;
import weft.op.Broadcast;
import weft.op.Einsum;
import weft.op.Index;
import weft.op.ScanMaker;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * A large product of whose rows little is kept is computed row by row, with all that is made of it: the logits {@code [time, batch, words]} of
 * a language model, of which the cross-entropy needs two sums and a pick a row. What one row gives is read while caches have it, and memory for
 * the others is not needed. Nothing is rounded in another way.
 */
public final class RowLoop {
  /** What takes the place of a row along axis 0, for {@link RowWise#of}. */
  private static final Op ROW = new Index(0, Dim.ZERO);

  private final Notes notes;
  private final Map<Symbol, Integer> known;
  private final List<Apply> order;
  private final Set<Expr> results;
  private final Map<Expr, List<Apply>> users = new HashMap<>();

  private RowLoop(List<Expr> results, Notes notes, Map<Symbol, Integer> known) {
    this.notes = notes;
    this.known = known;
    this.order = Graphs.order(results);
    this.results = new HashSet<>(results);
    for (Apply a : order) for (Expr in : new LinkedHashSet<>(a.inputs())) users.computeIfAbsent(in, k -> new ArrayList<>()).add(a);
  }

  /** @param known extents that every call will have */
  public static List<Expr> apply(List<Expr> results, Notes notes, Map<Symbol, Integer> known) {
    return ScanGraphs.eachLevel(results, level -> everyProduct(level, notes, known));
  }

  private static List<Expr> everyProduct(List<Expr> level, Notes notes, Map<Symbol, Integer> known) {
    List<Expr> now = level;
    while (true) {
      Map<Expr, Expr> mapped = new RowLoop(now, notes, known).first();
      if (mapped == null) return now;
      now = Graphs.substitute(now, mapped);
    }
  }

  /** What the first large product leaves becomes outputs of a loop; null if there is none. */
  private Map<Expr, Expr> first() {
    for (Apply a : order) {
      if (!(a.op() instanceof Einsum) || a.output(0).rank() < 3) continue;
      Set<Apply> region = isLarge(a, known) ? region(a, known) : null;
      if (region != null) return loop(a, region);
      notes.await(a.output(0).type().dims().subList(1, a.output(0).rank()), known, s -> isLarge(a, s) && region(a, s) != null);
    }
    return null;
  }

  /** Whether it is a product with large rows, each of which is as fast by itself. */
  private static boolean isLarge(Apply a, Map<Symbol, Integer> known) {
    if (elements(a.output(0), known) < Limits.OF.elements()) return false;
    boolean[] rows = RowWise.inputs(a);
    if (rows == null) return false;
    Dim length = a.output(0).dim(0);
    if (length.isConstant() && length.constant() < 4 || !Lengths.in(length).isEmpty()) return false;
    return ScanHoist.fillsTiles(a, rows, known);
  }

  /** Elements of a row, 0 if that is known only at call time. */
  private static long elements(Expr e, Map<Symbol, Integer> known) {
    double product = 1;
    for (Dim each : e.type().dims().subList(1, e.rank())) {
      Dim d = each.substitute(s -> known.containsKey(s) ? Dim.of(known.get(s)) : null);
      if (!d.isConstant()) return 0;
      product *= d.constant();
    }
    return (long) Math.min(product, Long.MAX_VALUE);
  }

  /** The product and all that is made of its rows up to what is little; null if something needs more than one row at once. */
  private Set<Apply> region(Apply product, Map<Symbol, Integer> known) {
    Dim length = product.output(0).dim(0);
    long little = elements(product.output(0), known) / Limits.OF.little();
    var region = new LinkedHashSet<Apply>(List.of(product));
    Set<Expr> made = ScanGraphs.dependents(order, product.outputs());
    while (true) {
      var more = new LinkedHashSet<Apply>();
      for (Apply a : region) {
        Expr out = a.output(0);
        boolean small = elements(out, known) > 0 && elements(out, known) <= little;
        if (!small && results.contains(out)) return null;
        if (!small) more.addAll(users.getOrDefault(out, List.of()));
        for (Expr in : a.inputs()) if (made.contains(in)) more.add(in.apply());
      }
      if (!region.addAll(more)) break;
      for (Apply a : more) if (!isByRows(a, length, made)) return null;
    }
    return region;
  }

  private static boolean isByRows(Apply a, Dim length, Set<Expr> made) {
    boolean[] rows = RowWise.inputs(a);
    if (rows == null || !a.output(0).dim(0).equals(length)) return false;
    for (int i = 0; i < rows.length; i++) if (!rows[i] && made.contains(a.input(i))) return false;
    return true;
  }

  private Map<Expr, Expr> loop(Apply product, Set<Apply> region) {
    var kept = new ArrayList<Expr>();
    for (Apply a : order) {
      Expr out = a.output(0);
      if (!region.contains(a)) continue;
      if (results.contains(out) || users.getOrDefault(out, List.of()).stream().anyMatch(u -> !region.contains(u))) kept.add(out);
    }
    long since = ScanMaker.now();
    var sequences = new ArrayList<Expr>();
    var variables = new ArrayList<Expr>();
    var row = new HashMap<Expr, Expr>();
    for (Apply a : order) if (region.contains(a)) row.put(a.output(0), row(a, row, sequences, variables));
    Apply scan = Origin.inherit(product.origin(), () -> ScanMaker.apply("rows", since, variables, sequences, List.of(), List.of(),
        kept.stream().map(row::get).toList(), null, product.output(0).dim(0), false, List.of()));
    var mapped = new HashMap<Expr, Expr>();
    for (int i = 0; i < kept.size(); i++) mapped.put(kept.get(i), Graphs.named(scan.output(i), kept.get(i)));
    notes.say("scan rows" + (scan.origin().at().isEmpty() ? "" : " at " + scan.origin().at()) + ": computes "
        + ScanTexts.formula(product.output(0)) + " row by row, since all that is made of a row is little");
    return mapped;
  }

  /** One row of what an apply of the region gives. */
  private Expr row(Apply a, Map<Expr, Expr> row, List<Expr> sequences, List<Expr> variables) {
    boolean[] rows = RowWise.inputs(a);
    var inputs = new ArrayList<Expr>();
    for (int i = 0; i < rows.length; i++) {
      Expr in = a.input(i);
      inputs.add(rows[i] ? row.computeIfAbsent(in, e -> given(e, sequences, variables)) : in);
    }
    return Graphs.named(Origin.inherit(a.origin(), () -> Apply.of(RowWise.of(a, ROW), inputs).output(0)), a.output(0));
  }

  /** A row of what comes from outside: the same in every step where it was only repeated. */
  private Expr given(Expr e, List<Expr> sequences, List<Expr> variables) {
    if (e.op() instanceof Broadcast b && !b.axes().contains(0)) {
      var less = new Broadcast(b.to().subList(1, b.to().size()), b.axes().stream().map(axis -> axis - 1).toList());
      return Origin.inherit(e.apply().origin(), () -> Apply.of(less, e.apply().inputs()).output(0));
    }
    Expr variable = Graphs.variable(e.type().row(), e.name(), "row of " + Message.label(e));
    sequences.add(e);
    variables.add(variable);
    return variable;
  }
}
