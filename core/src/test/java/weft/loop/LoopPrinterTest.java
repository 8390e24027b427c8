package weft.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.loop.Fun.*;
import static weft.loop.Programs.at;
import static weft.loop.Programs.block;
import static weft.loop.Programs.call;
import static weft.loop.Programs.f32;
import static weft.loop.Programs.get;
import static weft.loop.Programs.i32;
import static weft.loop.Programs.loop;
import static weft.loop.Programs.store;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer.Role;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

class LoopPrinterTest {
  private static final Buffer X = Programs.buffer("x", DType.F32, 64, Role.INPUT);
  private static final Symbol I = Programs.var("i");

  @Test
  void aProgramReadsLikePseudoCode() {
    assertThat(LoopPrinter.text(new Programs.Elman().program)).isEqualTo("""
        train(
            x f32[3*time] input,
            loss f32[1] output,
            h f32[4*time + 4] workspace,
            b f32[4] parameter,
            Wx f32[12] parameter,
            Wh f32[16] parameter)
        sizes time

        kernel start  # h = zeros(4)
          for j in 0 .. 4 parallel
            store h[j] = 0

        kernel step  # h = tanh(x·Wx + h·Wh + b)   at ElmanRnn.java:24
          for j in 0 .. 4 parallel
            f32 sum = b[j]
            for k in 0 .. 3
              sum = sum + x[3*t + k] * Wx[j + 4*k]
            for k in 0 .. 4
              sum = sum + h[4*t + k] * Wh[j + 4*k]
            store h[4*t + j + 4] = tanh(sum)

        kernel sum  # loss = sum(h.last())
          f32 total = 0
          for j in 0 .. 4
            total = total + h[4*time + j]
          store loss[0] = total

        driver main
          run start
          for t in 0 .. time
            run step
          run sum
        """);
  }

  @Test
  void bracketsAreThoseThatJavaNeeds() {
    Value a = get(new Local("a", DType.F32, 1));
    Value b = get(new Local("b", DType.F32, 1));
    Value p = get(new Local("p", DType.BOOL, 1));
    assertThat(LoopPrinter.text(call(ADD, call(ADD, a, b), a))).isEqualTo("a + b + a");
    assertThat(LoopPrinter.text(call(ADD, a, call(ADD, b, a)))).isEqualTo("a + (b + a)");
    assertThat(LoopPrinter.text(call(SUB, a, call(MUL, b, a)))).isEqualTo("a - b * a");
    assertThat(LoopPrinter.text(call(MUL, call(SUB, a, b), a))).isEqualTo("(a - b) * a");
    assertThat(LoopPrinter.text(call(DIV, a, call(MUL, b, a)))).isEqualTo("a / (b * a)");
    assertThat(LoopPrinter.text(call(NEG, call(NEG, a)))).isEqualTo("-(-a)");
    assertThat(LoopPrinter.text(call(NEG, call(ADD, a, b)))).isEqualTo("-(a + b)");
    assertThat(LoopPrinter.text(call(MUL, call(NEG, a), f32(-2)))).isEqualTo("-a * -2");
    assertThat(LoopPrinter.text(call(TANH, call(ADD, a, b)))).isEqualTo("tanh(a + b)");
    assertThat(LoopPrinter.text(call(FMA, a, b, call(ADD, a, b)))).isEqualTo("fma(a, b, a + b)");
    assertThat(LoopPrinter.text(call(SELECT, call(LT, a, b), a, call(SELECT, p, a, b)))).isEqualTo("a < b ? a : p ? a : b");
    assertThat(LoopPrinter.text(call(ADD, call(SELECT, p, a, b), a))).isEqualTo("(p ? a : b) + a");
    assertThat(LoopPrinter.text(call(NOT, call(AND, p, call(NOT, p))))).isEqualTo("!(p & !p)");
    assertThat(LoopPrinter.text(call(OR, call(AND, p, p), call(XOR, p, p)))).isEqualTo("p & p | p ^ p");
    assertThat(LoopPrinter.text(new Value.Cast(DType.F64, call(ADD, a, b)))).isEqualTo("(f64) (a + b)");
    assertThat(LoopPrinter.text(new Value.Cast(DType.I32, f32(-0.5)))).isEqualTo("(i32) (-0.5)");
    Dim twice = Dim.of(I).times(2);
    assertThat(LoopPrinter.text(call(MUL, new Value.Position(twice.plus(1)), new Value.Position(twice))))
        .isEqualTo("(2*i + 1) * (2*i)");
    assertThat(LoopPrinter.text(call(SHIFT_LEFT, new Value.Position(Dim.of(I)), i32(2)))).isEqualTo("i << 2");
  }

