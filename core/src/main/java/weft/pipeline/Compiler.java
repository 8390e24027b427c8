package weft.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.BackEnd;
import weft.loop.Compiled;
import weft.loop.Fencing;
import weft.loop.Kernel;
import weft.loop.LoopPrinter;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.lower.Lowering;
import weft.lower.LoweringNotes;
import weft.rewrite.Notes;
import weft.runtime.WeftException.Kind;
import weft.runtime.WeftException;
import weft.schedule.Ahead;
import weft.schedule.Behind;
import weft.schedule.Clocks;
import weft.schedule.Collapse;
import weft.schedule.Expand;
import weft.schedule.Hoist;
import weft.schedule.Rebase;
import weft.schedule.Schedule;
import weft.schedule.Seldom;
import weft.schedule.SlotPlan;
import weft.schedule.Split;
import weft.schedule.Strips;
import weft.schedule.Vectorise;
import weft.type.Dim;
import weft.type.Symbol;

/** The way of a function from its graph to something that runs: rewrite, lower, schedule, plan, emit. */
public final class Compiler {
  /** Elements of the largest tensor. */
  private static final double MOST = Integer.MAX_VALUE - 64;
  private static final boolean VERIFY = Boolean.getBoolean("weft.verify");

  private Compiler() {}

  /** The function, compiled. */
  public static Door compile(FunctionSpec spec, Options options) {
    return compile(spec, options, new Notes());
  }

  /** @param notes learns what the passes did */
  public static Door compile(FunctionSpec spec, Options options, Notes notes) {
    return compile(spec, options, notes, Trace.of(spec.name()));
  }

  static Door compile(FunctionSpec spec, Options options, Notes notes, Trace trace) {
    Door door = compile(spec, options, Passes.of(options), BackEnds.find(options.backend()), notes, trace);
    return options.checked() ? door.verifiedBy(new Verification(door)) : door.specialising(Set.of());
  }

  static Door compile(FunctionSpec spec, Options options, List<Pass> passes, BackEnd backEnd, Notes notes, Trace trace) {
    int lanes = options.lanes() == 0 ? backEnd.lanes() : options.lanes();
    Prepared prepared = prepare(spec, options, passes, lanes, Fencing.HERE, notes, trace);
    return door(prepared, backEnd, trace);
  }

  private static Door door(Prepared scheduled, BackEnd backEnd, Trace trace) {
    Options options = scheduled.options();
    boolean together = options.threads() > 1 && backEnd.isForTeams() && !options.profiled() && options.monitor() == null;
    Split split = together ? Split.of(scheduled.program(), options.threads()) : null;
    if (split != null) trace(trace, "split.loops", split.program(), VERIFY || options.checked());
    Prepared prepared = split != null ? scheduled.with(split) : backEnd.takesKernelsWhole() ? scheduled.whole() : scheduled;
    Compiled compiled = backEnd.compile(prepared.running());
    if (trace.isOn()) {
      trace.write(backEnd.name() + ".listing", compiled.listing());
      trace.page(Explorer.page(prepared, null, compiled.listing()));
    }
    return new Door(prepared, compiled);
  }

  /** The same function for calls in which some extents have these values. It computes the same, bit for bit. */
  static Door specialised(Prepared general, Map<Symbol, Integer> extents) {
    Options options = general.options();
    Notes notes = general.notes();
    FunctionSpec rewritten = general.rewritten();
    if (extents.entrySet().stream().anyMatch(e -> general.notes().awaits(e.getKey(), e.getValue()))) {
      notes = new Notes();
      List<Pass> passes = Passes.of(options, extents);
      rewritten = general.spec().withResults(Passes.run(passes, general.spec().results(), notes, Trace.NONE, VERIFY));
    }
    Prepared prepared = prepare(general.spec(), rewritten, options, general.program().lanes(), Fencing.HERE, extents, notes, Trace.NONE);
    return door(prepared, BackEnds.find(general.options().backend()), Trace.NONE);
  }

  /** The names of the passes that a function goes through with these options, each once, in the order in which they come first. */
  public static List<String> passes(Options options) {
    return Passes.names(options);
  }

