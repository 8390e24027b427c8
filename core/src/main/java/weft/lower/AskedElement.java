package weft.lower;

import java.util.List;
import weft.graph.Apply;
import weft.op.ElementRule;
import weft.type.Dim;
import weft.type.TensorType;

/** The element of one apply that a rule is asked for; what the rule then asks for is answered by whoever walks the graph. */
abstract class AskedElement implements ElementRule.Element {
  protected final Apply apply;
  private final List<Dim> index;

  AskedElement(Apply apply, List<Dim> index) {
    this.apply = apply;
    this.index = index;
  }

  @Override
  public List<Dim> index() {
    return index;
  }

  @Override
  public TensorType type() {
    return apply.output(0).type();
  }

  @Override
  public TensorType inputType(int i) {
    return apply.input(i).type();
  }
}
