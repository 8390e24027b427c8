package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.loop.Buffer.Role;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Stmt.Order;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** Buffers that lie in one array, each in its own part, have one slot. */
class ShelfSlotsTest {
  private static LoopProgram copies(List<Buffer> targets) {
    var x = new Buffer("x", DType.F32, Dim.of(8), Role.INPUT, null);
    var stmts = new ArrayList<Stmt>();
    for (Buffer to : targets) {
      var i = Symbol.loopVariable("i");
      Stmt store = new Stmt.Store(to, Dim.of(i).plus(to.first()), new Value.Load(x, Dim.of(i), 1));
      stmts.add(new Stmt.Run(new Kernel(to.name() + "_copy", "", "", Kernel.Kind.LOOPS, new Stmt.For(i, Dim.ZERO, Dim.of(8), 1, Order.PARALLEL, store))));
    }
    return LoopProgram.of("main", 1, List.of(x), List.of(), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Block(stmts)));
  }

  @Test
  void oneSlotForAShelf() {
    var shelf = new Object();
    var a = Buffer.within("a", DType.F32, 12, Dim.of(8), 100, Role.KEPT, shelf);
    var b = Buffer.within("b", DType.F32, 28, Dim.of(8), 100, Role.KEPT, shelf);
    var alone = new Buffer("alone", DType.F32, Dim.of(8), Role.KEPT, null);
    var other = Buffer.within("other", DType.F32, 12, Dim.of(200), 100, Role.KEPT, new Object());
    LoopProgram program = copies(List.of(a, alone, b, other));
    SlotPlan plan = SlotPlan.of(program);
    plan.check(program);
    assertThat(plan.slot(a)).isEqualTo(plan.slot(b));
    assertThat(List.of(plan.slot(a), plan.slot(alone), plan.slot(other))).doesNotHaveDuplicates();
    assertThat(plan.count()).isEqualTo(3);
    // A shelf of two parts counts once, at least as long as it must be: (100 + 8 + 212) * 4.
    assertThat(plan.bytes()).isEqualTo(Dim.of(1280));
  }
}
