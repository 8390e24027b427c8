package weft.pipeline;

import java.util.ArrayList;
import java.util.List;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Lengths;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.WeftException;
import weft.type.Dim;

/**
 * The conditions on extents that a program states in its driver. The program checks them itself, but memory is measured out
 * before it runs, and nothing can be measured by an extent that is below 0.
 */
public final class Guards {
  /**
   * An integer expression that must not be below 0.
   *
   * @param subject what {@code %d} in the message stands for, null for nothing
   */
  public record Guard(Dim atLeastZero, Stmt.Require stated, Dim subject) {}

  private final List<Guard> guards = new ArrayList<>();

  /** Those of a program. */
  public Guards(LoopProgram program) {
    collect(program.main().body());
  }

  /** The conditions in the order of the program. */
  public List<Guard> all() {
    return List.copyOf(guards);
  }

  /** The program without these conditions, for whoever has checked them. */
  public LoopProgram without(LoopProgram program) {
    Kernel main = program.main().with(without(program.main().body()));
    return new LoopProgram(program.name(), program.lanes(), program.buffers(), program.symbols(), program.inputs(), program.outputs(), main);
  }

  private Stmt without(Stmt stmt) {
    if (!(stmt instanceof Stmt.Block block)) return stmt;
    return new Stmt.Block(block.stmts().stream().filter(s -> guards.stream().noneMatch(g -> g.stated == s)).map(this::without).toList());
  }

  private void collect(Stmt stmt) {
    if (stmt instanceof Stmt.Block block) block.stmts().forEach(this::collect);
    if (stmt instanceof Stmt.Require r && r.condition() instanceof Value.Call c && c.fun() == Fun.GE
        && c.arguments().get(0) instanceof Value.Position p && Lengths.in(p.index()).isEmpty()) {
      guards.add(new Guard(p.index(), r, r.subjects().size() == 1 && r.subjects().get(0) instanceof Value.Position s ? s.index() : null));
    }
  }

  /** Fails as the program would. */
  void check(Extents extents) {
    for (int i = 0; i < guards.size(); i++) {
      Guard g = guards.get(i);
      if (extents.of(g.atLeastZero) >= 0) continue;
      throw new WeftException(g.stated.kind(), g.subject == null ? g.stated.message() : g.stated.message(List.of(Long.toString(extents.of(g.subject)))));
    }
  }
}
