package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.I64;
import static weft.Tensors.constant;
import static weft.Tensors.dim;
import static weft.Tensors.disconnectedGrad;
import static weft.Tensors.dot;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.gradClip;
import static weft.Tensors.gradScale;
import static weft.Tensors.gradient;
import static weft.Tensors.hessianVector;
import static weft.Tensors.iterate;
import static weft.Tensors.jacobian;
import static weft.Tensors.jvp;
import static weft.Tensors.param;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;
import static weft.Tensors.undefinedGrad;
import static weft.Tensors.vjp;
import static weft.Tensors.zeroGrad;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.grad.Gradient;
import weft.grad.Gradient.Disconnected;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.op.Composite;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/** Gradients that are not there, that are known, and that end on the way. */
class GradientRulesTest {
  private final Dim time = dim("time");
  private final Expr x = f64("x");
  private final Expr y = f64("y");

  private static void assertRefused(ThrowingCallable wrong, Kind kind, String... words) {
    assertThatThrownBy(wrong).isInstanceOfSatisfying(WeftException.class, e -> {
      assertThat(e.kind()).isEqualTo(kind);
      assertThat(e.getMessage()).contains(words);
    });
  }

  @Test
  void d02_disconnectedRaisesUnlessToldOtherwise() {
    Expr cost = x.times(x).named("cost");
    assertRefused(() -> grad(cost, y), Kind.DISCONNECTED, "cost", "does not depend on y");
    assertRefused(() -> gradient(cost).disconnected(Disconnected.RAISE).wrt(List.of(x, y)), Kind.DISCONNECTED, "on y");
    List<Expr> both = gradient(cost).disconnected(Disconnected.ZERO).wrt(List.of(x, y));
    Tensor[] r = Modes.function(x, y).returns(both.get(0), both.get(1)).callAll(3., 4.);
    assertNumbers(r[0], 6);
    assertNumbers(r[1], 0);
  }

  @Test
  void d02_disconnectedWarnsOnce() {
    var lines = new ArrayList<String>();
    var log = Logger.getLogger(Gradient.class.getName());
    var handler = new Handler() {
      @Override
      public void publish(LogRecord line) {
        if (line.getLevel() == Level.WARNING) lines.add(line.getMessage());
      }

      @Override
      public void flush() {
        // nothing is buffered
      }

      @Override
      public void close() {
        // nothing is open
      }
    };
    boolean parents = log.getUseParentHandlers();
    log.setUseParentHandlers(false);
    log.addHandler(handler);
    try {
      Expr zeros = gradient(x.times(x)).disconnected(Disconnected.WARN).wrt(y);
      assertNumbers(Modes.function(y).returns(zeros).call(1.), 0);
    } finally {
      log.removeHandler(handler);
      log.setUseParentHandlers(parents);
    }
    assertThat(lines).singleElement().asString().contains("does not depend on y", "Leave it out");
  }

  @Test
  void d02_disconnectedByMarksAndIntegersAndConstants() {
    assertRefused(() -> grad(disconnectedGrad(x).times(x.gt(0).cast(F64)), x), Kind.DISCONNECTED, "on x", "It is used");
    assertRefused(() -> grad(x.cast(I64).cast(F64), x), Kind.DISCONNECTED, "through integers");
    Expr square = x.times(x);
    assertRefused(() -> gradient(tanh(square)).constant(square).wrt(x), Kind.DISCONNECTED, "on x");
    assertRefused(() -> gradient(tanh(square)).constant(square).wrt(square), Kind.DISCONNECTED, "does not depend on");
    assertRefused(() -> jacobian(x.times(x), y), Kind.DISCONNECTED, "on y");
    assertRefused(() -> jvp(x.times(x), y, constant(1.)), Kind.DISCONNECTED, "on y");
  }

