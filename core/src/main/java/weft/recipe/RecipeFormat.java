package weft.recipe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Origin;
import weft.loop.LoopProgram;
import weft.lower.Lowering;
import weft.lower.Watch;
import weft.pipeline.Compiler;
import weft.pipeline.FunctionSpec;
import weft.pipeline.Options;
import weft.pipeline.PassChoice;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/**
 * The bytes of a recipe: {@code WEFT}, a version, a SHA-256 of all the rest, then what the function is called and given, its graph,
 * and the values of its parameters.
 */
public final class RecipeFormat {
  private static final byte[] MAGIC = "WEFT".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 4;
  private static final int DIGEST = 32;
  private static final int HEADER = MAGIC.length + 1 + DIGEST;

  private RecipeFormat() {}

  /**
   * What a recipe says.
   *
   * @param parameters made for this reading alone
   * @param key the same for recipes that differ in nothing but the values of parameters
   */
  public record Content(FunctionSpec spec, Options options, List<Parameter> parameters, String key) {}

  /**
   * The bytes of a function with the present values of its parameters.
   *
   * @param current the parameter whose value is written for one of the function's
   * @throws WeftException of kind UNSUPPORTED if it uses an op that is not of the library
   */
  public static byte[] write(FunctionSpec spec, Options options, UnaryOperator<Parameter> current) {
    var body = new Output();
    var graph = new GraphWriter(body);
    inputs(spec, body, graph);
    graph.graph(spec.inputs(), spec.results());
    for (Lowering.Assignment a : spec.assignments()) body.count(graph.number(a.parameter()));
    byte[] head = head(spec, options, graph);
    var payload = new Output();
    payload.count(head.length);
    payload.append(head);
    payload.count(body.toBytes().length);
    payload.append(body.toBytes());
    for (Parameter p : graph.parameters()) payload.elements(current.apply(p).get());
    var file = new Output();
    file.append(MAGIC);
    file.tag(VERSION);
    file.append(digest(payload.toBytes(), 0, payload.toBytes().length));
    file.append(payload.toBytes());
    return file.toBytes();
  }

  private static void inputs(FunctionSpec spec, Output body, GraphWriter graph) {
    for (Expr input : spec.inputs()) {
      if (input.rank() > 0) graph.type(input.type());
      body.text(input.name());
      graph.origin(input.apply().origin());
    }
    body.count(spec.outputs().size());
  }

  private static byte[] head(FunctionSpec spec, Options options, GraphWriter graph) {
    var head = new Output();
    head.text(spec.name());
    head.text(options.backend());
    head.count(options.rewrites().ordinal());
    head.count(options.lanes());
    head.flag(options.watch().nan());
    head.flag(options.watch().infinite());
    head.flag(options.watch().big());
    head.flag(options.checked());
    head.flag(options.profiled());
    head.count(options.threads());
    for (var names : List.of(options.passes().on(), options.passes().off())) {
      head.count(names.size());
      names.forEach(head::text);
    }
    head.count(spec.inputs().size());
    for (Expr input : spec.inputs()) head.count(input.rank() > 0 ? 0 : 1 + input.dtype().ordinal());
    symbols(spec, head, graph);
    head.count(graph.parameters().size());
    for (Parameter p : graph.parameters()) {
      head.text(p.name());
      head.count(p.dtype().ordinal());
      head.shape(p.shape());
    }
    return head.toBytes();
  }

  /** Each behind those that it is computed from, which were made before it. */
  private static void symbols(FunctionSpec spec, Output head, GraphWriter graph) {
    var all = new ArrayList<>(graph.symbols().keySet());
    for (int i = 0; i < all.size(); i++) {
      for (Dim part : parts(all.get(i))) {
        for (Symbol s : part.symbols()) if (graph.number(s) == all.size()) all.add(s);
      }
    }
    all.sort(Comparator.naturalOrder());
    head.count(all.size());
    for (Symbol s : all) {
      head.count(graph.number(s));
      head.text(s.name());
      definition(s.definition(), spec, head, graph);
    }
  }

  /** What must be known to make a symbol: for a measured one what it is at most. */
  private static List<Dim> parts(Symbol s) {
    return s.definition() instanceof Symbol.Measured m && m.most() != null ? List.of(m.most()) : LoopProgram.parts(s);
  }

