package weft.loop;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Copies statements with changes: override what changes and call {@code children} for the rest. What does not
 * change is not copied, so that the result is the same object if nothing does; a rewriter that changes nothing serves
 * as a walk.
 *
 * <p>A statement of a block that becomes a block is spliced into it, so that what it declares stays visible.
 */
public abstract class StmtRewriter {
  private final Map<Kernel, Kernel> kernels = new IdentityHashMap<>();
  private final Stmts stmts = new Stmts();
  private final Values values = new Values();

  /** The statement, changed. */
  public Stmt rewrite(Stmt stmt) {
    return children(stmt);
  }

  /** The value, changed. */
  public Value rewrite(Value value) {
    return children(value);
  }

  /** Each kernel is rewritten once, wherever it is run. */
  public Kernel rewrite(Kernel kernel) {
    Kernel known = kernels.get(kernel);
    if (known != null) return known;
    Stmt body = rewrite(kernel.body());
    Kernel changed = body == kernel.body() ? kernel : kernel.with(body);
    kernels.put(kernel, changed);
    return changed;
  }

  /** Every index, loop bound and position. */
  protected Dim dim(Dim dim) {
    return dim;
  }

  protected Buffer buffer(Buffer buffer) {
    return buffer;
  }

  /** Where a local is declared, assigned and read. */
  protected Local local(Local local) {
    return local;
  }

  /** A loop variable or a companion of it where it is counted; where it is read, {@link #dim} sees it. */
  protected Symbol counter(Symbol symbol) {
    return symbol;
  }

  /** A symbol where it is measured. */
  protected Symbol measured(Symbol symbol) {
    return symbol;
  }

  protected final Stmt children(Stmt stmt) {
    stmt.accept(stmts);
    return stmts.result;
  }

  protected final Value children(Value value) {
    return value.accept(values);
  }

  /** The list itself if {@code change} gives back every element. */
  private static <T> List<T> each(List<T> list, UnaryOperator<T> change) {
    var changed = new ArrayList<T>(list.size());
    boolean same = true;
    for (T old : list) {
      T t = change.apply(old);
      same &= t == old;
      changed.add(t);
    }
    return same ? list : changed;
  }

  private final class Stmts implements Stmt.Visitor {
    private Stmt result;

    @Override
    public void block(Stmt.Block s) {
      var all = new ArrayList<Stmt>();
      boolean same = true;
      for (Stmt old : s.stmts()) {
        Stmt stmt = rewrite(old);
        same &= stmt == old;
        if (stmt instanceof Stmt.Block b && !(old instanceof Stmt.Block)) all.addAll(b.stmts());
        else all.add(stmt);
      }
      result = same ? s : new Stmt.Block(all);
    }

    @Override
    public void loop(Stmt.For s) {
      Dim from = dim(s.from());
      Dim to = dim(s.to());
      Symbol var = counter(s.var());
      List<Stmt.Along> along = each(s.along(), this::along);
      Stmt body = rewrite(s.body());
      boolean same = from == s.from() && to == s.to() && var == s.var() && along == s.along() && body == s.body();
      result = same ? s : new Stmt.For(var, from, to, s.step(), s.order(), along, body);
    }

    private Stmt.Along along(Stmt.Along a) {
      Dim from = dim(a.from());
      Symbol var = counter(a.var());
      return from == a.from() && var == a.var() ? a : new Stmt.Along(var, from, a.step());
    }

    @Override
    public void loop(Stmt.While s) {
      Value condition = rewrite(s.condition());
      Stmt body = rewrite(s.body());
      result = condition == s.condition() && body == s.body() ? s : new Stmt.While(condition, body);
    }

    @Override
    public void branch(Stmt.If s) {
      Value condition = rewrite(s.condition());
      Stmt then = rewrite(s.then());
      Stmt otherwise = rewrite(s.otherwise());
      boolean same = condition == s.condition() && then == s.then() && otherwise == s.otherwise();
      result = same ? s : new Stmt.If(condition, then, otherwise);
    }

    @Override
    public void declare(Stmt.Declare s) {
      Value value = rewrite(s.value());
      Local local = local(s.local());
      result = local == s.local() && value == s.value() ? s : new Stmt.Declare(local, value);
    }

    @Override
    public void assign(Stmt.Assign s) {
      Value value = rewrite(s.value());
      Local local = local(s.local());
      result = local == s.local() && value == s.value() ? s : new Stmt.Assign(local, value);
    }

