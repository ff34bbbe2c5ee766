package cloud.zansoc.cli.ssh;

import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.identity.OpenSshKey;
import cloud.zansoc.net.node.SshView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What OpenSSH needs to know of the profile: its identity as a key, and the gateway's key.
 *
 * @param gateway as the hub says
 */
record SshFiles(SshView gateway, Path identity, Path knownHosts) {
  /** The name under which the gateway's key is kept, wherever the hub may be. */
  static final String ALIAS = "zansoc-hub";

  /** Asks the hub, and brings the files in the profile up to date. */
  static SshFiles prepare(Session session) {
    SshView gateway = session.api().call(ApiCall.get("/v1/ssh"), SshView.class);
    Path identity = session.profile().folder().resolve("ssh-identity");
    Path knownHosts = session.profile().folder().resolve("ssh-known-hosts");
    write(session, identity, OpenSshKey.text(session.identity(), "zansoc"));
    // The hub itself was asked, over a connection that proved who it is.
    write(session, knownHosts, ALIAS + " " + gateway.hostKey() + "\n");
    return new SshFiles(gateway, identity, knownHosts);
  }

  private static void write(Session session, Path file, String text) {
    try {
      if (!Files.exists(file) || !Files.readString(file).equals(text)) {
        session.profile().write(file, text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
