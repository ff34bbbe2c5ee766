package cloud.zansoc.net.block;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.codec.format.Permit;

/** A kept connection to one host, on which many requests run at once. */
public interface BlockConnection extends AutoCloseable {
  /** Who is at the other end, as TLS proved. */
  PeerId host();

  /** Presents a permit (once for each connection) and gives what it permits. */
  BlockAccess open(Permit.Signed permit);

  /** False once the connection has failed or was closed. */
  boolean isOpen();

  /** Ends the connection; requests under way fail with UNREACHABLE. */
  @Override
  void close();
}
