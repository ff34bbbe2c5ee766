package cloud.zansoc.compute.engine.docker;

import cloud.zansoc.base.PeerId;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import java.util.Map;
import java.util.Optional;

/**
 * The bridge on which the instances of one host are, and nothing else. Its interface has a known
 * name, so that the firewall can speak of it; its members cannot reach each other.
 */
final class OwnNetwork {

  private final DockerClient client;
  private final PeerId owner;

  OwnNetwork(DockerClient client, PeerId owner) {
    this.client = client;
    this.owner = owner;
  }

  String name() {
    return "zansoc-" + owner.shortText();
  }

  /** The name of its interface: at most 15 characters. */
  String bridge() {
    return bridge(owner);
  }

  static String bridge(PeerId owner) {
    return "zan-" + owner.shortText();
  }

  /** Makes it, if it is not there. */
  boolean ensure() {
    if (isThere()) {
      return false;
    }
    try {
      client
          .createNetworkCmd()
          .withName(name())
          .withDriver("bridge")
          .withCheckDuplicate(true)
          .withOptions(
              Map.of(
                  "com.docker.network.bridge.name",
                  bridge(),
                  "com.docker.network.bridge.enable_icc",
                  "false"))
          .withLabels(Map.of(Labels.HOST, owner.toString()))
          .exec();
      return true;
    } catch (ConflictException e) {
      return false; // Another thread has made it meanwhile.
    }
  }

  private boolean isThere() {
    try {
      client.inspectNetworkCmd().withNetworkId(name()).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  /** Removes it, if it is there. */
  boolean remove() {
    try {
      client.removeNetworkCmd(name()).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  /** Where a container is on it, while it runs. */
  Optional<String> address(InspectContainerResponse container) {
    ContainerNetwork place = container.getNetworkSettings().getNetworks().get(name());
    return Optional.ofNullable(place)
        .map(ContainerNetwork::getIpAddress)
        .filter(address -> !address.isEmpty());
  }
}