    @Override
    public void store(Stmt.Store s) {
      Buffer buffer = buffer(s.buffer());
      Dim index = dim(s.index());
      Value value = rewrite(s.value());
      boolean same = buffer == s.buffer() && index == s.index() && value == s.value();
      result = same ? s : new Stmt.Store(buffer, index, value);
    }

    @Override
    public void scatter(Stmt.Scatter s) {
      Buffer buffer = buffer(s.buffer());
      Dim base = dim(s.base());
      Dim stride = dim(s.stride());
      Value at = rewrite(s.at());
      Value value = rewrite(s.value());
      boolean same = buffer == s.buffer() && base == s.base() && stride == s.stride();
      result = same && at == s.at() && value == s.value() ? s : new Stmt.Scatter(buffer, base, stride, at, value);
    }

    @Override
    public void measure(Stmt.Measure s) {
      Symbol symbol = measured(s.symbol());
      Value value = rewrite(s.value());
      result = symbol == s.symbol() && value == s.value() ? s : new Stmt.Measure(symbol, value);
    }

    @Override
    public void require(Stmt.Require s) {
      Value condition = rewrite(s.condition());
      List<Value> subjects = s.subjects().stream().map(StmtRewriter.this::rewrite).toList();
      boolean same = condition == s.condition();
      for (int i = 0; i < subjects.size(); i++) same &= subjects.get(i) == s.subjects().get(i);
      result = same ? s : new Stmt.Require(condition, s.kind(), s.message(), subjects);
    }

    @Override
    public void print(Stmt.Print s) {
      Dim from = dim(s.from());
      List<Dim> shape = each(s.shape(), StmtRewriter.this::dim);
      List<Dim> steps = each(s.steps(), StmtRewriter.this::dim);
      Buffer buffer = buffer(s.buffer());
      boolean same = buffer == s.buffer() && from == s.from() && shape == s.shape() && steps == s.steps();
      result = same ? s : new Stmt.Print(s.message(), buffer, from, shape, steps);
    }

    @Override
    public void clock(Stmt.Clock s) {
      Buffer buffer = buffer(s.buffer());
      result = buffer == s.buffer() ? s : new Stmt.Clock(buffer, s.at(), s.stops());
    }

    @Override
    public void meet(Stmt.Meet s) {
      Buffer team = buffer(s.team());
      result = team == s.team() ? s : new Stmt.Meet(team);
    }

    @Override
    public void fence(Stmt.Fence s) {
      Buffer buffer = buffer(s.buffer());
      Dim at = dim(s.at());
      result = buffer == s.buffer() && at == s.at() ? s : new Stmt.Fence(s.by(), buffer, at, s.number());
    }

    @Override
    public void run(Stmt.Run s) {
      Kernel kernel = rewrite(s.kernel());
      result = kernel == s.kernel() ? s : new Stmt.Run(kernel);
    }
  }

  private final class Values implements Value.Visitor<Value> {
    @Override
    public Value num(Value.Num v) {
      return v;
    }

    @Override
    public Value get(Value.Get v) {
      Local local = local(v.local());
      return local == v.local() ? v : new Value.Get(local);
    }

    @Override
    public Value position(Value.Position v) {
      Dim index = dim(v.index());
      return index == v.index() ? v : new Value.Position(index);
    }

    @Override
    public Value load(Value.Load v) {
      Buffer buffer = buffer(v.buffer());
      Dim index = dim(v.index());
      return buffer == v.buffer() && index == v.index() ? v : new Value.Load(buffer, index, v.lanes());
    }

    @Override
    public Value gather(Value.Gather v) {
      Buffer buffer = buffer(v.buffer());
      Dim base = dim(v.base());
      Dim stride = dim(v.stride());
      Value at = rewrite(v.at());
      boolean same = buffer == v.buffer() && base == v.base() && stride == v.stride() && at == v.at();
      return same ? v : new Value.Gather(buffer, base, stride, at, v.lanes());
    }

    @Override
    public Value splat(Value.Splat v) {
      Value value = rewrite(v.value());
      return value == v.value() ? v : new Value.Splat(value, v.lanes());
    }

    @Override
    public Value call(Value.Call v) {
      List<Value> arguments = each(v.arguments(), StmtRewriter.this::rewrite);
      return arguments == v.arguments() ? v : new Value.Call(v.fun(), arguments);
    }

    @Override
    public Value cast(Value.Cast v) {
      Value value = rewrite(v.value());
      return value == v.value() ? v : new Value.Cast(v.dtype(), value);
    }

    @Override
    public Value reduce(Value.Reduce v) {
      Value vector = rewrite(v.vector());
      return vector == v.vector() ? v : new Value.Reduce(v.fun(), vector);
    }
  }
}
