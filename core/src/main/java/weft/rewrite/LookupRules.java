package weft.rewrite;

import static weft.rewrite.CodeRule.rule;
import static weft.rewrite.Variables.below4;
import static weft.rewrite.Variables.m46;
import static weft.rewrite.Variables.m64;
import static weft.rewrite.Variables.v6;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.op.Einsum;
import weft.op.Index;
import weft.op.LogSoftmax;
import weft.op.OneHot;
import weft.op.Ops;
import weft.op.Reshape;
import weft.op.Reverse;
import weft.op.Scalar;
import weft.op.ScatterAdd;
import weft.op.Slice;
import weft.op.Softmax;
import weft.op.Take;
import weft.op.Transpose;
import weft.runtime.DType;
import weft.type.Dim;

/**
 * Rules about looking things up: the logarithm of a chosen probability and its gradient, which must not divide
 * by what underflows, and products with rows of zeros and a one, which are lookups.
 */
final class LookupRules {
  private static final List<Dim> SIX_BY_FOUR = List.of(Dim.of(6), Dim.of(4));
  private static final Expr CHOSEN = Ops.div(v6, Apply.one(new Take(1, 1), m64, below4));
  private static final Expr SCATTERED = Apply.one(new ScatterAdd(1, 1, SIX_BY_FOUR), below4, CHOSEN);
  private static final Expr ONE_HOT = Apply.one(new OneHot(Dim.of(4), DType.F64), below4);

  static final List<CodeRule> ALL = List.of(
      rule("log(part of softmax(x)) → part of logSoftmax(x)", Scalar.LOG, LookupRules::logOfPart)
          .on(Ops.log(Apply.one(new Take(1, 1), Ops.softmax(m64), below4)),
              Ops.log(Ops.index(Ops.transpose(Ops.softmax(m46)), 0, 2)),
              Ops.log(Ops.slice(Ops.sigmoid(m46), 0, 1, 3))),
      rule("x · scatterAdd(i, y / x[i]) → scatterAdd(i, y)", Scalar.MUL, LookupRules::scatteredQuotient)
          .on(Ops.times(m64, SCATTERED)),
      rule("x · (scatterAdd(i, y / x[i]) - z) → scatterAdd(i, y) - x · z", Scalar.MUL, LookupRules::scatteredSum)
          .on(Ops.times(m64, Ops.minus(SCATTERED, Ops.transpose(m46))),
              Ops.times(Ops.plus(Ops.transpose(m46), SCATTERED), m64)),
      rule("dot(oneHot(i), x) → x[i]", Einsum.class, LookupRules::lookup)
          .on(Ops.dot(ONE_HOT, m46), Einsum.of("nk", "km", "mn", ONE_HOT, m46),
              Einsum.of("mk", "nk", "nm", Ops.transpose(m46), ONE_HOT)),
      rule("dot(oneHot(i)ᵀ, x) → scatterAdd(i, x)", Einsum.class, LookupRules::scatter)
          .on(Einsum.of("nk", "nm", "km", ONE_HOT, m64), Einsum.of("mn", "nk", "mk", m46, ONE_HOT)));

  private LookupRules() {}

  private static Expr logOfPart(Apply e) {
    boolean whole = e.input(0).op() instanceof Softmax || e.input(0).op() == Scalar.SIGMOID;
    return whole ? null : logOfPart(e.input(0));
  }

  /** The logarithm of probabilities that were moved or picked, taken before they were. */
  private static Expr logOfPart(Expr e) {
    if (e.op() instanceof Softmax) return Apply.one(new LogSoftmax(), e.apply().input(0));
    if (e.op() == Scalar.SIGMOID) return Ops.logSigmoid(e.apply().input(0));
    boolean moves = e.op() instanceof Take || e.op() instanceof Index || e.op() instanceof Slice
        || e.op() instanceof Transpose || e.op() instanceof Reshape || e.op() instanceof Reverse;
    Expr within = moves ? logOfPart(e.apply().input(0)) : null;
    if (within == null) return null;
    return Apply.of(e.op(), Extents.replace(e.apply().inputs(), 0, within)).output(0);
  }

