package weft.codegen;

import static weft.codegen.Loops.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import weft.loop.Buffer;
import weft.loop.Buffer.Role;
import weft.loop.Compiled;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.schedule.Expand;
import weft.type.Dim;
import weft.type.Symbol;

/** Random programs that are typed and stay inside their buffers: one for each seed. */
final class RandomLoops {
  private static final int SIZE = 300;
  private static final DType[] DTYPES = DType.values();

  final int lanes;
  final SplittableRandom random;
  private final Map<DType, List<Buffer>> readable = new HashMap<>();
  private final List<Buffer> outputs = new ArrayList<>();
  private final Map<Symbol, Integer> extents = new LinkedHashMap<>();
  /**
   * The largest value of each symbol in scope, the smallest being 0 (a loop variable's) or the same (an
   * extent's).
   */
  private final Map<Symbol, Integer> largest = new LinkedHashMap<>();
  private final List<Local> locals = new ArrayList<>();
  private final RandomValues values;
  private int names;

  private RandomLoops(long seed) {
    random = new SplittableRandom(seed);
    lanes = new int[] {1, 4, 8, 16}[random.nextInt(4)];
    values = new RandomValues(this);
  }

  /** A program with what it is to run on. */
  record Example(LoopProgram program, Map<Buffer, Object> arrays, Map<Symbol, Integer> sizes) {
    /** The same doing with another program of the same buffers and sizes. */
    Example with(LoopProgram other) {
      return new Example(other, arrays, sizes);
    }

    /** Runs on copies of the arrays; gives them as they are then, without what a schedule added for itself. */
    Map<Buffer, Object> run(Compiled compiled) {
      Object[] copies = program.buffers().stream()
          .map(b -> arrays.containsKey(b) ? copy(arrays.get(b)) : b.dtype().newArray((int) b.size().constant() + Tensor.SLACK)).toArray();
      compiled.run(copies, freshSizes());
      var results = new LinkedHashMap<Buffer, Object>();
      for (int i = 0; i < copies.length; i++) {
        Buffer b = program.buffers().get(i);
        if (arrays.containsKey(b)) results.put(b, copies[i]);
      }
      return results;
    }

    private int[] freshSizes() {
      int[] values = program.symbols().stream().mapToInt(s -> sizes.getOrDefault(s, 0)).toArray();
      weft.loop.Sizes.complete(program, values, 0);
      return values;
    }

    private static Object copy(Object array) {
      int length = java.lang.reflect.Array.getLength(array);
      Object copy = java.lang.reflect.Array.newInstance(array.getClass().getComponentType(), length);
      System.arraycopy(array, 0, copy, 0, length);
      return copy;
    }
  }

  static Example of(long seed) {
    return new RandomLoops(seed).example();
  }

