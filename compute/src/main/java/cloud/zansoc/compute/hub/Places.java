package cloud.zansoc.compute.hub;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.PrivateNetwork;
import cloud.zansoc.net.http.Json;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The places of instances in their deployments' private networks, and how orders name them. */
final class Places {
  private final Optional<PrivateNetworks> networks;

  /**
   * @param networks none where the hub makes no private networks
   */
  Places(Optional<PrivateNetworks> networks) {
    this.networks = networks;
  }

  /** Gives an instance its place; answers its digest, empty where the deployment has no network. */
  String place(Deployment deployment, Instance instance, long generation) {
    return find(deployment, instance, generation).map(Places::digest).orElse("");
  }

  /** An instance's place, if its deployment has a network. */
  Optional<PrivateNetwork> find(Deployment deployment, Instance instance, long generation) {
    if (!deployment.spec().privateNetwork()) {
      return Optional.empty();
    }
    return Optional.of(
        networks()
            .place(
                new PrivateNetworks.Member(
                    deployment.id().toString(),
                    deployment.name(),
                    instance.id(),
                    instance.name(),
                    generation)));
  }

  /** The digest of an instance's place as it is now; none where it has no place. */
  Optional<String> current(Deployment deployment, InstanceId instance) {
    return deployment.spec().privateNetwork()
        ? Optional.ofNullable(networks().places(deployment.id().toString()).get(instance))
            .map(Places::digest)
        : Optional.empty();
  }

  /** Takes an instance's place away. */
  void release(Deployment deployment, InstanceId instance) {
    if (deployment.spec().privateNetwork()) {
      networks().release(instance);
    }
  }

  private PrivateNetworks networks() {
    return networks.orElseThrow(
        () -> new ZansocException(ErrorCode.UNSUPPORTED, "this hub makes no private networks"));
  }

  /** The same for equal places, in whichever order their maps have been made. */
  private static String digest(PrivateNetwork place) {
    Object ordered =
        List.of(
            place.address(),
            place.authority(),
            place.certificate(),
            place.group(),
            new TreeMap<>(place.lighthouses()),
            new TreeMap<>(place.names()),
            place.blocked());
    return Digest.sha256(Json.write(ordered)).toString();
  }
}
