package weft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Leaf;
import weft.loop.Fun;
import weft.loop.Value;
import weft.op.Composite;
import weft.op.Einsum;
import weft.op.ElementRule;
import weft.op.Guarded;
import weft.op.Reduce;
import weft.op.Scan;
import weft.op.Structured;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Reads a graph as it stands, op by op, in doubles: slow, and nothing of it is shared with the compiler's path.
 */
public final class PlainGraph {
  /** A tensor of doubles; integers and booleans are held as doubles too. */
  public record Array(double[] data, int... shape) {
    public static Array of(double... data) {
      return new Array(data, data.length);
    }

    public static Array scalar(double value) {
      return new Array(new double[] {value});
    }

    static int size(int[] shape) {
      return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    Array row(int t) {
      int[] rest = Arrays.copyOfRange(shape, 1, shape.length);
      int size = size(rest);
      return new Array(Arrays.copyOfRange(data, t * size, (t + 1) * size), rest);
    }

    double at(List<Integer> index) {
      int flat = 0;
      for (int i = 0; i < shape.length; i++) {
        if (index.get(i) < 0 || index.get(i) >= shape[i]) throw new IndexOutOfBoundsException(index + " of "
            + Arrays.toString(shape));
        flat = flat * shape[i] + index.get(i);
      }
      return data[flat];
    }
  }

  private final Map<Symbol, Long> symbols;
  private final Map<Object, Double> numbers;
  private int steps;

  private PlainGraph(Map<Symbol, Long> symbols, Map<Object, Double> numbers) {
    this.symbols = symbols;
    this.numbers = numbers;
  }

  /** The values of {@code results} where {@code inputs} have the given values. */
  public static List<Array> run(List<Expr> results, Map<Expr, Array> inputs) {
    var reader = new PlainGraph(new HashMap<>(), new HashMap<>());
    inputs.forEach(reader::bind);
    inputs.forEach(reader::check);
    return reader.all(results, new HashMap<>(inputs));
  }

  public static Array run(Expr result, Map<Expr, Array> inputs) {
    return run(List.of(result), inputs).get(0);
  }

  /** How many steps of scans it takes to compute {@code results}. */
  public static int steps(List<Expr> results, Map<Expr, Array> inputs) {
    var reader = new PlainGraph(new HashMap<>(), new HashMap<>());
    inputs.forEach(reader::bind);
    inputs.forEach(reader::check);
    reader.all(results, new HashMap<>(inputs));
    return reader.steps;
  }

  private void bind(Expr input, Array value) {
    if (input.rank() != value.shape().length) throw new IllegalArgumentException(input + " "
        + Arrays.toString(value.shape()));
    if (input.rank() == 0) numbers.put(input.op(), value.data()[0]);
    for (int i = 0; i < input.rank(); i++) {
      Dim dim = input.dim(i);
      if (dim.terms().size() == 1 && dim.terms().get(0).coefficient() == 1 && dim.terms().get(0).symbols()
          .size() == 1) {
        symbols.put(dim.terms().get(0).symbols().get(0), (long) value.shape()[i]);
      }
    }
  }

  private void check(Expr input, Array value) {
    if (!Arrays.equals(shape(input), value.shape())) {
      throw new IllegalArgumentException(input + " " + Arrays.toString(value.shape()));
    }
  }

  private int value(Dim dim) {
    long sum = 0;
    for (Dim.Term t : dim.terms()) {
      long product = t.coefficient();
      for (Symbol s : t.symbols()) product *= value(s);
      sum += product;
    }
    return Math.toIntExact(sum);
  }

  private long value(Symbol symbol) {
    Long known = symbols.get(symbol);
    if (known != null) return known;
    if (symbol.definition() instanceof Symbol.Min m) return Math.min(value(m.left()), value(m.right()));
    if (symbol.definition() instanceof Symbol.Max m) return Math.max(value(m.left()), value(m.right()));
    if (symbol.definition() instanceof Symbol.CeilDiv c) return Math.max(0,
        -Math.floorDiv(-value(c.of()), c.by()));
    if (symbol.definition() instanceof Symbol.FloorDiv c) return Math.max(0,
        Math.floorDiv(value(c.of()), c.by()));
    if (symbol.definition() instanceof Symbol.Root r) {
      int root = 1;
      while ((long) root * root < value(r.of())) root++;
      return r.times() ? value(r.of()) / root : root;
    }
    if (symbol.definition() instanceof Symbol.Given g) return Math.round(numbers.get(g.input()));
    throw new IllegalStateException("no value for " + symbol);
  }

