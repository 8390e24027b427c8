package tests.fuzz;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import weft.Tensors;
import weft.graph.Expr;
import weft.runtime.DType;

/** All words of random programs but leaves, scans and gradients. */
final class Words {
  private static final Map<String, Word> ALL = new LinkedHashMap<>();

  /**
   * From a float to a float of its shape, with a derivative nearly everywhere, and bounded for arguments
   * that are.
   */
  static final List<String> SMOOTH = names(() -> {
    unary("tanh", Tensors::tanh, Math::tanh);
    unary("sigmoid", Tensors::sigmoid, Plain::sigmoid);
    unary("softplus", Tensors::softplus, Plain::softplus);
    unary("logSigmoid", Tensors::logSigmoid, v -> -Plain.softplus(-v));
    unary("sin", Tensors::sin, Math::sin);
    unary("cos", Tensors::cos, Math::cos);
    unary("atan", Tensors::atan, Math::atan);
    unary("erf", Tensors::erf, Plain::erf);
    unary("neg", Tensors::neg, v -> -v);
    unary("softsign", Tensors::softsign, v -> v / (1 + Math.abs(v)));
    unary("elu", Tensors::elu, v -> v > 0 ? v : Math.expm1(v));
    unary("silu", Tensors::silu, v -> v * Plain.sigmoid(v));
    unary("mish", Tensors::mish, v -> v * Math.tanh(Plain.softplus(v)));
    unary("gelu", Tensors::gelu, v -> v * (1 + Plain.erf(v * Math.sqrt(.5))) / 2);
    word("sqr", "sqr($0)", (x, n) -> Tensors.sqr(x[0]),
        (x, n) -> x[0].map(v -> v * v));
    word("sqrtOf", "sqrt(abs($0).plus(0.25))", (x, n) -> Tensors.sqrt(Tensors.abs(x[0]).plus(0.25)),
        (x, n) -> x[0].map(v -> Math.sqrt(Math.abs(v) + .25)));
    word("logOf", "log(abs($0).plus(0.5))", (x, n) -> Tensors.log(Tensors.abs(x[0]).plus(0.5)),
        (x, n) -> x[0].map(v -> Math.log(Math.abs(v) + .5)));
    word("expOf", "exp(minimum($0, 1.5))", (x, n) -> Tensors.exp(Tensors.minimum(x[0], 1.5)),
        (x, n) -> x[0].map(v -> Math.exp(Math.min(v, 1.5))));
    word("expm1Of", "expm1(minimum($0, 1.5))", (x, n) -> Tensors.expm1(Tensors.minimum(x[0], 1.5)),
        (x, n) -> x[0].map(v -> Math.expm1(Math.min(v, 1.5))));
    word("log1pOf", "log1p(sqr($0))", (x, n) -> Tensors.log1p(Tensors.sqr(x[0])),
        (x, n) -> x[0].map(v -> Math.log1p(v * v)));
    word("reciprocalOf", "reciprocal(sqr($0).plus(1))", (x, n) -> Tensors.reciprocal(Tensors.sqr(x[0]).plus(1)),
        (x, n) -> x[0].map(v -> 1 / (v * v + 1)));
    word("plusNumber", "$0.plus(#0 / 8.0)", (x, n) -> x[0].plus(n[0] / 8.0),
        (x, n) -> x[0].map(v -> v + n[0] / 8.));
    word("timesNumber", "$0.times(#0 / 8.0)", (x, n) -> x[0].times(n[0] / 8.0),
        (x, n) -> x[0].map(v -> v * n[0] / 8.));
    word("numberMinus", "minus(#0 / 8.0, $0)", (x, n) -> Tensors.minus(n[0] / 8.0, x[0]),
        (x, n) -> x[0].map(v -> n[0] / 8. - v));
  });

