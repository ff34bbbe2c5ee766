package cloud.zansoc.compute.api;

import cloud.zansoc.base.DnsLabel;
import cloud.zansoc.base.InstanceId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One instance as a host is to run it.
 *
 * @param name within its deployment: web-1
 * @param deployment the deployment's name
 * @param tenant who pays
 * @param environment secrets included
 * @param ports that the endpoint or a forwarding may reach
 */
public record InstanceSpec(
    InstanceId id,
    String name,
    String deployment,
    String tenant,
    String image,
    List<String> command,
    Map<String, String> environment,
    InstanceSize size,
    List<Volume> volumes,
    List<PortSpec> ports,
    RestartPolicy restart,
    Optional<HealthCheck> health) {
  public InstanceSpec {
    DnsLabel.check("an instance", name);
    DnsLabel.check("a deployment", deployment);
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    volumes = List.copyOf(volumes);
    ports = List.copyOf(ports);
  }

  /**
   * A volume of this instance alone.
   *
   * @param id names it on hosts and in storage, for its whole life
   */
  public record Volume(String id, VolumeMount mount) {}

  /** The same with another size. */
  public InstanceSpec resized(InstanceSize other) {
    return new InstanceSpec(
        id,
        name,
        deployment,
        tenant,
        image,
        command,
        environment,
        other,
        volumes,
        ports,
        restart,
        health);
  }

  /** The same with another image. */
  public InstanceSpec withImage(String other) {
    return new InstanceSpec(
        id,
        name,
        deployment,
        tenant,
        other,
        command,
        environment,
        size,
        volumes,
        ports,
        restart,
        health);
  }

  /** Leaves the environment out, which may hold secrets. */
  @Override
  public String toString() {
    return "instance %s.%s (%s)".formatted(name, deployment, id);
  }
}
