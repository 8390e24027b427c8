package weft.codegen.source;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** Statements one a buffer, cut into methods of their own where a program has so many that one method would be too large. */
final class Chunks {
  /** Characters to a method: such statements take less than a byte of code for each. */
  private static final int MOST = 6000;

  private Chunks() {}

  /**
   * The statements, or calls of methods that hold them.
   *
   * @param name of the methods, a number behind it
   * @param parameters passed on under their names
   */
  static CodeBlock of(TypeSpec.Builder type, String name, List<CodeBlock> statements, boolean isStatic, ParameterSpec... parameters) {
    List<List<CodeBlock>> pieces = pieces(statements);
    var code = CodeBlock.builder();
    if (pieces.size() <= 1) {
      statements.forEach(code::addStatement);
      return code.build();
    }
    String arguments = List.of(parameters).stream().map(p -> p.name()).collect(Collectors.joining(", "));
    for (int i = 0; i < pieces.size(); i++) {
      var method = MethodSpec.methodBuilder(name + (i + 1)).addModifiers(Modifier.PRIVATE).addParameters(List.of(parameters));
      if (isStatic) method.addModifiers(Modifier.STATIC);
      pieces.get(i).forEach(method::addStatement);
      type.addMethod(method.build());
      code.addStatement("$L$L($L)", name, i + 1, arguments);
    }
    return code.build();
  }

  private static List<List<CodeBlock>> pieces(List<CodeBlock> statements) {
    var pieces = new ArrayList<List<CodeBlock>>();
    int characters = MOST + 1;
    for (CodeBlock each : statements) {
      // Without a line's end behind it, what follows the last place to wrap would be left out of the text.
      int length = CodeBlock.of("$L\n", each).toString().length();
      if (characters + length > MOST) {
        pieces.add(new ArrayList<>());
        characters = 0;
      }
      pieces.get(pieces.size() - 1).add(each);
      characters += length;
    }
    return pieces;
  }
}