  private static Expr scatteredQuotient(Apply e) {
    Expr by = withoutQuotient(e.input(0), e.input(1));
    return by != null ? by : withoutQuotient(e.input(1), e.input(0));
  }

  /** Of {@code scatterAdd(i, y / x[i])}: {@code scatterAdd(i, y)}. */
  private static Expr withoutQuotient(Expr x, Expr scattered) {
    if (!(scattered.op() instanceof ScatterAdd s)) return null;
    Expr indices = scattered.apply().input(0);
    Expr quotient = scattered.apply().input(1);
    if (quotient.op() != Scalar.DIV) return null;
    Apply chosen = quotient.apply().input(1).apply();
    boolean same = chosen.op().equals(new Take(s.axis(), s.batch())) && chosen.input(0) == x
        && chosen.input(1) == indices;
    return same ? Apply.one(s, indices, quotient.apply().input(0)) : null;
  }

  private static Expr scatteredSum(Apply e) {
    Expr by = withoutQuotientIn(e.input(0), e.input(1));
    return by != null ? by : withoutQuotientIn(e.input(1), e.input(0));
  }

  private static Expr withoutQuotientIn(Expr x, Expr sum) {
    if (sum.op() != Scalar.SUB && sum.op() != Scalar.ADD) return null;
    Expr left = sum.apply().input(0);
    Expr right = sum.apply().input(1);
    Expr scattered = withoutQuotient(x, left);
    if (scattered != null) return Apply.one(sum.op(), scattered, Ops.times(x, right));
    scattered = withoutQuotient(x, right);
    return scattered == null ? null : Apply.one(sum.op(), Ops.times(x, left), scattered);
  }

  private static Expr lookup(Apply e) {
    var dot = (Einsum) e.op();
    Expr by = lookup(dot.left(), dot.right(), dot.out(), e.input(0), e.input(1));
    return by != null ? by : lookup(dot.right(), dot.left(), dot.out(), e.input(1), e.input(0));
  }

  private static Expr lookup(String hot, String table, String out, Expr oneHot, Expr x) {
    if (!(oneHot.op() instanceof OneHot)) return null;
    char label = hot.charAt(hot.length() - 1);
    String rows = hot.substring(0, hot.length() - 1);
    int axis = table.indexOf(label);
    if (out.indexOf(label) >= 0 || shares(rows, table)) return null;
    String found = table.substring(0, axis) + rows + table.substring(axis + 1);
    return ordered(Apply.one(new Take(axis, 0), x, oneHot.apply().input(0)), found, out);
  }

  private static Expr scatter(Apply e) {
    var dot = (Einsum) e.op();
    Expr by = scatter(dot.left(), dot.right(), dot.out(), e.input(0), e.input(1));
    return by != null ? by : scatter(dot.right(), dot.left(), dot.out(), e.input(1), e.input(0));
  }

  private static Expr scatter(String hot, String added, String out, Expr oneHot, Expr x) {
    if (!(oneHot.op() instanceof OneHot hotRows)) return null;
    char label = hot.charAt(hot.length() - 1);
    String rows = hot.substring(0, hot.length() - 1);
    if (out.indexOf(label) < 0 || added.indexOf(label) >= 0 || shares(rows, out)) return null;
    var rest = new StringBuilder();
    for (char c : added.toCharArray()) if (rows.indexOf(c) < 0) rest.append(c);
    Expr behind = ordered(x, added, rows + rest);
    var dims = new ArrayList<Dim>();
    dims.add(hotRows.depth());
    dims.addAll(behind.type().dims().subList(rows.length(), behind.rank()));
    Expr scattered = Apply.one(new ScatterAdd(0, 0, dims), oneHot.apply().input(0), behind);
    return ordered(scattered, label + rest.toString(), out);
  }

  private static boolean shares(String some, String others) {
    return some.chars().anyMatch(c -> others.indexOf(c) >= 0);
  }

  private static Expr ordered(Expr x, String labels, String wanted) {
    return ViewRules.transpose(x, wanted.chars().mapToObj(labels::indexOf).toList());
  }
}
