package cloud.zansoc.net.endpoint;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to a published port: joins it with the least busy replica that can be reached. */
// A close that fails is a close all the same.
@SuppressWarnings("FutureReturnValueIgnored")
final class TcpFront {
  private static final Logger LOG = LoggerFactory.getLogger(TcpFront.class);

  private final Channel client;
  private final BackendGroup group;
  private final BackendDialer dialer;
  private final Set<BackendGroup.Member> tried = new HashSet<>();
  private final Splice own = new Splice();

  TcpFront(Channel client, BackendGroup group, BackendDialer dialer) {
    this.client = client;
    this.group = group;
    this.dialer = dialer;
  }

  /** Begins; on the client's event loop, before anything was read. */
  void begin() {
    client.config().setAutoRead(false);
    client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    client.pipeline().addLast(own);
    dial();
  }

  private void dial() {
    Optional<BackendGroup.Member> taken = group.take(tried);
    if (taken.isEmpty()) {
      LOG.debug("no replica of {} can be reached: {} were tried", group.name(), tried.size());
      client.close();
      return;
    }
    BackendGroup.Member member = taken.get();
    Splice splice = new Splice();
    Future<Channel> dialling =
        dialer.dial(member.backend().host(), member.backend().request(), splice);
    dialling.addListener(
        done -> client.eventLoop().execute(() -> dialled(member, dialling, splice)));
  }

  private void dialled(BackendGroup.Member member, Future<Channel> dialling, Splice splice) {
    if (!dialling.isSuccess()) {
      member.failed();
      member.release();
      tried.add(member);
      dial();
      return;
    }
    Channel backend = dialling.getNow();
    member.join(backend);
    member.succeeded();
    if (!client.isActive()) {
      backend.close();
      return;
    }
    own.join(client, backend);
    splice.join(backend, client);
  }
}
