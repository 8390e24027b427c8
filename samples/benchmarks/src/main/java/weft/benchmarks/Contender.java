package weft.benchmarks;

/**
 * One system, ready to compute one case in one mode; inputs lie prepared in the form the system likes best.
 *
 * <p>An implementation has a public constructor (Case, Mode, Data, threads), an entry in {@link Entrant}, and is used
 * by one thread. The methods that read results are for the check before the clock starts and may be slow.
 */
public interface Contender extends AutoCloseable {
  /** The system's version as it reports it. */
  String version();

  /** One forward pass as the case's {@link Task} says; the result stays where the system puts it. */
  void infer();

  /** One training step as the case's {@link Task} says. */
  void train();

  /** The last inference's result: states (time, batch, hidden), or probabilities (batch, out), or the one loss. */
  float[] output();

  /** The last training step's loss, before its update; undefined for {@link Task#COTANGENT}. */
  double loss();

  /** A parameter's present value in the form of {@link Data}; for {@link Task#COTANGENT} its last gradient. */
  float[] parameter(String name);

  @Override
  void close();
}
