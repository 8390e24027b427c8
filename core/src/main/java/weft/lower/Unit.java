package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.op.Place;

/** Something a region computes on its own, instead of inside what uses it: a member of a {@link Group}. */
final class Unit {
  enum Kind {
    /** The value of an element rule. */
    ELEMENT,
    /** A sum, maximum and the like over some axes; so is a contraction of two rows. */
    REDUCE,
    /** A contraction done in tiles. */
    CONTRACT,
    /** Operands copied behind each other; most of them are computed in place. */
    CONCAT,
    STRUCTURED,
    /** One of two graphs, in a driver that runs the one that is taken. */
    CHOICE,
    SCAN
  }

  final Kind kind;
  final Apply apply;
  /** The one output, for kinds that have one. */
  final Expr expr;
  /** Where the result goes; one place for an output that is read later, more where the caller wants copies. */
  final List<Place> places = new ArrayList<>();
  /** Outside its own group somebody reads it. */
  boolean needsMemory;
  /** It wants rows behind each other without gaps. */
  boolean dense;
  /** It stores a parameter's new value, after everything has read the old one. */
  boolean last;
  Group group;

  Unit(Kind kind, Apply apply) {
    this.kind = kind;
    this.apply = apply;
    this.expr = apply.output(0);
  }

  boolean isFused() {
    return kind == Kind.ELEMENT || kind == Kind.REDUCE;
  }
}
