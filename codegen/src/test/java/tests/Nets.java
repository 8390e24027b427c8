package tests;

import static weft.Tensors.F64;
import static weft.Tensors.argmax;
import static weft.Tensors.crossEntropy;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.softmax;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.util.List;
import java.util.Random;
import weft.CompiledFunction;
import weft.Initializer;
import weft.Tensors;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.Dim;

/** The classic net of one recurrent layer, which reads a sequence and names its class. */
final class Nets {
  final CompiledFunction train;
  final CompiledFunction predict;
  final List<Expr> parameters;
  private final DType dtype;

  Nets(Mode mode, DType dtype, int in, int hidden, int out) {
    this.dtype = dtype;
    var normal = Initializer.normal(new Random(1), .3);
    Dim time = dim("time");
    var x = matrix("x", dtype, time, in);
    var y = vector("y", dtype, out);
    var rate = scalar("rate", dtype);
    var wx = param("Wx", dtype, normal, in, hidden);
    var wh = param("Wh", dtype, normal, hidden, hidden);
    var bh = param("bh", zeros(dtype, hidden));
    var wy = param("Wy", dtype, normal, hidden, out);
    var by = param("by", zeros(dtype, out));
    parameters = List.of(wx, wh, bh, wy, by);
    var h = scan(x, zeros(dtype, hidden), (xt, prev) -> tanh(xt.dot(wx).plus(prev.dot(wh)).plus(bh)));
    var p = softmax(h.last().dot(wy).plus(by));
    var loss = crossEntropy(p, y);
    train = mode.configure(function(x, y, rate).returns(loss).updates(sgd(loss, parameters, rate)))
        .compile(mode.backend());
    predict = mode.configure(function(x).returns(p, argmax(p))).compile(mode.backend());
  }

  /** A sequence of so many rows. */
  Tensor sequence(long seed, int rows, int in) {
    return Initializer.uniform(new Random(seed), -1, 1).create(dtype, rows, in);
  }

  Tensor oneHot(int at, int out) {
    Tensor target = Tensor.zeros(dtype, out);
    target.set(1, at);
    return target;
  }

  Tensor rate(double value) {
    return dtype == F64 ? Tensor.scalar(value) : Tensor.scalar((float) value);
  }

  List<Tensor> values() {
    return parameters.stream().map(p -> Tensors.parameter(p).get()).toList();
  }
}
