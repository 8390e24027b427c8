package weft.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.loop.Buffer;
import weft.loop.Lengths;
import weft.op.Place;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.type.Dim;
import weft.type.Symbol;

/** The buffers and names of one program while it is being lowered. */
final class Memory {
  /** Rows are padded to a multiple of this many bytes: one vector of the widest machine. */
  private static final int ROW_BYTES = 64;
  private static final int LONGEST_NAME = 40;
  /** Rows shorter than this are not padded. */
  static final int SHORT_ROW = 5;

  final int lanes;
  final LoweringNotes notes;
  /** What errors call the function. */
  final String function;
  final Watch watch;
  final Divisions divisions = new Divisions();
  final Shelf shelf;
  /** Extents that count as known where rows of products are put into tiles. */
  private final Map<Symbol, Integer> known;
  private final Map<Object, Buffer> leaves = new HashMap<>();
  private final Map<String, Integer> names = new HashMap<>();

  /** @param lanes f32 lanes of the vectors to emit, 1 for none */
  Memory(String function, int lanes, LoweringNotes notes, Watch watch, Map<Symbol, Integer> known) {
    this.known = known;
    this.function = function;
    this.watch = watch;
    this.lanes = lanes;
    this.notes = notes;
    this.shelf = new Shelf(lanes > 1);
  }

  /** Whether new values of parameters wait until nothing can fail any more. */
  boolean putsAside() {
    return watch.isOn() || notes.monitored() != null;
  }

  /** So many rows as a number, if it is known to be one in the calls that the program is for. */
  Dim known(Dim rows) {
    notes.rows(rows);
    if (known.isEmpty()) return rows;
    Dim number = rows.substitute(s -> known.containsKey(s) ? Dim.of(known.get(s)) : null);
    return number.isConstant() ? number : rows;
  }

  /** The lanes of a vector of this dtype, 1 where there are none. */
  int lanes(DType dtype) {
    if (lanes == 1) return 1;
    return switch (dtype) {
      case F32 -> lanes;
      case F64 -> lanes / 2;
      default -> 1;
    };
  }

  /** How many elements a padded row is a multiple of. */
  static int rowLanes(DType dtype) {
    return ROW_BYTES / dtype.bytes();
  }

  String unique(String name) {
    String clean = identifier(name);
    int count = names.merge(clean, 1, Integer::sum);
    if (count == 1) return clean;
    String end = "_" + count;
    return unique(clean.substring(0, Math.min(clean.length(), LONGEST_NAME - end.length())) + end);
  }

  /** The name as a Java identifier. */
  static String identifier(String name) {
    var text = new StringBuilder();
    for (char c : name.toCharArray()) {
      if (Character.isJavaIdentifierPart(c) && c < 128) text.append(c);
      else if (text.length() > 0 && text.charAt(text.length() - 1) != '_') text.append('_');
    }
    while (text.length() > 0 && text.charAt(text.length() - 1) == '_') text.setLength(text.length() - 1);
    if (text.length() == 0 || !Character.isJavaIdentifierStart(text.charAt(0))) text.insert(0, 'k');
    return text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME) : text.toString();
  }

  String axisName(Region region, int axis) {
    return axis < 6 ? "ijklmn".substring(axis, axis + 1) : "i" + axis;
  }

  Buffer parameter(Parameter parameter) {
    return leaves.computeIfAbsent(parameter, p -> new Buffer(unique(parameter.name()), parameter.dtype(),
        Dim.of(size(parameter.shape())), Buffer.Role.PARAMETER, parameter));
  }

  private static long size(int[] shape) {
    long size = 1;
    for (int extent : shape) size *= extent;
    return size;
  }

  /** The memory of a parameter or a literal. */
  Place leaf(Expr expr) {
    Buffer buffer;
    if (expr.op() instanceof Leaf.Parametric p) {
      buffer = parameter(p.parameter());
    } else {
      var literal = (Leaf.Literal) expr.op();
      buffer = leaves.computeIfAbsent(literal, l -> new Buffer(unique(expr.name() == null ? "literal" : expr.name()),
          expr.dtype(), expr.type().size(), Buffer.Role.CONSTANT, literal.value()));
    }
    return Place.dense(buffer, expr.type().dims());
  }

  Buffer scratch(String name, DType dtype, Dim size) {
    return Buffer.workspace(unique(name), dtype, Lengths.most(size));
  }

  /** A new buffer; rows are padded to whole vectors unless they must be dense. */
  Place allocate(String wanted, DType dtype, List<Dim> dims, boolean dense) {
    String name = unique(wanted);
    int rank = dims.size();
    int pad = rowLanes(dtype);
    if (dense || rank == 0 || !dims.get(rank - 1).isConstant() || dims.get(rank - 1).constant() < SHORT_ROW
        || dims.get(rank - 1).constant() % pad == 0) {
      return Place.dense(Buffer.workspace(name, dtype, Lengths.most(size(dims))), dims);
    }
    long row = dims.get(rank - 1).constant();
    long padded = (row + pad - 1) / pad * pad;
    var strides = new ArrayList<Dim>();
    Dim stride = Dim.of(padded);
    strides.add(Dim.ONE);
    for (int i = rank - 2; i >= 0; i--) {
      strides.add(0, stride);
      stride = stride.times(dims.get(i));
    }
    return new Place(Buffer.workspace(name, dtype, Lengths.most(stride)), Dim.ZERO, strides, dims, (int) (padded - row));
  }

  private static Dim size(List<Dim> dims) {
    Dim size = Dim.ONE;
    for (Dim d : dims) size = size.times(d);
    return size;
  }
}
