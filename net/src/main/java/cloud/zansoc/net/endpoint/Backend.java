package cloud.zansoc.net.endpoint;

import cloud.zansoc.base.PeerId;

/**
 * A port of one replica.
 *
 * @param name for logs and for telling it apart: two backends with one name are the same
 * @param host on which it runs
 * @param request of the stream that leads to it
 */
public record Backend(String name, PeerId host, byte[] request) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Backend that && name.equals(that.name) && host.equals(that.host);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
