package weft.schedule;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.runtime.DType;
import weft.type.Dim;

/**
 * A clock around every run of a kernel; the kernels themselves stay as they are. The times lie in a buffer that is kept from call to call.
 *
 * @param program with clocks in its drivers
 * @param buffer where the times lie, two elements a clock
 * @param clocks what each measures, drivers before what they run
 */
public record Clocks(LoopProgram program, Buffer buffer, List<Clock> clocks) {
  /**
   * One kernel that is measured.
   *
   * @param inside the driver that runs it, null for the function itself
   */
  public record Clock(Kernel kernel, Kernel inside) {}

  private static final class Winder {
    final List<Clock> clocks = new ArrayList<>();
    final Map<Kernel, Integer> index = new IdentityHashMap<>();
    final Map<Kernel, Kernel> drivers = new IdentityHashMap<>();
    final Buffer buffer;

    Winder(Buffer buffer) {
      this.buffer = buffer;
    }

    /** Counts the kernels before there is a buffer, and puts clocks around them once there is one. */
    Stmt around(Stmt s, Kernel driver) {
      if (s instanceof Stmt.Block b) return new Stmt.Block(b.stmts().stream().map(each -> around(each, driver)).toList());
      if (s instanceof Stmt.For f) {
        return new Stmt.For(f.var(), f.from(), f.to(), f.step(), f.order(), f.along(), around(f.body(), driver));
      }
      if (s instanceof Stmt.While w) return new Stmt.While(w.condition(), around(w.body(), driver));
      if (s instanceof Stmt.If i) return new Stmt.If(i.condition(), around(i.then(), driver), around(i.otherwise(), driver));
      return s instanceof Stmt.Run r ? run(r, driver) : s;
    }

    private Stmt run(Stmt.Run run, Kernel driver) {
      Kernel kernel = run.kernel();
      Integer known = index.putIfAbsent(kernel, clocks.size());
      int at = known == null ? clocks.size() : known;
      if (known == null) {
        clocks.add(new Clock(kernel, driver));
        if (kernel.kind() == Kernel.Kind.DRIVER) drivers.put(kernel, kernel.with(around(kernel.body(), kernel)));
      }
      if (buffer == null) return run;
      return new Stmt.Block(List.of(new Stmt.Clock(buffer, 2 * at, false), new Stmt.Run(drivers.getOrDefault(kernel, kernel)),
          new Stmt.Clock(buffer, 2 * at, true)));
    }
  }

  /** The same program with clocks. */
  public static Clocks in(LoopProgram program) {
    var count = new Winder(null);
    count.around(program.main().body(), null);
    var buffer = new Buffer(name(program), DType.I64, Dim.of(Math.max(1, 2 * count.clocks.size())), Buffer.Role.KEPT, null);
    var winder = new Winder(buffer);
    Kernel main = program.main().with(flat(winder.around(program.main().body(), null)));
    return new Clocks(LoopProgram.of(program.name(), program.lanes(), program.inputs(), program.outputs(), main), buffer, winder.clocks);
  }

  private static String name(LoopProgram program) {
    String name = "clocks";
    for (Buffer b : program.buffers()) if (b.name().startsWith(name)) name = b.name() + "_";
    return name;
  }

  /** What stands side by side in the driver, so that lives of buffers are as short as they were. */
  private static Stmt flat(Stmt body) {
    if (!(body instanceof Stmt.Block b)) return body;
    var all = new ArrayList<Stmt>();
    for (Stmt s : b.stmts()) {
      if (s instanceof Stmt.Block inner) all.addAll(inner.stmts());
      else all.add(s);
    }
    return new Stmt.Block(all);
  }
}