  private static void definition(Symbol.Definition definition, FunctionSpec spec, Output head, GraphWriter graph) {
    if (definition instanceof Symbol.Free) {
      head.tag(Tag.FREE);
    } else if (definition instanceof Symbol.Measured m && m.most() != null) {
      head.tag(Tag.MEASURED);
      graph.dim(m.most(), head);
    } else if (definition instanceof Symbol.Given g) {
      head.tag(Tag.GIVEN);
      head.count(spec.inputs().stream().map(Expr::op).toList().indexOf(g.input()));
    } else if (definition instanceof Symbol.Min d) {
      pair(Tag.MIN, d.left(), d.right(), head, graph);
    } else if (definition instanceof Symbol.Max d) {
      pair(Tag.MAX, d.left(), d.right(), head, graph);
    } else if (definition instanceof Symbol.CeilDiv d) {
      quotient(Tag.CEIL_DIV, d.of(), d.by(), head, graph);
    } else if (definition instanceof Symbol.FloorDiv d) {
      quotient(Tag.FLOOR_DIV, d.of(), d.by(), head, graph);
    } else if (definition instanceof Symbol.Root d) {
      head.tag(d.times() ? Tag.ROOTS : Tag.ROOT);
      graph.dim(d.of(), head);
    } else {
      throw new WeftException(WeftException.Kind.UNSUPPORTED, "recipe: an extent that is " + definition + " cannot be written");
    }
  }

  private static void pair(int tag, Dim left, Dim right, Output head, GraphWriter graph) {
    head.tag(tag);
    graph.dim(left, head);
    graph.dim(right, head);
  }

  private static void quotient(int tag, Dim of, int by, Output head, GraphWriter graph) {
    head.tag(tag);
    graph.dim(of, head);
    head.count(by);
  }

  /**
   * What bytes say, as a function of its own with parameters of its own.
   *
   * @throws WeftException of kind FILE if they are no recipe, or one that was cut, changed or made up
   */
  public static Content read(byte[] bytes) {
    if (bytes.length < HEADER || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw Input.refused("these " + bytes.length + " bytes are none");
    }
    if (bytes[MAGIC.length] != VERSION) {
      throw Input.refused("it is of version " + bytes[MAGIC.length] + ", and only " + VERSION + " is known");
    }
    byte[] want = Arrays.copyOfRange(bytes, MAGIC.length + 1, HEADER);
    if (!MessageDigest.isEqual(want, digest(bytes, HEADER, bytes.length))) {
      throw Input.refused("its checksum does not hold, so something was cut off or changed");
    }
    try {
      return content(bytes);
    } catch (WeftException e) {
      throw e.kind() == WeftException.Kind.FILE ? e : Input.refused("it describes no function: " + e.getMessage(), e);
    } catch (RuntimeException | StackOverflowError e) {
      throw Input.refused("it describes no function", e);
    }
  }

  private static Content content(byte[] bytes) {
    var outer = new Input(bytes, HEADER, bytes.length);
    Input head = part(bytes, outer);
    Input body = part(bytes, new Input(bytes, head.position() + head.left(), bytes.length));
    var values = new Input(bytes, body.position() + body.left(), bytes.length);
    String key = HexFormat.of().formatHex(digest(bytes, HEADER, values.position()));
    String name = head.word();
    Options options = Options.DEFAULT.with(head.text())
        .withRewrites(Options.Rewrites.values()[head.count("rewrites", Options.Rewrites.values().length - 1L)]).withLanes(lanes(head))
        .withWatch(new Watch(head.flag(), head.flag(), head.flag())).withChecked(head.flag()).withProfiled(head.flag())
        .withThreads(Math.max(1, head.count("threads", 256))).withPasses(passes(head));
    var inputs = new Expr[head.many("inputs")];
    for (int i = 0; i < inputs.length; i++) {
      int scalar = head.count("a dtype", DType.values().length);
      if (scalar > 0) inputs[i] = Apply.one(new Leaf.Input(new TensorType(DType.values()[scalar - 1], List.of())));
    }
    Symbol[] symbols = symbols(head, inputs);
    Parameter[] parameters = parameters(head, values);
    head.requireEnd();
    values.requireEnd();
    var graph = new GraphReader(body, symbols, parameters);
    return new Content(spec(name, inputs, parameters, body, graph), options, List.of(parameters), key);
  }

  private static Input part(byte[] bytes, Input from) {
    int length = from.many("bytes of a part");
    if (length > from.left()) throw Input.refused("a part of it is cut off");
    return new Input(bytes, from.position(), from.position() + length);
  }

  /** Names of passes that there are no more are left out: recipes outlive them. */
  private static PassChoice passes(Input head) {
    PassChoice choice = PassChoice.NONE;
    for (int n = head.many("passes that are on"); n > 0; n--) choice = known(choice, head.word(), true);
    for (int n = head.many("passes that are off"); n > 0; n--) choice = known(choice, head.word(), false);
    return choice;
  }

