package cloud.zansoc.compute.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A TCP connection into an instance. */
public interface PortConnection extends AutoCloseable {
  /** What the instance sends. */
  InputStream input();

  /** What it is sent. */
  OutputStream output();

  /** Says that nothing more comes; what the instance still sends can be read. */
  void shutdownOutput() throws IOException;

  @Override
  void close();
}
