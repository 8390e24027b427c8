package weft.pipeline;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import weft.graph.Expr;
import weft.loop.Buffer;
import weft.loop.Compiled;
import weft.loop.Lengths;
import weft.loop.LoopProgram;
import weft.runtime.Checks;
import weft.runtime.Parameter;
import weft.runtime.ParameterLocks;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.runtime.Workspace;
import weft.schedule.SlotPlan;
import weft.type.Symbol;

/**
 * Where arguments enter a compiled program: checks shapes, gives every call memory of its own, holds the parameters' locks, and sets
 * nothing free again that a next call can use. A call allocates nothing once the memory has grown to size.
 */
public final class Door {
  private final Prepared prepared;
  private final FunctionSpec spec;
  private final LoopProgram program;
  private final Compiled compiled;
  private final SlotPlan plan;
  private final Binding binding;
  private final Map<Symbol, Integer> index;
  private final Guards guards;
  private final ParameterLocks locks;
  private final Memories memories;
  /** Where each slot lies in the workspace that other doors use too, -1 for the frame's own. */
  private final int[] places;
  /** Whether calls come no more, or soon will not. */
  private volatile boolean retired;
  /** Which results are as long as the call finds out. */
  private final boolean[] measured;
  /** The parameters that take the place of those that the program was compiled with. */
  private final Map<Parameter, Parameter> instead;
  /** What computes every call in other ways first, null for nothing. */
  private final Verification verification;
  /** The faster programs for some extents, null if there are none to be made. */
  private final Versions versions;
  private final Map<Versions.Version, Door> own = Collections.synchronizedMap(new WeakHashMap<>());
  /** What adds up the clocks of the program, null if it has none. */
  private final Profiler profiler;

  /** What this door has in the memory of one call. */
  private final class Frame {
    final Memories.Memory memory;
    /** For what must be there again in the next call: kept buffers, and results of measured length, behind the slots. */
    final Workspace own = new Workspace(plan.count() + measured.length);
    final Object[] arrays = new Object[program.buffers().size()];
    final Extents extents = new Extents(index);
    final int[] sizes = extents.sizes;
    final long[] seen = new long[binding.symbols().size()];
    final long[] stamps = new long[locks.count()];
    final Tensor[] arguments = new Tensor[spec.inputs().size()];
    final Tensor[] results = new Tensor[spec.outputs().size()];
    /** The results' shapes and the extents that arguments must have, as of the last change of any extent. */
    final int[][] shapes = spec.outputs().stream().map(e -> new int[e.rank()]).toArray(int[][]::new);
    final int[] wants = new int[binding.checks()];
    /** Who does the work, null for the caller alone. */
    final Team team = prepared.split() == null ? null : new Team(compiled, binding.symbols(), prepared.options().threads());
    boolean ready;
    /** What the memory's count was when these arrays were taken from it. */
    long grown;

    Frame(Memories.Memory memory) {
      this.memory = memory;
      Arrays.fill(seen, -1);
      List<Buffer> buffers = program.buffers();
      for (int i = 0; i < arrays.length; i++) {
        Object source = buffers.get(i).source();
        if (source instanceof Parameter p) arrays[i] = current(p).array();
        else if (source instanceof Tensor t) arrays[i] = withSlack(t);
        else if (team != null && buffers.get(i) == prepared.split().team()) arrays[i] = team.state();
      }
    }
  }

  Door(Prepared prepared, Compiled compiled) {
    this(prepared, compiled, Map.of(), null, null, new Memories());
  }

