package cloud.zansoc.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class JoinPrinterTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final JoinPrinter printer =
      new JoinPrinter(
          new Output(
              new Terminal(
                  new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                  new PrintStream(err, true, StandardCharsets.UTF_8),
                  OptionalInt.empty()),
              false));

  @Test
  void close_afterAStepThatDidNotSucceed_endsItsLine() {
    printer.begins(1, 2, "look");
    printer.ends("two eyes");
    printer.begins(2, 2, "leap");
    printer.close();

    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines("[1/2] look ... ok: two eyes\n[2/2] leap ... no\n");
  }

  @Test
  void close_afterTheLastStep_printsNothing() {
    printer.begins(1, 1, "look");
    printer.warns("dark");
    printer.ends("");
    printer.close();

    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines("[1/1] look ...\n      warning: dark\n      ok\n");
  }
}
