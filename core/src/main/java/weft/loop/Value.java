package weft.loop;

import java.util.List;
import weft.runtime.DType;
import weft.type.Dim;

/**
 * What a statement computes with: typed by dtype and by lanes, one number or a whole vector of them. Values have no side
 * effects and may be composed into several places.
 */
public sealed interface Value {
  /** What its lanes are. */
  DType dtype();

  /** 1 for a number, else how many lanes the vector has. */
  int lanes();

  /** Lets a visitor see which value it is. */
  <R> R accept(Visitor<R> visitor);

  /** Whether it has more than one lane. */
  default boolean isVector() {
    return lanes() > 1;
  }

  /** A number known at compile time: Integer for i32, Long for i64, Float for f32, Double for f64, Integer 0 or 1 for bool. */
  record Num(DType dtype, Number value) implements Value {
    @Override
    public int lanes() {
      return 1;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.num(this);
    }
  }

  /** The current value of a local variable. */
  record Get(Local local) implements Value {
    @Override
    public DType dtype() {
      return local.dtype();
    }

    @Override
    public int lanes() {
      return local.lanes();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.get(this);
    }
  }

  /** An integer expression over loop variables and extents, as an i32. */
  record Position(Dim index) implements Value {
    @Override
    public DType dtype() {
      return DType.I32;
    }

    @Override
    public int lanes() {
      return 1;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.position(this);
    }
  }

  /** Element {@code index} of a buffer, or the {@code lanes} elements that start there. */
  record Load(Buffer buffer, Dim index, int lanes) implements Value {
    @Override
    public DType dtype() {
      return buffer.dtype();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.load(this);
    }
  }

  /** Element {@code base + stride · at} where {@code at} is computed (an i32 or i64), or the {@code lanes} elements that start there. */
  record Gather(Buffer buffer, Dim base, Dim stride, Value at, int lanes) implements Value {
    /** One element. */
    public Gather(Buffer buffer, Dim base, Dim stride, Value at) {
      this(buffer, base, stride, at, 1);
    }

    @Override
    public DType dtype() {
      return buffer.dtype();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.gather(this);
    }
  }

  /** A number in every lane. */
  record Splat(Value value, int lanes) implements Value {
    @Override
    public DType dtype() {
      return value.dtype();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.splat(this);
    }
  }

  /** A scalar function, lane by lane on vectors. */
  record Call(Fun fun, List<Value> arguments) implements Value {
    public Call {
      arguments = List.copyOf(arguments);
    }

    /** The function of these arguments. */
    public Call(Fun fun, Value... arguments) {
      this(fun, List.of(arguments));
    }

    /** Argument {@code i}. */
    public Value argument(int i) {
      return arguments.get(i);
    }

    @Override
    public DType dtype() {
      return fun == Fun.SELECT ? argument(1).dtype() : fun.result(argument(0).dtype());
    }

    @Override
    public int lanes() {
      for (Value a : arguments) {
        int lanes = a.lanes();
        if (lanes > 1) return lanes;
      }
      return 1;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.call(this);
    }
  }

  /** Converted as a Java cast does (NaN to 0, saturating); to bool: whether it is not 0. */
  record Cast(DType dtype, Value value) implements Value {
    @Override
    public int lanes() {
      return value.lanes();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.cast(this);
    }
  }

  /**
   * The lanes of a vector combined by ADD, MUL, MIN or MAX into one number, pairwise by halves: lane i with lane i + n/2, until one
   * is left. The order is part of the meaning.
   */
  record Reduce(Fun fun, Value vector) implements Value {
    @Override
    public DType dtype() {
      return vector.dtype();
    }

    @Override
    public int lanes() {
      return 1;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.reduce(this);
    }
  }

  /** One method a kind of value, so that the compiler lists every reader when a kind is added. */
  interface Visitor<R> {
    R num(Num v);

    R get(Get v);

    R position(Position v);

    R load(Load v);

    R gather(Gather v);

    R splat(Splat v);

    R call(Call v);

    R cast(Cast v);

    R reduce(Reduce v);
  }

  /** A constant of a dtype. */
  static Num number(DType dtype, double value) {
    return new Num(dtype, switch (dtype) {
      case F32 -> (Number) (float) value;
      case F64 -> (Number) value;
      case I32, BOOL -> (Number) (int) value;
      case I64 -> (Number) (long) value;
    });
  }
}
