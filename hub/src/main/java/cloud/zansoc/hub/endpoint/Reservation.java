package cloud.zansoc.hub.endpoint;

import cloud.zansoc.base.Digest;
import java.util.List;
import java.util.Optional;

/**
 * What a deployment is reached by, until it is removed.
 *
 * @param label its part of host names; no other deployment has it
 * @param ports of TCP
 */
public record Reservation(Digest deployment, String label, List<Port> ports) {
  public Reservation {
    ports = List.copyOf(ports);
  }

  /**
   * One of TCP.
   *
   * @param port inside the instances
   * @param publicPort at the hub; no other one has it
   */
  public record Port(String service, int port, int publicPort) {}

  /** The port at the hub that leads to a service's port. */
  Optional<Integer> publicPort(String service, int port) {
    return ports.stream()
        .filter(its -> its.service().equals(service) && its.port() == port)
        .map(Port::publicPort)
        .findFirst();
  }
}
