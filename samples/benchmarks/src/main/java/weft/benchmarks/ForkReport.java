package weft.benchmarks;

/** What only the measuring process knows: the system's version and the bytes that a call allocates. */
record ForkReport(String version, double bytesPerCall) {
  String text() {
    return bytesPerCall + "\n" + version;
  }

  static ForkReport parse(String text) {
    var lines = text.split("\n", 2);
    return new ForkReport(lines[1].strip(), Double.parseDouble(lines[0]));
  }
}