  /** The index that a nested loop draws depends on x in a way that no gradient follows. */
  @Test
  void d19_undefinedThroughLoops() {
    Expr m = f64("m", time, 3).named("m");
    Expr pooled = scan().over(m).run(outer -> outer.emit(scan().steps(2).carry(0.)
        .run(s -> s.next(s.prev().plus(undefinedGrad(outer.row()).sum()))).last())).emitted();
    assertRefused(() -> grad(pooled.sum(), m), Kind.NO_GRADIENT, "undefinedGrad has no gradient by m_t", "disconnectedGrad");
    Tensor values = Modes.function(m).returns(pooled).call((Object) new double[][] {{1, 2, 3}, {4, 5, 6}});
    assertNumbers(values, 12, 30);
  }

  @Test
  void d19_undefinedOnlyWhereItIsWanted() {
    Expr sum = undefinedGrad(x).plus(y.times(y));
    assertRefused(() -> grad(sum, x), Kind.NO_GRADIENT, "by x");
    assertRefused(() -> grad(sum, List.of(y, x)), Kind.NO_GRADIENT, "by x");
    assertNumbers(Modes.function(y).returns(grad(sum, y)).call(3.), 6);
    assertNumbers(Modes.function(x, y).returns(grad(disconnectedGrad(sum).plus(x), x)).call(1., 3.), 1);
    assertNumbers(Modes.function(x, y).returns(sum).call(1., 3.), 10);
  }

  /** An op that refuses to be differentiated at all. */
  private record Refusing() implements Composite {
    @Override
    public String name() {
      return "refusing";
    }

    @Override
    public List<TensorType> types(List<TensorType> inputs) {
      return inputs;
    }

    @Override
    public List<Expr> expand(Apply apply) {
      return apply.inputs();
    }

