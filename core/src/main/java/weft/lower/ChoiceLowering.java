package weft.lower;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Lambda;
import weft.graph.Message;
import weft.loop.Kernel;
import weft.loop.Stmt;
import weft.op.IfElse;
import weft.op.Place;

/** A choice becomes a driver that runs the kernels of one branch or those of the other; both write into the same places. */
final class ChoiceLowering {
  private final Region outer;
  private final Apply apply;
  private final IfElse choice;
  private final Composer outside;
  private final Place[] places;

  private ChoiceLowering(Region outer, Apply apply, IfElse choice) {
    this.outer = outer;
    this.apply = apply;
    this.choice = choice;
    this.outside = new Composer(outer);
    this.places = new Place[apply.outputs().size()];
  }

  static void append(Region outer, Apply apply, IfElse choice, Predicate<Expr> isUsed) {
    new ChoiceLowering(outer, apply, choice).append(isUsed);
  }

  private void append(Predicate<Expr> isUsed) {
    for (int i = 0; i < places.length; i++) {
      Expr out = apply.output(i);
      if (!isUsed.test(out)) continue;
      Place wanted = outer.offered(out);
      places[i] = wanted != null ? wanted : outer.allocate(out, Message.label(out), false);
      outer.define(out, places[i]);
    }
    Place condition = outer.place(apply.input(0));
    Stmt either = new Stmt.If(condition.load(List.of()), branch(true), branch(false));
    String name = outer.program.unique("either");
    outer.program.notes.about(apply.outputs());
    outer.program.notes.kernel(name);
    outer.driver.add(new Stmt.Run(new Kernel(name, "one of two branches", apply.origin().at(), Kernel.Kind.DRIVER, either)));
  }

  private Stmt branch(boolean taken) {
    Lambda branch = choice.branch(taken);
    Region region = Region.branch(outer);
    for (int i = 0; i < branch.variables().size(); i++) {
      Expr from = apply.input(choice.captured(taken) + i);
      region.defineCaptured(branch.variables().get(i), from, at -> outside.value(from, at));
    }
    var targets = new ArrayList<Emission.Target>();
    for (int i = 0; i < places.length; i++) {
      if (places[i] != null) targets.add(new Emission.Target(branch.results().get(i), places[i], false));
    }
    Emission.lower(region, targets, new HashSet<>(branch.variables()));
    return new Stmt.Block(region.driver);
  }
}
