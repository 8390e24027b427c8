package weft.codegen.build;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.runtime.Parameter;
import weft.runtime.SafeTensors;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Files that are to be written, once all of them are known. */
final class Outputs {
  private interface Content {
    void writeTo(Path file) throws IOException;
  }

  private final Map<Path, Content> contents = new LinkedHashMap<>();

  /** A source in an encoding, whose comments and names have nothing that it lacks. */
  void add(Path file, String text, Charset encoding) {
    contents.put(file, to -> Files.writeString(to, encodable(text, encoding.newEncoder()), encoding));
  }

  /** What formulas in comments use has a form in ASCII, and a letter of a name may be written as its number. */
  private static String encodable(String text, CharsetEncoder encoder) {
    if (encoder.canEncode(text)) return text;
    var out = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (encoder.canEncode(c)) out.append(c);
      else if (c == '…') out.append("...");
      else if (c == '·') out.append('*');
      else if (c == '×') out.append('x');
      else out.append(String.format("\\u%04x", (int) c));
    }
    return out.toString();
  }

  void add(Path file, List<Parameter> parameters) {
    contents.put(file, to -> SafeTensors.save(to, parameters, Map.of()));
  }

  /** Writes those that differ from what is there. */
  Generator.Report write() {
    var written = new ArrayList<Path>();
    var unchanged = new ArrayList<Path>();
    contents.forEach((file, content) -> (replace(file, content) ? written : unchanged).add(file));
    return new Generator.Report(List.copyOf(written), List.copyOf(unchanged));
  }

  /** Compiles of the same folder that run now never see half a file. */
  private static boolean replace(Path file, Content content) {
    Path next = file.resolveSibling("." + file.getFileName() + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      content.writeTo(next);
      if (Files.isRegularFile(file) && Files.mismatch(file, next) < 0) {
        Files.delete(next);
        return false;
      }
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (IOException e) {
      throw new WeftException(Kind.FILE, "cannot write " + file + ": " + e, e);
    }
  }
}
