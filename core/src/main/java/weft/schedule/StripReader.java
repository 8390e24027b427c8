package weft.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import weft.loop.Buffer;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Symbol;

/** What a step does, reading its rows of a strip. */
final class StripReader extends StmtRewriter {
  private final Symbol step;
  private final Map<Buffer, Long> rows;
  private final Map<Buffer, Buffer> rooms;
  private final Dim first;
  private final List<Stmt.For> around = new ArrayList<>();
  private boolean isOdd;

  /**
   * @param rows elements of each buffer that a step reads
   * @param rooms where these lie instead
   * @param first the first step of the strip
   */
  StripReader(Symbol step, Map<Buffer, Long> rows, Map<Buffer, Buffer> rooms, Dim first) {
    this.step = step;
    this.rows = rows;
    this.rooms = rooms;
    this.first = first;
  }

  /** Whether something was read that is not in the row of the step. */
  boolean isOdd() {
    return isOdd;
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    if (stmt instanceof Stmt.Print p) isOdd |= rows.containsKey(p.buffer());
    if (!(stmt instanceof Stmt.For f)) return children(stmt);
    around.add(f);
    Stmt inner = children(f);
    around.remove(around.size() - 1);
    return inner;
  }

  @Override
  public Value rewrite(Value value) {
    Value inner = children(value);
    if (inner instanceof Value.Gather g) isOdd |= rows.containsKey(g.buffer());
    if (!(inner instanceof Value.Load l) || !rows.containsKey(l.buffer())) return inner;
    long each = rows.get(l.buffer());
    Dim rest = l.index().minus(Dim.of(step).times(each));
    isOdd |= rest.uses(step) || !Stores.isWithin(around, rest, l.lanes(), each);
    return new Value.Load(rooms.get(l.buffer()), l.index().minus(first.times(each)), l.lanes());
  }
}
