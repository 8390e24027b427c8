package weft.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.util.List;
import java.util.function.ToIntFunction;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import weft.loop.Buffer;
import weft.loop.Fencing;
import weft.loop.Kernel;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** Emits the method of one kernel. */
final class MethodEmitter implements Stmt.Visitor {
  private static final String EXCEPTION = "weft/runtime/WeftException";
  private static final String STRING = "java/lang/String";
  /** The bytes of bytecode up to which HotSpot takes a method into those that call it often ({@code FreqInlineSize}). */
  static final int TAKEN = 325;

  private final Layout layout;
  private final Code code;
  private final Frame frame;
  private final Indices indices;
  private final Scalars scalars;
  private final ToIntFunction<Stmt> lines;

  /** @param lines the line of a statement for stack traces, 0 for none */
  private MethodEmitter(Layout layout, Signature signature, MethodVisitor out, Shuffles shuffles,
      ToIntFunction<Stmt> lines) {
    this.layout = layout;
    this.code = new Code(out);
    this.frame = new Frame(layout, signature, code);
    this.indices = new Indices(code, frame);
    this.scalars = new Scalars(code, frame, indices, shuffles, layout.program().lanes());
    this.lines = lines;
  }

  /** @param apart whether HotSpot shall not take the method into those that call it */
  static void emit(Layout layout, Kernel kernel, boolean apart, MethodVisitor out, Shuffles shuffles,
      ToIntFunction<Stmt> lines) {
    var emitter = new MethodEmitter(layout, layout.signature(kernel), out, shuffles, lines);
    out.visitCode();
    emitter.frame.keep(kernel.body());
    emitter.emit(kernel.body());
    out.visitInsn(RETURN);
    if (apart) enlarge(out);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  /** Adds code behind the end that is never reached, since it is by their bytes that HotSpot takes methods into others. */
  private static void enlarge(MethodVisitor out) {
    var end = new Label();
    out.visitLabel(end);
    if (end.getOffset() > TAKEN) return;
    for (int bytes = end.getOffset(); bytes <= TAKEN; bytes++) out.visitInsn(NOP);
    out.visitInsn(RETURN);
  }

  private void emit(Stmt s) {
    int line = lines.applyAsInt(s);
    if (line > 0) code.line(line);
    s.accept(this);
  }

  /** What a statement declares is gone behind it. */
  private void emitScope(Stmt s) {
    int mark = frame.mark();
    emit(s);
    frame.release(mark);
  }

  @Override
  public void block(Stmt.Block s) {
    int mark = frame.mark();
    for (Stmt each : s.stmts()) emit(each);
    frame.release(mark);
  }

  @Override
  public void loop(Stmt.For s) {
    if (CopyLoop.is(s)) {
      copy(s);
      return;
    }
    int mark = frame.mark();
    int end = isFixed(s.to()) ? -1 : start(s.to());
    int counter = start(s.from());
    int[] along = s.along().stream().mapToInt(a -> start(a.from())).toArray();
    indices.enter(s);
    frame.bind(s.var(), counter);
    for (int i = 0; i < along.length; i++) frame.bind(s.along().get(i).var(), along[i]);
    Label top = new Label();
    Label exit = new Label();
    code.label(top);
    code.loadInt(counter);
    if (end >= 0) code.loadInt(end);
    else indices.push(s.to());
    code.jump(IF_ICMPGE, exit);
    emitScope(s.body());
    for (int i = 0; i < along.length; i++) code.increment(along[i], s.along().get(i).step());
    code.increment(counter, s.step());
    code.jump(GOTO, top);
    code.label(exit);
    indices.leave();
    frame.release(mark);
  }

  /** A loop that only moves neighbours is the JVM's own copy, which is fast whatever the offsets are. */
  private void copy(Stmt.For s) {
    var store = (Stmt.Store) s.body();
    var load = (Value.Load) store.value();
    frame.pushArray(load.buffer());
    indices.push(CopyLoop.first(s, load.index()));
    frame.pushArray(store.buffer());
    indices.push(CopyLoop.first(s, store.index()));
    indices.push(s.to().minus(s.from()));
    code.callStatic("java/lang/System", "arraycopy", "(Ljava/lang/Object;ILjava/lang/Object;II)V");
  }

  /** A new local int with this value. */
  private int start(Dim from) {
    int slot = frame.slot(1);
    indices.push(from);
    code.storeInt(slot);
    return slot;
  }

  /** Whether a bound is a number or a local that may as well be read anew in every iteration. */
  private boolean isFixed(Dim d) {
    if (d.isConstant()) return true;
    Dim.Term first = d.terms().get(0);
    return d.terms().size() == 1 && first.coefficient() == 1 && first.symbols().size() == 1
        && frame.hasSlot(first.symbols().get(0));
  }

  @Override
  public void loop(Stmt.While s) {
    Label top = new Label();
    Label exit = new Label();
    code.label(top);
    scalars.jump(s.condition(), false, exit);
    emitScope(s.body());
    code.jump(GOTO, top);
    code.label(exit);
  }

  @Override
  public void branch(Stmt.If s) {
    Label otherwise = new Label();
    scalars.jump(s.condition(), false, otherwise);
    emitScope(s.then());
    if (s.otherwise() instanceof Stmt.Block b && b.stmts().isEmpty()) {
      code.label(otherwise);
      return;
    }
    Label end = new Label();
    code.jump(GOTO, end);
    code.label(otherwise);
    emitScope(s.otherwise());
    code.label(end);
  }

  @Override
  public void declare(Stmt.Declare s) {
    if (s.local().lanes() > 1) {
      scalars.vectors().pushFor(s.local(), s.value());
      code.storeRef(frame.declare(s.local()));
    } else {
      scalars.push(s.value());
      code.store(s.local().dtype(), frame.declare(s.local()));
    }
  }

  @Override
  public void assign(Stmt.Assign s) {
    if (s.local().lanes() > 1) {
      scalars.vectors().pushFor(s.local(), s.value());
      code.storeRef(frame.slotOf(s.local()));
    } else {
      scalars.push(s.value());
      code.store(s.local().dtype(), frame.slotOf(s.local()));
    }
  }

  @Override
  public void store(Stmt.Store s) {
    store(s.buffer(), () -> indices.push(s.index()), s.value());
  }

  @Override
  public void scatter(Stmt.Scatter s) {
    store(s.buffer(), () -> scalars.pushElement(s.base(), s.stride(), s.at()), s.value());
  }

  private void store(Buffer buffer, Runnable from, Value value) {
    if (value.isVector()) {
      scalars.vectors().store(buffer, from, value);
      return;
    }
    frame.pushArray(buffer);
    from.run();
    scalars.push(value);
    code.storeElement(buffer.dtype());
  }

  @Override
  public void measure(Stmt.Measure s) {
    frame.setSize(s.symbol(), () -> {
      scalars.push(s.value());
      if (s.value().dtype() == DType.I64) code.op(L2I);
    });
    for (Symbol computed : layout.computedFrom(s.symbol())) {
      frame.setSize(computed, () -> indices.pushDefinition(computed));
    }
  }

  @Override
  public void require(Stmt.Require s) {
    Label holds = new Label();
    scalars.jump(s.condition(), true, holds);
    code.create(EXCEPTION);
    code.constant(EXCEPTION + "$Kind", s.kind().name(), EXCEPTION + "$Kind");
    code.push(s.message());
    for (int i = 0; i < s.subjects().size(); i++) {
      Value subject = s.subjects().get(i);
      boolean last = i == s.subjects().size() - 1;
      code.push("%d");
      scalars.push(subject);
      code.callStatic(STRING, "valueOf", "(" + Code.letter(subject.dtype()) + ")L" + STRING + ";");
      String text = last ? "Ljava/lang/CharSequence;" : "L" + STRING + ";";
      code.callVirtual(STRING, last ? "replace" : "replaceFirst", "(" + text + text + ")L" + STRING + ";");
    }
    code.callConstructor(EXCEPTION, "(L" + EXCEPTION + "$Kind;L" + STRING + ";)V");
    code.op(ATHROW);
    code.label(holds);
  }

  @Override
  public void print(Stmt.Print s) {
    code.push(s.message());
    frame.pushArray(s.buffer());
    indices.push(s.from());
    pushAll(s.shape());
    pushAll(s.steps());
    code.callStatic("weft/runtime/Prints", "print", "(L" + STRING + ";Ljava/lang/Object;I[I[I)V");
  }

  @Override
  public void clock(Stmt.Clock s) {
    add(s, s.at(), s.stops() ? LADD : LSUB, () -> code.callStatic("java/lang/System", "nanoTime", "()J"));
    if (s.stops()) add(s, s.at() + 1, LADD, () -> code.op(LCONST_1));
  }

  private void add(Stmt.Clock s, int at, int operation, Runnable value) {
    frame.pushArray(s.buffer());
    code.push(at);
    code.op(DUP2);
    code.op(LALOAD);
    value.run();
    code.op(operation);
    code.op(LASTORE);
  }

  /** An array of ints. */
  private void pushAll(List<Dim> dims) {
    code.push(dims.size());
    code.newInts();
    for (int i = 0; i < dims.size(); i++) {
      code.op(DUP);
      code.push(i);
      indices.push(dims.get(i));
      code.op(IASTORE);
    }
  }

  @Override
  public void meet(Stmt.Meet s) {
    frame.pushArray(s.team());
    code.callStatic("weft/loop/Barrier", "await", "([J)V");
  }

  /** A branch goes around it where the call alone is not enough ({@link Fencing}). */
  @Override
  public void fence(Stmt.Fence s) {
    Label on = new Label();
    boolean isBranch = s.by() == Fencing.BRANCH;
    if (isBranch) {
      indices.push(s.at());
      frame.pushArray(s.buffer());
      code.op(ARRAYLENGTH);
      code.push(s.number());
      code.op(IADD);
      code.jump(IF_ICMPNE, on);
    }
    code.callStatic("java/lang/invoke/VarHandle", "acquireFence", "()V");
    if (isBranch) code.label(on);
  }

  @Override
  public void run(Stmt.Run s) {
    frame.pushArguments(s.kernel());
    Signature callee = layout.signature(s.kernel());
    code.callStatic(callee.owner(), callee.name(), callee.descriptor());
  }
}
