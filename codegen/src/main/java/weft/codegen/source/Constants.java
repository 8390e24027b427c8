package weft.codegen.source;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.JavaFile;
import java.lang.reflect.Field;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import weft.loop.Value;
import weft.runtime.Approximations;
import weft.runtime.DType;
import weft.runtime.Numerics;

/**
 * The names of the numbers that expanded vector functions are made of. One of them differs between processors with and without fused
 * multiply-add, so that code which runs elsewhere must say it by name.
 */
final class Constants {
  private static final ClassName OWNER = ClassName.get(Approximations.class);
  private static final Map<Object, String> NAMES = names();
  /** Whole numbers below this are said by their digits. */
  private static final int SHORT = 1000;

  private Constants() {}

  /** Whether a variable of this name would hide a constant. */
  static boolean isOne(String name) {
    return NAMES.containsValue(name);
  }

  /** The classes whose constants are written without the class. */
  static void imports(JavaFile.Builder file, String text) {
    String[] used = NAMES.values().stream().filter(text::contains).sorted().toArray(String[]::new);
    if (used.length > 0) file.addStaticImport(OWNER, used);
    if (text.contains("Numerics.FMA")) file.addStaticImport(Numerics.class, "FMA");
  }

  private static Map<Object, String> names() {
    var names = new LinkedHashMap<Object, String>();
    Stream.of(Approximations.class.getFields()).sorted(Comparator.comparing(Field::getName)).forEach(f -> {
      try {
        Object value = f.get(null);
        boolean telling = value instanceof Integer || value instanceof Float x && (x != Math.rint(x) || x > 1e6);
        if (telling) names.putIfAbsent(value, f.getName());
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    });
    return names;
  }

  /** A number of a vector, by its name if it has one. */
  static CodeBlock name(Value.Num n) {
    String name = NAMES.get(n.value());
    if (name != null && n.dtype() != DType.BOOL) return CodeBlock.of("$T." + name, OWNER);
    String negative = negative(n);
    return negative != null ? CodeBlock.of("-$T." + negative, OWNER) : CodeBlock.of("$L", Scalars.number(n));
  }

  private static String negative(Value.Num n) {
    return n.dtype() == DType.F32 ? NAMES.get(-n.value().floatValue()) : null;
  }

  /**
   * What a local is called that is given a number: {@code expLog2e}, {@code zero}, {@code k23}, {@code minus104}.
   *
   * @param otherwise its name if that says more
   */
  static String local(Value.Num n, String otherwise) {
    if (!otherwise.equals(weft.schedule.Constants.NAME)) return otherwise;
    double number = n.value().doubleValue();
    if (number == 0) return "zero";
    if (number == 1) return "one";
    if (Double.isInfinite(number)) return number > 0 ? "infinity" : "minus-infinity";
    String name = NAMES.get(n.value());
    String negative = negative(n);
    boolean isShort = number == Math.rint(number) && Math.abs(number) < SHORT;
    if (name == null && negative == null) return isShort ? (number < 0 ? "minus" : otherwise) + (int) Math.abs(number) : otherwise;
    return (name != null ? name : "MINUS_" + negative).toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
