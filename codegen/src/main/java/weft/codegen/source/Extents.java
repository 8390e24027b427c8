package weft.codegen.source;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import weft.runtime.Checks;
import weft.type.Dim;
import weft.type.Symbol;

/** Extents at the door, where sizes may still be too large: computed as longs, and checked where a long does not suffice. */
final class Extents {
  private static final ClassName CHECKS = ClassName.get(Checks.class);

  private final String function;
  private final MethodScope scope;

  Extents(String function, MethodScope scope) {
    this.function = function;
    this.scope = scope;
  }

  /** A long expression, or an int one that cannot overflow. */
  CodeBlock exact(Dim d) {
    if (d.isConstant()) return CodeBlock.of("$L", d.constant() == (int) d.constant() ? d.constant() : d.constant() + "L");
    if (JavaNames.isPlain(d)) return CodeBlock.of("$L", scope.integer(d.terms().get(0).symbols().get(0)));
    var terms = new ArrayList<>(d.terms());
    terms.sort(Comparator.comparing((Dim.Term t) -> t.symbols().isEmpty()).thenComparing(t -> t.coefficient() < 0)
        .thenComparing(t -> names(t).toString()));
    var sum = CodeBlock.builder();
    for (int i = 0; i < terms.size(); i++) {
      Dim.Term t = terms.get(i);
      boolean less = i > 0 && t.coefficient() < 0;
      if (i > 0) sum.add(less ? "$W- " : "$W+ ");
      sum.add(product(less ? new Dim.Term(-t.coefficient(), t.symbols()) : t, i == 0));
    }
    return sum.build();
  }

  private List<String> names(Dim.Term t) {
    return t.symbols().stream().map(scope::integer).sorted().toList();
  }

  /** @param first whether it makes the sum a long one; what is added later is an int at least */
  private CodeBlock product(Dim.Term t, boolean first) {
    List<String> names = names(t);
    boolean isInt = t.coefficient() == (int) t.coefficient() && !first;
    if (names.isEmpty()) return CodeBlock.of(isInt ? "$L" : "$LL", t.coefficient());
    CodeBlock product = t.coefficient() != 1 ? CodeBlock.of("$LL * $L", t.coefficient(), names.get(0))
        : CodeBlock.of(first && names.size() == 1 ? "(long) $L" : "$L", names.get(0));
    for (String name : names.subList(1, names.size())) product = CodeBlock.of("$T.times($L, $L)", CHECKS, product, name);
    return product;
  }

  /** The value of an extent that is computed from others, as an int. */
  CodeBlock definition(Symbol s) {
    if (s.definition() instanceof Symbol.Min d) return pair("min", d.left(), d.right(), s);
    if (s.definition() instanceof Symbol.Max d) return pair("max", d.left(), d.right(), s);
    if (s.definition() instanceof Symbol.FloorDiv d) {
      if (JavaNames.isPlain(d.of())) return CodeBlock.of("$L / $L", exact(d.of()), d.by());
      if (d.of().terms().size() == 1 && d.of().isNonNegative()) return checked(s, CodeBlock.of("$L / $L", exact(d.of()), d.by()));
      return checked(s, CodeBlock.of("Math.max(0, Math.floorDiv($L, $L))", exact(d.of()), d.by()));
    }
    if (s.definition() instanceof Symbol.CeilDiv d) {
      if (JavaNames.isPlain(d.of())) return CodeBlock.of("(int) (($L + $LL) / $L)", exact(d.of()), d.by() - 1, d.by());
      return checked(s, CodeBlock.of("Math.max(0, -Math.floorDiv($L, $L))", exact(d.of().times(-1)), d.by()));
    }
    if (s.definition() instanceof Symbol.Root d) {
      CodeBlock root = CodeBlock.of("Math.max(1, (long) Math.ceil(Math.sqrt($L)))", exact(d.of()));
      return checked(s, d.times() ? CodeBlock.of("Math.max(0, Math.floorDiv($L, $L))", exact(d.of()), root) : root);
    }
    throw new IllegalArgumentException(s + " is not computed from other extents");
  }

  private CodeBlock pair(String which, Dim left, Dim right, Symbol s) {
    CodeBlock value = CodeBlock.of("Math.$L($L, $L)", which, exact(left), exact(right));
    boolean fits = isInt(left) && isInt(right);
    return fits ? value : checked(s, value);
  }

  private static boolean isInt(Dim d) {
    return JavaNames.isPlain(d) || d.isConstant() && d.constant() == (int) d.constant();
  }

  private CodeBlock checked(Symbol s, CodeBlock value) {
    return CodeBlock.of("$T.size($S, $L,$W$L)", CHECKS, function, Texts.literal(s.name()), value);
  }

  /** One dimension of a result, as an int. */
  CodeBlock resultDim(int axis, Dim d) {
    if (isInt(d) && d.isNonNegative()) return exact(d);
    return CodeBlock.of("$T.resultDim($S, $L, $L)", CHECKS, function, axis, exact(d));
  }

  /** What an argument's dimension must be, as an int. */
  CodeBlock want(Dim d, String name) {
    return isInt(d) ? exact(d) : CodeBlock.of("$T.size($S, $L, $L)", CHECKS, function, Texts.literal(name), exact(d));
  }
}
