package weft.op;

import java.util.List;
import java.util.function.Function;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Op;
import weft.loop.Buffer;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;

/**
 * An op that needs more than an element rule: it appends statements of its own. Its outputs always live in memory.
 */
public interface Structured extends Op {
  /** Appends the statements that fill the outputs' places. */
  void lower(Apply apply, Site site);

  /** How input {@code i} is wanted. */
  ElementRule.Wants wants(int i);

  /** Where a structured op is being lowered. */
  interface Site {
    /** The element of input {@code i} at a place. */
    Value input(int i, List<Dim> at);

    /** The memory of input {@code i}, wanted in MEMORY or DENSE. */
    Place inputPlace(int i);

    /** Where output {@code i} goes. */
    Place output(int i);

    /** A buffer of this call, in which the op may keep what it likes. */
    Buffer scratch(String name, DType dtype, Dim size);

    /**
     * Appends one kernel.
     *
     * @param what a word that names it, made unique
     */
    void kernel(String what, Stmt body);

    /** Appends a kernel that stores {@code value.at(index)} in every element of {@code place}, in parallel. */
    void fill(String what, Place place, Function<List<Dim>, Value> value);

    /** Appends a statement of the driver. */
    void append(Stmt stmt);

    /** The apply that is lowered. */
    Apply apply();

    /** The enclosing scans and which step each is in, outermost first. */
    default List<Step> steps() {
      return List.of();
    }

    /**
     * A step of a scan.
     *
     * @param scan how messages call the scan
     * @param at the row of its sequences that the step reads
     */
    record Step(String scan, Dim at) {}

    /** Its input {@code i}. */
    default Expr in(int i) {
      return apply().input(i);
    }
  }
}