  private Door(Prepared prepared, Compiled compiled, Map<Parameter, Parameter> instead, Verification verification, Versions versions,
      Memories memories) {
    this.memories = memories;
    this.verification = verification;
    this.versions = versions;
    this.prepared = prepared;
    this.instead = instead;
    this.spec = prepared.spec();
    this.program = prepared.running();
    this.compiled = compiled;
    this.plan = prepared.plan();
    memories.fit(plan);
    this.places = new int[plan.count()];
    for (int slot = 0; slot < places.length; slot++) places[slot] = Memories.place(plan, slot);
    this.locks = new ParameterLocks(now(prepared.parameters()), now(prepared.updated()));
    this.binding = new Binding(spec.name(), spec.inputs(), spec.outputs(), program);
    this.index = Extents.index(binding.symbols());
    this.guards = new Guards(prepared.program());
    this.profiler = prepared.clocks() == null ? null : new Profiler(prepared.clocks(), prepared.program(), program.buffers(), index);
    this.measured = new boolean[spec.outputs().size()];
    for (int i = 0; i < measured.length; i++) measured[i] = !Lengths.in(spec.outputs().get(i).type()).isEmpty();
  }

  /** The parameter that is used where the program was compiled with this one. */
  public Parameter current(Parameter compiledWith) {
    return instead.getOrDefault(compiledWith, compiledWith);
  }

  private Parameter[] now(List<Parameter> compiledWith) {
    return compiledWith.stream().map(this::current).toArray(Parameter[]::new);
  }

  /** The same program with other parameters of the same types, without compiling again. */
  public Door with(Map<Parameter, Parameter> others) {
    return new Door(prepared, compiled, Map.copyOf(others), verification, versions, new Memories());
  }

  /** The same program, every call of which is verified before it is made. */
  Door verifiedBy(Verification how) {
    return new Door(prepared, compiled, instead, how, null, memories);
  }

  /**
   * The same program, with faster ones before it for some extents that are called often.
   *
   * @param only the extents to make versions for, empty for those where it gains something, null for none
   */
  public Door specialising(Set<Symbol> only) {
    Versions made = only == null ? null : Versions.of(prepared, binding, only, memories);
    return new Door(prepared, compiled, instead, verification, made, memories);
  }

  /** The same program in memory that other doors use too; they take turns. */
  public Door in(Memories others) {
    Versions made = versions == null ? null : Versions.of(prepared, binding, versions.named(), others);
    return new Door(prepared, compiled, instead, verification, made, others);
  }

  /** Lets go of all memory that no call uses now; the next call makes its own. */
  public void free() {
    memories.free();
  }

  /** Lets go of its memory: calls come no more, or soon will not. */
  void retire() {
    retired = true;
  }

  boolean isRetired() {
    return retired;
  }

  /** The same program, specialised for what another one is. */
  public Door specialisingLike(Door other) {
    return specialising(other.versions == null ? null : other.versions.named());
  }

  /** The program that calls of these arguments run from now on. */
  Door fastest(Tensor[] arguments) {
    Versions.Version version = versions == null ? null : versions.require(arguments);
    return version == null ? this : own(version);
  }

  /** A version with the parameters of this program. */
  Door own(Versions.Version version) {
    if (instead.isEmpty()) return version.door;
    Door mine = own.get(version);
    if (mine != null) return mine;
    return own.computeIfAbsent(version, v -> v.door.with(instead).in(memories));
  }

  /** Which specialised versions there are and how often they were called, a line each. */
  public List<String> specialised() {
    return versions == null ? List.of() : versions.lines();
  }

  private static Object withSlack(Tensor t) {
    Tensor copy = Tensor.zeros(t.dtype(), t.shape());
    copy.copyFrom(t);
    return copy.array();
  }

  /**
   * Runs the program.
   *
   * @param results tensors to write into, of the right shapes; an element that is null is replaced by a new tensor
   */
  public void call(Tensor[] arguments, Tensor[] results) {
    if (versions == null) {
      general(arguments, results);
      return;
    }
    Versions.Version version = versions.find(arguments);
    if (version != null) {
      own(version).call(arguments, results);
    } else if (!versions.gains(arguments)) {
      general(arguments, results);
    } else {
      long start = System.nanoTime();
      general(arguments, results);
      versions.note(this, arguments, System.nanoTime() - start);
    }
  }

