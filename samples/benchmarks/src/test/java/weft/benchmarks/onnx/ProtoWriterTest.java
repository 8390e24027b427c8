package weft.benchmarks.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProtoWriterTest {
  /** The examples of the chapter "Encoding" of the Protocol Buffers documentation. */
  @Test
  void writesTheBytesOfTheSpecification() {
    assertThat(hex(new ProtoWriter().number(1, 150))).isEqualTo("089601");
    assertThat(hex(new ProtoWriter().text(2, "testing"))).isEqualTo("120774657374696e67");
    assertThat(hex(new ProtoWriter().message(3, new ProtoWriter().number(1, 150)))).isEqualTo("1a03089601");
    assertThat(hex(new ProtoWriter().number(1, -2))).isEqualTo("08feffffffffffffffff01");
  }

  /** Field numbers of onnx.proto: ir_version 1, producer_name 2, graph 7, opset_import 8. */
  @Test
  void aFileIsAnOnnxMessage() {
    var file = new OnnxFile().op("Neg", List.of("x"), List.of("y"), new OnnxFile.Attribute("a", 5));
    assertThat(HexFormat.of().formatHex(file.toBytes())).isEqualTo("0808" + "120f776566742d62656e63686d61726b73"
        + "3a1c" + "12036e6574" + "0a15" + "0a0178" + "120179" + "22034e6567" + "2a08" + "0a0161" + "1805" + "a00102"
        + "4204" + "0a00" + "1011");
  }

  private static String hex(ProtoWriter message) {
    return HexFormat.of().formatHex(message.toBytes());
  }
}
