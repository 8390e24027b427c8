package tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Sources;

/** What the page for Theano's users says there is, there is, and its program does what it should. */
class TheanoTest {
  private static final Document PAGE = Document.of("docs/theano.md");
  private static final Pattern WORD = Pattern.compile("(?:(new) +)?(?:([A-Z]\\w*)\\.)?\\b([A-Za-z]\\w*)(\\()?");

  /** Letters that stand for something of the reader's. */
  private static final Set<String> READERS = Set.of("R", "Tagger", "Map", "List");

  private final Map<String, Class<?>> types = new HashMap<>();
  private final Set<String> methods = new HashSet<>();
  private final Set<String> constants = new HashSet<>();

  @TempDir Path dir;

  private void learn(Class<?> type) {
    if (!Modifier.isPublic(type.getModifiers())) return;
    types.put(type.getSimpleName(), type);
    for (Method m : type.getMethods()) methods.add(m.getName());
    for (Field f : type.getFields()) if (Modifier.isStatic(f.getModifiers())) constants.add(f.getName());
    for (Class<?> inner : type.getClasses()) learn(inner);
  }

  private void learnAll() throws ClassNotFoundException {
    for (String module : List.of("runtime", "core", "codegen")) {
      Path root = Sources.ROOT.resolve(module + "/src/main/java");
      for (String name : Sources.packages(module)) {
        if (name.contains("cli")) continue;
        for (var file : root.resolve(name.replace('.', '/')).toFile().list()) {
          if (file.matches("[A-Z]\\w*\\.java")) learn(Class.forName(name + "." + file.replace(".java", "")));
        }
      }
    }
  }

  /** The second column of all tables. */
  private static List<String> cells() {
    var cells = new ArrayList<String>();
    PAGE.text().lines().filter(l -> l.startsWith("| ") && !l.startsWith("| Theano ")).forEach(line -> {
      String[] columns = line.substring(1).split(" \\| ?", -1);
      assertThat(columns).as(line).hasSizeBetween(3, 4);
      cells.add(columns[1]);
    });
    return cells;
  }

  @Test
  void whatIsNamedExists() throws ClassNotFoundException {
    learnAll();
    assertThat(types).containsKeys("Tensors", "CompiledFunction", "ScanBuilder", "RandomStream", "SafeTensors", "Jit");
    String sources = String.join("\n", sources());
    var missing = new TreeSet<String>();
    int words = 0;
    for (String cell : cells()) {
      Matcher code = Pattern.compile("`([^`]+)`").matcher(cell);
      assertThat(code.find()).as("code in " + cell).isTrue();
      code.reset();
      while (code.find()) words += check(code.group(1), sources, missing);
    }
    assertThat(missing).isEmpty();
    assertThat(words).isGreaterThan(200);
  }

  private static List<String> sources() {
    var texts = new ArrayList<String>();
    for (String module : List.of("core", "codegen")) {
      for (String name : Sources.packages(module)) {
        Path folder = Sources.ROOT.resolve(module + "/src/main/java").resolve(name.replace('.', '/'));
        for (String file : folder.toFile().list()) {
          Path path = folder.resolve(file);
          if (Files.isRegularFile(path)) texts.add(Sources.read(path));
        }
      }
    }
    return texts;
  }

  /** Gives how many words there were to check. */
  private int check(String code, String sources, Set<String> missing) {
    if (code.startsWith("-D")) {
      String property = code.substring(2, code.indexOf('='));
      if (!sources.contains("\"" + property + "\"")) missing.add(code);
      return 1;
    }
    int words = 0;
    Matcher m = WORD.matcher(code.replaceAll("\"[^\"]*\"", ""));
    while (m.find()) {
      String name = m.group(3);
      if (m.group(1) == null && m.group(4) == null && !Character.isUpperCase(name.charAt(0))) continue;
      if (READERS.contains(name) || m.group(2) != null && READERS.contains(m.group(2))) continue;
      words++;
      if (!exists(m.group(1) != null, m.group(2), name, m.group(4) != null)) missing.add(m.group() + " in " + code);
    }
    return words;
  }

  private boolean exists(boolean made, String of, String name, boolean called) {
    if (made) return types.containsKey(name) && constructors(types.get(name)) > 0;
    if (of != null) {
      Class<?> type = types.get(of);
      if (type == null) return false;
      if (!called) return List.of(type.getFields()).stream().anyMatch(f -> f.getName().equals(name));
      return List.of(type.getMethods()).stream().anyMatch(f -> f.getName().equals(name));
    }
    return called ? methods.contains(name) : types.containsKey(name) || constants.contains(name);
  }

  private static int constructors(Class<?> type) {
    int count = 0;
    for (Constructor<?> c : type.getConstructors()) if (Modifier.isPublic(c.getModifiers())) count++;
    return count;
  }

  /** Descent by hand, its slopes by central differences. */
  @Test
  void theProgramDescends() {
    String printed = ReadmeProgram.run(PAGE.blocks("java").get(0), dir);
    List<Double> costs = printed.lines().map(Double::parseDouble).toList();
    double[] w = {.1, .2, .3, -.3, .2, -.1, .5, .1, 0, 0, .5, .1, .1, 0, .5};
    assertThat(costs).hasSize(5);
    for (double cost : costs) {
      assertThat(cost).isCloseTo(cost(w), within(2e-5));
      double[] slope = new double[w.length];
      for (int i = 0; i < w.length; i++) slope[i] = (cost(moved(w, i, 1e-6)) - cost(moved(w, i, -1e-6))) / 2e-6;
      for (int i = 0; i < w.length; i++) w[i] -= .1 * slope[i];
    }
    assertThat(costs.get(4)).isLessThan(costs.get(0));
  }

  private static double[] moved(double[] w, int i, double by) {
    double[] other = w.clone();
    other[i] += by;
    return other;
  }

  /** The cost of the net whose first six weights are W, in rows, and the others U. */
  private static double cost(double[] w) {
    double[][] x = {{1, 2}, {-1, .5}, {.25, 1}, {2, -1}};
    double[] y = {.5, -.5, .25};
    double[] h = new double[3];
    for (double[] row : x) {
      double[] next = new double[3];
      for (int j = 0; j < 3; j++) {
        double sum = 0;
        for (int i = 0; i < 2; i++) sum += row[i] * w[3 * i + j];
        for (int i = 0; i < 3; i++) sum += h[i] * w[6 + 3 * i + j];
        next[j] = Math.tanh(sum);
      }
      h = next;
    }
    double cost = 0;
    for (int j = 0; j < 3; j++) cost += (h[j] - y[j]) * (h[j] - y[j]);
    return cost;
  }
}