  private void general(Tensor[] arguments, Tensor[] results) {
    if (verification != null) verification.check(this, arguments);
    Memories.Memory memory = memories.take();
    Frame frame = frame(memory);
    long start = profiler == null ? 0 : System.nanoTime();
    boolean done = false;
    try {
      run(frame, arguments, results);
      done = true;
    } finally {
      if (profiler != null) profiler.add(frame.arrays, frame.sizes, done ? System.nanoTime() - start : -1);
      Arrays.fill(frame.arguments, null);
      Arrays.fill(frame.results, null);
      memories.give(memory);
    }
  }

  private Frame frame(Memories.Memory memory) {
    Object known = memory.of(this);
    if (known != null) return (Frame) known;
    var made = new Frame(memory);
    memory.keep(this, made);
    return made;
  }

  private void run(Frame f, Tensor[] arguments, Tensor[] results) {
    boolean ready = f.ready && f.grown == f.memory.grown;
    // Until all is well, since a call that is refused leaves extents that no memory was made for.
    f.ready = false;
    if (binding.bind(arguments, f.extents) || !ready) {
      binding.complete(f.extents);
      binding.wants(f.extents, f.wants);
      binding.check(arguments, f.wants);
      guards.check(f.extents);
      for (int i = 0; i < f.shapes.length; i++) if (!measured[i]) shape(f, i);
      reserve(f);
      if (f.team != null) f.team.extents(f.extents);
    }
    f.ready = true;
    binding.check(arguments, f.wants);
    for (int i = 0; i < f.results.length; i++) if (!measured[i]) f.results[i] = result(f, i, results[i], arguments, results);
    for (int i = 0; i < f.results.length; i++) {
      Expr out = spec.outputs().get(i);
      boolean given = measured[i] && results[i] != null;
      if (given && (results[i].dtype() != out.dtype() || results[i].rank() != out.rank())) throw refused(i, results[i], out);
    }
    int n = arguments.length;
    for (int i = 0; i < n; i++) f.arrays[i] = arguments[i].array();
    for (int i = 0; i < f.results.length; i++) if (!measured[i]) f.arrays[n + i] = f.results[i].array();
    locks.lock(f.stamps);
    boolean done = false;
    try {
      noteChanges(f);
      Monitor monitor = prepared.options().monitor();
      if (monitor != null) monitor.run(prepared, () -> compiled.run(f.arrays, f.sizes));
      else if (f.team == null) compiled.run(f.arrays, f.sizes);
      else f.team.run(f.arrays, f.sizes);
      locks.updated();
      done = true;
    } finally {
      // A call that failed may not have come to what it was told to compute anew.
      if (!done) Arrays.fill(f.seen, -1);
      locks.unlock(f.stamps);
    }
    for (int i = 0; i < f.results.length; i++) if (measured[i]) measured(f, i, results[i], arguments, results);
    for (int i = 0; i < f.results.length; i++) {
      if (results[i] == null) results[i] = f.results[i];
      else if (results[i] != f.results[i]) results[i].copyFrom(f.results[i]);
    }
  }

  /**
   * A result as long as the program found out, cut out of memory for the longest. A tensor of another length is not written into: that
   * would be known too late to refuse it, when parameters have changed.
   */
  private void measured(Frame f, int i, Tensor given, Tensor[] arguments, Tensor[] results) {
    shape(f, i);
    for (int axis = 0; given != null && axis < f.shapes[i].length; axis++) if (given.dimAt(axis) != f.shapes[i][axis]) results[i] = null;
    f.results[i] = result(f, i, results[i], arguments, results);
    System.arraycopy(f.arrays[arguments.length + i], 0, f.results[i].array(), 0, f.results[i].size());
  }

