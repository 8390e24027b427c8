package weft.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.loop.Programs.at;
import static weft.loop.Programs.block;
import static weft.loop.Programs.buffer;
import static weft.loop.Programs.call;
import static weft.loop.Programs.f32;
import static weft.loop.Programs.get;
import static weft.loop.Programs.i32;
import static weft.loop.Programs.kernel;
import static weft.loop.Programs.run;
import static weft.loop.Programs.store;
import static weft.loop.Programs.var;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer.Role;
import weft.loop.Stmt.Order;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

class StmtRewriterTest {
  private final Buffer x = buffer("x", DType.F32, 64, Role.INPUT);
  private final Buffer words = buffer("words", DType.I32, 64, Role.INPUT);
  private final Symbol i = var("i");
  private final Symbol p = var("p");
  private final Symbol steps = Symbol.measured("steps");
  private final Local a = new Local("a", DType.F32, 1);

  /** Every kind of statement and value, each with an x, an i and an a wherever it can have one. */
  private final Stmt everything = block(
      new Stmt.For(i, Dim.ZERO, Dim.of(64), 1, Order.SEQUENTIAL, List.of(new Stmt.Along(p, Dim.ZERO, 2)), block(
          new Stmt.Declare(a, at(x, i)),
          new Stmt.Assign(a, call(Fun.ADD, get(a), new Value.Gather(x, Dim.of(i), Dim.of(p), at(words, i)))),
          new Stmt.Scatter(x, Dim.of(i), Dim.of(p), at(words, i), get(a)),
          store(x, i, new Value.Reduce(Fun.ADD, new Value.Splat(get(a), 4))))),
      new Stmt.While(new Value.Cast(DType.BOOL, at(x, 0)), store(x, 1, f32(1))),
      new Stmt.If(call(Fun.LT, at(x, 0), f32(1)), store(x, 2, f32(1)), store(x, 3, new Value.Cast(DType.F32,
          new Value.Position(Dim.of(steps))))),
      new Stmt.Measure(steps, at(words, 0)),
      new Stmt.Require(call(Fun.LT, at(x, 0), f32(1)), Kind.INDEX, "no", at(words, 0)),
      run(kernel("k", store(x, 4, f32(1)))));

  @Test
  void whatDoesNotChangeIsTheSameObject() {
    assertThat(new StmtRewriter() {}.rewrite(everything)).isSameAs(everything);
  }

  @Test
  void everyNameCanChange() {
    Buffer y = buffer("y", DType.F32, 64, Role.INPUT);
    Buffer ids = buffer("ids", DType.I32, 64, Role.INPUT);
    Symbol j = var("j");
    Symbol q = var("q");
    Symbol length = Symbol.measured("length");
    var b = new Local("b", DType.F32, 1);
    Stmt renamed = new StmtRewriter() {
      @Override
      protected Buffer buffer(Buffer buffer) {
        return buffer == x ? y : ids;
      }

      @Override
      protected Dim dim(Dim dim) {
        return dim.substitute(s -> s == i ? Dim.of(j) : s == p ? Dim.of(q) : s == steps ? Dim.of(length) : null);
      }

      @Override
      protected Symbol counter(Symbol symbol) {
        return symbol == i ? j : q;
      }

      @Override
      protected Symbol measured(Symbol symbol) {
        return length;
      }

      @Override
      protected Local local(Local local) {
        return b;
      }
    }.rewrite(everything);
    assertThat(LoopPrinter.text(renamed)).isEqualTo("""
        for j in 0 .. 64, q from 0 step 2
          f32 b = y[j]
          b = b + y[j + q*ids[j]]
          store y[j + q*ids[j]] = b
          store y[j] = sum(f32x4(b))
        while (bool) y[0]
          store y[1] = 1
        if y[0] < 1
          store y[2] = 1
        else
          store y[3] = (f32) length
        measure length = ids[0]
        require y[0] < 1 else INDEX "no" with ids[0]
        run k""");
    var stmts = ((Stmt.Block) renamed).stmts();
    var last = (Stmt.Run) stmts.get(stmts.size() - 1);
    assertThat(LoopPrinter.text(last.kernel())).isEqualTo("kernel k\n  store y[4] = 1");
  }

  @Test
  void numbersInsideEveryValueCanChange() {
    Stmt doubled = new StmtRewriter() {
      @Override
      public Value rewrite(Value value) {
        return value instanceof Value.Num n ? Value.number(n.dtype(), n.value().doubleValue() * 2) : children(value);
      }
    }.rewrite(block(
        store(x, 0, call(Fun.SELECT, call(Fun.EQ, i32(1), i32(2)), f32(3), new Value.Cast(DType.F32, i32(4)))),
        store(x, 1, new Value.Gather(x, Dim.ZERO, Dim.ONE, i32(5))),
        store(x, 2, new Value.Reduce(Fun.ADD, new Value.Splat(f32(6), 4)))));
    assertThat(LoopPrinter.text(doubled)).isEqualTo("""
        store x[0] = 2 == 4 ? 6 : (f32) 8
        store x[1] = x[10]
        store x[2] = sum(f32x4(12))""");
  }

  @Test
  void aKernelRunTwiceIsRewrittenOnce() {
    Stmt run = run(kernel("k", store(x, 0, f32(1))));
    var changed = (Stmt.Block) new StmtRewriter() {
      @Override
      public Value rewrite(Value value) {
        return f32(2);
      }
    }.rewrite(block(run, new Stmt.Run(((Stmt.Run) run).kernel())));
    assertThat(((Stmt.Run) changed.stmts().get(0)).kernel()).isSameAs(((Stmt.Run) changed.stmts().get(1)).kernel());
  }

  @Test
  void aStatementThatBecomesSeveralKeepsItsDeclarationsVisible() {
    var changed = (Stmt.Block) new StmtRewriter() {
      @Override
      public Stmt rewrite(Stmt stmt) {
        return stmt instanceof Stmt.Measure ? block(new Stmt.Declare(a, f32(1)), stmt) : children(stmt);
      }
    }.rewrite(block(new Stmt.Measure(steps, i32(1)), store(x, 0, get(a))));
    assertThat(changed.stmts()).hasSize(3);
  }
}
