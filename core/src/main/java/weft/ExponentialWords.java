package weft;

import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.op.GradientMark;
import weft.op.Ops;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Words of matrices that go on as long as their numbers ask for: a loop whose number of steps a call computes. */
public abstract class ExponentialWords extends ScanWords {
  /** The numerators of Padé's approximation of degree 13, and the largest norm for which that is exact in f64. */
  private static final double[] DEGREE_13 = {64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0,
    10559470521600.0, 670442572800.0, 33522128640.0, 1323241920, 40840800, 960960, 16380, 182, 1};
  private static final double NORM_13 = 5.371920351148152;

  /** Those of degree 7, for f32. */
  private static final double[] DEGREE_7 = {17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1};
  private static final double NORM_7 = 3.925724783138660;

  /** So often it is squared at most: with norms of 2^64 and more, elements have no digits left. */
  private static final int MOST_SQUARINGS = 64;

  ExponentialWords() {}

  /**
   * The exponential of a square matrix {@code [n, n]}, I + x + x²/2 + …: what {@code dy/dt = x·y} makes of y in one unit of time. By Padé's
   * approximation and squaring (Higham, The scaling and squaring method for the matrix exponential revisited, 2005); matrices with
   * infinite or NaN elements give NaN.
   *
   * @throws weft.runtime.WeftException of kind SHAPE for anything but a square matrix, of kind DTYPE for anything but floats
   */
  public static Expr expm(Expr x) {
    if (Message.needed("expm: x", x).rank() != 2 || !x.dim(0).equals(x.dim(1))) {
      throw ScanBuilder.fail(Kind.SHAPE, "expm: takes a square matrix, not " + x.type(), x, "Its two dimensions must be equal.");
    }
    if (!x.dtype().isFloat()) throw ScanBuilder.fail(Kind.DTYPE, "expm: takes floats, not " + x.dtype().text(), x, "Cast it first.");
    boolean single = x.dtype() == DType.F32;
    Expr fixed = Apply.one(new GradientMark(GradientMark.How.DISCONNECT, 0, 0), x);
    Expr norm = maximum(max(pad(sum(abs(fixed), 0), 0, 0, 1, 0)), single ? NORM_7 : NORM_13);
    Expr halvings = minimum(ceil(log2(div(norm, single ? NORM_7 : NORM_13))), MOST_SQUARINGS);
    Expr count = where(isFinite(norm), halvings, zerosLike(halvings));
    Expr first = approximated(times(x, exp2(neg(count))), single ? DEGREE_7 : DEGREE_13);
    return scan("expm").steps(cast(count, DType.I32), MOST_SQUARINGS).carry(first).run(s -> s.next(dot(s.prev(), s.prev()))).last();
  }

  /** {@code (V - U)⁻¹·(V + U)} of the even powers V and the odd powers U. */
  private static Expr approximated(Expr x, double[] b) {
    Dim n = x.dim(0);
    Expr one = Ops.eye(n, n, 0, x.dtype());
    Expr square = dot(x, x);
    Expr power = one;
    Expr even = one;
    Expr odd = times(one, b[1] / b[0]);
    for (int i = 2; i < b.length; i += 2) {
      power = i == 2 ? square : dot(power, square);
      even = plus(even, times(power, b[i] / b[0]));
      odd = plus(odd, times(power, b[i + 1] / b[0]));
    }
    odd = dot(x, odd);
    return solve(minus(even, odd), plus(even, odd));
  }
}
