package tests.golden;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tests.Sources;

/** A Markdown file of the project and its fenced blocks. */
record Document(Path file, String text) {
  private static final Pattern FENCED = Pattern.compile("(?ms)^```([^\n]*)\\n(.*?)^```$");

  static Document of(String name) {
    Path file = Sources.ROOT.resolve(name);
    return new Document(file, Sources.read(file));
  }

  /** What stands under a heading of the second level, without deeper ones. */
  Document section(String heading) {
    Matcher m = Pattern.compile("(?ms)^## " + Pattern.quote(heading) + "$(.*?)(?=^## |\\z)").matcher(text);
    if (!m.find()) throw new AssertionError(file + " has no section " + heading);
    return new Document(file, m.group(1));
  }

  /** The blocks with these words behind the fence. */
  List<String> blocks(String info) {
    var blocks = new ArrayList<String>();
    Matcher m = FENCED.matcher(text);
    while (m.find()) if (m.group(1).equals(info)) blocks.add(m.group(2));
    return blocks;
  }

  /** Fails unless the only block of this kind reads so; accepting replaces it. */
  void check(String info, String actual) {
    var blocks = blocks(info);
    if (blocks.size() != 1) throw new AssertionError(file + " has " + blocks.size() + " blocks " + info);
    String now = Sources.read(file);
    Goldens.check(file, blocks.get(0), actual,
        now.replace("```" + info + "\n" + blocks.get(0) + "```", "```" + info + "\n" + actual + "```"));
  }

  /** Where its links to other files of the project lead. */
  List<Path> links() {
    var links = new ArrayList<Path>();
    Matcher m = Pattern.compile("\\]\\((?!https?:)([^)#]+)[^)]*\\)").matcher(FENCED.matcher(text).replaceAll(""));
    while (m.find()) links.add(file.resolveSibling(m.group(1)));
    return links;
  }
}
