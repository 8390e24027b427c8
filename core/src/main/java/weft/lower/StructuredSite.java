package weft.lower;

import java.util.List;
import java.util.function.Function;
import weft.graph.Apply;
import weft.graph.Message;
import weft.loop.Buffer;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.ElementRule.Wants;
import weft.op.Place;
import weft.op.Structured;
import weft.runtime.DType;
import weft.type.Dim;

/** What a structured op sees while it appends its statements. */
final class StructuredSite implements Structured.Site {
  private final Region region;
  private final Unit unit;
  private final Place[] outputs;

  StructuredSite(Region region, Unit unit) {
    this.region = region;
    this.unit = unit;
    this.outputs = new Place[unit.apply.outputs().size()];
  }

  @Override
  public Apply apply() {
    return unit.apply;
  }

  @Override
  public List<Step> steps() {
    return region.steps();
  }

  @Override
  public Value input(int i, List<Dim> at) {
    return new Composer(region).value(unit.apply.input(i), at);
  }

  @Override
  public Place inputPlace(int i) {
    Wants wants = ((Structured) unit.apply.op()).wants(i);
    return wants == Wants.DENSE ? region.densePlace(unit.apply.input(i)) : region.place(unit.apply.input(i));
  }

  @Override
  public Place output(int i) {
    if (outputs[i] == null) {
      var out = unit.apply.output(i);
      outputs[i] = region.allocate(out, Message.label(out), unit.dense);
      region.define(out, outputs[i]);
    }
    return outputs[i];
  }

  @Override
  public Buffer scratch(String name, DType dtype, Dim size) {
    return region.program.scratch(name, dtype, size);
  }

  @Override
  public void kernel(String what, Stmt body) {
    append(what, region.program.divisions.checked(body));
  }

  private void append(String what, Stmt body) {
    region.run(what, unit.apply.op().name() + " " + unit.apply.op().attributes(), unit.expr, body);
  }

  @Override
  public void fill(String what, Place place, Function<List<Dim>, Value> value) {
    List<Dim> at = region.canonical(place.dims());
    Stmt store = new Stmt.Store(place.buffer(), place.index(at), value.apply(at));
    append(what, Loops.nest(at, place.dims(), Share.in(region.program, List.of(store))));
  }

  @Override
  public void append(Stmt stmt) {
    region.driver.add(stmt);
  }
}
