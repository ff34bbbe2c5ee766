package cloud.zansoc.hub.ssh;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.hub.InstanceDirectory;
import cloud.zansoc.compute.hub.InstanceStreams;
import cloud.zansoc.hub.registry.SshAccess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.subsystem.SubsystemFactory;

/**
 * Takes users in by their SSH keys, and joins their shells, commands, files and forwarded ports
 * with their instances. The user name is the instance's. Thread-safe.
 *
 * <p>Bounded: {@value SessionLimits#MOST_STRANGERS} connections without a key, {@value
 * SessionLimits#MOST_OF_TENANT} sessions of one tenant, {@value #MOST_CHANNELS} channels of one
 * session, and 2 MiB under way to each.
 */
public final class SshGateway implements AutoCloseable {
  /** The file of the gateway's key, in the hub's data folder. */
  public static final String HOST_KEY = "ssh_host_ed25519_key";

  private static final int MOST_CHANNELS = 64;
  private static final int MOST_KEYS_SHOWN = 20;
  private static final Duration PATIENCE = Duration.ofDays(30);

  static {
    SecurityProviders.prepare();
  }

  private final SshServer server;
  private final String hostKey;

  /**
   * Opens the gateway.
   *
   * @param keyFile the gateway's key; made where it is missing
   * @throws ZansocException CONFLICT where the address cannot be listened on
   */
  public static SshGateway start(
      InetSocketAddress address,
      Path keyFile,
      SshAccess access,
      InstanceDirectory directory,
      InstanceStreams instances) {
    SshGateway gateway =
        new SshGateway(address, HostKey.loadOrCreate(keyFile), access, directory, instances);
    try {
      gateway.server.start();
      return gateway;
    } catch (IOException e) {
      gateway.close();
      throw new ZansocException(
          ErrorCode.CONFLICT,
          "the SSH gateway cannot listen on %s: %s; choose another ssh-port"
              .formatted(address, e.getMessage()),
          e);
    }
  }

  private SshGateway(
      InetSocketAddress address,
      KeyPair key,
      SshAccess access,
      InstanceDirectory directory,
      InstanceStreams instances) {
    hostKey = HostKey.line(key.getPublic());
    InstanceFinder finder = new InstanceFinder(directory);
    server = SshServer.setUpDefaultServer();
    server.setHost(address.getAddress().getHostAddress());
    server.setPort(address.getPort());
    server.setKeyPairProvider(KeyPairProvider.wrap(key));
    Algorithms.offer(server);
    server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    server.setPublickeyAuthenticator((user, shown, session) -> admit(access, shown, session));
    server.setChannelFactories(List.of(new Sessions(), new PortChannel.Factory(finder, instances)));
    server.setGlobalRequestHandlers(
        List.of(new KeepAliveHandler(), new NoMoreSessionsHandler(), new RemoteForwarding()));
    server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
    server.setShellFactory(channel -> new ExecCommand(finder, instances, List.of()));
    server.setCommandFactory(
        (channel, line) -> new ExecCommand(finder, instances, List.of("/bin/sh", "-c", line)));
    server.setSubsystemFactories(List.of(new Files(finder, instances)));
    server.addSessionListener(new SessionLimits());
    configure(server);
  }

  /** Where it listens. */
  public int port() {
    return server.getPort();
  }

  /** The gateway's public key: the type and base 64 of a line of known_hosts. */
  public String hostKey() {
    return hostKey;
  }

  /** Ends every session and stops listening. */
  @Override
  public void close() {
    try {
      server.stop(true);
    } catch (IOException e) {
      throw new ZansocException(ErrorCode.INTERNAL, "the SSH gateway did not end", e);
    }
  }

  private static boolean admit(SshAccess access, PublicKey shown, Session session) {
    ByteArrayBuffer buffer = new ByteArrayBuffer();
    buffer.putRawPublicKey(shown);
    Set<String> tenants = access.tenants(buffer.getCompactData());
    session.setAttribute(InstanceFinder.TENANTS, tenants);
    return !tenants.isEmpty();
  }

  private static void configure(SshServer server) {
    CoreModuleProperties.SERVER_IDENTIFICATION.set(server, "zansoc");
    CoreModuleProperties.AUTH_TIMEOUT.set(server, SessionLimits.LOGIN_TIME);
    CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, MOST_KEYS_SHOWN);
    CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(server, MOST_CHANNELS);
    // Silence is no reason to end a shell: whether its client is there, SessionLimits asks.
    CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(server, Duration.ZERO);
    // Nor is a client that reads nothing for a while: a pager waits for its reader.
    CoreModuleProperties.WAIT_FOR_SPACE_TIMEOUT.set(server, PATIENCE);
    CoreModuleProperties.TCP_NODELAY.set(server, true);
    CoreModuleProperties.SOCKET_KEEPALIVE.set(server, true);
  }

  /** The subsystem of files. */
  private record Files(InstanceFinder finder, InstanceStreams instances)
      implements SubsystemFactory {
    @Override
    public String getName() {
      return "sftp";
    }

    @Override
    public Command createSubsystem(ChannelSession channel) {
      return new SftpCommand(finder, instances);
    }
  }

  /** Channels that know their terminal. */
  private static final class Sessions implements ChannelFactory {
    @Override
    public String getName() {
      return "session";
    }

    @Override
    public Channel createChannel(Session session) {
      return new GatewayChannel();
    }
  }
}
