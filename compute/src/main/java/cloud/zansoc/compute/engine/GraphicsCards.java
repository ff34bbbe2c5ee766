package cloud.zansoc.compute.engine;

import cloud.zansoc.net.node.MachineReport.Gpu;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds NVIDIA cards by nvidia-smi, which comes with the driver. */
public final class GraphicsCards {
  private static final List<String> COMMAND =
      List.of(
          "nvidia-smi",
          "--query-gpu=name,memory.total,driver_version,uuid",
          "--format=csv,noheader,nounits");

  /** A name may hold a comma; the fields behind it never do. */
  private static final Pattern LINE =
      Pattern.compile(
          "\\s*(.*\\S)\\s*,\\s*([^,]*\\S)\\s*,\\s*([^,]*\\S)\\s*,\\s*(GPU-[0-9a-f-]+)\\s*");

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private GraphicsCards() {}

  /** The cards of this machine; none where there is no nvidia-smi. Notes say what went wrong. */
  public static List<GraphicsCard> find(List<String> notes) {
    return find(COMMAND, notes);
  }

  static List<GraphicsCard> find(List<String> command, List<String> notes) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      return List.of();
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        notes.add("graphics cards: nvidia-smi did not answer in " + TIMEOUT.toSeconds() + " s");
        return List.of();
      }
      if (process.exitValue() != 0) {
        notes.add("graphics cards: nvidia-smi ended with " + process.exitValue());
        return List.of();
      }
      // A few lines: they fit the pipe, so reading after the end cannot have blocked the process.
      return parse(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Parses lines of "name, MiB, driver, UUID". A card whose memory is "[N/A]" (some share the
   * system's) counts with none; other lines, such as "No devices were found", are passed over.
   */
  static List<GraphicsCard> parse(String csv) {
    List<GraphicsCard> cards = new ArrayList<>();
    for (String line : csv.lines().toList()) {
      Matcher fields = LINE.matcher(line);
      if (fields.matches()) {
        Gpu gpu = new Gpu(fields.group(1), mebibytes(fields.group(2)) << 20, fields.group(3));
        cards.add(new GraphicsCard(fields.group(4), gpu));
      }
    }
    return cards;
  }

  private static long mebibytes(String text) {
    return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : 0;
  }
}
