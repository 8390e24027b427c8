package weft.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** JSON as far as results need it: an array of flat objects of strings and numbers, one object a line. */
final class FlatJson {
  private static final Pattern FIELD =
      Pattern.compile("\"(\\w+)\"\\s*:\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(-?[0-9][0-9.eE+-]*))");

  private FlatJson() {}

  static String write(List<Map<String, Object>> objects) {
    return objects.stream().map(FlatJson::object).collect(Collectors.joining(",\n ", "[\n ", "\n]\n"));
  }

  /** Reads what {@link #write} wrote: every object on a line of its own. */
  static List<Map<String, Object>> read(String text) {
    var objects = new ArrayList<Map<String, Object>>();
    for (var line : text.lines().toList()) {
      var fields = new LinkedHashMap<String, Object>();
      var matcher = FIELD.matcher(line);
      while (matcher.find()) {
        fields.put(matcher.group(1), matcher.group(2) != null ? unescape(matcher.group(2))
            : (Object) Double.parseDouble(matcher.group(3)));
      }
      if (!fields.isEmpty()) {
        objects.add(fields);
      }
    }
    return objects;
  }

  private static String object(Map<String, Object> fields) {
    return fields.entrySet().stream().map(f -> "\"" + f.getKey() + "\": " + value(f.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String value(Object value) {
    if (value instanceof Double d && d == Math.rint(d) && Math.abs(d) < 1e15) {
      return Long.toString(d.longValue());
    }
    return value instanceof Number ? value.toString()
        : "\"" + value.toString().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  private static String unescape(String text) {
    return text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
  }
}
