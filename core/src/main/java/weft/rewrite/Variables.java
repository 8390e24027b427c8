package weft.rewrite;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * What equations are written about. A rule about scalars holds for tensors of every rank, one about vectors
 * for stacks of vectors along the last axis; f64 stands for every dtype of numbers.
 */
final class Variables {
  private static final Dim N = Dim.named("n");

  static final Expr a = number("a");
  static final Expr b = number("b");
  static final Expr c = number("c");
  static final Expr d = number("d");
  static final Expr p = of("p", DType.BOOL);
  static final Expr q = of("q", DType.BOOL);
  static final Expr x = number("x", N);
  static final Expr y = number("y", N);
  static final Expr g = number("g", N);

  /** Tensors of fixed shapes, for examples of rules that are methods. */
  static final Expr v6 = number("v6", Dim.of(6));
  static final Expr w6 = number("w6", Dim.of(6));
  static final Expr v4 = number("v4", Dim.of(4));
  static final Expr m46 = number("m46", Dim.of(4), Dim.of(6));
  static final Expr k46 = number("k46", Dim.of(4), Dim.of(6));
  static final Expr m64 = number("m64", Dim.of(6), Dim.of(4));
  static final Expr t246 = number("t246", Dim.of(2), Dim.of(4), Dim.of(6));
  static final Expr m16 = number("m16", Dim.ONE, Dim.of(6));
  static final Expr below4 = of("below4", DType.I32, Dim.of(6));

  private Variables() {}

  private static Expr number(String name, Dim... dims) {
    return of(name, DType.F64, dims);
  }

  private static Expr of(String name, DType dtype, Dim... dims) {
    return Apply.one(new Leaf.Input(new TensorType(dtype, List.copyOf(Arrays.asList(dims))))).named(name);
  }
}
