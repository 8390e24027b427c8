package weft.pipeline;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import weft.loop.Buffer;
import weft.loop.Fencing;
import weft.loop.LoopProgram;
import weft.loop.Uses;
import weft.lower.LoweringNotes;
import weft.rewrite.Notes;
import weft.runtime.Parameter;
import weft.schedule.Alternate;
import weft.schedule.Clocks;
import weft.schedule.Constants;
import weft.schedule.Pieces;
import weft.schedule.Schedule;
import weft.schedule.SlotPlan;
import weft.schedule.Split;
import weft.schedule.Together;
import weft.schedule.Unroll;
import weft.type.Dim;

/**
 * A function that has gone all the way to the loops that a back end prints, and the memory that they need.
 *
 * @param options how it was compiled
 * @param program with each kernel whole, for people and their reports
 * @param running the same as it is emitted, large kernels in pieces
 * @param clocks what measures its kernels, null for nothing
 * @param split how threads share its work, null if one does it all
 * @param rewritten the function as it was lowered
 * @param notes what the passes did
 * @param lowering what its kernels compute
 */
public record Prepared(FunctionSpec spec, Options options, LoopProgram program, LoopProgram running, Clocks clocks, Split split,
    SlotPlan plan, FunctionSpec rewritten, Notes notes, LoweringNotes lowering) {
  /** The same for a team. The plan stays, since the order of what is done stays. */
  Prepared with(Split team) {
    return new Prepared(spec, options, program, running(team.program(), s -> {}, false, Fencing.HERE), clocks, team, plan, rewritten, notes, lowering);
  }

  /** The same with each kernel whole, in memory planned for that order. */
  Prepared whole() {
    return new Prepared(spec, options, program, program, clocks, split, SlotPlan.of(program), rewritten, notes, lowering);
  }

  /**
   * What caches serve better and a virtual machine warms up sooner; to people it says no more.
   *
   * @param alone whether one thread runs it
   * @param fencing what the compiler of the virtual machine that runs it heeds
   */
  static LoopProgram running(LoopProgram program, Consumer<String> explain, boolean alone, Fencing fencing) {
    LoopProgram turns = alone ? Together.of(program, explain) : program;
    LoopProgram pieces = Pieces.of(Alternate.of(turns, explain), alone);
    return Schedule.eachKernel(Unroll.of(pieces, fencing), Constants::apply);
  }

  /** The program that people are shown: with its kernels whole, and shared out to threads where it is. */
  public LoopProgram shown() {
    return split == null ? program : split.program();
  }

  /** Bytes of workspace that one call needs. */
  public Dim workspace() {
    return plan.bytes();
  }

  /** The parameters that it reads or updates, in the order of the program. */
  public List<Parameter> parameters() {
    return sources(program.buffers());
  }

  /** The parameters that a call changes. */
  public List<Parameter> updated() {
    Set<Buffer> written = Uses.of(program.main().body()).written();
    return sources(program.buffers().stream().filter(written::contains).toList());
  }

  private static List<Parameter> sources(List<Buffer> buffers) {
    var found = new LinkedHashSet<Parameter>();
    for (Buffer b : buffers) if (b.source() instanceof Parameter p) found.add(p);
    return List.copyOf(found);
  }
}
