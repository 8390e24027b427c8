package weft.op;

import java.util.List;
import weft.graph.Op;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * An op with one output whose elements can be said one by one. That rule is its whole lowering: a chain of such ops is fused by
 * asking the last one for an element, which asks the others.
 */
public interface ElementRule extends Op {
  /** The value of the element at {@code at.index()}. */
  Value element(Element at);

  /**
   * How input {@code i} is wanted: as a value wherever the rule asks for one, or in memory, because the rule reads it at a
   * computed place or reads the same element for many results.
   */
  default Wants wants(int i) {
    return Wants.VALUE;
  }

  /** Whether this rule only moves elements about, so that on memory it is a view and costs nothing. */
  default boolean isView() {
    return false;
  }

  /** How an op wants an input. */
  enum Wants {
    /** Its elements, each when it is needed. */
    VALUE,
    /** In memory, in whatever layout. */
    MEMORY,
    /** In memory, rows behind each other without gaps. */
    DENSE
  }

  /** Where a rule finds what it needs: which element is asked for, and the inputs. */
  interface Element {
    /** One index an axis of the result. */
    List<Dim> index();

    /** The type of the result. */
    TensorType type();

    /** The type of input {@code i}. */
    TensorType inputType(int i);

    /** The element of input {@code i} at a place. */
    Value input(int i, List<Dim> at);

    /**
     * The element of input {@code i} (wanted in MEMORY) where the index of one axis is computed.
     *
     * @param rest the whole index; what it says of {@code axis} counts as well, so pass 0 there
     */
    Value gather(int i, int axis, Value at, List<Dim> rest);

    /** Element number {@code flat} in row-major order of input {@code i} (wanted DENSE). */
    Value flat(int i, Dim flat);

    /** A constant of the dtype of the result. */
    default Value number(double value) {
      return Value.number(type().dtype(), value);
    }

    /** An index as a number. */
    default Value position(Dim index, DType dtype) {
      Value at = new Value.Position(index);
      return dtype == DType.I32 ? at : new Value.Cast(dtype, at);
    }
  }
}