  /** Memory for all buffers of the workspace at the extents of this call. */
  private void reserve(Frame f) {
    List<Buffer> buffers = program.buffers();
    for (int i = 0; i < measured.length; i++) {
      if (!measured[i]) continue;
      Buffer b = program.outputs().get(i);
      long most = Math.max(0, f.extents.of(b.size()));
      f.arrays[program.inputs().size() + i] = Room.of(spec.name(), f.own, plan.count() + i, b, most, f.extents);
    }
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < buffers.size(); i++) {
        int slot = plan.slot(buffers.get(i));
        if (slot < 0) continue;
        // What only a branch that is not taken would use may come out below 0.
        long size = Math.max(0, f.extents.of(buffers.get(i).size()));
        Workspace shared = f.memory.workspace;
        boolean isShared = places[slot] >= 0 && places[slot] < shared.slots();
        Object before = isShared ? shared.array(places[slot]) : null;
        Object array = isShared ? Room.of(spec.name(), shared, places[slot], buffers.get(i), size, f.extents)
            : Room.of(spec.name(), f.own, slot, buffers.get(i), size, f.extents);
        if (isShared && array != before) f.memory.grown++;
        if (buffers.get(i).role() == Buffer.Role.KEPT && f.arrays[i] != array) Arrays.fill(f.seen, -1);
        f.arrays[i] = array;
      }
    }
    f.grown = f.memory.grown;
  }

  /** Tells the program which kept buffers are stale. */
  private void noteChanges(Frame f) {
    List<Symbol> symbols = binding.symbols();
    for (int i = 0; i < symbols.size(); i++) {
      if (!(symbols.get(i).definition() instanceof Symbol.Changed changed)) continue;
      long version = 0;
      List<Parameter> sources = changed.parameters();
      for (int k = 0; k < sources.size(); k++) version += current(sources.get(k)).version();
      f.sizes[i] = version == f.seen[i] ? 0 : 1;
      f.seen[i] = version;
    }
  }

  private Tensor result(Frame f, int i, Tensor given, Tensor[] arguments, Tensor[] results) {
    Expr out = spec.outputs().get(i);
    if (given == null) return Room.result(spec.name(), out, f.shapes[i]);
    if (given.dtype() != out.dtype() || given.rank() != out.rank()) throw refused(i, given, out);
    for (int axis = 0; axis < out.rank(); axis++) if (given.dimAt(axis) != f.shapes[i][axis]) throw refused(i, given, out);
    for (Tensor a : arguments) if (a.array() == given.array()) return Room.result(spec.name(), out, f.shapes[i]);
    for (int k = 0; k < i; k++) {
      if (results[k] != null && results[k].array() == given.array()) return Room.result(spec.name(), out, f.shapes[i]);
    }
    return given;
  }

  private void shape(Frame f, int i) {
    Expr out = prepared.rewritten().outputs().get(i);
    for (int axis = 0; axis < out.rank(); axis++) {
      f.shapes[i][axis] = Checks.resultDim(spec.name(), axis, f.extents.of(out.dim(axis)));
    }
  }

  private WeftException refused(int i, Tensor given, Expr out) {
    return new WeftException(given.dtype() != out.dtype() ? Kind.DTYPE : Kind.SHAPE, spec.name() + ": result " + i
        + " does not fit the tensor to write it into\n    result  " + out.type() + "\n    given   " + given.typeText()
        + "\n  Give a tensor of the result's type, or null for a new one.");
  }

  /** Where the time of all calls through this door went, null if nothing measured it. */
  public Profile profile() {
    return profiler == null ? null : profiler.profile();
  }

  /** Prints the profile when the virtual machine ends. */
  public void showProfileAtExit() {
    if (profiler != null) profiler.showAtExit();
  }

  /** Forgets what was measured. */
  public void resetProfile() {
    if (profiler != null) profiler.reset();
  }

  /** The function as it was given. */
  public FunctionSpec spec() {
    return spec;
  }

  /** The loops of what it calls. */
  public LoopProgram program() {
    return program;
  }

  /** What was compiled, and what there is to tell about it. */
  public Prepared prepared() {
    return prepared;
  }

  /** What it calls. */
  public Compiled compiled() {
    return compiled;
  }
}
