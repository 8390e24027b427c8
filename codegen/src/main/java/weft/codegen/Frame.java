package weft.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/** The local slots of one method: where its arrays, integers and variables are. */
final class Frame {
  /** A method that takes all arrays keeps at most so many of them, and so many sizes, in locals of its own. */
  private static final int MOST_KEPT = 150;
  private static final int ARRAYS = 0;
  private static final int SIZES = 1;

  private final Layout layout;
  private final Signature signature;
  private final Code code;
  private final Map<Buffer, Integer> arrays = new IdentityHashMap<>();
  private final Map<Symbol, Integer> integers = new HashMap<>();
  private final Map<Local, Integer> locals = new IdentityHashMap<>();
  private int free;

  Frame(Layout layout, Signature signature, Code code) {
    this.layout = layout;
    this.signature = signature;
    this.code = code;
    if (!signature.direct()) free = 2;
    for (Buffer b : signature.buffers()) arrays.put(b, free++);
    for (Symbol s : signature.symbols()) integers.put(s, free++);
  }

  /** Fetches into locals what loops will need again and again. */
  void keep(Stmt body) {
    if (signature.direct()) return;
    var needs = new Needs();
    body.accept(needs);
    needs.arrays.entrySet().stream().limit(MOST_KEPT).map(Map.Entry::getKey).forEach(b -> {
      pushArray(b);
      code.storeRef(free);
      arrays.put(b, free++);
    });
    needs.integers.stream().filter(s -> !integers.containsKey(s)).limit(MOST_KEPT).forEach(s -> {
      pushInteger(s);
      code.storeInt(free);
      integers.put(s, free++);
    });
  }

  /** What the loops of a method touch, whether themselves or as arguments of kernels that they run. */
  private final class Needs extends Walker {
    private final Map<Buffer, Boolean> arrays = new LinkedHashMap<>();
    private final Set<Symbol> integers = new LinkedHashSet<>();
    private final Set<Symbol> counted = new LinkedHashSet<>();
    private int depth;

    @Override
    public void loop(Stmt.For s) {
      counted.add(s.var());
      for (Stmt.Along along : s.along()) counted.add(along.var());
      depth++;
      super.loop(s);
      depth--;
    }

    @Override
    public void loop(Stmt.While s) {
      depth++;
      super.loop(s);
      depth--;
    }

    @Override
    public void run(Stmt.Run s) {
      Signature callee = layout.signature(s.kernel());
      callee.buffers().forEach(this::buffer);
      callee.symbols().forEach(this::symbol);
    }

    @Override
    protected void dim(Dim d) {
      d.symbols().forEach(this::symbol);
    }

    private void symbol(Symbol s) {
      if (depth > 0 && !counted.contains(s) && !layout.changing(s)) integers.add(s);
    }

    @Override
    protected void buffer(Buffer b) {
      if (depth > 0) arrays.put(b, true);
    }
  }

  /** The slots from here on are free again once {@link #release} is given this number. */
  int mark() {
    return free;
  }

  void release(int mark) {
    free = mark;
  }

  int slot(int words) {
    int slot = free;
    free += words;
    return slot;
  }

  void pushArray(Buffer b) {
    Integer slot = arrays.get(b);
    if (slot != null) {
      code.loadRef(slot);
      return;
    }
    if (signature.direct()) throw lost("buffer " + b);
    code.loadRef(ARRAYS);
    code.push(layout.buffer(b));
    code.op(AALOAD);
    code.cast("[" + Code.letter(b.dtype()));
  }

  void pushInteger(Symbol s) {
    Integer slot = integers.get(s);
    if (slot != null) {
      code.loadInt(slot);
      return;
    }
    if (signature.direct()) throw lost("size " + s);
    code.loadRef(SIZES);
    code.push(layout.symbol(s));
    code.op(IALOAD);
  }

  /** Whether an integer has a local of its own, which then never changes but by its own loop. */
  boolean hasSlot(Symbol s) {
    return integers.containsKey(s);
  }

  int slotOf(Symbol s) {
    return integers.get(s);
  }

  void bind(Symbol s, int slot) {
    integers.put(s, slot);
  }

  /** Writes a size; {@code value} pushes what is written. */
  void setSize(Symbol s, Runnable value) {
    code.loadRef(SIZES);
    code.push(layout.symbol(s));
    value.run();
    code.op(IASTORE);
  }

  /** Pushes what a kernel takes, in its order. */
  void pushArguments(Kernel kernel) {
    Signature callee = layout.signature(kernel);
    if (!callee.direct()) {
      code.loadRef(ARRAYS);
      code.loadRef(SIZES);
    }
    callee.buffers().forEach(this::pushArray);
    callee.symbols().forEach(this::pushInteger);
  }

  int declare(Local local) {
    int slot = slot(local.lanes() > 1 ? 1 : Code.words(local.dtype()));
    locals.put(local, slot);
    return slot;
  }

  int slotOf(Local local) {
    Integer slot = locals.get(local);
    if (slot == null) throw lost("local " + local);
    return slot;
  }

  /** A slot for a number that only the emitter knows. */
  int temporary(DType dtype) {
    return slot(Code.words(dtype));
  }

  private WeftException lost(String what) {
    return new WeftException(Kind.INTERNAL, "kernel " + signature.name() + " reads " + what
        + " outside its scope");
  }
}
