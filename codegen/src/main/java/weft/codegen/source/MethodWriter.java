package weft.codegen.source;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import weft.codegen.CopyLoop;
import weft.loop.Buffer;
import weft.loop.Fencing;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.Prints;
import weft.runtime.Products;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/** Writes the statements of one kernel as the body of a Java method. */
final class MethodWriter implements Stmt.Visitor {
  private static final ClassName EXCEPTION = ClassName.get(WeftException.class);
  private static final ClassName KIND = ClassName.get(WeftException.Kind.class);

  private final MethodScope scope;
  private final Indices indices;
  private final Scalars scalars;
  private final Calls calls;
  private final boolean isDriver;
  private final CodeBlock.Builder out = CodeBlock.builder();

  /** What a method needs to know of the program around it. */
  interface Calls {
    /** The call of the method that a kernel became. */
    CodeBlock call(Kernel kernel, MethodScope scope);

    /** Whether the program itself writes this size. */
    boolean changes(Symbol s);

    /** The sizes computed from a measured one, in the order in which they must be. */
    Iterable<Symbol> computedFrom(Symbol measured);
  }

  MethodWriter(MethodScope scope, Kernel kernel, Calls calls) {
    this.scope = scope;
    this.indices = new Indices(scope);
    this.scalars = new Scalars(scope, indices);
    this.calls = calls;
    this.isDriver = kernel.kind() == Kernel.Kind.DRIVER;
  }

  CodeBlock write(Stmt body) {
    body.accept(this);
    return out.build();
  }

  private void braces(Stmt body) {
    int mark = scope.enter();
    indices.enterBraces();
    body.accept(this);
    indices.leaveBraces();
    scope.leave(mark);
  }

  private static boolean declares(Stmt s) {
    return s instanceof Stmt.Declare || s instanceof Stmt.Block b && RowProducts.of(b) == null && b.stmts().stream().anyMatch(MethodWriter::declares);
  }

  /** A block that declares something gets braces where others beside it do so too: they may use the same names. */
  @Override
  public void block(Stmt.Block s) {
    RowProducts products = RowProducts.of(s);
    if (products != null) {
      add(products);
      return;
    }
    long declaring = s.stmts().stream().filter(MethodWriter::declares).count();
    for (Stmt each : s.stmts()) {
      if (each instanceof Stmt.Block && declares(each) && declaring > 1) {
        out.add("{\n$>");
        braces(each);
        out.add("$<}\n");
      } else {
        each.accept(this);
      }
    }
  }

  @Override
  public void loop(Stmt.For s) {
    if (CopyLoop.is(s)) {
      copy(s);
      return;
    }
    if (CopyLoop.isFill(s)) {
      fill(s);
      return;
    }
    String from = indices.text(s.from());
    String to = bound(s);
    var starts = s.along().stream().map(a -> indices.text(a.from())).toList();
    indices.enter(s, isDriver ? null : (name, value) -> out.addStatement("int $L = $L", name, value));
    int mark = scope.enter();
    String var = scope.integer(s.var());
    var first = new StringBuilder("int ").append(var).append(" = ").append(from);
    var next = new StringBuilder(increment(var, s.step()));
    for (int i = 0; i < starts.size(); i++) {
      String along = scope.integer(s.along().get(i).var());
      first.append(", ").append(along).append(" = ").append(starts.get(i));
      next.append(", ").append(increment(along, s.along().get(i).step()));
    }
    out.beginControlFlow("for ($L; $L < $L; $L)", first, var, to, next);
    braces(s.body());
    out.endControlFlow();
    scope.leave(mark);
    indices.leave();
  }

  /** What only moves neighbours is the JVM's own copy, as in bytecode: fast whatever the offsets are. */
  private void copy(Stmt.For s) {
    var store = (Stmt.Store) s.body();
    var load = (Value.Load) store.value();
    out.addStatement("$T.arraycopy($L, $L, $L,$W$L, $L)", System.class, scope.array(load.buffer()),
        indices.text(CopyLoop.first(s, load.index())), scope.array(store.buffer()), indices.text(CopyLoop.first(s, store.index())),
        indices.text(s.to().minus(s.from())));
  }

  /** What gives neighbours one number. */
  private void fill(Stmt.For s) {
    var store = (Stmt.Store) s.body();
    Dim first = CopyLoop.first(s, store.index());
    out.addStatement("$T.fill($L, $L, $L,$W$L)", Arrays.class, scope.array(store.buffer()), indices.text(first),
        indices.text(first.plus(s.to()).minus(s.from())), scalars.of(store.value()));
  }

  private void add(RowProducts p) {
    out.addStatement("$T.add($L, $L, $L, $L,$W$L, $L, $L,$W$L, $L)", Products.class, scope.array(p.a()), indices.text(p.k()),
        indices.text(p.stride()), scope.array(p.b()), indices.text(p.at()), indices.text(p.step()), scope.array(p.c()),
        indices.text(p.to()), indices.text(p.n()));
  }

  private static String increment(String var, int step) {
    if (step == 1) return var + "++";
    return step < 0 ? var + " -= " + -(long) step : var + " += " + step;
  }

  /** Where a loop ends; the body must not move it, and HotSpot counts best towards a number or a variable. */
  private String bound(Stmt.For s) {
    String text = indices.text(s.to());
    if (indices.level(s.to()) >= Level.PRODUCT && s.to().symbols().stream().noneMatch(calls::changes)) return text;
    String name = scope.fresh(JavaNames.of(s.var()) + "End");
    out.addStatement("int $L = $L", name, text);
    return name;
  }

