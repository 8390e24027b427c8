package weft.pipeline;

/** JSON that may stand in a script of a page: whatever a user calls things, it stays text. */
final class PageText {
  private final StringBuilder text = new StringBuilder();

  PageText open(char bracket) {
    text.append(bracket);
    return this;
  }

  PageText close(char bracket) {
    text.append(bracket);
    return this;
  }

  /** Says that an element follows. */
  PageText item() {
    separate('[');
    return this;
  }

  PageText key(String key) {
    separate('{');
    return text(key).raw(":");
  }

  private void separate(char first) {
    if (text.length() > 0 && text.charAt(text.length() - 1) != first) text.append(',');
  }

  PageText raw(String json) {
    text.append(json);
    return this;
  }

  PageText text(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= ' ' && c < 127 && "\"\\<>&'".indexOf(c) < 0) text.append(c);
      else text.append(String.format("\\u%04x", (int) c));
    }
    text.append('"');
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
