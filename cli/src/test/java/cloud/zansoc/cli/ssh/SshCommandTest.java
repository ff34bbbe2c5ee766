package cloud.zansoc.cli.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Run;
import cloud.zansoc.cli.Session;
import cloud.zansoc.hub.Hub;
import cloud.zansoc.hub.HubConfigurationFile;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.identity.OpenSshKey;
import cloud.zansoc.net.node.KeyView;
import cloud.zansoc.net.node.SshView;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys, and the two ways into instances, against a hub that has none yet. */
final class SshCommandTest {
  private static final String NONE = "zansoc: there is no instance 'web-1'";

  @TempDir private Path folder;
  private Hub hub;
  private Profile profile;

  @BeforeEach
  void start() {
    Path data = folder.resolve("hub");
    hub =
        Hub.start(
            HubConfigurationFile.read(
                data,
                Map.of("bind", "127.0.0.1", "api-port", "0", "peer-port", "0", "ssh-port", "0")));
    profile = new Profile(folder.resolve("profile"));
    Run.with(profile, "login", "127.0.0.1:" + hub.apiPort(), "--hub-data=" + data).ok();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void key_addedListedRemoved_isThereAndGone() throws Exception {
    Path key = folder.resolve("id.pub");
    Files.writeString(key, publicKey() + "\n");
    Run added = Run.with(profile, "key", "add", key.toString(), "--ttl", "1h").ok();
    assertThat(added.out()).contains("SHA256:").contains("opens your instances now");
    assertThat(added.err()).contains("ssh -p " + hub.sshPort().orElseThrow());

    List<KeyView> keys =
        Json.readList(
            Run.with(profile, "key", "ls", "--json").ok().out().getBytes(StandardCharsets.UTF_8),
            KeyView.class);
    assertThat(keys).hasSize(1);
    assertThat(keys.getFirst().comment()).isEqualTo("me@laptop");
    assertThat(keys.getFirst().expires()).isPresent();
    assertThat(Run.with(profile, "key", "ls").ok().out())
        .contains("FINGERPRINT")
        .contains(keys.getFirst().fingerprint());

    Run.with(profile, "key", "rm", keys.getFirst().fingerprint()).ok();
    Run again = Run.with(profile, "key", "rm", "me@laptop");
    assertThat(again.exit()).isEqualTo(4);
    assertThat(again.err()).contains("zansoc key ls shows them");
  }

  @Test
  void keyAdd_whatIsNoKey_saysWhatToDo() throws Exception {
    Path file = folder.resolve("x");
    assertThat(Run.with(profile, "key", "add", file.toString()).err()).contains("ssh-keygen");
    Files.writeString(file, "hello");
    Run refused = Run.with(profile, "key", "add", file.toString());
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("a key is one line");
  }

  @Test
  void ssh_printed_isACommandLineThatWorks() throws Exception {
    Run printed =
        Run.of(
            "ssh", "--print", "--json", "--profile=" + profile.folder(), "web-1", "--", "ls", "-l");
    List<String> line =
        Json.readList(printed.ok().out().getBytes(StandardCharsets.UTF_8), String.class);
    assertThat(line).startsWith("ssh").endsWith("web-1@127.0.0.1", "ls", "-l");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(profile.folder().resolve("ssh-identity"))))
        .isEqualTo("rw-------");

    Process ssh = new ProcessBuilder(line).redirectErrorStream(true).start();
    ssh.getOutputStream().close();
    String said = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).startsWith(NONE);
    assertThat(ssh.waitFor()).isEqualTo(255);
  }

  @Test
  void client_ofThisProgram_hasOutputsAndExitCode() throws Exception {
    SshView gateway;
    String key;
    try (Session session = Session.open(profile)) {
      gateway = session.api().call(ApiCall.get("/v1/ssh"), SshView.class);
      key = OpenSshKey.text(session.identity(), "test");
    }
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (InstanceClient client = InstanceClient.connect(gateway, "web-1", key)) {
      int code =
          client.run(
              "true",
              new InstanceClient.Streams(
                  InputStream.nullInputStream(), new ByteArrayOutputStream(), err),
              LocalTerminal.NONE);
      assertThat(code).isEqualTo(255);
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith(NONE);
  }

  private static String publicKey() {
    return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA me@laptop";
  }
}
