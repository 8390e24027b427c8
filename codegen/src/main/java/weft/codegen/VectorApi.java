package weft.codegen;

import java.util.EnumMap;
import java.util.Map;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * The classes and methods of {@code jdk.incubator.vector} that emitted code calls, named by erased
 * descriptors, so that nothing here needs the module. A descriptor that is wrong fails only when it is first
 * executed.
 */
final class VectorApi {
  private static final String PACKAGE = "jdk/incubator/vector/";
  static final String VECTOR = PACKAGE + "Vector";
  static final String MASK = PACKAGE + "VectorMask";
  static final String SHUFFLE = PACKAGE + "VectorShuffle";
  static final String SPECIES = PACKAGE + "VectorSpecies";
  static final String OPERATORS = PACKAGE + "VectorOperators";
  static final String COMPARISON = OPERATORS + "$Comparison";
  static final String BINARY = OPERATORS + "$Binary";
  static final String ASSOCIATIVE = OPERATORS + "$Associative";
  static final String CONVERSION = OPERATORS + "$Conversion";

  private static final DType[] DTYPES = {DType.F32, DType.F64, DType.I32};
  private static final Map<DType, String> TYPES = Map.of(DType.F32, PACKAGE + "FloatVector",
      DType.F64, PACKAGE + "DoubleVector", DType.I32, PACKAGE + "IntVector");

  /** One method, with its erased descriptor for the vectors of each dtype. */
  record Method(String name, Map<DType, String> descriptors) {
    /** @param form what it takes and gives, in letters */
    Method(String name, String form) {
      this(name, new EnumMap<>(DType.class));
      for (DType dtype : DTYPES) descriptors.put(dtype, VectorApi.descriptor(form, dtype));
    }

    String descriptor(DType dtype) {
      return descriptors.get(dtype);
    }
  }

  /** Two vectors of one type, lane by lane. */
  static final Method ADD = new Method("add", "(V)X");
  static final Method SUB = new Method("sub", "(V)X");
  static final Method MUL = new Method("mul", "(V)X");
  static final Method DIV = new Method("div", "(V)X");
  static final Method MIN = new Method("min", "(V)X");
  static final Method MAX = new Method("max", "(V)X");
  static final Method FMA = new Method("fma", "(VV)X");
  static final Method NEG = new Method("neg", "()X");
  static final Method ABS = new Method("abs", "()X");
  static final Method SQRT = new Method("sqrt", "()X");
  static final Method LANEWISE = new Method("lanewise", "(bV)X");
  static final Method SHIFT = new Method("lanewise", "(bI)X");
  static final Method COMPARE = new Method("compare", "(cV)M");
  static final Method BLEND = new Method("blend", "(VM)X");
  static final Method REARRANGE = new Method("rearrange", "(s)X");
  static final Method REDUCE_LANES = new Method("reduceLanes", "(a)E");
  static final Method LANE = new Method("lane", "(I)E");
  static final Method FROM_ARRAY = new Method("fromArray", "(SAI)X");
  static final Method INTO_ARRAY = new Method("intoArray", "(AI)v");
  static final Method BROADCAST = new Method("broadcast", "(SE)X");
  static final Method AS_INTS = new Method("reinterpretAsInts", "()i");
  static final Method AS_FLOATS = new Method("reinterpretAsFloats", "()f");
  static final Method CONVERT = new Method("convert", "(oI)V");

  /** Methods of masks and species. */
  static final Method MASK_AND = new Method("and", "(M)M");
  static final Method MASK_OR = new Method("or", "(M)M");
  static final Method MASK_SAME = new Method("eq", "(M)M");
  static final Method MASK_NOT = new Method("not", "()M");
  static final Method MASK_CAST = new Method("cast", "(S)M");
  static final Method MASK_FROM_ARRAY = new Method("fromArray", "(SZI)M");
  static final Method MASK_INTO_ARRAY = new Method("intoArray", "(ZI)v");
  static final Method IOTA_SHUFFLE = new Method("iotaShuffle", "(IIz)s");
  static final Method MASK_ALL = new Method("maskAll", "(z)M");

  private VectorApi() {}

  /** The internal name of the vectors of a dtype. */
  static String type(DType dtype) {
    String type = TYPES.get(dtype);
    if (type == null) throw new WeftException(Kind.INTERNAL, "no vector code for " + dtype);
    return type;
  }

  /** The constant that holds the species of so many lanes. */
  static String species(DType dtype, int lanes) {
    return switch (lanes * dtype.bytes()) {
      case 16 -> "SPECIES_128";
      case 32 -> "SPECIES_256";
      case 64 -> "SPECIES_512";
      default -> throw new WeftException(Kind.INTERNAL, "no vectors of " + lanes + " " + dtype);
    };
  }

  private static String descriptor(String form, DType dtype) {
    var text = new StringBuilder();
    for (char c : form.toCharArray()) {
      text.append(switch (c) {
        case 'V' -> "L" + VECTOR + ";";
        case 'X' -> "L" + type(dtype) + ";";
        case 'M' -> "L" + MASK + ";";
        case 'S' -> "L" + SPECIES + ";";
        case 'E' -> Code.letter(dtype);
        case 'A' -> "[" + Code.letter(dtype);
        case 's' -> "L" + SHUFFLE + ";";
        case 'a' -> "L" + ASSOCIATIVE + ";";
        case 'b' -> "L" + BINARY + ";";
        case 'c' -> "L" + COMPARISON + ";";
        case 'o' -> "L" + CONVERSION + ";";
        case 'i' -> "L" + type(DType.I32) + ";";
        case 'f' -> "L" + type(DType.F32) + ";";
        case 'Z' -> "[Z";
        case 'z' -> "Z";
        case 'v' -> "V";
        default -> String.valueOf(c);
      });
    }
    return text.toString();
  }
}
