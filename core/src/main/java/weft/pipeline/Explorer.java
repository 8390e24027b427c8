package weft.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.GraphPrinter;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.Kernel;
import weft.loop.KernelCost;
import weft.loop.KernelCosts;
import weft.loop.LoopPrinter;
import weft.rewrite.Notes;
import weft.schedule.Constants;
import weft.schedule.Schedule;

/**
 * A compiled function as one page for a browser: the graph as written and after each pass, what a scan does in a step as a box in the
 * graph, the loops of every kernel with what they cost, and why. The page loads nothing else.
 */
public final class Explorer {
  private static final String PAGE = "explorer.html";
  private static final String PLACE = "/*DATA*/";

  /** What was measured of kernels, by their names. */
  private final Map<String, String> took = new HashMap<>();
  private final Prepared prepared;
  private final PageText json = new PageText();
  private final Map<Expr, Integer> numbers = new IdentityHashMap<>();
  private Map<Expr, String> labels = Map.of();

  private Explorer(Prepared prepared) {
    this.prepared = prepared;
  }

  /**
   * @param profile what its kernels took so far, null if nothing measured that
   * @param listing what the back end made of it, as text
   */
  public static String page(Prepared prepared, Profile profile, String listing) {
    var explorer = new Explorer(prepared);
    if (profile != null) explorer.took(profile);
    explorer.write(listing);
    return template().replace(PLACE, explorer.json.toString());
  }

  private static String template() {
    try (InputStream in = Explorer.class.getResourceAsStream(PAGE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(PAGE + " cannot be read", e);
    }
  }

  private void write(String listing) {
    json.open('{').key("name").text(prepared.spec().name()).key("passes").open('[');
    List<Expr> now = prepared.spec().results();
    graph("built", "", now);
    // Passes are run again, since nobody keeps what is between them; the last graph is the one that was lowered, which kernels refer to.
    var notes = new Notes();
    var steps = new ArrayList<Runnable>();
    for (Pass pass : Passes.of(prepared.options())) {
      notes.begin(pass.name());
      List<Expr> next = pass.rewrite().apply(now, notes);
      String said = notes.lately();
      if (!next.equals(now)) steps.add(() -> graph(pass.name(), said, next));
      now = next;
    }
    for (int i = 0; i < steps.size() - 1; i++) steps.get(i).run();
    graph("rewritten", "", prepared.rewritten().results());
    json.close(']').key("kernels").open('[');
    List<KernelCost> costs = KernelCosts.of(prepared.program());
    Map<String, String> java = BackEnds.java(Schedule.eachKernel(prepared.program(), Constants::apply));
    for (Kernel k : prepared.program().kernels()) kernel(k, costs, java.getOrDefault(k.name(), ""));
    json.close(']').key("explain").text(Explanation.text(prepared, null)).key("listing").text(listing).close('}');
  }

  private void graph(String pass, String said, List<Expr> results) {
    labels = GraphPrinter.labels(results);
    numbers.clear();
    json.item().open('{').key("name").text(pass).key("said").text(said).key("applies").open('[');
    scope(List.of(), results);
    json.close(']').key("results");
    references(results);
    json.close('}');
  }

  private void scope(List<Expr> variables, List<Expr> results) {
    for (Apply a : Graphs.order(results)) {
      if (GraphPrinter.isInline(a) || variables.contains(a.output(0))) continue;
      json.item().open('{').key("op").text(a.op().name()).key("attributes").text(a.op().attributes())
          .key("at").text(a.origin().at()).key("leaf").raw(String.valueOf(a.inputs().isEmpty())).key("in");
      references(a.inputs());
      json.key("out");
      declarations(a.outputs());
      json.key("steps").open('[');
      for (int i = 0; i < a.op().bodies().size(); i++) {
        var body = a.op().bodies().get(i);
        json.item().open('{').key("name").text(a.op().bodyName(i)).key("variables");
        declarations(body.variables());
        json.key("applies").open('[');
        scope(body.variables(), body.results());
        json.close(']').key("results");
        references(body.results());
        json.close('}');
      }
      json.close(']').close('}');
    }
  }

  private void references(List<Expr> exprs) {
    json.open('[');
    for (Expr e : exprs) {
      String label = e.op() instanceof Leaf.Constant c ? GraphPrinter.constant(c) : labels.get(e);
      json.item().open('{').key("id").raw(number(e)).key("label").text(label).close('}');
    }
    json.close(']');
  }

  private void declarations(List<Expr> exprs) {
    json.open('[');
    for (Expr e : exprs) {
      json.item().open('{').key("id").raw(number(e)).key("label").text(labels.getOrDefault(e, Message.label(e)))
          .key("type").text(e.type().toString()).close('}');
    }
    json.close(']');
  }

  /** Labels may stand in several scopes, numbers stand for one expression of one graph. */
  private String number(Expr e) {
    return String.valueOf(numbers.computeIfAbsent(e, x -> numbers.size()));
  }

  private void took(Profile profile) {
    for (Profile.ScanTime s : profile.scans()) {
      took.put(s.name(), String.format(Locale.ROOT, "%,d runs · %,.3f ms · %.1f %% of the time · overhead %,.3f ms", s.calls(), s.nanos() / 1e6,
          100 * s.share(), s.overhead() / 1e6));
    }
    for (Profile.KernelTime k : profile.kernels()) {
      took.put(k.name(), String.format(Locale.ROOT, "%,d runs · %,.3f ms · %.1f %% of the time · %.2f GFLOP/s · %.2f GB/s", k.calls(),
          k.nanos() / 1e6, 100 * k.share(), k.gflops(), k.gigabytes()));
    }
  }

  private void kernel(Kernel k, List<KernelCost> costs, String java) {
    json.item().open('{').key("name").text(k.name()).key("kind").text(k.kind().name().toLowerCase(Locale.ROOT))
        .key("formula").text(k.formula()).key("at").text(k.origin()).key("loops").text(LoopPrinter.text(k)).key("java").text(java);
    for (KernelCost c : costs) {
      if (c.kernel() != k) continue;
      json.key("calls").text(c.calls().toString()).key("flops").text(c.flops().toString()).key("bytes").text(c.bytes().toString());
    }
    if (took.containsKey(k.name())) json.key("took").text(took.get(k.name()));
    json.key("computes").open('[');
    for (Expr e : prepared.lowering().computedBy(k.name())) if (numbers.containsKey(e)) json.item().raw(number(e));
    json.close(']').close('}');
  }
}