  private int[] shape(Expr e) {
    return e.type().dims().stream().mapToInt(this::value).toArray();
  }

  private List<Array> all(List<Expr> results, Map<Expr, Array> known) {
    for (Apply a : Graphs.order(results, known.keySet())) {
      List<Array> inputs = a.inputs().stream().map(known::get).toList();
      List<Array> outputs = apply(a, inputs);
      for (int i = 0; i < outputs.size(); i++) {
        if (!Arrays.equals(outputs.get(i).shape(), shape(a.output(i)))) {
          throw new AssertionError(a.output(i) + " is " + Arrays.toString(outputs.get(i).shape()));
        }
        known.put(a.output(i), outputs.get(i));
      }
    }
    return results.stream().map(known::get).toList();
  }

  private List<Array> apply(Apply a, List<Array> inputs) {
    if (a.op() instanceof Guarded guarded) {
      for (Guarded.Guard g : guarded.guards(a)) {
        if (value(g.atLeastZero()) < 0) throw new WeftException(g.kind(),
            g.message().formatted(value(g.subject())));
      }
    }
    if (a.op() instanceof Scan scan) return scan(scan, inputs);
    if (a.op() instanceof Composite op) {
      var known = new HashMap<Expr, Array>();
      for (int i = 0; i < inputs.size(); i++) known.put(a.input(i), inputs.get(i));
      return all(op.expand(a), known);
    }
    if (a.op() instanceof Structured op) return structured(a, op, inputs);
    int[] shape = shape(a.output(0));
    Function<int[], Double> element;
    if (a.op() instanceof Leaf.Constant c) {
      element = at -> c.value().doubleValue();
    } else if (a.op() instanceof Leaf.Literal l) {
      return List.of(array(l.value()));
    } else if (a.op() instanceof Leaf.Parametric p) {
      return List.of(array(p.parameter().get()));
    } else if (a.op() instanceof Einsum e) {
      element = at -> einsum(e, inputs, at);
    } else if (a.op() instanceof Reduce r) {
      element = at -> reduce(r, inputs.get(0), at);
    } else if (a.op() instanceof ElementRule rule) {
      element = at -> number(rule.element(new At(a, inputs, at)));
    } else {
      throw new IllegalStateException("no value for " + a.op().name() + " " + a.output(0));
    }
    DType dtype = a.output(0).dtype();
    var data = new double[Array.size(shape)];
    for (int i = 0; i < data.length; i++) data[i] = rounded(dtype, element.apply(index(i, shape)));
    return List.of(new Array(data, shape));
  }

  private static double rounded(DType dtype, double value) {
    return dtype == DType.F32 ? (float) value : dtype.isInteger() ? Math.rint(value) : value;
  }

  public static Array array(weft.runtime.Tensor tensor) {
    var data = new double[tensor.size()];
    for (int i = 0; i < data.length; i++) {
      data[i] = ((Number) java.lang.reflect.Array.get(tensor.array(), i)).doubleValue();
    }
    return new Array(data, tensor.shape());
  }

  static int[] index(int flat, int[] shape) {
    var index = new int[shape.length];
    for (int i = shape.length - 1; i >= 0; i--) {
      index[i] = flat % shape[i];
      flat /= shape[i];
    }
    return index;
  }

  private double einsum(Einsum e, List<Array> inputs, int[] at) {
    var place = new HashMap<Character, Integer>();
    for (int i = 0; i < at.length; i++) place.put(e.out().charAt(i), at[i]);
    var summed = new ArrayList<Character>();
    var extents = new ArrayList<Integer>();
    for (int i = 0; i < e.left().length(); i++) {
      char c = e.left().charAt(i);
      if (e.out().indexOf(c) >= 0) continue;
      summed.add(c);
      extents.add(inputs.get(0).shape()[i]);
    }
    int[] over = extents.stream().mapToInt(i -> i).toArray();
    double sum = 0;
    for (int n = 0; n < Array.size(over); n++) {
      int[] inner = index(n, over);
      for (int i = 0; i < inner.length; i++) place.put(summed.get(i), inner[i]);
      sum += inputs.get(0).at(e.left().chars().mapToObj(c -> place.get((char) c)).toList())
          * inputs.get(1).at(e.right().chars().mapToObj(c -> place.get((char) c)).toList());
    }
    return sum;
  }

