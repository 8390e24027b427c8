package weft.samples.languages;

import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import weft.graph.Expr;

/**
 * The graph of a recurrent net that reads texts character by character and says which label each of them has.
 *
 * <p>Its cell is the gated recurrent unit (Cho and others, 2014), here with the reset gate r behind the product.
 * Every character c has a row in each of the three tables W; σ is the sigmoid, ∘ multiplies element by element:
 * <pre>
 *   z = σ(Wz[c] + h·Uz)             how far the state moves
 *   r = σ(Wr[c] + h·Ur)             how much of the old state the new one is made of
 *   n = tanh(Wn[c] + r ∘ (h·Un))    where the state moves to
 *   h ← h + z ∘ (n - h)             from 0 at the start
 *
 *   p = softmax(h·V + b)            the labels' probabilities, from the last state
 * </pre>
 */
public final class CharGraph {
  private final int hidden;
  private final Expr wz;
  private final Expr wr;
  private final Expr wn;
  private final Expr uz;
  private final Expr ur;
  private final Expr un;
  private final Expr v;
  private final Expr b;

  /** A graph with parameters of its own, which these random numbers decide. */
  public CharGraph(Random rng, int symbols, int hidden, int labels) {
    this.hidden = hidden;
    wz = param("Wz", normal(rng, 0.3, symbols, hidden));
    wr = param("Wr", normal(rng, 0.3, symbols, hidden));
    wn = param("Wn", normal(rng, 0.3, symbols, hidden));
    uz = param("Uz", orthogonal(rng, hidden, hidden));
    ur = param("Ur", orthogonal(rng, hidden, hidden));
    un = param("Un", orthogonal(rng, hidden, hidden));
    v = param("V", normal(rng, 0.1, hidden, labels));
    b = param("b", zeros(labels));
  }

  /** {@code f32[width, labels]}: the labels' probabilities for texts whose symbols are {@code i32[time, width]}. */
  public Expr probabilities(Expr chars, int width) {
    var h = scan(chars, zeros(width, hidden), (c, prev) -> {
      var z = sigmoid(embedding(wz, c).plus(prev.dot(uz)));
      var r = sigmoid(embedding(wr, c).plus(prev.dot(ur)));
      var n = tanh(embedding(wn, c).plus(r.times(prev.dot(un))));
      return prev.plus(z.times(n.minus(prev)));
    });
    return softmax(h.last().dot(v).plus(b));
  }

  /** All parameters, in an order that stays the same. */
  public List<Expr> parameters() {
    return List.of(wz, wr, wn, uz, ur, un, v, b);
  }
}
