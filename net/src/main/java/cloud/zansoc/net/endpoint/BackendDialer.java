package cloud.zansoc.net.endpoint;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.net.control.ControlServer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;

/** Makes connections to backends: see {@code ControlServer.dial}. */
@FunctionalInterface
public interface BackendDialer {
  /**
   * Connects; returns at once.
   *
   * @param next at the end of the new channel's pipeline
   * @return done when bytes can flow; fails with a ZansocException
   */
  Future<Channel> dial(PeerId host, byte[] request, ChannelHandler next);

  /** Dials by streams of this name over the hosts' control connections. */
  static BackendDialer over(ControlServer hosts, String stream) {
    return (host, request, next) -> hosts.dial(host, stream, request, next);
  }
}
