package weft.loop;

import weft.runtime.DType;

/** A local variable of a kernel; compared by identity, so that names need not be unique. */
public final class Local {
  private final String name;
  private final DType dtype;
  private final int lanes;

  /** A local variable of so many lanes. */
  public Local(String name, DType dtype, int lanes) {
    this.name = name;
    this.dtype = dtype;
    this.lanes = lanes;
  }

  /** What listings and generated code call it. */
  public String name() {
    return name;
  }

  /** What its lanes are. */
  public DType dtype() {
    return dtype;
  }

  /** 1 for a scalar. */
  public int lanes() {
    return lanes;
  }

  @Override
  public String toString() {
    return name;
  }
}
