package tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is asked of every source file. */
class SourcesTest {
  private static final SortedMap<String, String> PRODUCT = Sources.java(folders("main"));
  private static final SortedMap<String, String> TESTS = Sources.java(folders("test"));

  /** A public type on a line of its own, with what stands before it. */
  private static final Pattern PUBLIC_TYPE = Pattern.compile(
      "(?m)^public (?:(?:abstract|final|sealed|non-sealed|static|strictfp) )*(?:class|interface|record|enum|@interface) (\\w+)");

  private static String[] folders(String part) {
    return Sources.modules().stream().map(m -> m + "/src/" + part + "/java").toArray(String[]::new);
  }

  @Test
  void thereAreSources() {
    assertThat(PRODUCT).hasSizeGreaterThan(200).containsKey("core/src/main/java/weft/Tensors.java");
    assertThat(TESTS).containsKey("codegen/src/test/java/tests/SourcesTest.java");
  }

  @Test
  void noFileHasMoreThan400Lines() {
    var long400 = new ArrayList<String>();
    for (var files : List.of(PRODUCT, TESTS)) {
      files.forEach((path, text) -> {
        if (text.lines().count() > 400) long400.add(path + ": " + text.lines().count());
      });
    }
    assertThat(long400).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIs() {
    var silent = new ArrayList<String>();
    for (String module : Sources.modules()) {
      for (String name : Sources.packages(module)) {
        String info = module + "/src/main/java/" + name.replace('.', '/') + "/package-info.java";
        if (!PRODUCT.getOrDefault(info, "").startsWith("/**")) silent.add(info);
      }
    }
    assertThat(silent).isEmpty();
  }

  /** A sentence between comment signs, to a full stop or colon; annotations may stand between it and the type. */
  @Test
  void everyPublicTypeSaysWhatItIs() {
    var silent = new ArrayList<String>();
    PRODUCT.forEach((path, text) -> {
      Matcher type = PUBLIC_TYPE.matcher(text);
      while (type.find()) {
        String before = text.substring(0, type.start());
        String comment = before.substring(Math.max(before.lastIndexOf("/**"), 0));
        if (!comment.matches("(?s)/\\*\\*((?!\\*/).){8,}[.:]((?!\\*/).)*\\*/[^;]*")) silent.add(path + ": " + type.group(1));
      }
    });
    assertThat(silent).isEmpty();
  }

  /** The words of other systems for what has a name here: node for apply, session for function, materialise for store. */
  @Test
  void namesUseTheProjectsWords() {
    var other = Pattern.compile("(?i)\\w*(node|tape|session|materiali[sz]e)\\w*");
    var declared = Pattern.compile("(?m)^ *(?:public|protected)[^=;{(]* (\\w+)(?= *[(;={<]| (?:extends|implements|permits))");
    var found = new ArrayList<String>();
    Sources.java("runtime/src/main/java", "core/src/main/java", "codegen/src/main/java").forEach((path, text) -> {
      Matcher name = declared.matcher(text);
      while (name.find()) if (other.matcher(name.group(1)).matches()) found.add(path + ": " + name.group(1));
    });
    assertThat(found).isEmpty();
  }
}
