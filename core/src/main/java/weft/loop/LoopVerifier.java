package weft.loop;

import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Buffer.Role;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Checks that a loop program is typed, that everything is declared before it is used and that indices stay inside
 * their buffers as far as this can be known without running it.
 *
 * <p>A driver runs kernels: it may load single numbers for its conditions, but stores nothing and holds no vectors.
 */
public final class LoopVerifier implements Stmt.Visitor {
  private final LoopProgram program;
  private final Set<Symbol> measured = new HashSet<>();
  private final Map<Kernel, Boolean> done = new IdentityHashMap<>();
  private Kernel kernel;
  private Scope scope;
  private ValueVerifier values;
  private Stmt at;

  private LoopVerifier(LoopProgram program) {
    this.program = program;
  }

  /** @throws WeftException of kind INTERNAL that names kernel and statement if something is wrong */
  public static void check(LoopProgram program) {
    var verifier = new LoopVerifier(program);
    try {
      verifier.program();
    } catch (LoopProblem problem) {
      throw new WeftException(Kind.INTERNAL, verifier.message(problem));
    }
  }

  private String message(LoopProblem problem) {
    var text = new StringBuilder(program.name()).append(": ");
    if (kernel != null) text.append("kernel ").append(kernel.name()).append(": ");
    text.append(problem.getMessage());
    if (at != null) text.append("\n    in  ").append(LoopPrinter.text(at).lines().findFirst().orElse("{}"));
    return text.toString();
  }

