package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.runtime.SafeTensorsTest.bytes;
import static weft.runtime.TensorTest.refused;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weft.runtime.WeftException.Kind;

/** Files that break the format, by intention or by accident. */
class SafeTensorsForgedTest {
  @TempDir
  Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("forged.safetensors");
  }

  private static Arguments row(String header, int dataLength, String message) {
    return Arguments.of(header, dataLength, message);
  }

  private static String entry(String dtype, String shape, String offsets) {
    return "\"x\":{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
  }

  static Stream<Arguments> headers() {
    var x = entry("\"F32\"", "[2]", "[0,8]");
    var y = "\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":";
    return Stream.of(
        row("", 0, "at byte 0: the header must start with {, but the header ends"),
        row(" {}", 0, "at byte 0: the header must start with {"),
        row("[]", 0, "at byte 0: the header must start with {"),
        row("{", 0, "at byte 1: a \" must stand here, but the header ends"),
        row("{}{}", 0, "at byte 2: something follows the closing }"),
        row("{" + x + ",}", 8, "a \" must stand here"),
        row("{" + x + " " + y + "[8,12]}}", 12, "a , must stand here"),
        row("{\"x\" {}}", 0, "a : must stand here"),
        row("{\"x\":{}}", 0, "tensor \"x\" lacks its dtype"),
        row("{\"x\":{\"dtype\":\"F32\"}}", 0, "tensor \"x\" lacks its shape"),
        row("{\"x\":{\"dtype\":\"F32\",\"shape\":[]}}", 0, "tensor \"x\" lacks its data_offsets"),
        row("{\"x\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0, "tensor \"x\" has \"dtype\" twice"),
        row("{\"x\":{\"strides\":[1]}}", 0,
            "tensor \"x\" has \"strides\", which is none of dtype, shape and data_offsets"),
        row("{" + x + "," + x + "}", 8, "has two tensors of the name \"x\""),
        row("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "has __metadata__ twice"),
        row("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "has the metadata \"a\" twice"),
        row("{\"__metadata__\":{\"a\":1}}", 0, "a \" must stand here"),
        row("{\"__metadata__\":{\"a\":{}}}", 0, "a \" must stand here"),
        row("{" + entry("\"F16\"", "[2]", "[0,4]") + "}", 4,
            "tensor \"x\" has the dtype \"F16\"; Weft reads F32, F64, I32, I64 and BOOL"),
        row("{" + entry("\"f32\"", "[2]", "[0,8]") + "}", 8, "has the dtype \"f32\""),
        row("{" + entry("32", "[2]", "[0,8]") + "}", 8, "a \" must stand here"),
        row("{" + entry("\"F32\"", "[-2]", "[0,8]") + "}", 8, "a dimension or offset is negative"),
        row("{" + entry("\"F32\"", "[2.0]", "[0,8]") + "}", 8, "a whole number must stand here"),
        row("{" + entry("\"F32\"", "[2e0]", "[0,8]") + "}", 8, "a whole number must stand here"),
        row("{" + entry("\"F32\"", "[02]", "[0,8]") + "}", 8, "a whole number must stand here"),
        row("{" + entry("\"F32\"", "[\"2\"]", "[0,8]") + "}", 8, "a whole number must stand here"),
        row("{" + entry("\"F32\"", "[null]", "[0,8]") + "}", 8, "a whole number must stand here"),
        row("{" + entry("\"F32\"", "[[2]]", "[0,8]") + "}", 8, "a whole number must stand here"),
        row("{" + entry("\"F32\"", "2", "[0,8]") + "}", 8, "a [ must stand here"),
        row("{" + entry("\"F32\"", "[9223372036854775808]", "[0,8]") + "}", 8, "a number is larger than 2^63 - 1"),
        row("{" + entry("\"F32\"", "[2147483648]", "[0,8]") + "}", 8, "has the dimension 2147483648"),
        row("{" + entry("\"F32\"", "[2147483648,0]", "[0,0]") + "}", 0, "has the dimension 2147483648"),
        row("{" + entry("\"F32\"", "[65536,65536]", "[0,0]") + "}", 0,
            "has the shape [65536, 65536], more than the 2147483583 elements"),
        row("{" + entry("\"F32\"", "[1073741824,1073741824,1073741824,1073741824,16]", "[0,0]") + "}", 0,
            "more than the 2147483583 elements"),
        row("{" + entry("\"F32\"", "[1" + ",1".repeat(64) + "]", "[0,4]") + "}", 4, "has more than 64 dimensions"),
        row("{" + entry("\"F32\"", "[2000000000]", "[0,8000000000]") + "}", 8,
            "ends at byte 8000000000 of the data, but the file holds 8 bytes of data; is it cut short?"),
        row("{" + entry("\"F32\"", "[2]", "[0,7]") + "}", 8,
            "is f32[2] and needs 8 bytes, but its data_offsets span 7"),
        row("{" + entry("\"F32\"", "[3]", "[0,8]") + "}", 8, "needs 12 bytes, but its data_offsets span 8"),
        row("{" + entry("\"F32\"", "[2]", "[8,0]") + "}", 8, "ends at byte 0 before it begins at byte 8"),
        row("{" + entry("\"F32\"", "[2]", "[0]") + "}", 8, "has 1 data_offsets instead of 2"),
        row("{" + entry("\"F32\"", "[2]", "[0,8,8]") + "}", 8, "has more than 2 data_offsets"),
        row("{" + entry("\"F32\"", "[2]", "[4,12]") + "}", 12,
            "begins at byte 4 of the data, but the tensor before it ends at 0; there is a hole"),
        row("{" + x + "," + y + "[4,8]}}", 8,
            "tensor \"y\" begins at byte 4 of the data, but the tensor before it ends at 8; they overlap"),
        row("{" + x + "," + y + "[9,13]}}", 13, "ends at 8; there is a hole"),
        row("{" + x + "}", 9, "has 1 bytes after its last tensor"),
        row("{}", 1, "has 1 bytes after its last tensor"),
        row("{" + entry("\"BOOL\"", "[2]", "[0,2]") + "}", 2,
            "tensor \"x\" is of truth values, but element 0 is 2 and not 0 or 1"),
        row("{\"x", 0, "a string is not closed"),
        row("{\"x\n\":{}}", 0, "a control character stands in a string"),
        row("{\"\\x\":{}}", 0, "\\x is no escape of JSON"),
        row("{\"\\u12g4\":{}}", 0, "four hexadecimal digits must follow \\u"),
        row("{\"\\ud800\":{}}", 0, "half of a surrogate pair stands in a string"),
        row("{\"\\udc00\\ud800\":{}}", 0, "half of a surrogate pair stands in a string"),
        row("{\"x\":" + "[".repeat(100_000), 0, "a { must stand here"),
        row("{\"x\":" + "{\"x\":".repeat(100_000), 0, "tensor \"x\" has \"x\", which is none"),
        row("{\"__metadata__\":" + "{\"a\":".repeat(100_000), 0, "a \" must stand here"));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void isRefusedWithItsReason(String header, int dataLength, String message) throws IOException {
    var data = new int[dataLength];
    Arrays.fill(data, 2);
    Files.write(file, bytes(header.getBytes(StandardCharsets.UTF_8).length, header, data));
    refused(Kind.FILE, () -> SafeTensors.load(file)).hasMessageStartingWith(file + ": ").hasMessageContaining(message);
  }

  @Test
  void lengthsThatAreLies() throws IOException {
    Files.write(file, new byte[7]);
    refused(Kind.FILE, () -> SafeTensors.load(file)).hasMessageContaining("7 bytes are too few");
    Files.write(file, bytes(100, "{}"));
    refused(Kind.FILE, () -> SafeTensors.load(file))
        .hasMessageContaining("claim a header of 100 bytes, but only 2 follow; is the file cut short?");
    Files.write(file, bytes(100_000_001, "{}"));
    refused(Kind.FILE, () -> SafeTensors.load(file))
        .hasMessageContaining("more than the 100000000 that the format allows");
    var huge = bytes(0, "{}");
    Arrays.fill(huge, 0, 8, (byte) 0xff);
    Files.write(file, huge);
    refused(Kind.FILE, () -> SafeTensors.load(file))
        .hasMessageContaining("claim a header of 18446744073709551615 bytes");
  }

  @Test
  void textThatIsNotUtf8() throws IOException {
    var bytes = bytes(7, "{\"xx\":}");
    for (var forged : new byte[][] {{(byte) 0xc0, (byte) 0xaf}, {(byte) 0xed, (byte) 0xa0}, {(byte) 0xff, 'x'}}) {
      System.arraycopy(forged, 0, bytes, 10, 2);
      Files.write(file, bytes);
      refused(Kind.FILE, () -> SafeTensors.load(file)).hasMessage(file + ": the header is not valid UTF-8");
    }
  }

  @Test
  void namesCannotDisturbTheMessage() throws IOException {
    var header = "{\"\\u001b[2J\\n" + "x".repeat(500) + "\":{}}";
    Files.write(file, bytes(header.length(), header));
    refused(Kind.FILE, () -> SafeTensors.load(file))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\u001b").doesNotContain("\n"));
  }

  private byte[] good() throws IOException {
    SafeTensors.save(file, Map.of("w", Tensor.of(new float[][] {{1, 2}, {3, 4}}), "n", Tensor.of(5L), "é\n",
        Tensor.of(true, false), "s", Tensor.scalar(1.5), "i", Tensor.of(1, 2)), Map.of("by", "test"));
    return Files.readAllBytes(file);
  }

  /** Whether the file loads; anything but a load or a refusal is an error of this test. */
  private boolean loads(byte[] bytes) throws IOException {
    // Some file systems flush a file that is overwritten, which takes fifty times as long as a new one.
    Files.deleteIfExists(file);
    Files.write(file, bytes);
    try {
      return SafeTensors.load(file).values().stream().allMatch(tensor -> tensor.size() <= bytes.length);
    } catch (WeftException refusal) {
      assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(Kind.FILE);
      assertThat(refusal.getMessage()).contains(file.toString());
      return false;
    }
  }

  @Test
  void everyCutIsRefused() throws IOException {
    var good = good();
    assertThat(loads(good)).isTrue();
    for (var length = 0; length < good.length; length++) {
      assertThat(loads(Arrays.copyOf(good, length))).as("cut to %d bytes", length).isFalse();
    }
  }

  @Test
  void everyFlippedBitIsRefusedOrHarmless() throws IOException {
    var good = good();
    var refusals = 0;
    for (var bit = 0; bit < 8 * good.length; bit++) {
      var flipped = good.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      refusals += loads(flipped) ? 0 : 1;
    }
    assertThat(refusals).as("most of the header is not free text").isGreaterThan(good.length);
  }

  @Test
  void randomMutationsAreRefusedOrHarmless() throws IOException {
    var good = good();
    var random = new SplittableRandom(20260101);
    var pieces = new String[] {"{", "}", "[", "]", ",", ":", "\"", "\\", "0", "-", "9".repeat(30), "\"x\":",
        "\u0000", "é"};
    var refusals = 0;
    for (var round = 0; round < 3000; round++) {
      var text = new String(good, StandardCharsets.ISO_8859_1);
      for (var edits = 1 + random.nextInt(4); edits > 0; edits--) {
        var from = 8 + random.nextInt(text.length() - 8);
        var to = Math.min(text.length(), from + random.nextInt(12));
        var piece = switch (random.nextInt(4)) {
          case 0 -> "";
          case 1 -> text.substring(from, to) + text.substring(from, to);
          default -> pieces[random.nextInt(pieces.length)];
        };
        text = text.substring(0, from) + piece + text.substring(to);
      }
      var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      if (random.nextBoolean()) {
        // The right length for the header keeps the mutation from being caught by the first check.
        var length = good[0] + 256 * good[1] + bytes.length - good.length;
        bytes[0] = (byte) length;
        bytes[1] = (byte) (length >> 8);
      }
      refusals += loads(bytes) ? 0 : 1;
    }
    assertThat(refusals).isBetween(2000, 2999);
  }
}
