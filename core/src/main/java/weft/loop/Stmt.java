package weft.loop;

import java.util.ArrayList;
import java.util.List;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/** What a kernel does, in order. */
public sealed interface Stmt {
  /** Lets a visitor see which statement it is. */
  void accept(Visitor visitor);

  /** One statement after the other. */
  record Block(List<Stmt> stmts) implements Stmt {
    public Block {
      stmts = List.copyOf(stmts);
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.block(this);
    }
  }

  /**
   * {@code for (int var = from; var < to; var += step) body}. The bounds are evaluated once, before the loop is entered.
   *
   * @param step a positive constant
   * @param order whether the iterations may run side by side
   * @param along variables that are stepped together with {@code var}, so that indices need no multiplication
   */
  record For(Symbol var, Dim from, Dim to, int step, Order order, List<Along> along, Stmt body) implements Stmt {
    public For {
      along = List.copyOf(along);
    }

    /** A loop without offsets that go along. */
    public For(Symbol var, Dim from, Dim to, int step, Order order, Stmt body) {
      this(var, from, to, step, order, List.of(), body);
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.loop(this);
    }
  }

  /** {@code int var = from} before the loop, {@code var += step} (a positive or negative constant) after each iteration. */
  record Along(Symbol var, Dim from, int step) {}

  /** What a loop promises of its iterations. */
  enum Order {
    /** No iteration reads or writes what another one writes: it may become vectors or threads. */
    PARALLEL,
    /** One after the other. */
    SEQUENTIAL,
    /**
     * The innermost statement is {@code Assign(acc, fun(acc, v))} with ADD, MUL, MIN, MAX, AND or OR, or {@code Assign(acc, fma(a, b, acc))},
     * or several such, and nothing else reads acc: the iterations may be combined in any order.
     */
    REDUCTION
  }

  /** {@code while (condition) body}; the condition is a bool. */
  record While(Value condition, Stmt body) implements Stmt {
    @Override
    public void accept(Visitor visitor) {
      visitor.loop(this);
    }
  }

  /** One of two statements. */
  record If(Value condition, Stmt then, Stmt otherwise) implements Stmt {
    @Override
    public void accept(Visitor visitor) {
      visitor.branch(this);
    }
  }

  /** A new local variable with its first value; visible to the end of the enclosing block. */
  record Declare(Local local, Value value) implements Stmt {
    @Override
    public void accept(Visitor visitor) {
      visitor.declare(this);
    }
  }

  /** Gives a local variable another value. */
  record Assign(Local local, Value value) implements Stmt {
    @Override
    public void accept(Visitor visitor) {
      visitor.assign(this);
    }
  }

  /** Writes one element, or as many as the value has lanes. */
  record Store(Buffer buffer, Dim index, Value value) implements Stmt {
    @Override
    public void accept(Visitor visitor) {
      visitor.store(this);
    }
  }

  /** Writes element {@code base + stride · at} where {@code at} is computed, or as many from there on as the value has lanes. */
  record Scatter(Buffer buffer, Dim base, Dim stride, Value at, Value value) implements Stmt {
    @Override
    public void accept(Visitor visitor) {
      visitor.scatter(this);
    }
  }

  /** Gives a {@link Symbol.Measured} its value for the rest of the call. */
  record Measure(Symbol symbol, Value value) implements Stmt {
    @Override
    public void accept(Visitor visitor) {
      visitor.measure(this);
    }
  }

  /**
   * Fails with an error of the given kind unless the bool holds.
   *
   * @param message what the user reads; the first {@code %d} stands for the first of {@code subjects} and so on, for the last one all
   *     that are left
   * @param subjects numbers
   */
  record Require(Value condition, WeftException.Kind kind, String message, List<Value> subjects) implements Stmt {
    public Require {
      subjects = List.copyOf(subjects);
    }

    /** @param subject what {@code %d} stands for, or null */
    public Require(Value condition, WeftException.Kind kind, String message, Value subject) {
      this(condition, kind, message, subject == null ? List.of() : List.of(subject));
    }

    /** The message with these texts for its subjects. */
    public String message(List<String> numbers) {
      String text = message;
      for (int i = 0; i < numbers.size(); i++) {
        text = i == numbers.size() - 1 ? text.replace("%d", numbers.get(i)) : text.replaceFirst("%d", numbers.get(i));
      }
      return text;
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.require(this);
    }
  }

  /**
   * Shows elements of a buffer to whoever listens ({@link weft.runtime.Prints}).
   *
   * @param from the first of them, which lie in row-major order
   * @param steps the steps of the loops over time around it, outermost first
   */
  record Print(String message, Buffer buffer, Dim from, List<Dim> shape, List<Dim> steps) implements Stmt {
    public Print {
      shape = List.copyOf(shape);
      steps = List.copyOf(steps);
    }

    /** All index expressions in it. */
    public List<Dim> dims() {
      var all = new ArrayList<Dim>(List.of(from));
      all.addAll(shape);
      all.addAll(steps);
      return all;
    }

    @Override
    public void accept(Visitor visitor) {
      visitor.print(this);
    }
  }

  /**
   * Starts or stops a clock: element {@code at} of a buffer of i64 has the nanoseconds of all its intervals, the next one how many there
   * were. Between a start and its stop it has no meaning.
   */
  record Clock(Buffer buffer, int at, boolean stops) implements Stmt {
    @Override
    public void accept(Visitor visitor) {
      visitor.clock(this);
    }
  }

  /**
   * Waits until all threads that run the program together have come here.
   *
   * @param team what they meet at ({@link Barrier}); longs
   */
  record Meet(Buffer team) implements Stmt {
    @Override
    public void accept(Visitor visitor) {
      visitor.meet(this);
    }
  }

  /**
   * Loads behind it shall not be made before what stands in front of it: a compiler that makes all of an iteration's loads first needs more registers
   * than there are. It changes nothing.
   *
   * @param by what it is told by
   * @param buffer an array from which is read around it
   * @param at an index of that array
   * @param number another one for each fence of a kernel, from 1
   */
  record Fence(Fencing by, Buffer buffer, Dim at, int number) implements Stmt {
    @Override
    public void accept(Visitor visitor) {
      visitor.fence(this);
    }
  }

  /** Runs a kernel; buffers and symbols of the same identity are its arguments. */
  record Run(Kernel kernel) implements Stmt {
    @Override
    public void accept(Visitor visitor) {
      visitor.run(this);
    }
  }

  /** One method a kind of statement. */
  interface Visitor {
    void block(Block s);

    void loop(For s);

    void loop(While s);

    void branch(If s);

    void declare(Declare s);

    void assign(Assign s);

    void store(Store s);

    void scatter(Scatter s);

    void measure(Measure s);

    void require(Require s);

    void print(Print s);

    void clock(Clock s);

    void meet(Meet s);

    void fence(Fence s);

    void run(Run s);
  }

  /** Statements as one, which is the only one itself where there is one. */
  static Stmt of(List<Stmt> stmts) {
    return stmts.size() == 1 ? stmts.get(0) : new Block(stmts);
  }
}
