package cloud.zansoc.hub.ssh;

import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.util.buffer.Buffer;

/** Refuses that the hub listens for a client (ssh -R). SSH has no words for why. */
final class RemoteForwarding implements RequestHandler<ConnectionService> {
  /** What the session's next channel says first. */
  static final AttributeKey<String> REFUSED = new AttributeKey<>();

  @Override
  public Result process(
      ConnectionService service, String request, boolean wantReply, Buffer buffer) {
    if (!request.endsWith("tcpip-forward") && !request.startsWith("streamlocal-forward")) {
      return Result.Unsupported;
    }
    service
        .getSession()
        .setAttribute(
            REFUSED,
            "-R is refused: the hub listens for nobody; publish a port with the deployment instead (ports:)");
    return Result.ReplyFailure;
  }
}
