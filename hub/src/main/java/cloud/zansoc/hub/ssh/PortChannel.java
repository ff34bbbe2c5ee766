package cloud.zansoc.hub.ssh;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.InstanceDirectory.Place;
import cloud.zansoc.compute.hub.InstanceStreams;
import cloud.zansoc.net.control.ControlStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.channel.ChannelOutputStream;
import org.apache.sshd.common.channel.ChannelPipedInputStream;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.AbstractServerChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection to a port of the instance (ssh -L). Each way is pumped by a thread of its own. */
final class PortChannel extends AbstractServerChannel {
  private static final Logger LOG = LoggerFactory.getLogger(PortChannel.class);
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "::1");
  private static final int CHUNK_BYTES = 64 << 10;

  private final InstanceFinder finder;
  private final InstanceStreams instances;
  private final AtomicInteger waysOpen = new AtomicInteger(2);
  private @Nullable ChannelPipedInputStream fromClient;
  private volatile @Nullable ControlStream stream;

  /** Makes a channel for each connection. */
  record Factory(InstanceFinder finder, InstanceStreams instances) implements ChannelFactory {
    @Override
    public String getName() {
      return "direct-tcpip";
    }

    @Override
    public Channel createChannel(Session session) {
      return new PortChannel(finder, instances);
    }
  }

  PortChannel(InstanceFinder finder, InstanceStreams instances) {
    super("", List.of(), null);
    this.finder = finder;
    this.instances = instances;
  }

  @Override
  protected OpenFuture doInit(Buffer request) {
    String host = request.getString();
    int port = request.getInt();
    OpenFuture opening = new DefaultOpenFuture(this, this);
    ChannelPipedInputStream in = new ChannelPipedInputStream(this, getLocalWindow());
    fromClient = in;
    Thread.ofVirtual().name("ssh port " + port).start(() -> connect(host, port, in, opening));
    return opening;
  }

  private void connect(
      String host, int port, ChannelPipedInputStream fromUser, OpenFuture opening) {
    try {
      Place place = finder.find(getSession());
      requireItself(host, place);
      ControlStream opened = instances.port(place, port);
      stream = opened;
      signalChannelOpenSuccess();
      opening.setOpened();
      Thread.ofVirtual().name("ssh port input").start(() -> send(fromUser, opened));
      receive(opened);
    } catch (ZansocException e) {
      refuse(e);
    } catch (RuntimeException e) {
      LOG.error("a port of {} failed", getSession(), e);
      refuse(new ZansocException(ErrorCode.INTERNAL, "the hub failed; its log says why"));
    }
  }

  private static void requireItself(String host, Place place) {
    String name = host.toLowerCase(Locale.ROOT);
    if (!LOCAL.contains(name) && !name.equals(place.name()) && !name.equals(place.toString())) {
      throw new ZansocException(
          ErrorCode.FORBIDDEN,
          "only ports of %s can be reached through it: write localhost for %s"
              .formatted(place, host));
    }
  }

  /** Answers by itself: MINA would keep the reason to itself. */
  private void refuse(ZansocException why) {
    int reason =
        why.code() == ErrorCode.FORBIDDEN
            ? SshConstants.SSH_OPEN_ADMINISTRATIVELY_PROHIBITED
            : SshConstants.SSH_OPEN_CONNECT_FAILED;
    try {
      Buffer answer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE);
      answer.putUInt(getRecipient());
      answer.putUInt(reason);
      answer.putString(String.valueOf(why.getMessage()));
      answer.putString("");
      getSession().writePacket(answer);
    } catch (IOException e) {
      LOG.debug("nobody hears why a port is refused", e);
    }
    signalChannelOpenFailure(why);
    service.unregisterChannel(this);
  }

  private void send(ChannelPipedInputStream fromUser, ControlStream opened) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try (fromUser) {
      for (int count = fromUser.read(chunk); count >= 0; count = fromUser.read(chunk)) {
        opened.output().write(chunk, 0, count);
      }
      opened.output().close();
      endOfOneWay();
    } catch (IOException e) {
      LOG.debug("a forwarded port broke: {}", e.getMessage());
      close(true);
    }
  }

  private void receive(ControlStream opened) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try (ChannelOutputStream out =
        new ChannelOutputStream(
            this, getRemoteWindow(), LOG, SshConstants.SSH_MSG_CHANNEL_DATA, false)) {
      for (int count = opened.input().read(chunk); count >= 0; count = opened.input().read(chunk)) {
        out.write(chunk, 0, count);
        out.flush();
      }
      sendEof();
      endOfOneWay();
    } catch (IOException e) {
      LOG.debug("a forwarded port broke: {}", e.getMessage());
      close(true);
    }
  }

  private void endOfOneWay() {
    if (waysOpen.decrementAndGet() == 0) {
      close(false);
    }
  }

  @Override
  protected void doWriteData(byte[] data, int offset, long length) throws IOException {
    if (fromClient != null) {
      fromClient.receive(data, offset, (int) length);
    }
  }

  @Override
  protected void doWriteExtendedData(byte[] data, int offset, long length) {
    throw new UnsupportedOperationException("a port has no error output");
  }

  @Override
  public void handleEof() throws IOException {
    super.handleEof();
    if (fromClient != null) {
      fromClient.eof();
    }
  }

  @Override
  public void handleChannelUnregistration(ConnectionService service) {
    super.handleChannelUnregistration(service);
    ControlStream opened = stream;
    if (opened != null) {
      opened.close();
    }
    if (fromClient != null) {
      fromClient.eof();
    }
  }
}