  /** The same with corners. */
  static final List<String> ROUGH = names(() -> {
    unary("abs", Tensors::abs, Math::abs);
    unary("relu", Tensors::relu, v -> Math.max(v, 0));
    unary("hardTanh", Tensors::hardTanh, v -> Math.min(1, Math.max(-1, v)));
    unary("hardSigmoid", Tensors::hardSigmoid, v -> Math.min(1, Math.max(0, .2 * v + .5)));
    word("leakyRelu", "leakyRelu($0, 0.1)", (x, n) -> Tensors.leakyRelu(x[0], .1),
        (x, n) -> x[0].map(v -> v > 0 ? v : .1 * v));
    word("clip", "clip($0, -0.4, 0.7)", (x, n) -> Tensors.clip(x[0], -.4, .7),
        (x, n) -> x[0].map(v -> Math.min(.7, Math.max(-.4, v))));
    word("floorOf", "floor($0.plus(0.3))", (x, n) -> Tensors.floor(x[0].plus(.3)),
        (x, n) -> x[0].map(v -> Math.floor(v + .3)));
    word("sign", "sign($0)", (x, n) -> Tensors.sign(x[0]),
        (x, n) -> x[0].map(v -> Math.signum(v)));
  });

  /** What rewrites have an opinion on. */
  static final List<String> BAIT = names(() -> {
    word("plusZero", "$0.plus(0)", (x, n) -> x[0].plus(0),
        (x, n) -> x[0].map(v -> v));
    word("timesOne", "$0.times(1)", (x, n) -> x[0].times(1),
        (x, n) -> x[0].map(v -> v));
    word("timesZero", "$0.times(0)", (x, n) -> x[0].times(0),
        (x, n) -> x[0].map(v -> v * 0));
    word("divTwo", "$0.div(2)", (x, n) -> x[0].div(2),
        (x, n) -> x[0].map(v -> v / 2));
    word("minusItself", "$0.minus($0)", (x, n) -> x[0].minus(x[0]),
        (x, n) -> x[0].map(v -> v - v));
    word("plusItself", "$0.plus($0)", (x, n) -> x[0].plus(x[0]),
        (x, n) -> x[0].map(v -> v + v));
    word("timesItself", "$0.times($0)", (x, n) -> x[0].times(x[0]),
        (x, n) -> x[0].map(v -> v * v));
    word("negNeg", "$0.neg().neg()", (x, n) -> x[0].neg().neg(),
        (x, n) -> x[0].map(v -> v));
    word("powTwo", "$0.pow(2)", (x, n) -> x[0].pow(2),
        (x, n) -> x[0].map(v -> v * v));
    word("powHalf", "abs($0).plus(0.5).pow(0.5)", (x, n) -> Tensors.abs(x[0]).plus(.5).pow(.5),
        (x, n) -> x[0].map(v -> Math.sqrt(Math.abs(v) + .5)));
    word("expLog", "exp(log(abs($0).plus(0.5)))",
        (x, n) -> Tensors.exp(Tensors.log(Tensors.abs(x[0]).plus(.5))),
        (x, n) -> x[0].map(v -> Math.abs(v) + .5));
    word("logSigmoidByHand", "log(sigmoid($0))", (x, n) -> Tensors.log(Tensors.sigmoid(x[0])),
        (x, n) -> x[0].map(v -> -Plain.softplus(-v)));
    word("softplusByHand", "log(exp($0).plus(1))", (x, n) -> Tensors.log(Tensors.exp(x[0]).plus(1)),
        (x, n) -> x[0].map(v -> Plain.softplus(v)));
    word("sigmoidByHand", "reciprocal(exp(neg($0)).plus(1))",
        (x, n) -> Tensors.reciprocal(Tensors.exp(x[0].neg()).plus(1)),
        (x, n) -> x[0].map(v -> Plain.sigmoid(v)));
    word("oneMinusSigmoid", "minus(1, sigmoid($0))", (x, n) -> Tensors.minus(1, Tensors.sigmoid(x[0])),
        (x, n) -> x[0].map(v -> Plain.sigmoid(-v)));
    word("sqrtOfSquare", "sqrt(sqr($0))", (x, n) -> Tensors.sqrt(Tensors.sqr(x[0])),
        (x, n) -> x[0].map(v -> Math.abs(v)));
    word("maxItself", "maximum($0, $0)", (x, n) -> Tensors.maximum(x[0], x[0]),
        (x, n) -> x[0].map(v -> v));
  });

