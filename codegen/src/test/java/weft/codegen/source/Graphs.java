package weft.codegen.source;

import static weft.FunctionBuilder.function;
import static weft.Tensors.*;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import weft.FunctionBuilder;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Small functions that between them use every kind of loop, each with arguments to call it with. */
final class Graphs {
  /** Parameters belong to a case, so one that trains is made anew for everybody who calls it. */
  record Case(FunctionBuilder function, Object... arguments) {}

  static final Map<String, Supplier<Case>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("product", Graphs::product);
    ALL.put("product of unknown sizes", Graphs::unknownProduct);
    ALL.put("product of doubles", Graphs::doubles);
    ALL.put("elementwise", Graphs::elementwise);
    ALL.put("reductions", Graphs::reductions);
    ALL.put("integers", Graphs::integers);
    ALL.put("lookups", Graphs::lookups);
    ALL.put("a net in training", Graphs::training);
    ALL.put("sequences of several lengths", Graphs::lengths);
    ALL.put("steps given as a number", Graphs::steps);
    ALL.put("a scan that stops by itself", Graphs::until);
    ALL.put("one of two branches", Graphs::either);
    ALL.put("constants", Graphs::constants);
  }

  private Graphs() {}

  static Tensor random(long seed, int... shape) {
    return normal(new Random(seed), 1, shape);
  }

  private static Case product() {
    var x = matrix("x", 5, 20);
    var w = param("W", random(1, 20, 40));
    return new Case(function(x).returns(tanh(x.dot(w)), x.dot(w).sum()), random(2, 5, 20));
  }

  private static Case unknownProduct() {
    Dim m = dim("m");
    Dim k = dim("k");
    Dim n = dim("n");
    var a = matrix("a", m, k);
    var b = matrix("b", k, n);
    return new Case(function(a, b).returns(sigmoid(a.dot(b)), a.transpose()), random(3, 17, 9), random(4, 9, 33));
  }

  private static Case doubles() {
    var x = matrix("x", F64, dim("rows"), 12);
    var w = param("W", random(5, 12, 24).to(F64));
    return new Case(function(x).returns(tanh(x.dot(w)), exp(x).sum(0)), random(6, 7, 12).to(F64));
  }

  private static Case elementwise() {
    var x = vector("x", dim("n"));
    var y = vector("y", x.dim(0));
    Expr several = where(x.gt(y).eq(not(x.lt(0.5f))), maximum(x, y), minimum(exp(x), sqr(y)));
    Expr rest = sign(x).plus(abs(y)).div(sqrt(sqr(x).plus(1))).minus(floor(y)).times(softplus(x)).plus(pow(abs(x), y));
    Expr masks = where(or(isNaN(x), and(x.ge(-1), x.le(1))), x, neg(y));
    return new Case(function(x, y).returns(several, rest, masks, clip(x, -0.5, 0.5), leakyRelu(y, 0.1), x.gt(y)),
        random(7, 75), random(8, 75));
  }

  private static Case reductions() {
    var x = tensor3("x", dim("a"), 6, 50);
    return new Case(function(x).returns(x.sum(), sum(x, 2), max(x, 0), min(x, 1, 2), prod(clip(x, 0.9, 1.1), 2), mean(x, 0, 1),
        argmax(x, 1), logSoftmax(x, 2), any(x.gt(2), 2), all(x.gt(-2), 0)), random(9, 4, 6, 50));
  }

  private static Case integers() {
    var i = vector("i", I32, dim("n"));
    var l = vector("l", I64, i.dim(0));
    return new Case(function(i, l).returns(i.plus(7).times(3), floorDiv(i, 5), mod(l, 7), i.cast(F32).div(3), l.cast(I32),
        i.eq(3).cast(I32), max(l), i.cast(BOOL), abs(i).cast(F64), maximum(l, 0)),
        Tensor.of(3, -4, 17, 0, Integer.MAX_VALUE, Integer.MIN_VALUE, -5), Tensor.of(1L, -1, Long.MAX_VALUE, Long.MIN_VALUE, 14, -15, 0));
  }

  private static Case lookups() {
    var words = vector("words", I32, dim("n"));
    var table = param("E", random(10, 11, 20));
    var rows = embedding(table, words);
    return new Case(function(words).returns(rows, reverse(rows), concat(1, rows, rows), oneHot(words, 11), slice(rows, 1, 3, 9))
        .updates(sgd(sqr(rows).sum(), java.util.List.of(table), 0.1)), Tensor.of(3, 0, 10, 3, 7));
  }

  private static Case training() {
    var wx = param("Wx", random(11, 6, 20));
    var wh = param("Wh", normal(new Random(12), 0.2, 20, 20));
    var bh = param("bh", zeros(20));
    var wy = param("Wy", random(13, 20, 5));
    var x = matrix("x", dim("time"), 6);
    var y = vector("y", 5);
    var lr = scalar("lr");
    var h = scan(x, zeros(20), (xt, prev) -> tanh(xt.dot(wx).plus(prev.dot(wh)).plus(bh)));
    var p = softmax(h.last().dot(wy)).named("p");
    var loss = crossEntropy(p, y).named("loss");
    return new Case(function(x, y, lr).returns(loss, p, h.all()).updates(adam(loss, java.util.List.of(wx, wh, bh, wy), lr)),
        random(14, 9, 6), Tensor.of(0f, 1f, 0f, 0f, 0f), 0.05f);
  }

  private static Case lengths() {
    var x = tensor3("x", dim("time"), dim("batch"), 4);
    var lengths = vector("lengths", I32, x.dim(1));
    var w = param("W", random(15, 4, 4));
    var h = scan().over(x).carry(zeros(x.dim(1), 4)).lengths(lengths).run(s -> s.next(tanh(s.row().dot(w).plus(s.prev()))));
    return new Case(function(x, lengths).returns(h.last(0), h.all(0)), random(16, 6, 3, 4), Tensor.of(2, 6, 0));
  }

  private static Case steps() {
    var n = scalar("n", I32);
    var x = vector("x", 3);
    var last = iterate(n, x, h -> h.times(1.5f).plus(1));
    return new Case(function(n, x).returns(last.last(), last.all()), 5, random(17, 3));
  }

  private static Case until() {
    var x = matrix("x", dim("time"), 20);
    var w = param("W", normal(new Random(21), 0.3, 20, 20));
    var h = scan().over(x).carry(zeros(20)).run(s -> {
      var next = tanh(s.row().plus(s.prev().dot(w)));
      s.next(next).emit(next.times(s.row())).until(s.row().sum().gt(9));
    });
    var loss = sqr(h.all(0)).sum().plus(h.emitted().mean());
    return new Case(function(x).returns(h.all(0), h.steps(), h.emitted().row(0)).updates(sgd(loss, java.util.List.of(w), 0.1)),
        random(22, 60, 20));
  }

  private static Case either() {
    var x = matrix("x", dim("time"), 20);
    var w = param("W", normal(new Random(23), 0.3, 20, 20));
    var loss = ifElse(x.sum().gt(0), () -> sqr(tanh(x.dot(w))).sum(), () -> scan(x, zeros(20),
        (xt, p) -> ifElse(xt.sum().gt(0), () -> tanh(xt.plus(p.dot(w))), () -> p.times(0.5f))).all().sum());
    var y = ifElse(x.sum().gt(0), () -> x.times(2), () -> x);
    return new Case(function(x).returns(loss, y).updates(sgd(loss, java.util.List.of(w), 0.1)), random(24, 7, 20));
  }

  private static Case constants() {
    var x = vector("x", 40);
    var few = constant(Tensor.of(1f, Float.NaN, -0f, Float.POSITIVE_INFINITY, 1e-45f));
    var many = constant(random(18, 40));
    var flags = constant(Tensor.zeros(DType.BOOL, 40));
    return new Case(function(x).returns(x.plus(many), few.plus(x.slice(0, 0, 5)), where(flags, x, x.times(2)),
        constant(random(19, 40).to(F64)).plus(1), constant(Tensor.arange(40)).plus(1)), random(20, 40));
  }
}
