package tests.golden;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.Backend;
import weft.codegen.source.DenseLayer;
import weft.codegen.source.ElmanRnn;
import weft.codegen.source.Nets;
import weft.codegen.source.SourceEmitter;
import weft.codegen.source.SourceFile;

/** Generated source as people read it. */
class SourceTest {
  @Test
  void elmanTagger() {
    var options = SourceEmitter.Options.SCALAR.withResource("ElmanTagger.safetensors");
    check(SourceEmitter.emit(ElmanRnn.tagger(4, 8, 3, 1), "demo.ElmanTagger", options).file());
  }

  @Test
  void denseLayerWithTheVectorsOfTheMachine() {
    var options = SourceEmitter.Options.SCALAR.withLanes(SourceEmitter.Options.MACHINE);
    check(SourceEmitter.emit(DenseLayer.layer(12, 16), "demo.DenseLayer", options).file());
  }

  @Test
  void gruEncoder() {
    check(SourceEmitter.emit(Nets.gru(3, 5), "demo.GruEncoder", SourceEmitter.Options.SCALAR).file());
  }

  @Test
  void lstmForecaster() {
    check(SourceEmitter.emit(Nets.lstm(6), "demo.LstmForecaster", SourceEmitter.Options.SCALAR).file());
  }

  @Test
  void maskedTagger() {
    check(SourceEmitter.emit(Nets.bidirectional(3, 4, 2), "demo.MaskedTagger", SourceEmitter.Options.SCALAR).file());
  }

  @Test
  void attentionWithVectors() {
    var options = SourceEmitter.Options.SCALAR.withLanes(8);
    check(SourceEmitter.emit(Nets.attention(8), "demo.Attention", options).file());
  }

  private static void check(SourceFile file) {
    Goldens.check(file.className().substring(file.className().lastIndexOf('.') + 1) + ".java.txt", file.text());
  }

  static Set<String> programs() {
    return GoldenPrograms.all().keySet();
  }

  /** The back end refuses warnings of javac and methods that HotSpot does not compile. */
  @ParameterizedTest
  @MethodSource("programs")
  void compiles(String name) {
    for (int lanes : new int[] {1, 8, 16}) GoldenPrograms.all().get(name).lanes(lanes).compile(Backend.SOURCE);
  }
}
