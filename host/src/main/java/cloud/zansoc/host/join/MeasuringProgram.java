package cloud.zansoc.host.join;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.http.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The process that a {@link MeasuringProcess} starts: reads a {@link MeasureOrder} as a line of
 * JSON, prints {@link MeasureReport}s, and ends at once when its input does, which is when the
 * process that started it has ended.
 */
final class MeasuringProgram {
  private MeasuringProgram() {}

  public static void main(String[] arguments) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String order = in.readLine();
    if (order == null) {
      return;
    }
    Thread.ofPlatform().daemon().name("end-of-input").start(() -> endWith(in));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    print(out, report(Json.read(order.getBytes(StandardCharsets.UTF_8), MeasureOrder.class), out));
    System.exit(0);
  }

  private static MeasureReport report(MeasureOrder order, PrintStream out) {
    try {
      return MeasureReport.of(order.carryOut(part -> print(out, MeasureReport.begins(part))));
    } catch (ZansocException e) {
      return MeasureReport.of(e);
    }
  }

  private static void print(PrintStream out, MeasureReport report) {
    out.println(new String(Json.write(report), StandardCharsets.UTF_8));
  }

  private static void endWith(BufferedReader in) {
    try {
      while (in.readLine() != null) {
        // Nothing else is said.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }
}
