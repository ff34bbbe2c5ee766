package cloud.zansoc.cli;

import cloud.zansoc.net.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Prints a command's result: for people, or as JSON where {@code --json} was given. Not
 * thread-safe.
 */
public final class Output {
  private final Terminal terminal;
  private final boolean json;

  public Output(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
  }

  /** Whether the result must be JSON. */
  public boolean isJson() {
    return json;
  }

  /** Where results and progress go. */
  public Terminal terminal() {
    return terminal;
  }

  /** Prints {@code value} as one line of JSON. */
  public void json(Object value) {
    line(new String(Json.write(value), StandardCharsets.UTF_8));
  }

  /** Prints the value as JSON, or the line for people. */
  public void result(Object value, String line) {
    if (json) {
      json(value);
    } else {
      line(line);
    }
  }

  /** Prints a line of the result. */
  public void line(String line) {
    terminal.out().println(line);
  }

  /** Prints a line that is not part of the result, to standard error. */
  public void note(String line) {
    terminal.err().println(line);
  }

  /** Prints aligned columns; a header that begins with '>' is of numbers, aligned to the right. */
  public void table(List<String> headers, List<List<String>> rows) {
    int[] widths = new int[headers.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = width(name(headers.get(i)));
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    line(row(headers, headers.stream().map(Output::name).toList(), widths));
    rows.forEach(row -> line(row(headers, row, widths)));
  }

  private static String row(List<String> headers, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - width(cells.get(i)));
      boolean right = headers.get(i).startsWith(">");
      line.append(right ? padding + cells.get(i) : cells.get(i) + padding);
      line.append(i + 1 < widths.length ? "  " : "");
    }
    return line.toString().stripTrailing();
  }

  private static String name(String header) {
    return header.startsWith(">") ? header.substring(1) : header;
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
