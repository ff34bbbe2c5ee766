package cloud.zansoc.net.control;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * Bytes both ways between hub and host, beside the orders on the host's control connection: a
 * shell, a forwarded port, a log. Each way has its own flow control, so that a reader who does not
 * read holds up nobody else. Reading and writing block, on different threads.
 */
public interface ControlStream extends AutoCloseable {
  /** What the other side sends. At its end of output, and after its refusal, the end. */
  InputStream input();

  /** What the other side is sent; closing it is the end of output, and input goes on. */
  OutputStream output();

  /** Ends both ways at once. */
  @Override
  void close();
}
