package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Lambda;
import weft.graph.TypeProblem;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/**
 * The loop over time, in one shape: (xs, carry, captured) → (carry, ys).
 *
 * <pre>
 *   for t in 0 .. length (backwards if reverse):
 *     (carry, y[t]) = body(x[t], carry, captured)
 * </pre>
 *
 * <p>Inputs: {@code sequences} tensors with {@code length} rows, {@code carries} initial carries, then what the body captures.
 * Outputs, in this order: the last carry of each; each carry's trajectory of {@code length + 1} rows (row 0 is the initial one, row
 * t + 1 leaves step t; reversed: row {@code length} is the initial one, row t leaves step t); the stacked ys. Rows of xs and ys keep
 * their time whatever the direction. Taps, masks, shortest sequences and the like are sugar at the front door.
 *
 * <p>A scan that stops by itself measures its {@code length}: the body gives a bool as well, and the step in which that is true is the
 * last one. Its sequences have {@code most} rows, of which the first {@code length} are read; it never goes backwards.
 *
 * @param body closed; variables in the order x…, carry…, captured…; results in the order carry…, y…, and then the condition if any
 * @param most how many steps there are at most; {@code length} itself unless the scan stops by itself
 * @param updated the parameters whose values are the last of the carries, and which the function that contains the scan updates;
 *     what is made of a graph after its updates were found need not keep them
 * @param again whether the backward pass of a scan around takes these steps again, instead of keeping what they gave
 */
public record Scan(String label, Lambda body, int sequences, int carries, Dim length, Dim most, boolean reverse,
    List<Parameter> updated, boolean again) implements Liftable, Guarded {
  public Scan {
    updated = List.copyOf(updated);
  }

  /** A scan that takes all of its steps and updates nothing. */
  public Scan(String label, Lambda body, int sequences, int carries, Dim length, boolean reverse) {
    this(label, body, sequences, carries, length, length, reverse, List.of(), false);
  }

  /** Whether it stops by itself, as the last result of the body says. */
  public boolean isUntil() {
    return !most.equals(length);
  }

  private static boolean isMeasure(Dim d) {
    return d.symbols().size() == 1 && d.equals(Dim.of(d.symbols().iterator().next()))
        && d.symbols().iterator().next().definition() instanceof Symbol.Measured;
  }

  /** There are no fewer steps than none, even where a pass took away the sequences that have too few rows. */
  @Override
  public List<Guard> guards(Apply apply) {
    return Guarded.open(apply, new Guard(most, Kind.STEPS, title() + ": %d steps", most));
  }

  /** The scan that takes as many steps as this one took, its number of steps being known. */
  public Scan taken(Lambda body) {
    return new Scan(label, body, sequences, carries, length, length, reverse, updated, again);
  }

  @Override
  public String name() {
    return "scan";
  }

  /** How errors and explanations call it: {@code scan}, {@code scan decoder}. */
  public String title() {
    return label.equals("scan") ? label : "scan " + label;
  }

  /** The same with its line: {@code scan decoder at Elman.java:24}. */
  public static String title(Apply scan) {
    String at = scan.origin().at();
    return ((Scan) scan.op()).title() + (at.isEmpty() ? "" : " at " + at);
  }

  @Override
  public String attributes() {
    return (label.equals("scan") ? "" : label + " ") + "over " + length + (isUntil() ? " of at most " + most : "") + (reverse ? " backwards" : "");
  }

  /** The same scan with another body of the same variables and result types. */
  public Scan withBody(Lambda other) {
    return new Scan(label, other, sequences, carries, length, most, reverse, updated, again);
  }

  /** The same scan, with carries that are no parameters. */
  public Scan updatingNothing() {
    return new Scan(label, body, sequences, carries, length, most, reverse, List.of(), again);
  }

  /** How many tensors the body captures. */
  public int captured() {
    return body.variables().size() - sequences - carries;
  }

  /** How many stacked outputs there are. */
  public int stacked() {
    return body.results().size() - carries - (isUntil() ? 1 : 0);
  }

  /** What stands for the row of sequence {@code i} in the step. */
  public Expr sequenceVariable(int i) {
    return body.variables().get(i);
  }

  /** What stands for carry {@code i} before the step. */
  public Expr carryVariable(int i) {
    return body.variables().get(sequences + i);
  }

  /** What stands for captured tensor {@code i} in the step. */
  public Expr capturedVariable(int i) {
    return body.variables().get(sequences + carries + i);
  }

  /** What carry {@code i} becomes in the step. */
  public Expr carryResult(int i) {
    return body.results().get(i);
  }

  /** What the step gives as stacked output {@code i}. */
  public Expr stackedResult(int i) {
    return body.results().get(carries + i);
  }

  /** Which carry is the value of the updated parameter {@code i}. */
  public int updatedCarry(int i) {
    return carries - updated.size() + i;
  }

  /** The bool that ends the scan; only if it stops by itself. */
  public Expr condition() {
    return body.results().get(carries + stacked());
  }

  /** Which output of the apply is the last carry {@code i}. */
  public int last(int i) {
    return i;
  }

  /** Which output of the apply is the trajectory of carry {@code i}. */
  public int trajectory(int i) {
    return carries + i;
  }

  /** Which output of the apply is y number {@code i}. */
  public int ys(int i) {
    return 2 * carries + i;
  }

  @Override
  public List<Lambda> bodies() {
    return List.of(body);
  }

  @Override
  public Scan withBodies(List<Lambda> bodies) {
    return withBody(bodies.get(0));
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    if (isUntil() && !isMeasure(length)) throw TypeProblem.shape("it stops by itself, and cannot measure " + length, "");
    for (int i = 0; i < body.variables().size(); i++) {
      TensorType given = inputs.get(i);
      TensorType want = body.variables().get(i).type();
      if (i < sequences) want = want.stacked(most);
      if (!given.equals(want)) throw TypeProblem.shape("argument " + i + " is " + given + " but the step takes " + want, "");
    }
    for (int i = 0; i < carries; i++) {
      TensorType enters = carryVariable(i).type();
      TensorType leaves = carryResult(i).type();
      if (!enters.equals(leaves)) {
        throw TypeProblem.shape("the carry changes type from one step to the next, " + enters + " to " + leaves,
            "Return a value of the carry's type from the step.");
      }
    }
    if (isUntil() && !condition().type().equals(TensorType.of(DType.BOOL, new Dim[0]))) {
      throw TypeProblem.shape("the condition that ends the scan is " + condition().type(), "Give one bool.");
    }
    var types = new ArrayList<TensorType>();
    for (int i = 0; i < carries; i++) types.add(carryVariable(i).type());
    for (int i = 0; i < carries; i++) types.add(carryVariable(i).type().stacked(length.plus(1)));
    for (int i = 0; i < stacked(); i++) types.add(stackedResult(i).type().stacked(length));
    return types;
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return ScanVjp.of(apply, this, cotangents);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim all) {
    return isUntil() || again ? null : ScanLift.of(this, inputs, stacked, all);
  }
}
