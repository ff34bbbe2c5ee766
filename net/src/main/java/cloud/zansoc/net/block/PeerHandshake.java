package cloud.zansoc.net.block;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.identity.PeerCertificate;
import cloud.zansoc.net.identity.PeerTls;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.List;

/**
 * Waits for the end of a TLS handshake, checks who answered and what was agreed, and makes room for
 * the handlers of the protocol. No byte of the peer passes before that.
 */
// A write or close that fails ends the channel, and that is seen to where channels end.
@SuppressWarnings("FutureReturnValueIgnored")
final class PeerHandshake extends ChannelInboundHandlerAdapter {
  private final SslHandler tls;
  private final List<String> protocols;
  private final PeerTransport.Proof proof;
  private boolean settled;

  PeerHandshake(SslHandler tls, List<String> protocols, PeerTransport.Proof proof) {
    this.tls = tls;
    this.protocols = protocols;
    this.proof = proof;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion && !settled) {
      settle(context, completion);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(
        context,
        new ZansocException(ErrorCode.UNREACHABLE, "the peer hung up before it proved who it is"));
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(context, failure(cause));
  }

  private void settle(ChannelHandlerContext context, SslHandshakeCompletionEvent completion) {
    if (!completion.isSuccess()) {
      fail(context, failure(completion.cause()));
      return;
    }
    try {
      PeerId peer = PeerCertificate.of(tls.engine().getSession()).id();
      proof.expected().ifPresent(expected -> PeerTls.requireSame(expected, peer));
      String protocol = tls.applicationProtocol();
      if (protocol == null || !protocols.contains(protocol)) {
        throw new ZansocException(
            ErrorCode.UNSUPPORTED,
            "peer %s does not speak %s; one of the two needs another version of Zansoc"
                .formatted(peer, String.join(" or ", protocols)));
      }
      settled = true;
      proof.proved(context.channel(), peer, protocol);
      context.pipeline().remove(this);
    } catch (ZansocException e) {
      fail(context, e);
    }
  }

  private void fail(ChannelHandlerContext context, ZansocException failure) {
    if (!settled) {
      settled = true;
      proof.failed(failure);
    }
    context.close();
  }

  private static ZansocException failure(Throwable cause) {
    return PeerTls.refusal(cause)
        .orElseGet(() ->
            new ZansocException(
                ErrorCode.UNREACHABLE,
                "the TLS handshake failed: " + PeerTransport.reason(cause),
                cause));
  }
}
