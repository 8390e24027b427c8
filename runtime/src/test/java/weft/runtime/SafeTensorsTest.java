package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.runtime.TensorTest.refused;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import weft.runtime.WeftException.Kind;

class SafeTensorsTest {
  @TempDir
  Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("weights.safetensors");
  }

  /** A file as the format describes it: the header's length, the header, the data. */
  static byte[] bytes(int headerLength, String header, int... data) {
    var out = new ByteArrayOutputStream();
    for (var shift = 0; shift < 64; shift += 8) {
      out.write(shift < 32 ? headerLength >> shift : 0);
    }
    out.writeBytes(header.getBytes(StandardCharsets.UTF_8));
    for (var value : data) {
      out.write(value);
    }
    return out.toByteArray();
  }

  /** What the reference implementation's own test expects for 0.0 … 5.0 as "attn.0" of shape [1, 2, 3]. */
  @Test
  void writesTheBytesOfTheReferenceImplementation() throws IOException {
    var golden = bytes(64, "{\"attn.0\":{\"dtype\":\"F32\",\"shape\":[1,2,3],\"data_offsets\":[0,24]}}",
        0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64);
    var tensor = Tensor.ofShape(DType.F32, new double[] {0, 1, 2, 3, 4, 5}, 1, 2, 3);
    SafeTensors.save(file, Map.of("attn.0", tensor), Map.of());
    assertThat(Files.readAllBytes(file)).isEqualTo(golden);
    assertThat(SafeTensors.load(file)).hasSize(1).hasEntrySatisfying("attn.0",
        loaded -> assertThat(Tensor.contentEquals(loaded, tensor)).isTrue());
  }

  /**
   * Large elements first, then by name; metadata in front; the header filled up to eight bytes: as version
   * 0.8 writes it.
   */
  @Test
  void ordersAndAlignsAsTheReferenceImplementation() throws IOException {
    var golden = bytes(384, "{\"__metadata__\":{\"framework\":\"weft\"},"
        + "\"long\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
        + "\"double\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[8,16]},"
        + "\"a\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[16,16]},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]},"
        + "\"int\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[20,24]},"
        + "\"bool\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[24,27]}}     ",
        0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0, 0, 0, 0, 0, 0, 0xf8, 0xbf,
        0, 0, 0x80, 0x3f,
        7, 1, 0, 0,
        1, 0, 1);
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("bool", Tensor.of(true, false, true));
    tensors.put("b", Tensor.of(1f));
    tensors.put("double", Tensor.scalar(-1.5));
    tensors.put("int", Tensor.of(263));
    tensors.put("long", Tensor.of(-2L));
    tensors.put("a", Tensor.zeros(DType.F32, 0, 3));
    SafeTensors.save(file, tensors, Map.of("framework", "weft"));
    assertThat(Files.readAllBytes(file)).isEqualTo(golden);
    var loaded = SafeTensors.load(file);
    assertThat(loaded.keySet()).containsExactly("long", "double", "a", "b", "int", "bool");
    loaded.forEach((name, tensor) -> assertThat(Tensor.contentEquals(tensor, tensors.get(name))).as(name).isTrue());
    assertThat(SafeTensors.metadata(file)).containsExactly(Map.entry("framework", "weft"));
    assertThat(SafeTensors.read(file).metadata()).containsExactly(Map.entry("framework", "weft"));
    assertThat(SafeTensors.read(file).tensors().get("int").toDoubles()).containsExactly(263);
  }

  @Test
  void readsStreamsWithTheirMetadata() throws IOException {
    SafeTensors.save(file, Map.of("w", Tensor.of(1f, 2f)), Map.of("epoch", "3"));
    try (var in = Files.newInputStream(file)) {
      var contents = SafeTensors.read(in, "epoch-3");
      assertThat(contents.metadata()).isEqualTo(Map.of("epoch", "3"));
      assertThat(contents.tensors().get("w").toDoubles()).containsExactly(1, 2);
      refused(Kind.FILE, () -> SafeTensors.read(in, "epoch-3")).hasMessageContaining("epoch-3: 0 bytes are too few");
    }
  }

  /** However much a stream gives at a time, and whatever it says of what is to come. */
  @Test
  void readsStreamsThatKnowNothing() throws IOException {
    var values = new double[9000];
    Arrays.setAll(values, i -> i * 0.5 - 7);
    SafeTensors.save(file, Map.of("w", Tensor.of(values), "flags", Tensor.of(true, false, true)), Map.of());
    var bytes = Files.readAllBytes(file);
    for (var said : new int[] {0, 1, bytes.length - 1, bytes.length, 3 * bytes.length}) {
      for (var most : new int[] {1, 777, 1 << 20}) {
        var tensors = SafeTensors.read(said(bytes, said, most), "w").tensors();
        assertThat(tensors.get("w").toDoubles()).containsExactly(values);
        assertThat(tensors.get("flags").toDoubles()).containsExactly(1, 0, 1);
      }
    }
    var forged = bytes.clone();
    forged[bytes.length - 1] = 2;
    refused(Kind.FILE, () -> SafeTensors.read(said(forged, 0, 100), "forged")).hasMessageContaining(
        "forged: tensor \"flags\" is of truth values, but element 2 is 2");
    var cut = Arrays.copyOf(bytes, bytes.length - 1);
    refused(Kind.FILE, () -> SafeTensors.read(said(cut, bytes.length, 100), "cut")).hasMessageContaining("is it cut short?");
  }

  private static InputStream said(byte[] bytes, int available, int most) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] to, int at, int count) {
        return super.read(to, at, Math.min(count, most));
      }

      @Override
      public synchronized int available() {
        return available;
      }
    };
  }

  /** What is no file of the machine's own has no plain stream. */
  @Test
  void readsFromWithinAnArchive() throws IOException {
    SafeTensors.save(file, Map.of("x", Tensor.of(1f, 2f)), Map.of("k", "v"));
    try (var archive = FileSystems.newFileSystem(directory.resolve("all.zip"), Map.of("create", "true"))) {
      var inside = Files.copy(file, archive.getPath("/weights"));
      assertThat(SafeTensors.read(inside).tensors().get("x").toDoubles()).containsExactly(1, 2);
      assertThat(SafeTensors.metadata(inside)).containsExactly(Map.entry("k", "v"));
    }
  }

  @Test
  void writesAnEmptyFile() throws IOException {
    SafeTensors.save(file, Map.of(), Map.of());
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes(8, "{}      "));
    assertThat(SafeTensors.load(file)).isEmpty();
    assertThat(SafeTensors.metadata(file)).isEmpty();
  }

  @Test
  void readsWhatOthersMayWrite() throws IOException {
    var header = "{ \"\\u0041\\n\\\"\\\\\\/\\ud83d\\ude00é\" : {\n\t" + " \"data_offsets\" : [ 4 , 8 ],\r\"shape\":[ ] , \"dtype\":\"I32\"},"
        + "\"first\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}, \"__metadata__\":{}} ";
    Files.write(file, bytes(header.getBytes(StandardCharsets.UTF_8).length, header, 0, 0, 0, 64, 9, 0, 0, 0));
    var loaded = SafeTensors.load(file);
    assertThat(loaded.keySet()).containsExactly("first", "A\n\"\\/😀é");
    assertThat(loaded.get("first").toDoubles()).containsExactly(2);
    assertThat(loaded.get("A\n\"\\/😀é").item()).isEqualTo(9);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void keepsEveryBitOfALongTensor(DType dtype) {
    var random = new java.util.Random(7);
    var tensor = Tensor.zeros(dtype, 3, 33_333);
    for (var i = 0; i < tensor.size(); i++) {
      switch (dtype) {
        case F32 -> tensor.floats()[i] = Float.intBitsToFloat(random.nextInt());
        case F64 -> tensor.doubles()[i] = Double.longBitsToDouble(random.nextLong());
        case I32 -> tensor.ints()[i] = random.nextInt();
        case I64 -> tensor.longs()[i] = random.nextLong();
        case BOOL -> tensor.booleans()[i] = random.nextBoolean();
      }
    }
    SafeTensors.save(file, Map.of("x", tensor, "y", Tensor.of(1, 2)), Map.of());
    var loaded = SafeTensors.load(file);
    assertThat(Tensor.contentEquals(loaded.get("x"), tensor)).isTrue();
    assertThat(loaded.get("y").toDoubles()).containsExactly(1, 2);
    assertThat(dtype.length(loaded.get("x").array())).isEqualTo(tensor.size() + Tensor.SLACK);
  }

  @Test
  void keepsStrangeNamesAndTexts() {
    var strange = "a\"b\\c\n\r\t\b\f\u0001\u001f / é 漢 😀";
    var tensors = Map.of(strange, Tensor.scalar(1f), "", Tensor.scalar(2f));
    SafeTensors.save(file, tensors, Map.of(strange, strange, "", ""));
    assertThat(SafeTensors.load(file)).containsOnlyKeys(strange, "");
    assertThat(SafeTensors.metadata(file)).containsOnly(Map.entry(strange, strange), Map.entry("", ""));
    refused(Kind.ARGUMENT, () -> SafeTensors.save(file, Map.of("\ud800", Tensor.scalar(1f)), Map.of()))
        .hasMessageContaining("surrogate");
    refused(Kind.ARGUMENT, () -> SafeTensors.save(file, Map.of("__metadata__", Tensor.scalar(1f)), Map.of()))
        .hasMessageContaining("__metadata__");
  }

  @Test
  void savesAndLoadsParameters() {
    var w = new Parameter("w", Tensor.of(new float[][] {{1, 2}, {3, 4}}));
    var b = new Parameter("b", Tensor.of(0.5));
    SafeTensors.save(file, List.of(w, b), Map.of());
    w.set(Tensor.zeros(DType.F32, 2, 2));
    b.set(Tensor.zeros(DType.F64, 1));
    var version = w.version();
    SafeTensors.load(file, List.of(b, w));
    assertThat(w.get().toDoubles()).containsExactly(1, 2, 3, 4);
    assertThat(b.get().toDoubles()).containsExactly(0.5);
    assertThat(w.version()).isGreaterThan(version);
  }

  @Test
  void changesNoParameterUnlessAllFit() {
    SafeTensors.save(file, Map.of("w", Tensor.of(7f, 8f), "b", Tensor.of(9f)), Map.of());
    var w = new Parameter("w", Tensor.of(1f, 2f));
    refused(Kind.SHAPE, () -> SafeTensors.load(file, List.of(w, new Parameter("b", Tensor.of(1f, 2f, 3f)))))
        .hasMessage(file + """
            : parameter b has another type in the file
                parameter  f32[3]
                file       f32[1]
              No parameter was changed.""");
    refused(Kind.DTYPE, () -> SafeTensors.load(file, List.of(w, new Parameter("b", Tensor.of(1)))))
        .hasMessageContaining("i32[1]").hasMessageContaining("f32[1]");
    refused(Kind.FILE, () -> SafeTensors.load(file, List.of(w, new Parameter("c", Tensor.of(1f)))))
        .hasMessage(file + """
            : the names in the file are not those of the parameters
                only parameters  "c"
                only in the file  "b"
              Load into the parameters that were saved, or read the file with load(path) and pick.""");
    refused(Kind.FILE, () -> SafeTensors.load(file, List.of(w))).hasMessageContaining("only in the file  \"b\"");
    refused(Kind.DUPLICATE, () -> SafeTensors.load(file, List.of(w, new Parameter("w", Tensor.of(1f)))))
        .hasMessageContaining("two parameters are named w");
    refused(Kind.DUPLICATE, () -> SafeTensors.save(file, List.of(w, w), Map.of())).hasMessageContaining("named w");
    assertThat(w.get().toDoubles()).containsExactly(1, 2);
    assertThat(w.version()).isZero();
  }

  @Test
  void aFailingWriteLeavesTheOldFile() throws IOException {
    SafeTensors.save(file, Map.of("old", Tensor.of(1f)), Map.of());
    var before = Files.readAllBytes(file);
    var parameter = new Parameter("new", Tensor.of(2f));
    // An interrupted thread cannot write to a channel, so this fails after the temporary file was opened.
    Thread.currentThread().interrupt();
    try {
      refused(Kind.FILE, () -> SafeTensors.save(file, List.of(parameter), Map.of()))
          .hasMessageStartingWith("cannot write " + file + ": ClosedByInterrupt");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(Files.list(directory)).containsExactly(file);
    parameter.set(Tensor.of(3f));
    assertThat(parameter.get().item()).as("its lock was given back").isEqualTo(3);
  }

  @Test
  void replacesTheOldFileAndLeavesNothingElse() throws IOException {
    SafeTensors.save(file, Map.of("x", Tensor.of(1f, 2f)), Map.of());
    SafeTensors.save(file, Map.of("x", Tensor.of(3f)), Map.of());
    assertThat(SafeTensors.load(file).get("x").toDoubles()).containsExactly(3);
    assertThat(Files.list(directory)).containsExactly(file);
  }

  @Test
  void refusesPlacesWhereNoFileCanBe() throws IOException {
    var taken = Files.createDirectory(directory.resolve("taken"));
    Files.createFile(taken.resolve("inside"));
    refused(Kind.FILE, () -> SafeTensors.save(taken, Map.of(), Map.of()))
        .hasMessageStartingWith("cannot write " + taken);
    assertThat(Files.list(directory)).containsExactly(taken);
    var nowhere = directory.resolve("no/such/directory/file");
    refused(Kind.FILE, () -> SafeTensors.save(nowhere, Map.of(), Map.of())).hasMessageContaining("NoSuchFile");
    refused(Kind.FILE, () -> SafeTensors.save(Path.of("/"), Map.of(), Map.of())).hasMessageContaining("directory");
    refused(Kind.FILE, () -> SafeTensors.load(taken)).hasMessage("cannot read " + taken + ": this is not a file");
    refused(Kind.FILE, () -> SafeTensors.load(file)).hasMessage("cannot read " + file + ": there is no such file");
  }
}