    @Override
    public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
      throw new WeftException(Kind.NO_GRADIENT, "refusing: no");
    }
  }

  @Test
  void d19_aStepMayHoldWhatHasNoGradientIfNobodyWantsIt() {
    var u = f64("u", time);
    var run = scan().over(u).carry(x, y).run(s -> s.next(s.prev(0).times(s.prev(1)),
        Apply.one(new Refusing(), s.prev(1)).plus(s.row())));
    // x·y·(y + u0)
    assertNumbers(function(u, x, y).returns(grad(run.last(0), x)).compile().call(new double[] {2, 3}, 5., 7.), 7 * 9);
    assertRefused(() -> grad(run.last(0), y), Kind.NO_GRADIENT, "refusing");
    assertRefused(() -> grad(run.last(0), u), Kind.NO_GRADIENT, "refusing");
  }

  @Test
  void d29_partOfAGraph() {
    var v = f64("v", 3);
    var w1 = param("W1", Tensor.of(new double[][] {{.3, -.5}, {.7, .2}, {-.4, .6}}));
    var w2 = param("W2", Tensor.of(new double[][] {{.1, .4}, {-.3, .8}}));
    var w3 = param("W3", Tensor.of(new double[] {1.5, -.5}));
    var one = tanh(v.dot(w1));
    var two = tanh(one.dot(w2));
    var cost = dot(two, w3);
    List<Expr> whole = grad(cost, List.of(w1, w2, w3));
    List<Expr> third = gradient(cost).stopAt(two).wrt(List.of(w3, two));
    List<Expr> second = Gradient.ofKnown().known(two, third.get(1)).stopAt(one).wrt(List.of(w2, one));
    Expr first = Gradient.ofKnown().known(one, second.get(1)).wrt(w1);
    Tensor[] r = Modes.function(v).returns(whole.get(0), first, whole.get(1), second.get(0), whole.get(2), third.get(0))
        .callAll((Object) new double[] {1, -2, .5});
    for (int i = 0; i < 6; i += 2) assertNumbers(r[i + 1], r[i].toDoubles());
    assertRefused(() -> gradient(cost).stopAt(two).wrt(w1), Kind.DISCONNECTED, "on W1");
  }

  /** What flows beside the end still counts below it. */
  @Test
  void d29_partOfAGraphWithAWayAround() {
    Expr square = x.times(x);
    Expr cost = square.times(square).plus(x.times(3));
    Tensor[] r = Modes.function(x).returns(gradient(cost).stopAt(square).wrt(x), gradient(cost).stopAt(square).wrt(square),
        grad(cost, x)).callAll(2.);
    assertNumbers(r[0], 3);
    assertNumbers(r[1], 8);
    assertNumbers(r[2], 35);
  }

  @Test
  void d29_partOfAScan() {
    var u = f64("u", time);
    var w = f64("w");
    var h = scan(u, w, (ut, p) -> p.times(w).plus(ut)).all();
    Expr cost = h.times(h).sum();
    Expr upper = gradient(cost).stopAt(h).wrt(h);
    Expr lower = Gradient.ofKnown().known(h, upper).wrt(w);
    // h = w² + 1, w³ + w + 2: slopes 2w, 3w² + 1.
    Tensor[] r = Modes.function(u, w).returns(lower, grad(cost, w)).callAll(new double[] {1, 2}, 2.);
    assertNumbers(r[0], 2 * 5 * 4 + 2 * 12 * 13);
    assertNumbers(r[1], r[0].item());
  }

  @Test
  void d29_knownGradientsRefused() {
    Expr v = f64("v", 3);
    assertRefused(() -> Gradient.ofKnown().known(v, constant(1.)), Kind.SHAPE, "v", "[3]");
    assertRefused(() -> Gradient.ofKnown().known(x, constant(1)), Kind.DTYPE, "is no float");
    assertRefused(() -> Gradient.ofKnown().known(x, undefinedGrad(y)), Kind.NO_GRADIENT, "is undefined");
    assertRefused(() -> Gradient.ofKnown().known(x, y).wrt(v), Kind.DISCONNECTED, "on v");
    assertRefused(() -> Gradient.ofKnown().wrt(x), Kind.ARGUMENT, "nothing to start from");
    assertRefused(() -> vjp(v, v, x), Kind.SHAPE, "vjp: the vector has another shape than v");
    assertRefused(() -> jvp(v, List.of(v, x), List.of(v)), Kind.ARGUMENT, "1 vectors for 2");
    assertRefused(() -> hessianVector(x, x, v), Kind.SHAPE, "hessianVector");
    assertRefused(() -> jacobian(scalar("i", I64), x), Kind.DTYPE, "jacobian: i is no float");
  }

  @Test
  void d29_knownGradientsAddUp() {
    Expr square = x.times(x);
    Expr cost = square.times(3);
    Expr more = gradient(cost).known(square, constant(10.)).wrt(x);
    assertNumbers(Modes.function(x).returns(more).call(2.), 13 * 4);
    assertNumbers(Modes.function(x).returns(gradient(cost).known(cost, constant(1.)).wrt(x)).call(2.), 2 * 12);
  }

  @Test
  void d30_byIntegersOfEveryKind() {
    Expr i = scalar("i", I64);
    assertNumbers(Modes.function(i).returns(grad(i.cast(F64), i)).call(5L), 1);
    Expr power = iterate(3, x, p -> p.times(i.cast(F64))).last();
    // x·i³: the gradient by i as if it were a float.
    assertNumbers(Modes.function(x, i).returns(grad(power, i)).call(2., 5L), 2 * 75);
    assertThat(grad(power, i).dtype()).isEqualTo(F64);
    assertRefused(() -> grad(i, i), Kind.DTYPE, "the cost must be a float");
  }

  @Test
  void d28_marksAreGoneFromWhatIsCompiled() {
    Expr marked = gradScale(gradClip(undefinedGrad(disconnectedGrad(zeroGrad(x))), -1, 1), 2);
    String loops = function(x).returns(marked.plus(1)).lanes(1).compile().loops();
    assertThat(loops).contains("x[0] + 1").doesNotContain("gradient");
  }
}
