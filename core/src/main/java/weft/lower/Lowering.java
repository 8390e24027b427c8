package weft.lower;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.Lengths;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.op.Place;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.type.Dim;
import weft.type.Symbol;

/** From a function's graph to its loop program. */
public final class Lowering {
  private Lowering() {}

  /** A parameter and the expression of its new value. */
  public record Assignment(Parameter parameter, Expr value) {}

  /**
   * Whether products of so many rows are computed faster by a program that knows the number: tiles that do not know it repeat rows, or
   * take them one by one.
   */
  public static boolean gains(int rows, int lanes) {
    var table = new TileTable(DType.F32, lanes, Dim.of(Integer.MAX_VALUE));
    int tile = table.rows(table.width());
    int computed = (rows + tile - 1) / tile * tile;
    return rows > 0 && lanes > 1 && (rows < tile || 20 * (computed - rows) > rows);
  }

  /**
   * @param inputs expressions whose op is an input leaf, in the order of the arguments
   * @param assignments take effect together, after everything has read the old values
   * @param lanes f32 lanes of the vectors to emit, 1 for none
   */
  public static LoopProgram lower(String name, List<Expr> inputs, List<Expr> outputs, List<Assignment> assignments, int lanes) {
    return lower(name, inputs, outputs, assignments, lanes, Watch.NONE, new LoweringNotes());
  }

  /**
   * @param watch which numbers are errors of the call
   * @param notes learns which kernel computes what
   */
  public static LoopProgram lower(String name, List<Expr> inputs, List<Expr> outputs, List<Assignment> assignments, int lanes, Watch watch,
      LoweringNotes notes) {
    return lower(name, inputs, outputs, assignments, lanes, watch, notes, Map.of());
  }

  /**
   * @param known extents that the program may count on: it computes the same as without, in tiles that fit them
   */
  public static LoopProgram lower(String name, List<Expr> inputs, List<Expr> outputs, List<Assignment> assignments, int lanes, Watch watch,
      LoweringNotes notes, Map<Symbol, Integer> known) {
    var memory = new Memory(name, lanes, notes, watch, known);
    var region = new Region(memory, null);
    var inputBuffers = new ArrayList<Buffer>();
    for (Expr input : inputs) {
      var buffer = new Buffer(memory.unique(Message.label(input)), input.dtype(), input.type().size(), Buffer.Role.INPUT, null);
      inputBuffers.add(buffer);
      region.define(input, Place.dense(buffer, input.type().dims()));
    }
    var targets = new ArrayList<Emission.Target>();
    var outputBuffers = new ArrayList<Buffer>();
    for (int i = 0; i < outputs.size(); i++) {
      Expr output = outputs.get(i);
      var buffer = new Buffer(memory.unique("out_" + Message.label(output)), output.dtype(), Lengths.most(output.type().size()),
          Buffer.Role.OUTPUT, null);
      outputBuffers.add(buffer);
      targets.add(new Emission.Target(output, Place.dense(buffer, output.type().dims()), false));
    }
    for (int i = 0; i < assignments.size(); i++) {
      Expr value = assignments.get(i).value();
      Place place = Place.dense(memory.parameter(assignments.get(i).parameter()), value.type().dims());
      targets.add(new Emission.Target(value, place, true));
    }
    new Watching(region).leaves(inputs, targets.stream().map(Emission.Target::expr).toList());
    Emission.lower(region, targets, new HashSet<>(inputs));
    var main = new Kernel(memory.unique(name), "", "", Kernel.Kind.DRIVER, new Stmt.Block(region.driver));
    return LoopProgram.of(name, lanes, inputBuffers, outputBuffers, main);
  }
}
