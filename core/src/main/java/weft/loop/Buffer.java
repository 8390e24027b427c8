package weft.loop;

import weft.runtime.DType;
import weft.type.Dim;

/** A block of memory that kernels read and write: one Java array at call time, or a part of one. Compared by identity. */
public final class Buffer {
  /** Who owns the memory. */
  public enum Role {
    /** The caller's tensor, read only, exactly as long as its shape says. */
    INPUT,
    /** A parameter's storage; has slack behind its end, so that vectors may read past it. */
    PARAMETER,
    /** A result tensor, exactly as long as its shape says. */
    OUTPUT,
    /** Numbers known at compile time; has slack. */
    CONSTANT,
    /** Memory of one call, from the workspace; has slack. */
    WORKSPACE,
    /** Memory of the workspace that keeps its contents from call to call (packed parameters); has slack. */
    KEPT
  }

  private final String name;
  private final DType dtype;
  private final Dim size;
  private final Role role;
  private final Object source;
  private final long first;
  private final Dim own;
  private final Object shelf;

  /**
   * @param size in elements
   * @param source whose memory it is: the Parameter, the constant's Tensor, or null
   */
  public Buffer(String name, DType dtype, Dim size, Role role, Object source) {
    this(name, dtype, size, role, source, 0, size, null);
  }

  private Buffer(String name, DType dtype, Dim size, Role role, Object source, long first, Dim own, Object shelf) {
    this.name = name;
    this.dtype = dtype;
    this.size = size;
    this.role = role;
    this.source = source;
    this.first = first;
    this.own = own;
    this.shelf = shelf;
  }

  /**
   * Memory of the workspace that does not begin where its array does.
   *
   * @param first where its elements begin
   * @param own how many these are
   * @param least how many its array has at least
   * @param shelf what buffers have in common that lie in one array, each in its own part; null for an array of its own
   */
  public static Buffer within(String name, DType dtype, long first, Dim own, long least, Role role, Object shelf) {
    Dim end = own.plus(first);
    return new Buffer(name, dtype, end.isConstant() ? Dim.of(Math.max(end.constant(), least)) : end, role, null, first, own, shelf);
  }

  /** A buffer that nobody sees from outside. */
  public static Buffer workspace(String name, DType dtype, Dim size) {
    return new Buffer(name, dtype, size, Role.WORKSPACE, null);
  }

  /** What listings and generated code call it. */
  public String name() {
    return name;
  }

  /** What its elements are. */
  public DType dtype() {
    return dtype;
  }

  /** How many elements its array has at least. */
  public Dim size() {
    return size;
  }

  /** Where in the array its elements begin. */
  public long first() {
    return first;
  }

  /** How many elements are its own. */
  public Dim own() {
    return own;
  }

  /** What it shares with the buffers that lie in the same array; null if it has one of its own, or is none of the workspace. */
  public Object shelf() {
    return shelf;
  }

  /** Who gives and who reads it. */
  public Role role() {
    return role;
  }

  /** The parameter or tensor that it holds, null for none. */
  public Object source() {
    return source;
  }

  /** Whether loads (never stores) may reach {@link weft.runtime.Tensor#SLACK} elements past the end. */
  public boolean hasSlack() {
    return role != Role.INPUT && role != Role.OUTPUT;
  }

  @Override
  public String toString() {
    return name;
  }
}
