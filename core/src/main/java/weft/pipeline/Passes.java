package weft.pipeline;

import java.util.List;

/** The pipeline of graph passes: one list, in order. */
final class Passes {
  static final List<Pass> ALL = List.of();

  private Passes() {}
}
