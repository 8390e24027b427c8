package weft.op;

import weft.loop.Fun;
import weft.loop.Value;

/** Arithmetic on the values of elements, for element rules that are long formulas. */
final class Formula {
  private final ElementRule.Element at;

  /** @param at whose dtype constants have */
  Formula(ElementRule.Element at) {
    this.at = at;
  }

  /** The element of the only input. */
  Value x() {
    return at.input(0, at.index());
  }

  Value number(double value) {
    return at.number(value);
  }

  Value add(Value a, Value b) {
    return call(Fun.ADD, a, b);
  }

  Value add(Value a, double b) {
    return b < 0 ? sub(a, number(-b)) : add(a, number(b));
  }

  Value sub(Value a, Value b) {
    return call(Fun.SUB, a, b);
  }

  Value mul(Value a, Value b) {
    return call(Fun.MUL, a, b);
  }

  Value mul(Value a, double b) {
    return mul(a, number(b));
  }

  Value div(Value a, Value b) {
    return call(Fun.DIV, a, b);
  }

  /** 1 / a. */
  Value over(Value a) {
    return div(number(1), a);
  }

  /** a to the power n, by products. */
  Value power(Value a, int n) {
    if (n == 1) return a;
    Value half = power(a, n / 2);
    return n % 2 == 0 ? mul(half, half) : mul(mul(half, half), a);
  }

  Value below(Value a, double b) {
    return call(Fun.LT, a, number(b));
  }

  Value is(Value a, double b) {
    return call(Fun.EQ, a, number(b));
  }

  Value select(Value condition, Value then, Value otherwise) {
    return call(Fun.SELECT, condition, then, otherwise);
  }

  Value call(Fun fun, Value... arguments) {
    return new Value.Call(fun, arguments);
  }

  /** By Horner's rule; the constant comes first. */
  Value polynomial(Value x, double... coefficients) {
    int last = coefficients.length - 1;
    Value sum = number(coefficients[last]);
    for (int i = last - 1; i >= 0; i--) sum = add(mul(sum, x), number(coefficients[i]));
    return sum;
  }
}