  @Test
  void numbersAreWrittenAsPeopleDo() {
    assertThat(number(DType.F32, 0.1f)).isEqualTo("0.1");
    assertThat(number(DType.F64, 0.1f)).isEqualTo("0.10000000149011612");
    assertThat(number(DType.F32, 1e-7f)).isEqualTo("1e-7");
    assertThat(number(DType.F32, 0.001f)).isEqualTo("0.001");
    assertThat(number(DType.F32, Float.MIN_VALUE)).isEqualTo("1e-45");
    assertThat(number(DType.F32, 16777216f)).isEqualTo("16777216");
    assertThat(number(DType.F32, 3.4028235e38f)).isEqualTo("3.4028235e38");
    assertThat(number(DType.F64, 2e23)).isEqualTo("2e23");
    assertThat(number(DType.F64, -1.5)).isEqualTo("-1.5");
    assertThat(number(DType.F64, -0.0)).isEqualTo("-0.0");
    assertThat(number(DType.F64, 0.0)).isEqualTo("0");
    assertThat(number(DType.F64, Double.NaN)).isEqualTo("NaN");
    assertThat(number(DType.F32, Float.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
    assertThat(number(DType.I64, Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
    assertThat(number(DType.BOOL, 1)).isEqualTo("true");
  }

  private static String number(DType dtype, double value) {
    return LoopPrinter.text(Value.number(dtype, value));
  }

  @Test
  void accessesSayWhereAndHowMany() {
    Dim i = Dim.of(I);
    Dim width = Dim.named("width");
    Value word = get(new Local("word", DType.I32, 1));
    assertThat(LoopPrinter.text(new Value.Load(X, i.times(16), 16))).isEqualTo("x[16*i : 16]");
    assertThat(LoopPrinter.text(new Value.Gather(X, i, Dim.of(8), word))).isEqualTo("x[i + 8*word]");
    assertThat(LoopPrinter.text(new Value.Gather(X, Dim.ZERO, width, call(ADD, word, i32(1)))))
        .isEqualTo("x[width*(word + 1)]");
    assertThat(LoopPrinter.text(new Value.Gather(X, Dim.ZERO, width.plus(1), word))).isEqualTo("x[(width + 1)*word]");
    assertThat(LoopPrinter.text(new Stmt.Scatter(X, i.plus(1), Dim.ONE, word, f32(0)))).isEqualTo("store x[i + 1 + word] = 0");
    assertThat(LoopPrinter.text(new Stmt.Scatter(X, i, Dim.of(8), word, new Value.Gather(X, i, Dim.of(4), word, 8))))
        .isEqualTo("store x[i + 8*word : 8] = x[i + 4*word : 8]");
    Value vector = new Value.Load(X, Dim.ZERO, 8);
    assertThat(LoopPrinter.text(store(X, i, call(MUL, new Value.Splat(at(X, 1), 8), vector))))
        .isEqualTo("store x[i : 8] = f32x8(x[1]) * x[0 : 8]");
    assertThat(LoopPrinter.text(new Value.Reduce(ADD, vector))).isEqualTo("sum(x[0 : 8])");
    assertThat(LoopPrinter.text(new Value.Cast(DType.I32, vector))).isEqualTo("(i32x8) x[0 : 8]");
  }

  @Test
  void everyStatementHasItsLine() {
    Symbol steps = Symbol.measured("steps");
    var a = new Local("a", DType.F32, 4);
    var a2 = new Local("a", DType.F32, 1);
    Symbol j = Programs.var("i");
    Symbol at = Programs.var("at");
    Stmt inner = store(X, at, get(a2));
    Stmt tail = new Stmt.For(j, Dim.of(I), Dim.of(64), 4, Stmt.Order.SEQUENTIAL, List.of(new Stmt.Along(at, Dim.of(I), -4)),
        block(new Stmt.Declare(a2, f32(1)), inner));
    Stmt measure = new Stmt.Measure(steps, i32(3));
    Stmt running = Programs.run(Programs.kernel("k", loop(I, Dim.of(steps), Stmt.Order.PARALLEL,
        new Stmt.Declare(a, new Value.Load(X, Dim.ZERO, 4)), tail)));
    Stmt branch = new Stmt.If(call(LT, i32(1), i32(2)), running, block(measure));
    Stmt require = new Stmt.Require(call(EQ, i32(1), i32(1)), WeftException.Kind.INDEX, "no %d", i32(1));
    var listing = LoopPrinter.listing(LoopProgram.of("p", 4, List.of(X), List.of(),
        Programs.driver(measure, new Stmt.While(call(NE, i32(0), i32(0)), branch), require)));
    assertThat(listing.text()).isEqualTo("""
        p(x f32[64] input)
        sizes steps measured

        kernel k
          for i in 0 .. steps parallel
            f32x4 a = x[0 : 4]
            for i_2 in i .. 64 step 4, at from i step -4
              f32 a_2 = 1
              store x[at] = a_2

        driver main
          measure steps = 3
          while 0 != 0
            if 1 < 2
              run k
            else
              measure steps = 3
          require 1 == 1 else INDEX "no %d" with 1
        """);
    assertThat(listing.lineOf().get(inner)).isEqualTo(9);
    assertThat(listing.lineOf().get(tail)).isEqualTo(7);
    assertThat(listing.lineOf().get(measure)).isEqualTo(12);
    assertThat(listing.lineOf().get(branch)).isEqualTo(14);
    assertThat(listing.lineOf().get(require)).isEqualTo(18);
    assertThat(listing.lines().get(8)).isEqualTo("      store x[at] = a_2");
  }

  @Test
  void printsAndClocks() {
    Buffer clocks = Programs.buffer("clocks", DType.I64, 2, Buffer.Role.KEPT);
    Stmt print = new Stmt.Print("h\n\"1\"", X, Dim.of(4), List.of(Dim.of(2), Dim.of(3)), List.of(Dim.of(I)));
    Stmt running = Programs.run(Programs.kernel("k", loop(I, Dim.of(2), Stmt.Order.SEQUENTIAL, print)));
    String text = LoopPrinter.text(LoopProgram.of("p", 1, List.of(X), List.of(),
        Programs.driver(new Stmt.Clock(clocks, 0, false), running, new Stmt.Clock(clocks, 0, true))));
    assertThat(text).contains("print \"h\\n\"1\"\" x[4] as [2, 3] at step [i]", "start clocks[0]", "stop clocks[0]");
  }
}
