package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Buffer;
import weft.loop.Stmt;
import weft.runtime.DType;
import weft.type.Dim;

/**
 * The input as it is, shown at run time with a message and the steps of the enclosing scans; see {@link weft.runtime.Prints}.
 *
 * @param what which of it is shown
 */
public record Printed(String message, What what) implements Observing {
  /** What of a tensor is shown. */
  public enum What {
    /** Its elements. */
    VALUE,
    /** Its dtype and dims. */
    SHAPE
  }

  @Override
  public String name() {
    return "printed";
  }

  @Override
  public String attributes() {
    return (what == What.SHAPE ? "shape " : "") + message;
  }

  @Override
  public void lower(Apply apply, Site site) {
    Expr x = apply.input(0);
    Place out = site.output(0);
    site.fill(name(), out, index -> site.input(0, index));
    List<Dim> shape = what == What.VALUE ? x.type().dims() : List.of(Dim.of(x.rank()));
    boolean values = what == What.VALUE;
    Buffer shown = site.scratch("shown", values ? x.dtype() : DType.I32, values ? size(shape) : Dim.of(Math.max(1, x.rank())));
    if (values) {
      site.fill("shown", Place.dense(shown, shape), out::load);
    } else {
      var dims = new ArrayList<Stmt>();
      for (Dim d : x.rank() == 0 ? List.of(Dim.ZERO) : x.type().dims()) {
        dims.add(new Stmt.Store(shown, Dim.of(dims.size()), StepText.position(d)));
      }
      site.kernel("shown", new Stmt.Block(dims));
    }
    List<Dim> steps = site.steps().stream().map(Site.Step::at).toList();
    site.kernel("print", new Stmt.Print(message + (what == What.SHAPE ? " shape" : ""), shown, Dim.ZERO, shape, steps));
  }

  private static Dim size(List<Dim> shape) {
    Dim size = Dim.ONE;
    for (Dim d : shape) size = size.times(d);
    return size;
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return cotangents;
  }
}
