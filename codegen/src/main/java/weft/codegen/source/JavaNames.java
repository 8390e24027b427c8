package weft.codegen.source;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import weft.type.Dim;
import weft.type.Symbol;

/** Names that javac takes for variables and methods, as near to the user's as can be: ASCII, and no words that have a meaning. */
final class JavaNames {
  /** Words of the language, classes that generated code names (a variable of that name would hide them), and methods of Object. */
  private static final Set<String> TAKEN = Set.of("abstract", "assert", "boolean", "break", "byte", "case", "catch", "char", "class",
      "const", "continue", "default", "do", "double", "else", "enum", "extends", "false", "final", "finally", "float", "for",
      "goto", "if", "implements", "import", "instanceof", "int", "interface", "long", "native", "new", "null", "package",
      "permits", "private", "protected", "public", "record", "return", "sealed", "short", "static", "strictfp", "super",
      "switch", "synchronized", "this", "throw", "throws", "transient", "true", "try", "var", "void", "volatile", "while",
      "yield", "Arrays", "Math", "System", "Float", "Integer", "String", "Object", "Numerics", "Products", "Approximations",
      "WeftException", "Kind", "FMA", "FLOATS", "DOUBLES", "INTS", "FloatVector", "DoubleVector", "IntVector", "VectorMask", "VectorOperators", "VectorSpecies", "Tensor", "Parameter",
      "Parameters", "Workspace", "Pool", "Argument", "Held", "Literals", "DType", "Checks", "List", "Map", "Collection",
      "clone", "equals", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait");

  private JavaNames() {}

  /** The name with what is no letter or digit left out, the letter behind it made large. */
  static String identifier(String wanted) {
    var text = new StringBuilder();
    boolean gap = false;
    for (char c : wanted.toCharArray()) {
      if (isLetter(c) || c >= '0' && c <= '9' || c == '_') {
        if (text.length() == 0 && c >= '0' && c <= '9') text.append('n');
        text.append(gap && text.length() > 0 ? Character.toUpperCase(c) : c);
        gap = false;
      } else {
        gap = true;
      }
    }
    if (text.length() == 0 || text.chars().allMatch(c -> c == '_')) text.append("value");
    return TAKEN.contains(text.toString()) || Constants.isOne(text.toString()) ? text + "_" : text.toString();
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  /** The name of an extent; one that is computed from another is called after it. */
  static String of(Symbol s) {
    if (s.definition() instanceof Symbol.FloorDiv d && d.of().terms().size() == 1) return identifier(product(d.of()) + "By" + d.by());
    if (s.definition() instanceof Symbol.CeilDiv d && isPlain(d.of())) return identifier(d.of() + "By" + d.by() + "Up");
    if (s.definition() instanceof Symbol.Root d && isPlain(d.of())) return identifier(d.of() + (d.times() ? "Roots" : "Root"));
    return identifier(isLetter(s) ? s.name().substring(0, 1) : s.name());
  }

  /** {@code asked known} for {@code asked*known}, {@code time3} for {@code 3*time}. */
  private static String product(Dim d) {
    Dim.Term t = d.terms().get(0);
    String names = t.symbols().stream().map(Symbol::name).sorted().collect(Collectors.joining(" "));
    return t.coefficient() == 1 ? names : names + t.coefficient();
  }

  /** Whether a loop counts the elements of an axis that a product sums over, which is called after the product's letter. */
  private static boolean isLetter(Symbol s) {
    return s.isLoopVariable() && s.name().length() == 3 && s.name().charAt(1) == '_' && s.name().charAt(0) == s.name().charAt(2);
  }

  /** Whether an expression is one symbol and nothing else. */
  static boolean isPlain(Dim d) {
    if (d.terms().size() != 1) return false;
    Dim.Term t = d.terms().get(0);
    return t.coefficient() == 1 && t.symbols().size() == 1;
  }

  /** The name with a large first letter, as classes have. */
  static String type(String wanted) {
    String name = identifier(wanted);
    String large = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    return TAKEN.contains(large) ? large + "_" : large;
  }

  /** The name in capitals, as constants have. */
  static String constant(String wanted) {
    var text = new StringBuilder();
    for (char c : identifier(wanted).toCharArray()) {
      boolean starts = c >= 'A' && c <= 'Z' && text.length() > 0 && Character.isLowerCase(text.charAt(text.length() - 1));
      text.append(starts ? "_" : "").append(c);
    }
    return text.toString().toUpperCase(Locale.ROOT);
  }
}
