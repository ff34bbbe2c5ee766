package cloud.zansoc.cli.storage;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Terminal;
import cloud.zansoc.storage.client.TransferProgress;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A line on the terminal with a bar, the rate and the time left, drawn again at most ten times a
 * second; nothing where there is no terminal. Thread-safe.
 */
public final class ProgressBar implements TransferProgress, AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000;
  private static final int BAR = 20;

  private final Terminal terminal;
  private final OptionalLong total;
  private final boolean shown;
  private final long startNanos;
  private final AtomicLong moved = new AtomicLong();
  private final AtomicLong nextDraw = new AtomicLong();
  private final ReentrantLock drawing = new ReentrantLock();

  /**
   * @param total bytes to be moved, where it is known
   */
  public ProgressBar(Output output, OptionalLong total) {
    this.terminal = output.terminal();
    this.total = total;
    this.shown = terminal.columns().isPresent() && !output.isJson();
    this.startNanos = System.nanoTime();
    this.nextDraw.set(startNanos + REDRAW_NANOS);
  }

  /** Bytes moved so far. */
  public long bytes() {
    return moved.get();
  }

  @Override
  public void moved(long bytes) {
    long done = moved.addAndGet(bytes);
    long now = System.nanoTime();
    if (shown && now - nextDraw.get() >= 0 && drawing.tryLock()) {
      try {
        nextDraw.set(now + REDRAW_NANOS);
        draw(line(done, total, (now - startNanos) / 1e9));
      } finally {
        drawing.unlock();
      }
    }
  }

  /** What the line says. */
  static String line(long done, OptionalLong total, double seconds) {
    double rate = seconds > 0 ? done / seconds : 0;
    String speed = new ByteSize((long) rate) + "/s";
    if (total.isEmpty() || total.getAsLong() == 0) {
      return new ByteSize(done) + "  " + speed;
    }
    long all = total.getAsLong();
    double part = Math.min(1.0, (double) done / all);
    int full = (int) (part * BAR);
    String left = rate > 0 ? time((long) Math.ceil((all - done) / rate)) : "?";
    return String.format(
        Locale.ROOT,
        "[%s%s] %3d%%  %s of %s  %s  %s left",
        "#".repeat(full),
        ".".repeat(BAR - full),
        (int) (part * 100),
        new ByteSize(done),
        new ByteSize(all),
        speed,
        left);
  }

  private static String time(long seconds) {
    long positive = Math.max(0, seconds);
    return positive < 3600
        ? String.format(Locale.ROOT, "%d:%02d", positive / 60, positive % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", positive / 3600, positive / 60 % 60, positive % 60);
  }

  private void draw(String line) {
    int columns = terminal.columns().orElse(Integer.MAX_VALUE);
    String cut = line.length() < columns ? line : line.substring(0, columns - 1);
    terminal.err().print("\r\033[K" + cut);
    terminal.err().flush();
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (shown) {
      drawing.lock();
      try {
        terminal.err().print("\r\033[K");
        terminal.err().flush();
      } finally {
        drawing.unlock();
      }
    }
  }
}
