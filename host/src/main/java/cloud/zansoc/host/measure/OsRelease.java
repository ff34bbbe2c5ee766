package cloud.zansoc.host.measure;

/** Reads os-release(5). */
public final class OsRelease {
  private OsRelease() {}

  /**
   * The system's name for people, such as "Debian GNU/Linux 12 (bookworm)": PRETTY_NAME, else NAME
   * and VERSION_ID, else "Linux".
   */
  public static String prettyName(String osRelease) {
    String pretty = value(osRelease, "PRETTY_NAME");
    if (!pretty.isEmpty()) {
      return pretty;
    }
    String name = (value(osRelease, "NAME") + " " + value(osRelease, "VERSION_ID")).strip();
    return name.isEmpty() ? "Linux" : name;
  }

  private static String value(String osRelease, String key) {
    return osRelease
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith(key + "="))
        .findFirst()
        .map(line -> unquote(line.substring(key.length() + 1)))
        .orElse("");
  }

  /** Shell quoting, as far as os-release(5) permits it. */
  private static String unquote(String text) {
    boolean quoted =
        text.length() >= 2
            && (text.charAt(0) == '"' || text.charAt(0) == '\'')
            && text.charAt(text.length() - 1) == text.charAt(0);
    String inner = quoted ? text.substring(1, text.length() - 1) : text;
    return inner.replaceAll("\\\\(.)", "$1");
  }
}
