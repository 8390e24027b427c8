package weft.loop;

import weft.runtime.DType;

/** A local variable of a kernel; compared by identity, so that names need not be unique. */
public final class Local {
  private final String name;
  private final DType dtype;
  private final int lanes;

  public Local(String name, DType dtype, int lanes) {
    this.name = name;
    this.dtype = dtype;
    this.lanes = lanes;
  }

  public String name() {
    return name;
  }

  public DType dtype() {
    return dtype;
  }

  public int lanes() {
    return lanes;
  }

  @Override
  public String toString() {
    return name;
  }
}
