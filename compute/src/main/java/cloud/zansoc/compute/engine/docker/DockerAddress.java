package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a Docker or Podman engine answers. */
final class DockerAddress {
  private DockerAddress() {}

  /**
   * What was given, else DOCKER_HOST, else the first of the usual sockets that is there.
   *
   * @param given a URL such as unix:///run/docker.sock or tcp://host:2375, or the path of a socket
   * @throws ZansocException NOT_FOUND where there is none
   */
  static URI find(Optional<String> given, Map<String, String> environment, Path root) {
    Optional<String> named =
        given.or(
            () -> Optional.ofNullable(environment.get("DOCKER_HOST")).filter(x -> !x.isBlank()));
    if (named.isPresent()) {
      return parse(named.get());
    }
    List<String> sockets = usual(environment);
    for (String socket : sockets) {
      if (Files.exists(root.resolve(socket.substring(1)))) {
        return URI.create("unix://" + socket);
      }
    }
    throw new ZansocException(
        ErrorCode.NOT_FOUND,
        "no Docker or Podman here: none of %s is there. Install docker.io or podman (and run 'systemctl enable --now podman.socket'), or name its address"
            .formatted(String.join(", ", sockets)));
  }

  private static List<String> usual(Map<String, String> environment) {
    List<String> sockets = new ArrayList<>(List.of("/run/docker.sock", "/var/run/docker.sock"));
    String user = environment.get("XDG_RUNTIME_DIR");
    if (user != null && user.startsWith("/")) {
      sockets.add(user + "/docker.sock");
    }
    sockets.add("/run/podman/podman.sock");
    if (user != null && user.startsWith("/")) {
      sockets.add(user + "/podman/podman.sock");
    }
    return sockets;
  }

  private static URI parse(String address) {
    if (address.startsWith("/")) {
      return URI.create("unix://" + address);
    }
    if (address.startsWith("unix:///") || address.startsWith("tcp://")) {
      try {
        return URI.create(address);
      } catch (IllegalArgumentException e) {
        throw unusable(address);
      }
    }
    throw unusable(address);
  }

  private static ZansocException unusable(String address) {
    return new ZansocException(
        ErrorCode.INVALID_ARGUMENT,
        "an engine's address is for example unix:///run/docker.sock or tcp://localhost:2375, not '%s'"
            .formatted(address));
  }
}
