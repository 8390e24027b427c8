package weft.codegen.source;

import weft.runtime.Tensor;

/** Interfaces with one method each, for functions of so many inputs. */
public final class Arity {
  /** The most inputs that there is an interface for. */
  public static final int MOST = 10;

  private Arity() {}

  /** A function of no input. */
  public interface Of0 {
    Tensor[] function();
  }

  /** A function of one input. */
  public interface Of1 {
    Tensor[] function(Tensor a);
  }

  /** A function of 2 inputs. */
  public interface Of2 {
    Tensor[] function(Tensor a, Tensor b);
  }

  /** A function of 3 inputs. */
  public interface Of3 {
    Tensor[] function(Tensor a, Tensor b, Tensor c);
  }

  /** A function of 4 inputs. */
  public interface Of4 {
    Tensor[] function(Tensor a, Tensor b, Tensor c, Tensor d);
  }

  /** A function of 5 inputs. */
  public interface Of5 {
    Tensor[] function(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e);
  }

  /** A function of 6 inputs. */
  public interface Of6 {
    Tensor[] function(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, Tensor f);
  }

  /** A function of 7 inputs. */
  public interface Of7 {
    Tensor[] function(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, Tensor f, Tensor g);
  }

  /** A function of 8 inputs. */
  public interface Of8 {
    Tensor[] function(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, Tensor f, Tensor g, Tensor h);
  }

  /** A function of 9 inputs. */
  public interface Of9 {
    Tensor[] function(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, Tensor f, Tensor g, Tensor h, Tensor i);
  }

  /** A function of 10 inputs. */
  public interface Of10 {
    Tensor[] function(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, Tensor f, Tensor g, Tensor h, Tensor i, Tensor j);
  }

  static Class<?> of(int inputs) {
    return switch (inputs) {
      case 0 -> Of0.class;
      case 1 -> Of1.class;
      case 2 -> Of2.class;
      case 3 -> Of3.class;
      case 4 -> Of4.class;
      case 5 -> Of5.class;
      case 6 -> Of6.class;
      case 7 -> Of7.class;
      case 8 -> Of8.class;
      case 9 -> Of9.class;
      case 10 -> Of10.class;
      default -> throw new IllegalArgumentException("no interface for " + inputs + " inputs");
    };
  }
}
