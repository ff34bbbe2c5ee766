package cloud.zansoc.net.control;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * Bytes both ways between hub and host, beside the orders on the host's control connection: a
 * shell, a forwarded port, a log. Each way has its own flow control, so that a reader who does not
 * read holds up nobody else. Reading and writing block, on different threads.
 *
 * <p>On the host the first call of {@link #input} or {@link #output} says to the hub that the
 * stream is served; before it, and only before it, it can be refused.
 */
public interface ControlStream extends AutoCloseable {
  /** What the other side sends, to its end of output; an IOException where the stream broke. */
  InputStream input();

  /** What the other side is sent; closing it is the end of output, and input goes on. */
  OutputStream output();

  /** Ends both ways at once. */
  @Override
  void close();
}
