package weft.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.loop.Fun;
import weft.loop.Value;
import weft.op.Einsum;
import weft.op.ElementRule;
import weft.op.Place;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;

/**
 * Fusion: the value of an element of an expression, composed of element rules down to what is in memory. The same element
 * asked for twice is the same object, which is how {@link Share} finds what to compute once.
 */
final class Composer {
  private record Key(Expr expr, List<Dim> at) {}

  private final Region region;
  private final Map<Key, Value> known = new HashMap<>();

  Composer(Region region) {
    this.region = region;
  }

  /** From now on this element is that value (a local that holds it). */
  void define(Expr expr, List<Dim> at, Value value) {
    known.put(new Key(expr, at), value);
  }

  Value value(Expr expr, List<Dim> at) {
    Key key = new Key(expr, at);
    Value value = known.get(key);
    if (value == null) {
      value = compose(expr, at);
      known.put(key, value);
    }
    return value;
  }

  private Value compose(Expr expr, List<Dim> at) {
    if (expr.op() instanceof Leaf.Constant c) return new Value.Num(expr.dtype(), number(expr.dtype(), c.value()));
    Source source = region.source(expr);
    return source != null ? source.at(at) : rule(expr, at);
  }

  /** The value by the op's own rule, even if it is in memory as well. */
  Value rule(Expr expr, List<Dim> at) {
    if (expr.op() instanceof ElementRule rule) {
      Value value = rule.element(new At(expr.apply(), at));
      region.program.divisions.note(value, expr.apply());
      return value;
    }
    if (expr.op() instanceof Einsum e) return product(e, expr.apply(), at);
    throw new WeftException(WeftException.Kind.INTERNAL, "no element rule for " + expr);
  }

  /** A contraction without a sum is an element-wise product. */
  private Value product(Einsum e, Apply apply, List<Dim> at) {
    return new Value.Call(Fun.MUL, value(apply.input(0), pick(e.left(), e.out(), at)),
        value(apply.input(1), pick(e.right(), e.out(), at)));
  }

  /** The index of an operand, its letters looked up among those of the result. */
  static List<Dim> pick(String letters, String among, List<Dim> at) {
    var index = new ArrayList<Dim>();
    for (char c : letters.toCharArray()) index.add(at.get(among.indexOf(c)));
    return index;
  }

  static Number number(DType dtype, Number value) {
    return switch (dtype) {
      case F32 -> (Number) value.floatValue();
      case F64 -> (Number) value.doubleValue();
      case I32, BOOL -> (Number) value.intValue();
      case I64 -> (Number) value.longValue();
    };
  }

  private final class At extends AskedElement {
    At(Apply apply, List<Dim> index) {
      super(apply, index);
    }

    @Override
    public Value input(int i, List<Dim> at) {
      return value(apply.input(i), at);
    }

    @Override
    public Value gather(int i, int axis, Value at, List<Dim> rest) {
      Place place = region.place(apply.input(i));
      return new Value.Gather(place.buffer(), place.index(rest), place.strides().get(axis), at);
    }

    @Override
    public Value flat(int i, Dim flat) {
      Place place = region.densePlace(apply.input(i));
      return new Value.Load(place.buffer(), place.base().plus(flat), 1);
    }
  }
}
