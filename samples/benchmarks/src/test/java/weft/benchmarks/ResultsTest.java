package weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ResultsTest {
  private static final Results FIRST = new Results(List.of(
      row("fastrnns", "training", "pytorch", 300, "a"), row("fastrnns", "training", "weft", 200, "a"),
      row("PTB small", "training", "pytorch", 30, "a")), Map.of("a", Map.of("run", "a", "fma_gflops", 100.5)));

  @Test
  void rowsHaveTheAgreedKeysAndComeBackAsTheyWere(@TempDir Path folder) throws Exception {
    FIRST.write(folder, "17");
    var text = Files.readString(folder.resolve("17.json"));
    assertThat(text).startsWith("[\n {\"workload\": \"fastrnns\", \"cell\": \"lstm\", \"mode\": \"training\", "
        + "\"system\": \"pytorch\", \"version\": \"1 \\\"x\\\"\", \"jdk\": \"17.0.1\", \"cpu\": \"A\\\\B\", "
        + "\"threads\": 1, \"median_us\": 300, \"p99_us\": 450, \"gflops\": 12.25, \"peak_fraction\": 0.125, "
        + "\"bytes_per_call\": 0, \"run\": \"a\"},\n").endsWith("}\n]\n");
    assertThat(Results.read(folder, "17")).isEqualTo(FIRST);
  }

  @Test
  void aCaseIsReplacedAsAWholeOrNotAtAll() {
    var refused = new ArrayList<String>();
    var newer = new Results(List.of(row("fastrnns", "training", "weft", 1, "b"),
        row("PTB small", "training", "pytorch", 2, "b"), row("PTB small", "training", "weft", 3, "b")),
        Map.of("b", Map.of("run", "b")));
    var merged = FIRST.merge(newer, refused);
    assertThat(merged.rows()).extracting(r -> r.workload() + " " + r.system() + " " + r.medianUs() + " " + r.run())
        .containsExactly("PTB small pytorch 2.0 b", "PTB small weft 3.0 b", "fastrnns pytorch 300.0 a",
            "fastrnns weft 200.0 a");
    assertThat(refused).containsExactly("fastrnns lstm training: this run lacks [pytorch]");
    assertThat(merged.limits()).containsOnlyKeys("a", "b");
  }

  @Test
  void tableComparesWithTheBestPeer() {
    assertThat(Table.markdown(FIRST)).contains(
        "| workload | cell | weft | pytorch | best peer ÷ weft | weft: of peak | p99 ÷ median | bytes a call |",
        "| fastrnns | lstm | 200 (12) | 300 (12) | 1.50 | 13 % | 1.50 | 0 |",
        "| PTB small | lstm |  | 30.0 (12) |  |  |  |  |");
  }

  @Test
  void chartIsWellFormedAndPlacesDots() throws Exception {
    var svg = Chart.svg(FIRST);
    var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    var document = builder.parse(new InputSource(new StringReader(svg)));
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    // Two in the legend, three rows.
    assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(5);
    assertThat(svg).contains("<title>pytorch: 300.0 µs, 1.50 times</title>");
  }

  private static Row row(String workload, String mode, String system, double us, String run) {
    return new Row(workload, "lstm", mode, system, "1 \"x\"", "17.0.1", "A\\B", 1, us, us * 1.5, 12.25, 0.125, 0, run);
  }
}