  private Example example() {
    var arrays = new HashMap<Buffer, Object>();
    for (DType dtype : DTYPES) {
      readable.put(dtype, new ArrayList<>());
      for (int i = 0; i < 2; i++) {
        Buffer in = new Buffer(dtype + "in" + i, dtype, Dim.of(SIZE), Role.PARAMETER, null);
        readable.get(dtype).add(in);
        arrays.put(in, contents(dtype, SIZE + Tensor.SLACK));
        Buffer out = new Buffer(dtype + "out" + i, dtype, Dim.of(SIZE), Role.WORKSPACE, null);
        outputs.add(out);
        arrays.put(out, dtype.newArray(SIZE + Tensor.SLACK));
      }
    }
    for (String name : new String[] {"m", "n"}) {
      Symbol s = Symbol.free(name);
      extents.put(s, 1 + random.nextInt(6));
    }
    largest.putAll(extents);
    var main = new ArrayList<Stmt>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) main.add(drive(2));
    LoopProgram program = LoopProgram.of("random", lanes, List.of(), List.of(),
        driver("main", main.toArray(Stmt[]::new)));
    arrays.keySet().retainAll(program.buffers());
    return new Example(Expand.program(program), arrays, extents);
  }

  private Object contents(DType dtype, int size) {
    Object array = dtype.newArray(size);
    for (int i = 0; i < size; i++) {
      Number n = values.number(dtype);
      switch (dtype) {
        case F32 -> ((float[]) array)[i] = n.floatValue();
        case F64 -> ((double[]) array)[i] = n.doubleValue();
        case I32 -> ((int[]) array)[i] = n.intValue();
        case I64 -> ((long[]) array)[i] = n.longValue();
        case BOOL -> ((boolean[]) array)[i] = n.intValue() != 0;
      }
    }
    return array;
  }

  /** A statement of a driver. */
  private Stmt drive(int depth) {
    if (depth > 0 && random.nextInt(3) == 0) {
      Symbol t = fresh("t");
      Dim to = bound(t);
      Stmt body = drive(depth - 1);
      largest.remove(t);
      return Loops.loop(t, to, body);
    }
    if (depth > 0 && random.nextInt(4) == 0) return block(drive(depth - 1), drive(depth - 1));
    List<Stmt> body = stmts(2);
    return new Stmt.Run(new Kernel("k" + names++, "", "", Kernel.Kind.LOOPS, new Stmt.Block(body)));
  }

  private Symbol fresh(String name) {
    return Symbol.loopVariable(name + names++);
  }

  /** Where a loop of this variable ends; the variable is in scope from here on. */
  private Dim bound(Symbol var) {
    if (random.nextBoolean()) {
      var extent = new ArrayList<>(extents.keySet()).get(random.nextInt(extents.size()));
      int more = random.nextInt(3);
      largest.put(var, Math.max(0, extents.get(extent) + more - 1));
      return d(extent).plus(more);
    }
    int to = random.nextInt(7);
    largest.put(var, Math.max(0, to - 1));
    return Dim.of(to);
  }

  private List<Stmt> stmts(int depth) {
    int visible = locals.size();
    var list = new ArrayList<Stmt>();
    for (int i = 0; i < 1 + random.nextInt(3); i++) list.add(stmt(depth));
    while (locals.size() > visible) locals.remove(locals.size() - 1);
    return list;
  }

  private Stmt body(int depth) {
    return new Stmt.Block(stmts(depth));
  }

  private Stmt stmt(int depth) {
    switch (random.nextInt(depth > 0 ? 9 : 5)) {
      case 0 -> {
        var local = new Local("v" + names++, DTYPES[random.nextInt(5)], 1);
        return declare(local);
      }
      case 1 -> {
        if (lanes == 1) return store();
        return declare(wide(vectorDType()));
      }
      case 2 -> {
        if (locals.isEmpty()) return store();
        Local local = locals.get(random.nextInt(locals.size()));
        return local.name().startsWith("left") ? store()
            : assign(local, values.of(local.dtype(), local.lanes(), 3));
      }
      case 3, 4 -> {
        return store();
      }
      case 5, 6 -> {
        return counted(depth);
      }
      case 7 -> {
        Value condition = values.of(DType.BOOL, 1, 2);
        return new Stmt.If(condition, body(depth - 1), random.nextBoolean() ? body(depth - 1) : block());
      }
      default -> {
        return whileLoop(depth);
      }
    }
  }

  private Stmt declare(Local local) {
    Value value = values.of(local.dtype(), local.lanes(), 3);
    locals.add(local);
    return Loops.declare(local, value);
  }

  DType vectorDType() {
    return new DType[] {DType.F32, DType.F32, DType.F64, DType.I32, DType.BOOL}[random.nextInt(5)];
  }

  Local wide(DType dtype) {
    int count = dtype == DType.F64 || dtype == DType.BOOL && random.nextBoolean() ? lanes / 2 : lanes;
    return new Local("w" + names++, dtype, count);
  }

  private Stmt counted(int depth) {
    Symbol i = fresh("i");
    int step = 1 + random.nextInt(3);
    Dim to = bound(i);
    var along = new ArrayList<Stmt.Along>();
    if (random.nextInt(3) == 0) {
      Symbol a = fresh("a");
      int by = random.nextInt(4);
      along.add(new Stmt.Along(a, Dim.of(1), by + 1));
      largest.put(a, 1 + largest.get(i) * (by + 1));
    }
    Stmt body = body(depth - 1);
    largest.remove(i);
    for (Stmt.Along a : along) largest.remove(a.var());
    return new Stmt.For(i, Dim.ZERO, to, step, Stmt.Order.SEQUENTIAL, along, body);
  }

  private Stmt whileLoop(int depth) {
    var left = new Local("left" + names++, DType.I32, 1);
    locals.add(left);
    var inner = new ArrayList<>(stmts(depth - 1));
    locals.remove(left);
    inner.add(assign(left, call(weft.loop.Fun.SUB, get(left), num(DType.I32, 1))));
    Value more = call(weft.loop.Fun.GT, get(left), num(DType.I32, 0));
    return block(Loops.declare(left, num(DType.I32, random.nextInt(4))),
        new Stmt.While(more, new Stmt.Block(inner)));
  }

  private Stmt store() {
    Buffer b = outputs.get(random.nextInt(outputs.size()));
    boolean mayBeWide = lanes > 1 && b.dtype() != DType.I64;
    if (mayBeWide && random.nextBoolean()) {
      int count = b.dtype() == DType.F64 ? lanes / 2 : lanes;
      Value value = values.of(b.dtype(), count, 3);
      if (random.nextInt(6) == 0) return new Stmt.Scatter(b, index(90 + count, 0), Dim.of(3), values.small(), value);
      return Loops.store(b, index(count, 0), value);
    }
    Value value = values.of(b.dtype(), 1, 3);
    if (random.nextInt(6) == 0) return new Stmt.Scatter(b, index(100, 0), Dim.of(3), values.small(), value);
    return Loops.store(b, index(1, 0), value);
  }

  /** A polynomial over what is in scope that leaves room for so many elements behind it. */
  Dim index(int room, int slack) {
    Dim sum = Dim.of(random.nextInt(20));
    int most = (int) sum.constant();
    for (Map.Entry<Symbol, Integer> e : largest.entrySet()) {
      if (random.nextInt(3) == 0) continue;
      int by = 1 + random.nextInt(9);
      Dim term = d(e.getKey()).times(by);
      int reach = e.getValue() * by;
      if (random.nextInt(4) == 0) {
        Symbol extent = extents.keySet().iterator().next();
        term = term.times(d(extent));
        reach *= extents.get(extent);
      }
      if (most + reach > SIZE + slack - room) continue;
      sum = sum.plus(term);
      most += reach;
    }
    return sum;
  }

  Buffer readable(DType dtype) {
    return readable.get(dtype).get(random.nextInt(2));
  }

  /** A local of this type in scope, or null. */
  Local local(DType dtype, int count) {
    var fitting = locals.stream().filter(l -> l.dtype() == dtype && l.lanes() == count).toList();
    return fitting.isEmpty() ? null : fitting.get(random.nextInt(fitting.size()));
  }
}
