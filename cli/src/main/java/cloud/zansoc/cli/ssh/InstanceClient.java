package cloud.zansoc.cli.ssh;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Unclosed;
import cloud.zansoc.hub.ssh.SecurityProviders;
import cloud.zansoc.net.node.SshView;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.util.security.SecurityUtils;

/** A connection to an instance through the hub's gateway. */
final class InstanceClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SIZE_ASKED = Duration.ofSeconds(1);

  private final SshClient client;
  private final ClientSession session;

  private InstanceClient(SshClient client, ClientSession session) {
    this.client = client;
    this.session = session;
  }

  /**
   * Connects, checks the gateway's key, and shows one's own.
   *
   * @param key the private key, as a file of OpenSSH has it
   */
  static InstanceClient connect(SshView gateway, String instance, String key) {
    SecurityProviders.prepare();
    SshClient client = SshClient.setUpDefaultClient();
    client.setServerKeyVerifier(
        (session, address, shown) -> PublicKeyEntry.toString(shown).equals(gateway.hostKey()));
    client.start();
    try {
      ClientSession session =
          client
              .connect(instance, gateway.address().host(), gateway.address().port())
              .verify(PATIENCE)
              .getSession();
      session.addPublicKeyIdentity(keyPair(key));
      session.auth().verify(PATIENCE);
      return new InstanceClient(client, session);
    } catch (IOException e) {
      client.stop();
      throw new ZansocException(
          ErrorCode.UNREACHABLE,
          "the hub's SSH gateway at %s cannot be used: %s; check that the network and its firewall let port %d through"
              .formatted(gateway.address(), e.getMessage(), gateway.address().port()),
          e);
    }
  }

  /** What a command is joined with. */
  record Streams(InputStream in, OutputStream out, OutputStream err) {
    /** This program's own, past all that buffers; a channel that ends leaves them open. */
    static Streams standard() {
      return new Streams(
          new FilterInputStream(new FileInputStream(FileDescriptor.in)) {
            @Override
            public void close() {
              // The next command of this program reads on.
            }
          },
          new Unclosed(new FileOutputStream(FileDescriptor.out)),
          new Unclosed(new FileOutputStream(FileDescriptor.err)));
    }
  }

  /** Runs a command; its exit code. */
  int run(String command, Streams streams, LocalTerminal terminal) throws IOException {
    try (terminal;
        ChannelExec channel = session.createExecChannel(command, null, environment())) {
      Optional<LocalTerminal.Size> size = terminal.size();
      channel.setUsePty(size.isPresent());
      size.ifPresent(its -> {
        channel.setPtyType(Optional.ofNullable(System.getenv("TERM")).orElse("xterm"));
        channel.setPtyColumns(its.columns());
        channel.setPtyLines(its.rows());
      });
      channel.setIn(streams.in());
      channel.setOut(streams.out());
      channel.setErr(streams.err());
      channel.open().verify(PATIENCE);
      awaitEnd(channel, terminal, size);
      Integer code = channel.getExitStatus();
      if (code == null) {
        throw new ZansocException(
            ErrorCode.UNREACHABLE, "the connection to the instance was lost before its end");
      }
      return code;
    }
  }

  private static void awaitEnd(
      ChannelExec channel, LocalTerminal terminal, Optional<LocalTerminal.Size> first)
      throws IOException {
    Optional<LocalTerminal.Size> size = first;
    Set<ClientChannelEvent> end = EnumSet.of(ClientChannelEvent.CLOSED);
    while (channel.waitFor(end, SIZE_ASKED).contains(ClientChannelEvent.TIMEOUT)) {
      Optional<LocalTerminal.Size> now = terminal.size();
      if (now.isPresent() && !now.equals(size)) {
        channel.sendWindowChange(now.get().columns(), now.get().rows());
        size = now;
      }
    }
  }

  private static KeyPair keyPair(String text) throws IOException {
    try {
      return SecurityUtils.loadKeyPairIdentities(
              null,
              NamedResource.ofName("identity"),
              new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)),
              null)
          .iterator()
          .next();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> environment() {
    Map<String, String> taken = new TreeMap<>();
    System.getenv()
        .forEach((name, value) -> {
          if (name.equals("LANG") || name.startsWith("LC_")) {
            taken.put(name, value);
          }
        });
    return taken;
  }

  @Override
  public void close() {
    session.close(true);
    client.stop();
  }
}
