package cloud.zansoc.compute.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DockerAddressTest {
  @TempDir Path root;

  private String find(Optional<String> given, Map<String, String> environment) {
    return DockerAddress.find(given, environment, root).toString();
  }

  private void make(String socket) throws IOException {
    Path file = root.resolve(socket.substring(1));
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }

  @Test
  void find_given_winsOverAllElse() throws IOException {
    make("/run/docker.sock");
    Map<String, String> environment = Map.of("DOCKER_HOST", "tcp://other:2375");
    assertThat(find(Optional.of("/my/docker.sock"), environment))
        .isEqualTo("unix:///my/docker.sock");
    assertThat(find(Optional.empty(), environment)).isEqualTo("tcp://other:2375");
  }

  @Test
  void find_nothingGiven_takesDockerBeforePodman() throws IOException {
    Map<String, String> environment = Map.of("XDG_RUNTIME_DIR", "/run/user/7");
    make("/run/user/7/podman/podman.sock");
    assertThat(find(Optional.empty(), environment))
        .isEqualTo("unix:///run/user/7/podman/podman.sock");
    make("/run/podman/podman.sock");
    assertThat(find(Optional.empty(), environment)).isEqualTo("unix:///run/podman/podman.sock");
    make("/run/docker.sock");
    assertThat(find(Optional.empty(), environment)).isEqualTo("unix:///run/docker.sock");
  }

  @Test
  void find_noneThere_saysWhatToInstall() {
    assertThatThrownBy(() -> find(Optional.empty(), Map.of()))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("Install docker.io or podman");
  }

  @Test
  void find_unusableAddress_saysWhatIsUsable() {
    for (String address : new String[] {"ssh://host", "docker", "tcp://a b"}) {
      assertThatThrownBy(() -> find(Optional.of(address), Map.of()))
          .isInstanceOfSatisfying(
              ZansocException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .hasMessageContaining("unix:///run/docker.sock");
    }
  }
}