  /** From two floats that broadcast to one. */
  static final List<String> BINARY = names(() -> {
    binary("plus", Tensors::plus, Double::sum);
    binary("minus", Tensors::minus, (a, b) -> a - b);
    binary("times", Tensors::times, (a, b) -> a * b);
    binary("maximum", Tensors::maximum, Math::max);
    binary("minimum", Tensors::minimum, Math::min);
    word("divOf", "$0.div(abs($1).plus(0.5))", (x, n) -> x[0].div(Tensors.abs(x[1]).plus(.5)),
        (x, n) -> x[0].zip(x[1], (a, b) -> a / (Math.abs(b) + .5)));
    word("powOf", "pow(abs($0).plus(0.5), tanh($1))",
        (x, n) -> Tensors.pow(Tensors.abs(x[0]).plus(.5), Tensors.tanh(x[1])),
        (x, n) -> x[0].zip(x[1], (a, b) -> Math.pow(Math.abs(a) + .5, Math.tanh(b))));
    word("atan2Of", "atan2($0, sqr($1).plus(0.5))", (x, n) -> Tensors.atan2(x[0], Tensors.sqr(x[1]).plus(.5)),
        (x, n) -> x[0].zip(x[1], (a, b) -> Math.atan2(a, b * b + .5)));
  });

  /** From a float, and a constant that it hardly ever equals, to a bool. */
  static final List<String> COMPARE = names(() -> {
    word("gt", "$0.gt(#0 / 7.3)", (x, n) -> x[0].gt(n[0] / 7.3),
        (x, n) -> x[0].map(v -> v > n[0] / 7.3 ? 1 : 0));
    word("le", "$0.le(#0 / 7.3)", (x, n) -> x[0].le(n[0] / 7.3),
        (x, n) -> x[0].map(v -> v <= n[0] / 7.3 ? 1 : 0));
    word("lt", "$0.lt(#0 / 7.3)", (x, n) -> x[0].lt(n[0] / 7.3),
        (x, n) -> x[0].map(v -> v < n[0] / 7.3 ? 1 : 0));
  });

  /** From two bools that broadcast to one. */
  static final List<String> LOGIC = names(() -> {
    binary("and", Tensors::and, (a, b) -> a * b);
    binary("or", Tensors::or, Math::max);
    binary("xor", Tensors::xor, (a, b) -> a == b ? 0 : 1);
  });

  /** From a float and axes to a float; with a 1 as first number the axes are kept. */
  static final List<String> REDUCE = names(() -> {
    reduction("sum", Tensors::sum, Tensors::sumKeepDims, Num::sum);
    reduction("mean", Tensors::mean, Tensors::meanKeepDims, Num::mean);
    reduction("max", Tensors::max, Tensors::maxKeepDims, Num::max);
    reduction("min", Tensors::min, Tensors::minKeepDims, (x, keep, axes) -> x.map(v -> -v).max(keep, axes)
        .map(v -> -v));
    word("var", "var($0, #*)", (x, n) -> Tensors.var(x[0], n),
        (x, n) -> x[0].zip(x[0].mean(true, n), (a, m) -> (a - m) * (a - m)).mean(false, n));
    word("norm", "sqrt(sqr($0).sum(#*).plus(0.1))", (x, n) -> Tensors.sqrt(Tensors.sqr(x[0]).sum(n).plus(.1)),
        (x, n) -> x[0].map(v -> v * v).sum(false, n).map(v -> Math.sqrt(v + .1)));
  });

  /** From a float and one axis to a float. */
  static final List<String> ALONG = names(() -> {
    word("softmax", "softmax($0, #0)", (x, n) -> Tensors.softmax(x[0], n[0]),
        (x, n) -> x[0].softmax(n[0]));
    word("logSoftmax", "logSoftmax($0, #0)", (x, n) -> Tensors.logSoftmax(x[0], n[0]),
        (x, n) -> x[0].zip(x[0].logSumExp(n[0]), (a, b) -> a - b));
    word("logSumExp", "logSumExp($0, #0)", (x, n) -> Tensors.logSumExp(x[0], n[0]),
        (x, n) -> new Num(x[0].without(n[0]), x[0].logSumExp(n[0]).data()));
    word("logOfSoftmax", "log(softmax($0, #0))", (x, n) -> Tensors.log(Tensors.softmax(x[0], n[0])),
        (x, n) -> x[0].softmax(n[0]).map(Math::log));
    word("centred", "$0.minus(meanKeepDims($0, #0))", (x, n) -> x[0].minus(Tensors.meanKeepDims(x[0], n[0])),
        (x, n) -> x[0].zip(x[0].mean(true, n[0]), (a, b) -> a - b));
    word("prod", "prod($0.div(2), #0)", (x, n) -> Tensors.prod(x[0].div(2), n[0]),
        (x, n) -> x[0].reduce(n, false, 1, (a, b) -> a * b / 2));
  });

