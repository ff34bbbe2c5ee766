package cloud.zansoc.cli.compute;

import cloud.zansoc.cli.Output;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Makes of each line that is written one of JSON: {@code {"line": "…"}}. */
final class JsonLines extends OutputStream {
  private final Output output;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  JsonLines(Output output) {
    this.output = output;
  }

  @Override
  public void write(int value) {
    if (value == '\n') {
      end();
    } else {
      line.write(value);
    }
  }

  private void end() {
    output.json(Map.of("line", line.toString(StandardCharsets.UTF_8)));
    output.terminal().out().flush();
    line.reset();
  }

  @Override
  public void close() {
    if (line.size() > 0) {
      end();
    }
  }
}
