package cloud.zansoc.host.join;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.measure.MachineMeasurement.Measured;
import cloud.zansoc.net.http.Json;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures in a JVM of its own, which compiles as a client's does: an agent's own goes without C2,
 * and would score a fraction of what the machine can do. Its standard error is this process's.
 */
public final class MeasuringProcess implements Measurer {
  /** Standard output is for the reports. */
  private static final List<String> VM_OUTPUT_TO_STDERR =
      List.of("-XX:+DisplayVMOutputToStderr", "-Xlog:disable", "-Xlog:all=error:stderr");

  private final List<String> command;

  /** Starts processes with {@code jvmFlags}. */
  public MeasuringProcess(List<String> jvmFlags) {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(jvmFlags);
    all.addAll(VM_OUTPUT_TO_STDERR);
    all.addAll(List.of("-cp", System.getProperty("java.class.path")));
    all.add(MeasuringProgram.class.getName());
    this.command = List.copyOf(all);
  }

  @Override
  public Measured measure(MeasureOrder order, Consumer<String> progress) {
    try {
      Process process = start();
      try {
        return exchange(process, order, progress);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INTERNAL,
          "the process that measures the machine failed (%s): is there enough memory? Join again"
              .formatted(e.getMessage()),
          e);
    }
  }

  Process start() throws IOException {
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** The process's input stays open until it has answered: its end would end the process. */
  private static Measured exchange(Process process, MeasureOrder order, Consumer<String> progress)
      throws IOException {
    try (OutputStream out = process.getOutputStream();
        BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      out.write(Json.write(order));
      out.write('\n');
      out.flush();
      String line = in.readLine();
      while (line != null) {
        MeasureReport report =
            Json.read(line.getBytes(StandardCharsets.UTF_8), MeasureReport.class);
        report.part().ifPresent(progress);
        if (report.failure().isPresent()) {
          throw report.failure().get().toException();
        }
        if (report.measured().isPresent()) {
          return report.measured().get();
        }
        line = in.readLine();
      }
    }
    throw new EOFException("it ended without a result; what it printed stands above");
  }
}
