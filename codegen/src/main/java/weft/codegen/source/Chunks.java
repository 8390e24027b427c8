package weft.codegen.source;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeSpec;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** Statements one a buffer, cut into methods of their own where a program has so many that one method would be too large. */
final class Chunks {
  private static final int MOST = 250;

  private Chunks() {}

  /**
   * The statements, or calls of methods that hold them.
   *
   * @param name of the methods, a number behind it
   * @param parameters passed on under their names
   */
  static CodeBlock of(TypeSpec.Builder type, String name, List<CodeBlock> statements, boolean isStatic, ParameterSpec... parameters) {
    var code = CodeBlock.builder();
    if (statements.size() <= MOST) {
      statements.forEach(code::addStatement);
      return code.build();
    }
    String arguments = List.of(parameters).stream().map(p -> p.name()).collect(Collectors.joining(", "));
    for (int from = 0; from < statements.size(); from += MOST) {
      String each = name + (from / MOST + 1);
      var method = MethodSpec.methodBuilder(each).addModifiers(Modifier.PRIVATE).addParameters(List.of(parameters));
      if (isStatic) method.addModifiers(Modifier.STATIC);
      statements.subList(from, Math.min(from + MOST, statements.size())).forEach(method::addStatement);
      type.addMethod(method.build());
      code.addStatement("$L($L)", each, arguments);
    }
    return code.build();
  }
}
