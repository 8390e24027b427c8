package weft.recipe;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Lambda;
import weft.graph.Leaf;
import weft.graph.Op;
import weft.graph.Origin;
import weft.op.Scalar;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/** Reads graphs: every apply goes through the same checks of types as one that a user writes. */
final class GraphReader {
  private static final int DEEPEST = 200;
  private static final int MOST_AXES = 64;
  private static final int MOST_TERMS = 64;
  private static final int MOST_FACTORS = 8;
  /** So many products may the size of a tensor consist of, which is the product of its dimensions. */
  private static final int MOST_PRODUCTS = 4096;

  private final Input in;
  private final Symbol[] symbols;
  private final Parameter[] parameters;
  private final List<Op> ops = new ArrayList<>();
  private final List<Lambda> lambdas = new ArrayList<>();
  private final List<Body> bodies = new ArrayList<>();
  private final List<Origin> origins = new ArrayList<>();
  private int depth;

  /** What bodies of the same variables consist of. */
  private static final class Body {
    final List<Expr> variables;
    final List<Expr> all;
    boolean isOpen = true;

    Body(List<Expr> variables) {
      this.variables = variables;
      this.all = new ArrayList<>(variables);
    }
  }

  GraphReader(Input in, Symbol[] symbols, Parameter[] parameters) {
    this.in = in;
    this.symbols = symbols;
    this.parameters = parameters;
  }

  /** The results of a graph that is given these expressions. */
  List<Expr> graph(List<Expr> given) {
    return more(new ArrayList<>(given));
  }

  /** The results of a graph of which this was read before, and grows. */
  private List<Expr> more(List<Expr> all) {
    int applies = in.many("applies");
    for (int i = 0; i < applies; i++) {
      Op op = op();
      var inputs = new ArrayList<Expr>();
      for (int left = in.many("inputs"); left > 0; left--) inputs.add(all.get(in.count("an input", all.size() - 1L)));
      Apply apply = Origin.inherit(origin(), () -> Apply.of(op, inputs));
      if (in.many("outputs") != apply.outputs().size()) throw Input.refused(op.name() + " has another number of outputs");
      for (Expr e : apply.outputs()) {
        String name = in.text();
        all.add(name == null ? e : e.named(name));
      }
    }
    var results = new ArrayList<Expr>();
    for (int left = in.many("results"); left > 0; left--) results.add(all.get(in.count("a result", all.size() - 1L)));
    return results;
  }

  Origin origin() {
    int known = in.count("an origin", origins.size());
    if (known > 0) return origins.get(known - 1);
    int place = origins.size();
    origins.add(Origin.UNKNOWN);
    String at = in.word();
    var steps = new ArrayList<String>();
    for (int left = in.many("steps"); left > 0; left--) steps.add(in.word());
    var origin = new Origin(at, List.copyOf(steps));
    origins.set(place, origin);
    return origin;
  }

  TensorType type() {
    var dtype = in.dtype();
    var dims = new ArrayList<Dim>();
    long products = 1;
    for (int left = in.count("a rank", Math.min(MOST_AXES, in.left())); left > 0; left--) {
      Dim d = dim();
      products *= Math.max(1, d.terms().size());
      if (products > MOST_PRODUCTS) throw Input.refused("the size of a tensor is too long an expression");
      dims.add(d);
    }
    return new TensorType(dtype, dims);
  }

  Dim dim() {
    Dim sum = Dim.ZERO;
    for (int left = in.count("the number of terms", Math.min(MOST_TERMS, in.left())); left > 0; left--) {
      Dim product = Dim.of(in.number());
      for (int more = in.count("the number of factors", Math.min(MOST_FACTORS, in.left())); more > 0; more--) {
        product = product.times(Dim.of(symbol()));
      }
      sum = sum.plus(product);
    }
    return sum;
  }

  private Symbol symbol() {
    Symbol s = symbols[in.count("a symbol", symbols.length - 1L)];
    if (s == null) throw Input.refused("a dimension is used before it is defined");
    return s;
  }

