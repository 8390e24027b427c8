package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * Random numbers by state: the same ones for the same state, whoever computes them and in whatever order. {@link RandomWords} says how
 * the numbers come from the bits.
 *
 * @param dims the shape that one state gives
 */
public record Draw(Kind kind, DType dtype, List<Dim> dims) implements ElementRule, Liftable {
  /** What the numbers are. */
  public enum Kind {
    /** 64 bits, as i64. */
    BITS,
    /** From 0 (inclusive) to 1 (exclusive). */
    UNIFORM,
    /** Normally distributed around 0 with variance 1. */
    NORMAL
  }

  public Draw {
    dims = List.copyOf(dims);
  }

  @Override
  public String name() {
    return "draw";
  }

  @Override
  public String attributes() {
    return kind.name().toLowerCase(Locale.ROOT) + " " + dtype.text() + dims;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    var all = new ArrayList<>(RandomBits.batch(inputs.get(0)));
    all.addAll(dims);
    return List.of(new TensorType(dtype, all));
  }

  @Override
  public Value element(Element at) {
    int batch = at.index().size() - dims.size();
    List<Dim> which = at.index().subList(0, batch);
    Value key = at.input(0, RandomBits.part(which, 0));
    Value draw = at.input(0, RandomBits.part(which, 1));
    Value element = RandomBits.flat(at.index().subList(batch, at.index().size()), dims);
    Value bits = RandomBits.of(key, draw, element);
    return switch (kind) {
      case BITS -> bits;
      case UNIFORM -> RandomBits.uniform(bits, dtype);
      case NORMAL -> dtype == DType.F32
          ? new Value.Cast(DType.F32, RandomBits.normal(RandomBits.radius32(bits), RandomBits.angle32(bits)))
          : RandomBits.normal(RandomBits.radius53(bits),
              RandomBits.uniform(RandomBits.of(key, draw, element, RandomBits.whole(1)), DType.F64));
    };
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return Arrays.asList((Expr) null);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
