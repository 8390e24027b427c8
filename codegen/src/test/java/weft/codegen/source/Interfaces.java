package weft.codegen.source;

import weft.runtime.Tensor;

/** The interfaces of test programs, in a file that names no class which generated source could not be compiled with. */
public final class Interfaces {
  private Interfaces() {}

  /** Every kind of argument and result. */
  public interface Kinds {
    float floats(float a);

    double doubles(double a);

    int ints(int a);

    long longs(long a);

    boolean bools(boolean a);

    Tensor[] several(Tensor x);

    Pair pair(Tensor x, float y);

    void set(float value);

    Tensor grow(int steps, Tensor x);
  }

  public record Pair(Tensor sum, float product) {}

  /** Two inputs that must agree, one of them twice as long as the other. */
  public interface Agree {
    Tensor both(Tensor x, Tensor y, Tensor twice);
  }

  /** Looks rows up, and multiplies them with a matrix that is kept packed between calls. */
  public interface Lookup {
    Tensor rows(Tensor words);
  }

  /** Counts calls. */
  public interface Counter {
    void count();

    float value();
  }

  /** More of everything than a class should have fields or a method arguments. */
  public interface Wide {
    float sum(Tensor x, float factor);

    Tensor[] all(Tensor x);
  }

  /** One that only this package sees. */
  interface Closed {
    Tensor rows(Tensor words);
  }
}
