package cloud.zansoc.compute.api;

import cloud.zansoc.base.DnsLabel;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.image.ImageReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Instances that are alike: replicas of one image.
 *
 * @param name its instances are NAME-1, NAME-2 …
 * @param image an OCI reference, or {@code zs://BUCKET/NAME@sha256:HEX#v1.SHARE.KEY} for one in
 *     storage
 * @param command instead of the image's; empty: the image's
 * @param environment for everybody's eyes
 * @param secrets as the environment, but never shown again, logged or kept in the clear
 * @param labels that a host must have, such as region=in
 */
public record ServiceSpec(
    String name,
    String image,
    List<String> command,
    Map<String, String> environment,
    Map<String, String> secrets,
    InstanceSize size,
    int replicas,
    Spread spread,
    Map<String, String> labels,
    List<VolumeMount> volumes,
    List<PortSpec> ports,
    RestartPolicy restart,
    Optional<HealthCheck> health) {
  /** The most replicas of a service. */
  public static final int MOST_REPLICAS = 1000;

  /** Which parts of the network no two replicas share. */
  public enum Spread {
    /** They may share a host. */
    NONE,
    /** One on each host. */
    HOSTS,
    /** One in each network (an IPv4 /24 or IPv6 /48). */
    NETWORKS,
    /** One in each region (label region). */
    REGIONS
  }

  public ServiceSpec {
    DnsLabel.check("a service", name);
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    secrets = Map.copyOf(secrets);
    labels = Map.copyOf(labels);
    volumes = List.copyOf(volumes);
    ports = List.copyOf(ports);
    if (image.isBlank()) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "service " + name + " has no image");
    }
    if (replicas < 0 || replicas > MOST_REPLICAS) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "service %s has 0 to %d replicas, not %d".formatted(name, MOST_REPLICAS, replicas));
    }
  }

  /** The same with another number of replicas. */
  public ServiceSpec withReplicas(int others) {
    return new ServiceSpec(
        name,
        image,
        command,
        environment,
        secrets,
        size,
        others,
        spread,
        labels,
        volumes,
        ports,
        restart,
        health);
  }

  /** The same with another image. */
  public ServiceSpec withImage(String other) {
    return new ServiceSpec(
        name,
        other,
        command,
        environment,
        secrets,
        size,
        replicas,
        spread,
        labels,
        volumes,
        ports,
        restart,
        health);
  }

  /** The same with other secrets. */
  public ServiceSpec withSecrets(Map<String, String> others) {
    return new ServiceSpec(
        name,
        image,
        command,
        environment,
        others,
        size,
        replicas,
        spread,
        labels,
        volumes,
        ports,
        restart,
        health);
  }

  /** Leaves environment and secrets out. */
  @Override
  public String toString() {
    return "service %s (%d of %s)".formatted(name, replicas, ImageReference.shown(image));
  }
}