  private double reduce(Reduce r, Array x, int[] at) {
    int[] over = r.axes().stream().mapToInt(axis -> x.shape()[axis]).toArray();
    List<Integer> kept = r.kept(x.shape().length);
    Double result = null;
    for (int n = 0; n < Array.size(over); n++) {
      int[] inner = index(n, over);
      var place = new Integer[x.shape().length];
      for (int i = 0; i < inner.length; i++) place[r.axes().get(i)] = inner[i];
      for (int i = 0; i < kept.size(); i++) place[kept.get(i)] = at[i];
      double next = x.at(Arrays.asList(place));
      result = result == null ? next : PlainNumbers.call(r.fun(), result, next);
    }
    return result != null ? result : r.fun() == Fun.MUL || r.fun() == Fun.AND ? 1 : 0;
  }

  private List<Array> scan(Scan scan, List<Array> inputs) {
    int length = value(scan.length());
    if (length < 0) throw new WeftException(WeftException.Kind.STEPS, length + " steps");
    var carries = new ArrayList<>(inputs.subList(scan.sequences(), scan.sequences() + scan.carries()));
    List<List<Array>> trajectories = new ArrayList<>();
    List<List<Array>> ys = new ArrayList<>();
    for (Array carry : carries) trajectories.add(new ArrayList<>(List.of(carry)));
    for (int i = 0; i < scan.stacked(); i++) ys.add(new ArrayList<>());
    Lambda body = scan.body();
    for (int n = 0; n < length; n++) {
      steps++;
      int t = scan.reverse() ? length - 1 - n : n;
      var known = new HashMap<Expr, Array>();
      for (int i = 0; i < inputs.size(); i++) {
        boolean carry = i >= scan.sequences() && i < scan.sequences() + scan.carries();
        Array value = carry ? carries.get(i - scan.sequences()) : i < scan.sequences() ? inputs.get(i).row(t)
            : inputs.get(i);
        known.put(body.variables().get(i), value);
      }
      List<Array> results = all(body.results(), known);
      for (int i = 0; i < scan.carries(); i++) {
        carries.set(i, results.get(i));
        trajectories.get(i).add(results.get(i));
      }
      for (int i = 0; i < scan.stacked(); i++) ys.get(i).add(results.get(scan.carries() + i));
    }
    var outputs = new ArrayList<>(carries);
    for (int i = 0; i < scan.carries(); i++) outputs.add(stacked(trajectories.get(i), scan.carryVariable(i),
        scan.reverse()));
    for (int i = 0; i < scan.stacked(); i++) outputs.add(stacked(ys.get(i), scan.stackedResult(i),
        scan.reverse()));
    return outputs;
  }

  private Array stacked(List<Array> rows, Expr like, boolean reverse) {
    int[] row = shape(like);
    var shape = new int[row.length + 1];
    shape[0] = rows.size();
    System.arraycopy(row, 0, shape, 1, row.length);
    int size = Array.size(row);
    var data = new double[size * rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(reverse ? rows.size() - 1 - i : i).data(), 0, data, i * size, size);
    }
    return new Array(data, shape);
  }

  private List<Array> structured(Apply a, Structured op, List<Array> inputs) {
    var site = new PlainSite(symbols, this::value, a, inputs);
    op.lower(a, site);
    return site.outputs();
  }

  private double number(Value value) {
    return PlainNumbers.number(value, this::value, null);
  }

  /** Where an element rule finds its inputs. */
  private final class At implements ElementRule.Element {
    private final Apply apply;
    private final List<Array> inputs;
    private final List<Dim> index;

    At(Apply apply, List<Array> inputs, int[] index) {
      this.apply = apply;
      this.inputs = inputs;
      this.index = Arrays.stream(index).mapToObj(Dim::of).toList();
    }

    @Override
    public List<Dim> index() {
      return index;
    }

    @Override
    public weft.type.TensorType type() {
      return apply.output(0).type();
    }

    @Override
    public weft.type.TensorType inputType(int i) {
      return apply.input(i).type();
    }

    private Value read(int i, List<Integer> at) {
      return Value.number(apply.input(i).dtype(), inputs.get(i).at(at));
    }

    @Override
    public Value input(int i, List<Dim> at) {
      return read(i, at.stream().map(PlainGraph.this::value).toList());
    }

    @Override
    public Value gather(int i, int axis, Value at, List<Dim> rest) {
      var place = new ArrayList<>(rest.stream().map(PlainGraph.this::value).toList());
      place.set(axis, place.get(axis) + (int) PlainGraph.this.number(at));
      return read(i, place);
    }

    @Override
    public Value flat(int i, Dim flat) {
      return Value.number(apply.input(i).dtype(), inputs.get(i).data()[value(flat)]);
    }
  }
}