  private static PassChoice known(PassChoice choice, String pass, boolean on) {
    if (!Compiler.passes(!on).contains(pass)) return choice;
    return on ? choice.with(pass) : choice.without(pass);
  }

  private static int lanes(Input head) {
    int lanes = head.count("the number of lanes", 16);
    if (lanes > 1 && Integer.bitCount(lanes) != 1) throw Input.refused("there are no vectors of " + lanes + " lanes");
    return lanes;
  }

  private static Symbol[] symbols(Input head, Expr[] inputs) {
    var symbols = new Symbol[head.many("symbols")];
    var reader = new GraphReader(head, symbols, new Parameter[0]);
    for (int i = 0; i < symbols.length; i++) {
      int number = head.count("a symbol", symbols.length - 1L);
      String name = head.word();
      if (symbols[number] != null) throw Input.refused("dimension " + name + " is defined twice");
      symbols[number] = switch (head.tag()) {
        case Tag.FREE -> Symbol.free(name);
        case Tag.MEASURED -> Symbol.measured(name, reader.dim());
        case Tag.GIVEN -> Symbol.defined(name, new Symbol.Given(given(inputs, head.count("an input", inputs.length - 1L))));
        case Tag.MIN -> Symbol.defined(name, new Symbol.Min(reader.dim(), reader.dim()));
        case Tag.MAX -> Symbol.defined(name, new Symbol.Max(reader.dim(), reader.dim()));
        case Tag.CEIL_DIV -> Symbol.defined(name, new Symbol.CeilDiv(reader.dim(), divisor(head)));
        case Tag.FLOOR_DIV -> Symbol.defined(name, new Symbol.FloorDiv(reader.dim(), divisor(head)));
        case Tag.ROOT -> Symbol.defined(name, new Symbol.Root(reader.dim(), false));
        case Tag.ROOTS -> Symbol.defined(name, new Symbol.Root(reader.dim(), true));
        default -> throw Input.refused("dimension " + name + " is of no known kind");
      };
    }
    return symbols;
  }

  private static Object given(Expr[] inputs, int i) {
    if (inputs[i] == null || !inputs[i].dtype().isInteger()) throw Input.refused("a number of steps is no integer");
    return inputs[i].op();
  }

  private static int divisor(Input head) {
    int by = head.count("a divisor", Integer.MAX_VALUE);
    if (by < 1) throw Input.refused("a dimension is divided by 0");
    return by;
  }

  private static Parameter[] parameters(Input head, Input values) {
    var parameters = new Parameter[head.many("parameters")];
    for (int i = 0; i < parameters.length; i++) {
      String name = head.word();
      Tensor value = values.elements(head.dtype(), head.shape());
      parameters[i] = new Parameter(name, value);
    }
    return parameters;
  }

  private static FunctionSpec spec(String name, Expr[] inputs, Parameter[] parameters, Input body, GraphReader graph) {
    for (int i = 0; i < inputs.length; i++) {
      Expr scalar = inputs[i];
      TensorType type = scalar == null ? graph.type() : scalar.type();
      if (scalar == null && type.rank() == 0) throw Input.refused("input " + i + " has no dimensions");
      String label = body.text();
      var origin = graph.origin();
      Leaf.Input op = scalar == null ? new Leaf.Input(type) : (Leaf.Input) scalar.op();
      inputs[i] = Origin.inherit(origin, () -> Apply.one(op));
      if (label != null) inputs[i].named(label);
    }
    int outputs = body.count("the number of outputs", body.left());
    List<Expr> results = graph.graph(List.of(inputs));
    if (outputs > results.size()) throw Input.refused("outputs are missing");
    var assignments = new ArrayList<Lowering.Assignment>();
    var seen = new HashSet<Parameter>();
    for (Expr value : results.subList(outputs, results.size())) {
      Parameter p = parameters[body.count("a parameter", parameters.length - 1L)];
      if (!value.type().equals(TensorType.of(p.dtype(), p.shape())) || !seen.add(p)) {
        throw Input.refused("parameter " + p.name() + " is updated by something else than one value of its type");
      }
      assignments.add(new Lowering.Assignment(p, value));
    }
    body.requireEnd();
    if (results.isEmpty()) throw Input.refused("it returns nothing and updates nothing");
    return new FunctionSpec(name, List.of(inputs), results.subList(0, outputs), assignments);
  }

  private static byte[] digest(byte[] bytes, int from, int to) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update((byte) VERSION);
      sha.update(bytes, from, to - from);
      return sha.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new WeftException(WeftException.Kind.INTERNAL, "every JDK has SHA-256, and this one does not", e);
    }
  }
}
