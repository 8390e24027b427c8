package weft;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import weft.graph.Expr;
import weft.graph.Message;
import weft.op.Ops;
import weft.op.Places;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;

/**
 * The words that choose by what values are, so that only a call finds out how many there are: rows for which a condition holds, where
 * something is not 0, and which values there are.
 *
 * <p>The extent of such a result is a dimension of its own, as after {@link Step#until}: what is computed of it element by element goes
 * with it, and {@link #extent} reads it.
 */
public abstract class SelectionWords extends ExponentialWords {
  SelectionWords() {}

  /**
   * What {@link #unique} finds out, of which a function computes what it returns.
   *
   * @param values the different values in ascending order, NaN last and once
   * @param indices for each of them where it stands first among all elements in row-major order, as i64
   * @param inverse for each element of the tensor, in its shape, where its value stands in {@code values}, as i64
   * @param counts how often each value is there, as i64
   */
  public record Unique(Expr values, Expr indices, Expr inverse, Expr counts) {}

  /**
   * The rows of x for which a condition holds, in order. How many those are is known only when the function is called.
   *
   * @param row from a row of x to a bool scalar
   */
  public static Expr filter(Expr x, UnaryOperator<Expr> row) {
    return filter(Message.operands("filter", x), rows -> Message.needed("filter: row", row).apply(rows.get(0))).get(0);
  }

  /**
   * The same rows of several sequences, those for which a condition holds, in order.
   *
   * @param row from a row of each sequence to a bool scalar
   */
  public static List<Expr> filter(List<Expr> sequences, Function<List<Expr>, Expr> row) {
    Scanned flags = scan("filter").over(Message.needed("filter: sequences", sequences).toArray(Expr[]::new)).run(s -> {
      var rows = new ArrayList<Expr>();
      for (int i = 0; i < sequences.size(); i++) rows.add(s.row(i));
      Expr keep = Message.needed("filter: row", row).apply(rows);
      if (keep.rank() != 0 || keep.dtype() != DType.BOOL) {
        throw ScanBuilder.fail(Kind.DTYPE, "filter: the condition is " + keep.type() + ", not one bool", keep,
            "Compare numbers, such as row.gt(3), or combine elements with any or all.");
      }
      s.emit(keep);
    });
    Expr rows = Places.of(flags.emitted(), "filter");
    return sequences.stream().map(x -> take(x, rows, 0)).toList();
  }

  /**
   * The elements of x for which a mask holds, as a vector in row-major order: what NumPy writes as {@code x[mask]}. How many those are
   * is known only when the function is called. Gradients go to the elements that were chosen.
   *
   * @param mask of booleans, of the shape of x
   * @throws weft.runtime.WeftException of kind DTYPE or SHAPE for any other mask
   */
  public static Expr compress(Expr mask, Expr x) {
    checkMask(mask, x, Message.needed("compress: mask", mask).type().dims().equals(Message.needed("compress: x", x).type().dims()),
        "The mask has the shape of the other side; or say which axis it is for.");
    return take(flatten(x), Places.of(mask, "compress"), 0);
  }

  /**
   * The parts of x along an axis for which a mask holds, in order. How many those are is known only when the function is called.
   *
   * @param mask a vector of booleans, one for each part
   * @throws weft.runtime.WeftException of kind DTYPE or SHAPE for any other mask
   */
  public static Expr compress(Expr mask, Expr x, int axis) {
    int at = axis < 0 ? axis + Message.needed("compress: x", x).rank() : axis;
    boolean fits = Message.needed("compress: mask", mask).rank() == 1 && at >= 0 && at < Message.needed("compress: x", x).rank() && mask.dim(0).equals(x.dim(at));
    checkMask(mask, x, fits, "The mask is a vector with one element for each part along the axis.");
    return take(x, Places.of(mask, "compress"), at);
  }

  private static void checkMask(Expr mask, Expr x, boolean fits, String advice) {
    if (mask.dtype() != DType.BOOL) {
      throw ScanBuilder.fail(Kind.DTYPE, "compress: the mask is " + mask.type() + ", not of booleans", mask,
          "Compare numbers, such as x.gt(3).");
    }
    if (!fits) throw ScanBuilder.fail(Kind.SHAPE, "compress: a mask " + mask.type() + " does not fit " + Message.needed("compress: x", x).type(), mask, advice);
  }

  /**
   * Where the elements that are not 0 (or true) stand: for each axis a vector of their indices, as i32, all in row-major order.
   * {@code at(x, nonzero(x).toArray())} are those elements. How many there are is known only when the function is called.
   *
   * @throws weft.runtime.WeftException of kind SHAPE for a scalar
   */
  public static List<Expr> nonzero(Expr x) {
    if (Message.needed("nonzero: x", x).rank() == 0) throw ScanBuilder.fail(Kind.SHAPE, "nonzero: a scalar has no places", x, "Give a tensor with an axis.");
    Expr numbers = Places.of(x.dtype() == DType.BOOL ? x : ne(x, 0), "nonzero");
    return x.rank() == 1 ? List.of(numbers) : unravelIndex(numbers, x.type().dims().toArray());
  }

  /**
   * The different values of x, and where they are. How many there are is known only when the function is called. Gradients of the values
   * go to the elements that stand first.
   *
   * @throws weft.runtime.WeftException of kind DTYPE for booleans
   */
  public static Unique unique(Expr x) {
    Expr all = flatten(x);
    Expr order = argsort(all, 0);
    Expr sorted = take(all, order, 0);
    Expr counted = Ops.arange(all.dim(0), DType.I32);
    Expr before = take(sorted, maximum(counted.minus(1), 0), 0);
    Expr differs = ne(sorted, before);
    if (x.dtype().isFloat()) differs = and(differs, not(and(ne(sorted, sorted), ne(before, before))));
    Expr starts = or(differs, eq(counted, 0));
    Expr rows = Places.of(starts, "unique");
    Expr number = cumsum(starts, 0).minus(1);
    Expr numbers = take(number, rows, 0);
    Expr counts = searchSorted(number, numbers, true).minus(cast(rows, DType.I64));
    Expr inverse = Ops.reshape(take(number, argsort(order, 0), 0), x.type().dims());
    return new Unique(take(sorted, rows, 0), take(order, rows, 0), inverse, counts);
  }
}
