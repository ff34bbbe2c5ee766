package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.FilesStart;
import cloud.zansoc.compute.api.InstanceUsage;
import cloud.zansoc.compute.api.LogsStart;
import cloud.zansoc.compute.api.StatsStart;
import cloud.zansoc.net.control.ControlStream;
import cloud.zansoc.net.control.StreamHandler;
import cloud.zansoc.net.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Instances whose file system is a folder of this machine, packed by its tar. They have written
 * three lines; one more comes when somebody follows them.
 */
final class FolderInstances implements StreamHandler {
  private static final List<String> LINES = List.of("one\n", "two\n", "three\n");

  private final Path root;
  private final AtomicInteger looks = new AtomicInteger();

  FolderInstances(Path root) {
    this.root = root;
  }

  @Override
  public void handle(String name, byte[] request, ControlStream stream) {
    try {
      switch (name) {
        case LogsStart.STREAM -> logs(Json.read(request, LogsStart.class), stream.output());
        case StatsStart.STREAM -> stats(Json.read(request, StatsStart.class), stream.output());
        case FilesStart.IN_STREAM -> in(Json.read(request, FilesStart.class), stream);
        case FilesStart.OUT_STREAM -> out(Json.read(request, FilesStart.class), stream);
        default -> throw new ZansocException(ErrorCode.UNSUPPORTED, name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void logs(LogsStart start, OutputStream out) throws IOException {
    int from = start.tailLines() < 0 ? 0 : Math.max(0, LINES.size() - start.tailLines());
    boolean recent = start.since().filter(Instant.now()::isBefore).isEmpty();
    for (String line : recent ? LINES.subList(from, LINES.size()) : List.<String>of()) {
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }
    if (start.follow()) {
      out.write("four\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  /** With each look, half a second of one processor more within a second. */
  private void stats(StatsStart start, OutputStream out) throws IOException {
    int look = looks.getAndIncrement();
    out.write(
        Json.write(
            new InstanceUsage(
                start.instance(),
                Instant.EPOCH.plusSeconds(look),
                Duration.ofMillis(500L * look),
                ByteSize.ofMebibytes(10),
                ByteSize.ofMebibytes(512),
                new ByteSize(1_000),
                new ByteSize(2_000),
                new ByteSize(3_000),
                new ByteSize(4_000),
                7)));
  }

  private Path at(String path) {
    Path file = root.resolve("." + path);
    if (!Files.exists(file) || (path.endsWith("/") && !Files.isDirectory(file))) {
      throw new ZansocException(ErrorCode.NOT_FOUND, "there is no " + path);
    }
    return file;
  }

  private void in(FilesStart start, ControlStream stream) throws IOException, InterruptedException {
    Process tar = tar("-xp", "-C", at(start.path()).toString());
    try (OutputStream to = tar.getOutputStream();
        InputStream archive = stream.input()) {
      archive.transferTo(to);
    }
    require(tar);
  }

  private void out(FilesStart start, ControlStream stream)
      throws IOException, InterruptedException {
    Path file = at(start.path());
    if (start.path().endsWith("/.") && !Files.isDirectory(file)) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, start.path() + " is no folder");
    }
    Path clean = file.normalize();
    Process tar =
        tar("-c", "-C", clean.resolveSibling("").toString(), clean.getFileName().toString());
    tar.getInputStream().transferTo(stream.output());
    require(tar);
  }

  private static Process tar(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of("tar"));
    line.addAll(List.of(arguments));
    return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void require(Process tar) throws InterruptedException {
    if (tar.waitFor() != 0) {
      throw new IllegalStateException("tar ended with " + tar.exitValue());
    }
  }
}