  static {
    word("not", "not($0)", (x, n) -> Tensors.not(x[0]),
        (x, n) -> x[0].map(v -> 1 - v));
    word("where", "where($0, $1, $2)", (x, n) -> Tensors.where(x[0], x[1], x[2]),
        (x, n) -> Num.where(x[0], x[1], x[2]));
    word("toFloat", "$0.cast(#0)", (x, n) -> x[0].cast(DType.values()[n[0]]),
        (x, n) -> x[0].map(v -> v));
    word("anyOf", "any($0, #*)", (x, n) -> Tensors.any(x[0], n),
        (x, n) -> x[0].reduce(n, false, 0, Math::max));
    word("allOf", "all($0, #*)", (x, n) -> Tensors.all(x[0], n),
        (x, n) -> x[0].reduce(n, false, 1, Math::min));
    word("argmax", "argmax($0, #0)", (x, n) -> Tensors.argmax(x[0], n[0]),
        (x, n) -> x[0].argmax(n[0], 1));
    word("argmin", "argmin($0, #0)", (x, n) -> Tensors.argmin(x[0], n[0]),
        (x, n) -> x[0].argmax(n[0], -1));
    word("dot", "$0.dot($1)", (x, n) -> x[0].dot(x[1]),
        (x, n) -> x[0].tensordot(x[1], 1));
    word("outer", "outer($0, $1)", (x, n) -> Tensors.outer(x[0], x[1]),
        (x, n) -> x[0].tensordot(x[1], 0));
    word("batchedDot", "batchedDot($0, $1)", (x, n) -> Tensors.batchedDot(x[0], x[1]),
        (x, n) -> Plain.batchedDot(x[0], x[1]));
    word("tensordot", "tensordot($0, $1, #0)", (x, n) -> Tensors.tensordot(x[0], x[1], n[0]),
        (x, n) -> x[0].tensordot(x[1], n[0]));
    word("transpose", "transpose($0, #*)", (x, n) -> Tensors.transpose(x[0], n),
        (x, n) -> Plain.transpose(x[0], n));
    word("flatten", "flatten($0)", (x, n) -> Tensors.flatten(x[0]),
        (x, n) -> x[0].reshape(-1));
    word("reshape", "reshape($0, #*)", (x, n) -> Tensors.reshape(x[0], Arrays.stream(n).boxed().toArray()),
        (x, n) -> x[0].reshape(n));
    word("expandDims", "expandDims($0, #0)", (x, n) -> Tensors.expandDims(x[0], n[0]),
        (x, n) -> x[0].reshape(Num.insert(x[0].shape(), n[0], 1)));
    word("squeeze", "squeeze($0, #0)", (x, n) -> Tensors.squeeze(x[0], n[0]),
        (x, n) -> x[0].reshape(x[0].without(n[0])));
    word("reverse", "reverse($0, #0)", (x, n) -> Tensors.reverse(x[0], n[0]),
        (x, n) -> x[0].along(n[0], x[0].dim(n[0]), i -> x[0].dim(n[0]) - 1 - i));
    word("index", "index($0, #0, #1)", (x, n) -> Tensors.index(x[0], n[0], n[1]),
        (x, n) -> x[0].index(n[0], n[1]));
    word("slice", "slice($0, #0, #1, #2, #3)", (x, n) -> Tensors.slice(x[0], n[0], n[1], n[2], n[3]),
        (x, n) -> Plain.slice(x[0], n[0], n[1], n[2], n[3]));
    word("pad", "pad($0, #0, #1, #2)", (x, n) -> Tensors.pad(x[0], n[0], n[1], n[2]),
        (x, n) -> x[0].along(n[0], x[0].dim(n[0]) + n[1] + n[2], i -> i - n[1]));
    word("concat", "concat(#0, $*)", (x, n) -> Tensors.concat(n[0], x),
        (x, n) -> Num.concat(n[0], x));
    word("stack", "stack(#0, $*)", (x, n) -> Tensors.stack(n[0], x),
        (x, n) -> Num.stack(n[0], x));
    word("tile", "tile($0, #0, #1)", (x, n) -> Tensors.tile(x[0], n[0], n[1]),
        (x, n) -> x[0].along(n[0], x[0].dim(n[0]) * n[1], i -> i % x[0].dim(n[0])));
    word("repeat", "repeat($0, #0, #1)", (x, n) -> Tensors.repeat(x[0], n[0], n[1]),
        (x, n) -> x[0].along(n[0], x[0].dim(n[0]) * n[1], i -> i / n[1]));
    word("take", "take($0, $1, #0)", (x, n) -> Tensors.take(x[0], x[1], n[0]),
        (x, n) -> Plain.take(x[0], x[1], n[0]));
    word("pick", "pick($0, $1)", (x, n) -> Tensors.pick(x[0], x[1]),
        (x, n) -> Plain.pick(x[0], x[1]));
    word("oneHot", "oneHot($0, #0, DType.values()[#1])",
        (x, n) -> Tensors.oneHot(x[0], n[0], DType.values()[n[1]]),
        (x, n) -> Plain.oneHot(x[0], n[0]));
    word("crossEntropy", "crossEntropy(softmax($0), $1)",
        (x, n) -> Tensors.crossEntropy(Tensors.softmax(x[0]), x[1]),
        (x, n) -> Plain.crossEntropy(x[0].softmax(-1).map(Math::log), x[1]));
    word("scoresCrossEntropy", "crossEntropyWithLogits($0, $1)",
        (x, n) -> Tensors.crossEntropyWithLogits(x[0], x[1]),
        (x, n) -> Plain.crossEntropy(x[0].zip(x[0].logSumExp(-1), (a, b) -> a - b), x[1]));
    word("intPlus", "$0.plus($1)", (x, n) -> x[0].plus(x[1]),
        (x, n) -> x[0].zip(x[1], Double::sum));
    word("intMod", "mod($0, #0)", (x, n) -> Tensors.mod(x[0], n[0]),
        (x, n) -> x[0].map(v -> v - n[0] * Math.floor(v / n[0])));
    word("eq", "$0.eq(#0)", (x, n) -> x[0].eq(n[0]),
        (x, n) -> x[0].map(v -> v == n[0] ? 1 : 0));
    MoreWords.define();
  }

