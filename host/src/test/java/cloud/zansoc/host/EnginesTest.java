package cloud.zansoc.host;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.PeerId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which engine a host's configuration means, as far as it shows without one. */
final class EnginesTest {
  private static final PeerId OWNER =
      new PeerId(Digest.sha256("owner".getBytes(StandardCharsets.UTF_8)));

  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      clusters: [{name: home, cluster: {server: "http://127.0.0.1:1"}}]
      contexts: [{name: home, context: {cluster: home, user: me}}]
      users: [{name: me, user: {}}]
      current-context: home
      """;

  @Test
  void check_clusterWithoutKubeconfig_saysSo(@TempDir Path folder) {
    assertThat(check("kubernetes:" + folder.resolve("none"))).contains("cannot be read");
  }

  @Test
  void check_contextThatIsNotThere_saysWhatListsThem(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("config"), KUBECONFIG);
    assertThat(check("kubernetes:" + file + "#work"))
        .contains("no context 'work'", "kubectl config get-contexts");
  }

  @Test
  void check_clusterThatDoesNotAnswer_namesItsAddress(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("config"), KUBECONFIG);
    assertThat(check("kubernetes:" + file + "#home"))
        .contains("connecting to the cluster at http://127.0.0.1:1");
  }

  private static String check(String engine) {
    return Engines.check(OWNER, URI.create(engine)) instanceof ComputingCheck.Findings.Impossible no
        ? no.why()
        : "possible";
  }
}