  private Parameter parameter() {
    return parameters[in.count("a parameter", parameters.length - 1L)];
  }

  private Op op() {
    int tag = in.tag();
    if (tag == Tag.KNOWN_OP) return ops.get(in.count("an op", ops.size() - 1L));
    Op op = switch (tag) {
      case Tag.SCALAR_OP -> scalar(in.word());
      case Tag.PARAMETER_OP -> new Leaf.Parametric(parameter());
      case Tag.CONSTANT_OP -> constant();
      case Tag.LITERAL_OP -> new Leaf.Literal(tensor());
      case Tag.RECORD_OP -> Classes.op(record());
      default -> throw Input.refused("there are no ops of kind " + tag);
    };
    ops.add(op);
    return op;
  }

  private static Op scalar(String name) {
    for (Scalar each : Scalar.rows()) if (each.name().equals(name)) return each;
    throw Input.refused("there is no op " + name);
  }

  private Op constant() {
    if (value() instanceof Number n) return new Leaf.Constant(n, type());
    throw Input.refused("a constant is no number");
  }

  private Record record() {
    Class<? extends Record> type = Classes.record(in.word());
    if (in.many("components") != type.getRecordComponents().length) {
      throw Input.refused(type.getSimpleName() + " has another number of components");
    }
    var components = new Object[type.getRecordComponents().length];
    for (int i = 0; i < components.length; i++) components[i] = value();
    return Classes.make(type, components);
  }

  private Tensor tensor() {
    return in.elements(in.dtype(), in.shape());
  }

  private Object value() {
    if (depth == DEEPEST) throw Input.refused("it is nested more than " + DEEPEST + " deep");
    depth++;
    try {
      return switch (in.tag()) {
        case Tag.NULL -> null;
        case Tag.FALSE -> false;
        case Tag.TRUE -> true;
        case Tag.INT -> Math.toIntExact(in.number());
        case Tag.LONG -> in.number();
        case Tag.FLOAT -> Float.intBitsToFloat((int) in.bits(4));
        case Tag.DOUBLE -> Double.longBitsToDouble(in.bits(8));
        case Tag.TEXT -> in.text();
        case Tag.ENUM -> Classes.constant(in.word(), in.word());
        case Tag.DIM -> dim();
        case Tag.LIST -> list();
        case Tag.LAMBDA -> lambda();
        case Tag.TYPE -> type();
        case Tag.SYMBOL -> symbol();
        case Tag.PARAMETER -> parameter();
        case Tag.TENSOR -> tensor();
        case Tag.RECORD -> record();
        case Tag.OP -> op();
        case Tag.INTS -> ints();
        default -> throw Input.refused("there are no values of such a kind");
      };
    } finally {
      depth--;
    }
  }

  private List<Object> list() {
    var list = new ArrayList<Object>();
    for (int left = in.many("elements"); left > 0; left--) list.add(value());
    return list;
  }

  private int[] ints() {
    var ints = new int[in.many("integers")];
    for (int i = 0; i < ints.length; i++) ints[i] = Math.toIntExact(in.number());
    return ints;
  }

  private Lambda lambda() {
    int known = in.count("a step", lambdas.size());
    if (known > 0) return lambdas.get(known - 1);
    int shared = in.count("the variables of a step", bodies.size());
    Body body = shared > 0 ? bodies.get(shared - 1) : new Body(variables());
    if (shared == 0) bodies.add(body);
    else if (body.isOpen) throw Input.refused("a step is inside itself");
    body.isOpen = true;
    var lambda = new Lambda(body.variables, more(body.all));
    body.isOpen = false;
    lambdas.add(lambda);
    return lambda;
  }

  private List<Expr> variables() {
    var variables = new ArrayList<Expr>();
    for (int left = in.many("variables"); left > 0; left--) {
      TensorType type = type();
      String name = in.text();
      String role = in.word();
      Expr variable = Origin.inherit(origin(), () -> Apply.one(new Leaf.Variable(type, role)));
      variables.add(name == null ? variable : variable.named(name));
    }
    return variables;
  }
}
