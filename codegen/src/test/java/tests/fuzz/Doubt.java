package tests.fuzz;

import static weft.Tensors.abs;
import static weft.Tensors.arange;
import static weft.Tensors.expandDims;
import static weft.Tensors.isFinite;
import static weft.Tensors.maximum;
import static weft.Tensors.ne;
import static weft.Tensors.sin;
import static weft.Tensors.where;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import weft.Tensors;
import weft.graph.Expr;

/**
 * A way to build a program that gives other results only where its lines do not say well what they are. Either every number that is not
 * finite as written is another one, since a rewrite may find what it should have been: {@code Σ t·log p} of a p of 0 is NaN, of scores
 * 1500 apart it is 1500. Or what a line decides by is moved by what rounding may have moved it.
 *
 * @param by what NaN becomes, or the part of a number that it moves by at most
 */
record Doubt(Kind kind, double by) {
  /** What is doubted. */
  enum Kind { NOT_FINITE, NEAR_TIE }

  /** Lines that give the one or the other by how their first argument compares with something. */
  private static final Set<String> DECIDE = Set.of("gt", "le", "lt", "argmax", "argmin", "argsort", "topIndices", "sign", "floorOf", "kinds",
      "places", "kept");

  /** What a line gives, built in this way. */
  Expr build(Line l, List<Expr> args) {
    boolean moves = kind == Kind.NEAR_TIE && DECIDE.contains(l.word());
    if (moves && l.is("kept")) return Tensors.compress(Words.of("gt").build(List.of(moved(args.get(0))), l.numbers()), args.get(0));
    if (!moves) return Words.of(l.word()).build(args, l.numbers());
    var now = new ArrayList<>(args);
    now.set(0, moved(args.get(0)));
    return Words.of(l.word()).build(now, l.numbers());
  }

  /** The same lines where nothing becomes another number, to tell what does from what is merely computed in another way. */
  static Doubt none(Kind kind) {
    return new Doubt(kind, 0);
  }

  /** What later lines read of a value. */
  Object seen(Object value) {
    if (kind != Kind.NOT_FINITE || !(value instanceof Expr x) || !x.dtype().isFloat()) return value;
    if (by == 0) return where(isFinite(x), x, where(ne(x, x), x.neg(), x));
    Expr other = pattern(x).times(.3).plus(1).times(by);
    return where(isFinite(x), x, Tensors.cast(where(ne(x, x), other, Tensors.sign(x).times(abs(other))), x.dtype()));
  }

  /** Zeros stay: they are exact more often than not. */
  private Expr moved(Expr x) {
    if (!x.dtype().isFloat()) return x;
    return where(ne(x, 0), x.plus(Tensors.cast(pattern(x).times(maximum(abs(x), 1)).times(by), x.dtype())), x);
  }

  /** Numbers from -1 to 1, hardly any two alike, that broadcast to x. */
  private Expr pattern(Expr x) {
    Expr angle = Tensors.constant(by * 1e3 + 1);
    for (int a = 0; a < x.rank(); a++) {
      Expr places = arange(x.dim(a), x.dtype()).times(1.7 * a + 2.1);
      for (int k = a + 1; k < x.rank(); k++) places = expandDims(places, places.rank());
      angle = angle.plus(places);
    }
    return sin(angle);
  }
}
