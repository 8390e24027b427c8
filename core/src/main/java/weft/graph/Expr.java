package weft.graph;

import java.util.concurrent.atomic.AtomicLong;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * A symbolic tensor: one output of one {@link Apply}. It stands for a value at call time and holds none itself.
 *
 * <p>Expressions are immutable but for their name, and compare by identity. The arithmetic methods broadcast as NumPy does
 * when a type says 1; the other operand may be an expression or a Java number.
 */
public final class Expr {
  private static final AtomicLong COUNT = new AtomicLong();

  private final long id = COUNT.incrementAndGet();
  private final Apply apply;
  private final int index;
  private final TensorType type;
  private volatile String name;

  Expr(Apply apply, int index, TensorType type) {
    this.apply = apply;
    this.index = index;
    this.type = type;
  }

  /** What gives it. */
  public Apply apply() {
    return apply;
  }

  /** The op of what gives it. */
  public Op op() {
    return apply.op();
  }

  /** Which output of its apply this is. */
  public int index() {
    return index;
  }

  /** Its dtype and dims. */
  public TensorType type() {
    return type;
  }

  /** What its elements are. */
  public DType dtype() {
    return type.dtype();
  }

  /** How many axes it has. */
  public int rank() {
    return type.rank();
  }

  /** The extent of an axis, counted from 0. */
  public Dim dim(int axis) {
    return type.dim(axis);
  }

  /** A number that is larger the later it was made. */
  public long id() {
    return id;
  }

  /** The user's name for it, or null. */
  public String name() {
    return name;
  }

  /** Names this expression in errors, dumps and generated code. */
  public Expr named(String name) {
    this.name = name;
    return this;
  }

  /** {@code this + other}. */
  public Expr plus(Object other) {
    return Arithmetic.INSTANCE.plus(this, other);
  }

  /** {@code this - other}. */
  public Expr minus(Object other) {
    return Arithmetic.INSTANCE.minus(this, other);
  }

  /** {@code this · other}, element by element. */
  public Expr times(Object other) {
    return Arithmetic.INSTANCE.times(this, other);
  }

  /** {@code this / other}; integers become floats first. */
  public Expr div(Object other) {
    return Arithmetic.INSTANCE.div(this, other);
  }

  /** {@code this} to the power {@code other}. */
  public Expr pow(Object other) {
    return Arithmetic.INSTANCE.pow(this, other);
  }

  /** {@code -this}. */
  public Expr neg() {
    return Arithmetic.INSTANCE.neg(this);
  }

  /** The product of vectors, matrices and stacks of them: the last axis of this with the last but one of {@code other}. */
  public Expr dot(Expr other) {
    return Arithmetic.INSTANCE.dot(this, other);
  }

  /** The sum over the given axes, all where none is given. */
  public Expr sum(int... axes) {
    return Arithmetic.INSTANCE.sum(this, axes);
  }

  /** The mean over the given axes, all where none is given. */
  public Expr mean(int... axes) {
    return Arithmetic.INSTANCE.mean(this, axes);
  }

  /** With the last two axes exchanged (a vector stays as it is). */
  public Expr transpose() {
    return Arithmetic.INSTANCE.transpose(this);
  }

  /** Row {@code index} of axis 0, counted from the end if negative. */
  public Expr row(int index) {
    return Arithmetic.INSTANCE.row(this, index);
  }

  /** Elements {@code from} (inclusive) to {@code to} (exclusive) of an axis; negative bounds count from the end. */
  public Expr slice(int axis, int from, int to) {
    return Arithmetic.INSTANCE.slice(this, axis, from, to);
  }

  /** What NumPy writes as {@code this[items]}: ints, integer tensors, masks and the selectors of {@code weft.Tensors}. */
  public Expr at(Object... items) {
    return Arithmetic.INSTANCE.at(this, items);
  }

  /** {@code this > other}, as booleans. */
  public Expr gt(Object other) {
    return Arithmetic.INSTANCE.compare(this, ">", other);
  }

  /** {@code this >= other}, as booleans. */
  public Expr ge(Object other) {
    return Arithmetic.INSTANCE.compare(this, ">=", other);
  }

  /** {@code this < other}, as booleans. */
  public Expr lt(Object other) {
    return Arithmetic.INSTANCE.compare(this, "<", other);
  }

  /** {@code this <= other}, as booleans. */
  public Expr le(Object other) {
    return Arithmetic.INSTANCE.compare(this, "<=", other);
  }

  /** Where the elements are equal, as booleans; object equality is {@link #equals}. */
  public Expr eq(Object other) {
    return Arithmetic.INSTANCE.compare(this, "==", other);
  }

  /** Where the elements differ, as booleans. */
  public Expr ne(Object other) {
    return Arithmetic.INSTANCE.compare(this, "!=", other);
  }

  /** Converted to another dtype. */
  public Expr cast(DType dtype) {
    return Arithmetic.INSTANCE.cast(this, dtype);
  }

  @Override
  public String toString() {
    return Message.label(this) + " " + type;
  }
}
