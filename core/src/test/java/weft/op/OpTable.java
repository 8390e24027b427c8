package weft.op;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.Backend;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.op.OpRow.Arg;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.Dim;
import weft.type.TensorType;

/** All rows, and how to run one. */
final class OpTable {
  private OpTable() {}

  static List<OpRow> rows() {
    var all = new ArrayList<>(ScalarRows.ALL);
    all.addAll(ShapeRows.ALL);
    all.addAll(ReductionRows.ALL);
    all.addAll(NetRows.ALL);
    all.addAll(IndexRows.ALL_ROWS);
    all.addAll(MaskRows.ROWS);
    all.addAll(SortRows.ALL);
    all.addAll(MatrixRows.ALL);
    all.addAll(LinearRows.ALL);
    all.addAll(MoreRows.ALL);
    all.addAll(SpecialRows.ALL);
    all.addAll(RandomRows.ALL);
    return all;
  }

  /**
   * The inputs of a row; with {@code named}, extents above 1 are known only at call time, equal ones by one name.
   */
  static Expr[] inputs(OpRow row, DType floats, boolean named) {
    Map<Integer, Dim> names = new HashMap<>();
    var inputs = new ArrayList<Expr>();
    for (Arg arg : row.args()) {
      var dims = new ArrayList<Dim>();
      for (int n : arg.shape()) dims.add(named && n != 1 ? names.computeIfAbsent(n, k -> Dim.named("n" + k))
          : Dim.of(n));
      inputs.add(Apply.one(new Leaf.Input(new TensorType(dtype(arg, floats), dims))).named("x" + inputs.size()));
    }
    return inputs.toArray(Expr[]::new);
  }

  static DType dtype(Arg arg, DType floats) {
    return switch (arg.kind()) {
      case FLOAT -> floats;
      case INT -> DType.I32;
      case BOOL -> DType.BOOL;
    };
  }

  static CompiledFunction compile(Expr[] inputs, Expr... results) {
    return FunctionBuilder.function(inputs).returns(results).onUnusedInput(FunctionBuilder.Unused.IGNORE).withoutRewrites()
        .compile(Backend.INTERPRETER);
  }

  static Tensor[] run(CompiledFunction function, Expr[] inputs, Nd[] values) {
    var tensors = new Object[inputs.length];
    for (int i = 0; i < inputs.length; i++) tensors[i] = values[i].tensor(inputs[i].dtype());
    return function.callAll(tensors);
  }
}
