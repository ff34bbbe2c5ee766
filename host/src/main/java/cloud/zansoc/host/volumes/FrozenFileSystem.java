package cloud.zansoc.host.volumes;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A mounted file system that is frozen until this is closed: all that was written is on its device,
 * and writers wait. A process of its own holds it, which thaws it when this program ends, however
 * that happens.
 */
final class FrozenFileSystem implements AutoCloseable {
  private static final String HOLD =
      "fsfreeze --freeze \"$0\" || exit 1; echo frozen; read line; fsfreeze --unfreeze \"$0\"";
  private static final Duration THAWING = Duration.ofMinutes(1);

  private final Path mountPoint;
  private final Process holder;
  private final long since;

  private FrozenFileSystem(Path mountPoint, Process holder) {
    this.mountPoint = mountPoint;
    this.holder = holder;
    this.since = System.nanoTime();
  }

  /** Freezes; returns when it is so. */
  static FrozenFileSystem freeze(Path mountPoint) {
    try {
      Process holder =
          new ProcessBuilder("sh", "-c", HOLD, mountPoint.toString())
              .redirectErrorStream(true)
              .start();
      BufferedReader said =
          new BufferedReader(
              new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
      String line = said.readLine();
      if (!"frozen".equals(line)) {
        holder.destroy();
        throw new ZansocException(
            ErrorCode.INTERNAL, "%s cannot be frozen: %s".formatted(mountPoint, line));
      }
      return new FrozenFileSystem(mountPoint, holder);
    } catch (IOException e) {
      throw new ZansocException(ErrorCode.INTERNAL, mountPoint + " cannot be frozen", e);
    }
  }

  /** Thaws what a process that was killed may have left frozen. */
  static void thaw(Path mountPoint) {
    // It fails where nothing is frozen, which is the usual case.
    int ignored = Command.tryRun("fsfreeze", "--unfreeze", mountPoint.toString()).exitCode();
    assert ignored >= 0;
  }

  /** How long writers have waited. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  /** Thaws; fails where it was not frozen all the time. */
  @Override
  public void close() {
    boolean held = holder.isAlive();
    try {
      holder.getOutputStream().close();
      boolean ended = holder.waitFor(THAWING.toMillis(), TimeUnit.MILLISECONDS);
      if (!held || !ended || holder.exitValue() != 0) {
        throw new ZansocException(
            ErrorCode.INTERNAL, mountPoint + " did not stay frozen, or cannot be thawed");
      }
    } catch (IOException e) {
      throw new ZansocException(ErrorCode.INTERNAL, mountPoint + " cannot be thawed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ZansocException(ErrorCode.INTERNAL, "thawing was interrupted", e);
    }
  }
}
