package weft.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import weft.codegen.build.Generator;

/** The files that an execution generated last, one a line: what it no longer generates is deleted. */
record LastFiles(Path file) {
  /** Remembers these files; those that are forgotten are deleted and returned. */
  List<Path> replace(Generator.Report report) throws IOException {
    List<Path> now = Stream.concat(report.written().stream(), report.unchanged().stream()).sorted().toList();
    var gone = new ArrayList<Path>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        Path before = Path.of(line);
        if (!now.contains(before) && Files.deleteIfExists(before)) gone.add(before);
      }
    }
    Files.createDirectories(file.getParent());
    Files.write(file, now.stream().map(Path::toString).toList());
    return gone;
  }
}
