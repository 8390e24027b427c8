package tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The packages and what each knows, held to the classes. */
class LayersTest {
  /** From the ground up: a package knows only what stands right of its arrow, and that stands above it. */
  private static final String PICTURE = """
      weft.runtime         ->
      weft.type            -> runtime
      weft.graph           -> runtime type
      weft.loop            -> runtime type
      weft.op              -> runtime type graph loop
      weft.grad            -> runtime type graph op
      weft.rewrite         -> runtime type graph loop op
      weft.schedule        -> runtime type loop
      weft.lower           -> runtime type graph loop op schedule
      weft.pipeline        -> runtime type graph loop op rewrite schedule lower
      weft.recipe          -> runtime type graph loop op lower pipeline
      weft                 -> runtime type graph loop op grad rewrite lower pipeline recipe
      weft.codegen         -> runtime type loop schedule weft ASM
      weft.codegen.source  -> runtime type graph loop schedule pipeline weft codegen JavaPoet javac
      weft.codegen.build   -> runtime weft codegen codegen.source javac
      weft.codegen.cli     -> runtime codegen.build picocli
      """;

  /** Libraries that single packages may use. */
  private static final Map<String, String> LIBRARIES = Map.of("org.objectweb.asm", "ASM", "com.palantir.javapoet", "JavaPoet",
      "picocli", "picocli", "jdk.incubator.vector", "Vector API", "javax.tools", "javac", "javax.lang.model", "javac");

  private static final Map<String, List<String>> ARROWS = read();

  static {
    System.setProperty("slf4j.internal.verbosity", "ERROR");
  }

  @Test
  void noArrowIsMissingFromThePicture() {
    var unknown = new TreeSet<String>();
    for (JavaClass each : new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages("weft")) {
      String from = each.getPackageName();
      if (from.startsWith("weft.samples") || from.startsWith("weft.benchmarks")) continue;
      for (var use : each.getDirectDependenciesFromSelf()) {
        String to = shortName(use.getTargetClass().getBaseComponentType().getPackageName());
        if (to.isEmpty() || to.equals(shortName(from)) || ARROWS.getOrDefault(from, List.of()).contains(to)) continue;
        unknown.add(from + " -> " + to + "   " + each.getSimpleName() + " uses " + use.getTargetClass().getSimpleName());
      }
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void noCircle() {
    var above = new TreeSet<>(LIBRARIES.values());
    ARROWS.forEach((from, to) -> {
      assertThat(above).as("above " + from).containsAll(to);
      above.add(shortName(from));
    });
  }

  @Test
  void everyPackageIsInThePicture() {
    var packages = new TreeSet<String>();
    for (String module : List.of("runtime", "core", "codegen")) packages.addAll(Sources.packages(module));
    assertThat(ARROWS.keySet()).containsAll(packages);
  }

  /** The word that the picture uses; empty for what every class may use. */
  private static String shortName(String name) {
    if (name.isEmpty() || name.startsWith("java.")) return "";
    for (var library : LIBRARIES.entrySet()) if (name.startsWith(library.getKey())) return library.getValue();
    return name.startsWith("weft.") ? name.substring("weft.".length()) : name;
  }

  private static Map<String, List<String>> read() {
    var arrows = new LinkedHashMap<String, List<String>>();
    Matcher line = Pattern.compile("(?m)^(\\S+) +->(.*)$").matcher(PICTURE);
    while (line.find()) arrows.put(line.group(1), line.group(2).isBlank() ? List.of() : List.of(line.group(2).trim().split(" +")));
    return arrows;
  }
}