  /** The names of all passes, or of those that the lowering can do without. */
  public static Set<String> passes(boolean dispensable) {
    return Passes.known(dispensable);
  }

  /** A function made ready for emission by whoever asks, without clocks and monitor. */
  public static Prepared prepare(FunctionSpec spec, Options options) {
    return prepare(spec, options.withProfiled(false).withMonitor(null), Passes.of(options), Math.max(1, options.lanes()), Fencing.BRANCH,
        new Notes(), Trace.of(spec.name()));
  }

  private static Prepared prepare(FunctionSpec spec, Options options, List<Pass> passes, int lanes, Fencing fencing, Notes notes,
      Trace trace) {
    boolean verify = VERIFY || options.checked();
    for (Expr e : spec.inputs()) requireRoom(spec, "input", e);
    for (Expr e : spec.results()) requireRoom(spec, "result", e);
    FunctionSpec rewritten = spec.withResults(Passes.run(passes, spec.results(), notes, trace, verify));
    return prepare(spec, rewritten, options, lanes, fencing, Map.of(), notes, trace);
  }

  /** Fails for what no array can hold, whatever the extents are that only a call knows. */
  private static void requireRoom(FunctionSpec spec, String role, Expr e) {
    double size = 1;
    for (Dim d : e.type().dims()) if (d.isConstant()) size *= d.constant();
    boolean fits = size <= MOST || e.type().dims().stream().anyMatch(d -> !d.isConstant());
    if (fits) return;
    throw new WeftException(Kind.SIZE, Message.of(spec.name() + ": the " + role + " " + Message.label(e) + " is too large: a tensor holds at most "
        + (long) MOST + " elements", List.of(e), e.apply().origin(), "Make its dimensions smaller."));
  }

  /** @param fencing what the compiler of the virtual machine that will run it heeds */
  private static Prepared prepare(FunctionSpec spec, FunctionSpec rewritten, Options options, int lanes, Fencing fencing, Map<Symbol, Integer> extents,
      Notes notes, Trace trace) {
    boolean verify = VERIFY || options.checked();
    var lowering = new LoweringNotes();
    if (options.monitor() != null) lowering.monitor();
    LoopProgram lowered = Lowering.lower(spec.name(), spec.inputs(), rewritten.outputs(), rewritten.assignments(), lanes,
        options.watch(), lowering, extents);
    trace(trace, "lowered.loops", lowered, verify);
    LoopProgram ahead = Strips.of(Ahead.of(Behind.of(lowered, lowering), lowering), lowering);
    if (ahead != lowered) trace(trace, "ahead.loops", ahead, verify);
    LoopProgram collapsed = Schedule.eachKernel(ahead, Collapse::apply);
    Set<Kernel> seldom = Seldom.of(collapsed);
    LoopProgram vectors = Schedule.eachKernel(collapsed, k -> Vectorise.apply(k, lanes, seldom.contains(k)));
    trace(trace, "vectorised.loops", vectors, verify);
    LoopProgram expanded = Expand.program(vectors);
    LoopProgram hoisted = Schedule.eachKernel(expanded, Hoist::apply);
    LoopProgram scheduled = Schedule.eachKernel(hoisted, Rebase::apply);
    trace(trace, "scheduled.loops", scheduled, verify);
    Clocks clocks = options.profiled() ? Clocks.in(scheduled) : null;
    LoopProgram program = clocks == null ? scheduled : clocks.program();
    if (verify && clocks != null) LoopVerifier.check(program);
    LoopProgram running = Prepared.running(program, lowering::say, true, fencing);
    trace(trace, "running.loops", running, verify);
    SlotPlan plan = SlotPlan.of(running);
    if (verify) plan.check(running);
    trace.write("plan.txt", plan.toString());
    return new Prepared(spec, options, program, running, clocks, null, plan, rewritten, notes, lowering);
  }

  private static void trace(Trace trace, String name, LoopProgram program, boolean verify) {
    if (trace.isOn()) trace.write(name, LoopPrinter.text(program));
    if (verify) LoopVerifier.check(program);
  }
}
