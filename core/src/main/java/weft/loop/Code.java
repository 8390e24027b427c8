package weft.loop;

/** A value made ready to run: computes one lane of it, numbers being lane 0. One kind for each Java primitive. */
sealed interface Code {
  non-sealed interface F32 extends Code {
    float at(Frame f, int lane);
  }

  non-sealed interface F64 extends Code {
    double at(Frame f, int lane);
  }

  non-sealed interface I32 extends Code {
    int at(Frame f, int lane);
  }

  non-sealed interface I64 extends Code {
    long at(Frame f, int lane);
  }

  non-sealed interface Bool extends Code {
    boolean at(Frame f, int lane);
  }

  /** An integer expression over extents and loop variables, or one computed from data. */
  interface Index {
    long at(Frame f);
  }

  /** A statement made ready to run. */
  interface Action {
    void run(Frame f);
  }
}
