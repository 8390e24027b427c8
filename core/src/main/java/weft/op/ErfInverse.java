package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Value;

/**
 * The number whose error function is x, by {@link NormalQuantile}: erf⁻¹(x) = Φ⁻¹((1 + x) / 2) / √2, where what is left to
 * the ends is computed from x itself; ∓∞ at the ends, NaN outside.
 *
 * @param complement of 1 - x, which keeps its digits where x is near 0
 */
public record ErfInverse(boolean complement) implements LongFunction {
  @Override
  public String name() {
    return complement ? "erfcInverse" : "erfInverse";
  }

  @Override
  public Value element(Element at) {
    var f = new Formula(at);
    Value x = f.x();
    Value middle = complement ? f.sub(f.number(1), x) : x;
    Value end = complement ? f.call(Fun.MIN, x, f.sub(f.number(2), x)) : f.sub(f.number(1), f.call(Fun.ABS, x));
    return f.mul(NormalQuantile.value(f, f.mul(middle, .5), f.mul(end, .5)), Math.sqrt(.5));
  }

  /** √π/2·e^(z²), of the complement the opposite. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr z = apply.output(0);
    double scale = Math.sqrt(Math.PI) / 2;
    return List.of(Ops.times(cotangents.get(0), Ops.times(Ops.exp(Ops.times(z, z)), complement ? -scale : scale)));
  }
}