  private Words() {}

  static Word of(String name) {
    return ALL.get(name);
  }

  /** Runs something while a word has another meaning. */
  static void mean(String name, Word.Meaning meaning, Runnable meanwhile) {
    Word word = ALL.get(name);
    ALL.put(name, new Word(name, word.java(), word.builder(), meaning));
    try {
      meanwhile.run();
    } finally {
      ALL.put(name, word);
    }
  }

  private interface Fold {
    Expr of(Expr x, int... axes);
  }

  private interface PlainFold {
    Num of(Num x, boolean keep, int... axes);
  }

  static void word(String name, String java, Word.Builder builder, Word.Meaning meaning) {
    ALL.put(name, new Word(name, java, builder, meaning));
  }

  private static void unary(String name, UnaryOperator<Expr> word, DoubleUnaryOperator meaning) {
    word(name, name + "($0)", (x, n) -> word.apply(x[0]), (x, n) -> x[0].map(meaning));
  }

  private static void binary(String name, BinaryOperator<Object> word, DoubleBinaryOperator meaning) {
    word(name, name + "($0, $1)", (x, n) -> (Expr) word.apply(x[0], x[1]), (x, n) -> x[0].zip(x[1], meaning));
  }

  private static void reduction(String name, Fold dropped, Fold kept, PlainFold meaning) {
    word(name, name + "($0, #*)", (x, n) -> dropped.of(x[0], n), (x, n) -> meaning.of(x[0], false, n));
    word(name + "Keep", name + "KeepDims($0, #*)", (x, n) -> kept.of(x[0], n),
        (x, n) -> meaning.of(x[0], true, n));
  }

  private static List<String> names(Runnable definitions) {
    int before = ALL.size();
    definitions.run();
    return ALL.keySet().stream().skip(before).toList();
  }
}
