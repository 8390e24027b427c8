package weft.codegen.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Generated source as people read it. What has changed on purpose is accepted by {@code mvn test -Dtest=GoldenTest
 * -Dweft.golden=accept}, and then read.
 */
class GoldenTest {
  private static final Path ACCEPTED = Path.of("src/test/resources/weft/codegen/source");

  @Test
  void elmanTagger() throws IOException {
    var options = SourceEmitter.Options.SCALAR.withResource("ElmanTagger.safetensors");
    matches(SourceEmitter.emit(ElmanRnn.tagger(4, 8, 3, 1), "demo.ElmanTagger", options).file());
  }

  @Test
  void denseLayerWithVectors() throws IOException {
    matches(SourceEmitter.emit(DenseLayer.layer(12, 16), "demo.DenseLayer", SourceEmitter.Options.SCALAR.withLanes(8)).file());
  }

  private static void matches(SourceFile file) throws IOException {
    String simple = file.className().substring(file.className().lastIndexOf('.') + 1);
    Path golden = ACCEPTED.resolve(simple + ".java.txt");
    if ("accept".equals(System.getProperty("weft.golden"))) {
      Files.createDirectories(ACCEPTED);
      Files.writeString(golden, file.text());
    }
    assertThat(golden).exists();
    assertThat(file.text()).isEqualTo(Files.readString(golden));
  }
}
