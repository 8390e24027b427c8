package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.*;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.CompiledFunction;
import weft.runtime.Tensor;

/** The page about a function holds everything in one file, and a user's names stay text. */
class ExplorerTest {
  private static final String HOSTILE = "w</script><script>alert('1')</script>&\"\\\u2028";

  private static CompiledFunction train() {
    var w = param(HOSTILE, Tensor.of(new float[][] {{1, 2}, {3, 4}}));
    var x = matrix("x", dim("time"), 2);
    var loss = sum(scan(x, zeros(2), (row, before) -> tanh(row.plus(before.dot(w)))).last());
    return function(x).returns(loss).updates(sgd(loss, List.of(w), 0.1)).named("train").compile();
  }

  @Test
  void showsGraphsKernelsAndWhy(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("train.html");
    train().explore(file);

    assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").endsWith("</html>\n")
        .contains("\"name\":\"built\"", "\"name\":\"rewritten\"", "\"op\":\"scan\"", "\"name\":\"step\"", "ExplorerTest.java")
        .contains("\"kind\":\"driver\"", "\"flops\":", "kernel tanh", "not unrolled")
        .contains("\"java\":\"", "private static void tanh(float[]");
  }

  @Test
  void loadsNothing(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("train.html");
    train().explore(file);

    // The one address is the name of a language, which nobody fetches.
    assertThat(Files.readString(file).replace("http://www.w3.org/2000/svg", "")).doesNotContain("http:", "https:", "<link", "src=",
        "@import", "fetch(");
  }

  @Test
  void namesStayText(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("train.html");
    train().explore(file);

    String page = Files.readString(file);
    assertThat(page.split("<script>", -1)).hasSize(2);
    assertThat(page.split("</script>", -1)).hasSize(2);
    assertThat(page).doesNotContain("\u2028").contains("w\\u003c/script\\u003e");
  }

  /** Each kernel that computes something says which expressions of the rewritten graph, so that the page can show them together. */
  @Test
  void kernelsKnowTheirExpressions(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("train.html");
    train().explore(file);

    String page = Files.readString(file);
    String kernel = page.substring(page.indexOf("\"name\":\"tanh\",\"kind\":\"loops\""));
    assertThat(kernel.substring(kernel.indexOf("\"computes\":"))).matches("(?s)\"computes\":\\[\\d+,\\d+.*");
  }

  @Test
  void showsWhatWasMeasured(@TempDir Path dir) throws Exception {
    var x = matrix("x", dim("time"), 2);
    var f = function(x).returns(scan(x, zeros(2), (row, before) -> tanh(row.plus(before))).last()).profiled().compile();
    assertThat(f.explain()).doesNotContain("measured");
    for (int i = 0; i < 3; i++) f.call(Tensor.of(new float[][] {{1, 2}, {3, 4}}));
    Path file = dir.resolve("f.html");
    f.explore(file);

    assertThat(Files.readString(file)).containsPattern("\"took\":\"6 runs .{1,8} [0-9.]+ ms .{1,8} [0-9.]+ % of the time .{1,8} [0-9.]+ GFLOP/s")
        .containsPattern("\"took\":\"3 runs .{1,8} [0-9.]+ ms .{1,8} [0-9.]+ % of the time .{1,8} overhead [0-9.]+ ms");
    assertThat(f.explain()).contains("measured\n\nfunction: 3 calls, ");
  }
}