  private void program() {
    Set<Buffer> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Buffer b : program.buffers()) {
      if (!buffers.add(b)) throw new LoopProblem("buffer " + b + " is listed twice");
    }
    roles(program.inputs(), Role.INPUT, buffers);
    roles(program.outputs(), Role.OUTPUT, buffers);
    symbols();
    Kernel main = program.main();
    if (main.kind() != Kernel.Kind.DRIVER) throw new LoopProblem("kernel " + main + " is main, but no driver");
    enter(main);
    for (Symbol s : program.symbols()) {
      if (s.isLoopVariable()) throw new LoopProblem("loop variable " + s + " is listed as an extent");
    }
    Uses uses = Uses.of(main.body());
    for (Buffer b : uses.read()) {
      boolean given = b.role() == Role.INPUT || b.role() == Role.PARAMETER || b.role() == Role.CONSTANT;
      if (!given && !uses.written().contains(b)) {
        throw new LoopProblem("buffer " + b + " is read, but nothing writes it");
      }
    }
  }

  private static void roles(List<Buffer> listed, Role role, Set<Buffer> buffers) {
    for (Buffer b : listed) {
      if (!buffers.contains(b)) throw new LoopProblem("buffer " + b + " is not one of the program");
      if (b.role() == role) continue;
      throw new LoopProblem("buffer " + b + " is listed as " + role + ", but it is " + b.role());
    }
  }

  private void symbols() {
    var known = new HashSet<Symbol>();
    for (Symbol s : program.symbols()) {
      for (Dim part : LoopProgram.parts(s)) {
        for (Symbol needed : part.symbols()) {
          if (!known.contains(needed)) throw new LoopProblem("extent " + s + " is listed before " + needed);
        }
      }
      if (!known.add(s)) throw new LoopProblem("extent " + s + " is listed twice");
    }
    for (Buffer b : program.buffers()) {
      for (Symbol s : b.size().symbols()) {
        if (!known.contains(s)) throw new LoopProblem("the size of buffer " + b + " has the unknown symbol " + s);
      }
    }
  }

  /** Checks a kernel the first time it is run. */
  private void enter(Kernel next) {
    if (done.put(next, true) != null) return;
    Kernel outerKernel = kernel;
    Scope outerScope = scope;
    ValueVerifier outerValues = values;
    Stmt outerAt = at;
    kernel = next;
    scope = new Scope();
    values = new ValueVerifier(program, scope, this::reads);
    at = null;
    body(next.body());
    Symbol ambiguous = scope.ambiguous();
    if (ambiguous != null) {
      throw new LoopProblem("symbol " + ambiguous + " is counted in one place and read from outside in another");
    }
    kernel = outerKernel;
    scope = outerScope;
    values = outerValues;
    at = outerAt;
  }

  private void body(Stmt body) {
    int size = scope.enter();
    body.accept(this);
    scope.leave(size);
  }

  private void guarded(Stmt body) {
    scope.guards++;
    body(body);
    scope.guards--;
  }

  private boolean isDriver() {
    return kernel.kind() == Kernel.Kind.DRIVER;
  }

  private void reads(Dim dim) {
    for (Symbol s : dim.symbols()) reads(s);
  }

  private void reads(Symbol s) {
    if (scope.counts(s)) return;
    if (!s.isLoopVariable() && !program.symbols().contains(s)) {
      throw new LoopProblem("symbol " + s + " is not one of the program");
    }
    if (s.isLoopVariable() && kernel == program.main()) {
      throw new LoopProblem("loop variable " + s + " is read outside its loop");
    }
    notBeforeMeasured(s);
    scope.readFromOutside(s);
  }

  private void notBeforeMeasured(Symbol s) {
    if (s.definition() instanceof Symbol.Measured && !measured.contains(s)) {
      throw new LoopProblem("extent " + s + " is read before it is measured");
    }
    for (Dim part : LoopProgram.parts(s)) for (Symbol needed : part.symbols()) notBeforeMeasured(needed);
  }

  private void same(String what, ValueVerifier.Type want, ValueVerifier.Type got) {
    if (!want.equals(got)) throw new LoopProblem(what + " is " + want + ", but the value is " + got);
  }

  private static ValueVerifier.Type type(Local local) {
    return new ValueVerifier.Type(local.dtype(), local.lanes());
  }

  @Override
  public void block(Stmt.Block s) {
    int size = scope.enter();
    for (Stmt each : s.stmts()) each.accept(this);
    scope.leave(size);
  }

  @Override
  public void loop(Stmt.For s) {
    at = s;
    if (s.step() < 1) throw new LoopProblem("the step of a loop is " + s.step());
    reads(s.from());
    reads(s.to());
    for (Stmt.Along along : s.along()) reads(along.from());
    s = whole(s);
    long iterations = Promises.iterations(s);
    int size = scope.enter();
    count(s.var(), s.from(), s.step(), iterations);
    for (Stmt.Along along : s.along()) count(along.var(), along.from(), along.step(), iterations);
    if (s.order() == Stmt.Order.PARALLEL) {
      scope.parallelLoops++;
      Promises.check(s);
    } else if (s.order() == Stmt.Order.REDUCTION) {
      Reductions.check(s);
    }
    if (iterations == 0) guarded(s.body());
    else body(s.body());
    if (s.order() == Stmt.Order.PARALLEL) scope.parallelLoops--;
    scope.leave(size);
  }

  /** The loop with the iterations of all threads, for what holds of those holds of each part. */
  private static Stmt.For whole(Stmt.For s) {
    Dim from = whole(s.from());
    Dim to = whole(s.to());
    if (from.equals(s.from()) && to.equals(s.to())) return s;
    List<Stmt.Along> along = s.along().stream().map(a -> new Stmt.Along(a.var(), whole(a.from()), a.step())).toList();
    return new Stmt.For(s.var(), from, to, s.step(), s.order(), along, s.body());
  }

  private static Dim whole(Dim d) {
    return d.substitute(s -> s.definition() instanceof Symbol.Part p ? p.end() ? p.count() : Dim.ZERO : null);
  }

  private void count(Symbol var, Dim from, int step, long iterations) {
    if (!var.isLoopVariable()) throw new LoopProblem("extent " + var + " is counted by a loop");
    Scope.Range range = null;
    if (iterations > 0 && from.isConstant()) {
      range = new Scope.Range(from.constant(), from.constant() + (iterations - 1) * step);
    }
    if (!scope.count(var, range)) throw new LoopProblem("loop variable " + var + " is counted twice");
  }

  @Override
  public void loop(Stmt.While s) {
    at = s;
    values.condition(s.condition());
    guarded(s.body());
  }

  @Override
  public void branch(Stmt.If s) {
    at = s;
    values.condition(s.condition());
    guarded(s.then());
    guarded(s.otherwise());
  }

  @Override
  public void declare(Stmt.Declare s) {
    at = s;
    Local local = s.local();
    values.lanes(local.dtype(), local.lanes());
    if (isDriver() && local.lanes() > 1) throw new LoopProblem("a driver holds a vector");
    same("local " + local, type(local), values.check(s.value()));
    if (!scope.declare(local)) throw new LoopProblem("local " + local + " is declared twice");
  }

  @Override
  public void assign(Stmt.Assign s) {
    at = s;
    Local local = s.local();
    if (!scope.sees(local)) throw new LoopProblem("local " + local + " is assigned outside its declaration");
    if (scope.isShared(local)) throw new LoopProblem("iterations of a parallel loop share local " + local);
    same("local " + local, type(local), values.check(s.value()));
  }

  @Override
  public void store(Stmt.Store s) {
    at = s;
    writable(s.buffer());
    ValueVerifier.Type type = values.check(s.value());
    same("buffer " + s.buffer(), new ValueVerifier.Type(s.buffer().dtype(), type.lanes()), type);
    values.bounds(s.buffer(), s.index(), type.lanes(), 0);
  }

  @Override
  public void scatter(Stmt.Scatter s) {
    at = s;
    writable(s.buffer());
    reads(s.base());
    reads(s.stride());
    values.position(s.at());
    ValueVerifier.Type type = values.check(s.value());
    same("buffer " + s.buffer(), new ValueVerifier.Type(s.buffer().dtype(), type.lanes()), type);
  }

  private void writable(Buffer buffer) {
    if (isDriver()) throw new LoopProblem("a driver stores into " + buffer);
    values.member(buffer);
    if (buffer.role() == Role.INPUT || buffer.role() == Role.CONSTANT) {
      throw new LoopProblem("buffer " + buffer + " is written, but it is " + buffer.role());
    }
  }

  @Override
  public void measure(Stmt.Measure s) {
    at = s;
    if (!isDriver()) throw new LoopProblem("extent " + s.symbol() + " is measured outside a driver");
    if (!(s.symbol().definition() instanceof Symbol.Measured) || !program.symbols().contains(s.symbol())) {
      throw new LoopProblem("extent " + s.symbol() + " is not a measured one of the program");
    }
    values.position(s.value());
    measured.add(s.symbol());
  }

  @Override
  public void require(Stmt.Require s) {
    at = s;
    values.condition(s.condition());
    for (Value subject : s.subjects()) values.single(subject);
  }

  @Override
  public void print(Stmt.Print s) {
    at = s;
    if (isDriver()) throw new LoopProblem("a driver prints " + s.buffer());
    values.member(s.buffer());
    s.dims().forEach(this::reads);
  }

  @Override
  public void clock(Stmt.Clock s) {
    at = s;
    if (!isDriver()) throw new LoopProblem("a clock runs inside a kernel of loops");
    values.member(s.buffer());
    same("buffer " + s.buffer(), new ValueVerifier.Type(s.buffer().dtype(), 1), new ValueVerifier.Type(DType.I64, 1));
    values.bounds(s.buffer(), Dim.of(s.at()), 1, 0);
    values.bounds(s.buffer(), Dim.of(s.at() + 1), 1, 0);
  }

  @Override
  public void meet(Stmt.Meet s) {
    at = s;
    if (!isDriver()) throw new LoopProblem("threads meet inside a kernel of loops");
    values.member(s.team());
  }

  @Override
  public void fence(Stmt.Fence s) {
    at = s;
    if (isDriver()) throw new LoopProblem("a fence stands outside a kernel of loops");
    values.member(s.buffer());
    values.bounds(s.buffer(), s.at(), 1, 0);
  }

  @Override
  public void run(Stmt.Run s) {
    at = s;
    if (!isDriver()) throw new LoopProblem("a kernel of loops runs kernel " + s.kernel());
    for (Symbol symbol : Uses.of(s.kernel().body()).symbols()) if (symbol.isLoopVariable()) reads(symbol);
    enter(s.kernel());
  }
}
