package weft.schedule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a pass over loops says that it did. */
final class Said implements Ahead.Notes {
  final List<String> sentences = new ArrayList<>();
  final Map<String, String> same = new LinkedHashMap<>();

  @Override
  public void say(String sentence) {
    sentences.add(sentence);
  }

  @Override
  public void same(String kernel, String as) {
    same.put(kernel, as);
  }
}