  @Override
  public void loop(Stmt.While s) {
    out.beginControlFlow("while ($L)", scalars.condition(s.condition()));
    braces(s.body());
    out.endControlFlow();
  }

  @Override
  public void branch(Stmt.If s) {
    out.beginControlFlow("if ($L)", scalars.condition(s.condition()));
    braces(s.then());
    if (!(s.otherwise() instanceof Stmt.Block b) || !b.stmts().isEmpty()) {
      out.nextControlFlow("else");
      braces(s.otherwise());
    }
    out.endControlFlow();
  }

  @Override
  public void declare(Stmt.Declare s) {
    Local local = s.local();
    if (s.value() instanceof Value.Splat v && v.value() instanceof Value.Num n) scope.name(local, Constants.local(n, local.name()));
    CodeBlock value = value(local, s.value());
    TypeName type = local.lanes() > 1 ? scalars.vectors().type(local) : TypeName.get(local.dtype().javaType());
    out.addStatement("$T $L = $L", type, scope.local(local), value);
  }

  private CodeBlock value(Local local, Value value) {
    return local.lanes() > 1 ? scalars.vectors().given(local, value) : scalars.of(value);
  }

  @Override
  public void assign(Stmt.Assign s) {
    if (s.local().lanes() > 1) out.addStatement("$L = $L", scope.local(s.local()), value(s.local(), s.value()));
    else set(CodeBlock.of("$L", scope.local(s.local())), s.value(), v -> v instanceof Value.Get g && g.local() == s.local());
  }

  @Override
  public void store(Stmt.Store s) {
    store(s.buffer(), CodeBlock.of("$L", indices.text(s.index())), s.value(),
        v -> v instanceof Value.Load load && load.buffer() == s.buffer() && load.index().equals(s.index()));
  }

  @Override
  public void scatter(Stmt.Scatter s) {
    store(s.buffer(), scalars.element(s.base(), s.stride(), s.at()), s.value(),
        v -> v instanceof Value.Gather g && g.buffer() == s.buffer() && g.base().equals(s.base()) && g.stride().equals(s.stride())
            && g.at().equals(s.at()));
  }

  private void store(Buffer buffer, CodeBlock from, Value value, Predicate<Value> isTarget) {
    if (value.isVector()) out.addStatement("$L", scalars.vectors().store(buffer, from, value));
    else set(CodeBlock.of("$L[$L]", scope.array(buffer), from), value, isTarget);
  }

  /** What something becomes; where that is itself and something more, the operator says so. */
  private void set(CodeBlock target, Value value, Predicate<Value> isTarget) {
    String operator = "=";
    if (value instanceof Value.Call c && c.dtype() != DType.BOOL && isTarget.test(c.argument(0))) {
      operator = c.fun() == Fun.ADD ? "+=" : c.fun() == Fun.MUL ? "*=" : c.fun() == Fun.SUB ? "-=" : "=";
    }
    Value right = operator.equals("=") ? value : ((Value.Call) value).argument(1);
    out.addStatement("$L $L $L", target, operator, scalars.of(right));
  }

  @Override
  public void measure(Stmt.Measure s) {
    CodeBlock value = s.value().dtype() == DType.I64
        ? CodeBlock.of("(int) $L", scalars.atLeast(s.value(), Level.UNARY)) : scalars.of(s.value());
    out.addStatement("$L = $L", scope.integer(s.symbol()), value);
    for (Symbol computed : calls.computedFrom(s.symbol())) {
      out.addStatement("$L = $L", scope.integer(computed), indices.definition(computed));
    }
  }

  @Override
  public void require(Stmt.Require s) {
    out.beginControlFlow("if ($L)", scalars.condition(new Value.Call(Fun.NOT, s.condition())));
    List<CodeBlock> subjects = s.subjects().stream().map(scalars::of).toList();
    out.addStatement("throw new $T($T.$L,$W$L)", EXCEPTION, KIND, s.kind().name(), Texts.message(s.message(), subjects));
    out.endControlFlow();
  }

  @Override
  public void print(Stmt.Print s) {
    out.addStatement("$T.print($L,$W$L,$W$L,$W$L,$W$L)", Prints.class, Texts.literal(s.message()), scope.array(s.buffer()),
        indices.text(s.from()), ints(s.shape()), ints(s.steps()));
  }

  @Override
  public void fence(Stmt.Fence s) {
    String when = s.by() == Fencing.BRANCH ? "if (" + indices.text(s.at()) + " == " + scope.array(s.buffer()) + ".length + " + s.number() + ") " : "";
    if (s.number() == 1) out.add("// A fence keeps loads behind it: made first, as compilers do, they would take the registers of the sums.\n");
    out.addStatement("$L$T.acquireFence()", when, VarHandle.class);
  }

  @Override
  public void meet(Stmt.Meet s) {
    throw new WeftException(WeftException.Kind.INTERNAL, "source is written for one thread");
  }

  @Override
  public void clock(Stmt.Clock s) {
    out.addStatement("$L[$L] $L $T.nanoTime()", scope.array(s.buffer()), s.at(), s.stops() ? "+=" : "-=", System.class);
    if (s.stops()) out.addStatement("$L[$L]++", scope.array(s.buffer()), s.at() + 1);
  }

  private String ints(List<Dim> dims) {
    return "new int[] {" + String.join(", ", dims.stream().map(indices::text).toList()) + "}";
  }

  @Override
  public void run(Stmt.Run s) {
    out.addStatement("$L", calls.call(s.kernel(), scope));
  }

  /** The value of an integer expression, outside all loops. */
  String text(Dim d) {
    return indices.text(d);
  }
}
