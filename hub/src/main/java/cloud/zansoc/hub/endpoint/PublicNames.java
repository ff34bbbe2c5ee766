package cloud.zansoc.hub.endpoint;

import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.PortSpec;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.hub.Deployment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The names by which ports of HTTP are reached. A service's first is reached by the service's name,
 * its others by SERVICE-PORT. Pure.
 */
final class PublicNames {
  private static final int LONGEST_LABEL = 63;
  private static final int ID_DIGITS = 6;

  /** Joins two labels to one, which certificates for *.DOMAIN cover. */
  private static final String JOINT = "--";

  private PublicNames() {}

  /**
   * A port of HTTP.
   *
   * @param name one label of a host name, one part of a path
   */
  record Named(String service, int port, String name) {}

  /** The ports of HTTP of a deployment, by service and as they stand there. */
  static List<Named> of(DeploymentSpec spec) {
    List<Named> named = new ArrayList<>();
    for (ServiceSpec service : spec.services()) {
      boolean first = true;
      for (PortSpec port : service.ports()) {
        if (port.protocol() == PortSpec.Protocol.HTTP) {
          String name = first ? service.name() : service.name() + "-" + port.port();
          named.add(new Named(service.name(), port.port(), name));
          first = false;
        }
      }
    }
    return named;
  }

  /** Names that cannot be, or that are there twice. */
  static Optional<PublicPorts.Problem> problem(DeploymentSpec spec) {
    Set<String> names = new HashSet<>();
    for (Named port : of(spec)) {
      String problem =
          port.name().length() > LONGEST_LABEL
              ? "its name '%s' is longer than %d characters".formatted(port.name(), LONGEST_LABEL)
              : "another port is reached as '%s' too: name the service otherwise"
                  .formatted(port.name());
      if (!names.add(port.name()) || port.name().length() > LONGEST_LABEL) {
        return Optional.of(
            new PublicPorts.Problem(
                port.service(),
                "port %d of %s cannot be published: %s"
                    .formatted(port.port(), port.service(), problem)));
      }
    }
    return Optional.empty();
  }

  /** The labels that a deployment may have in host names: its name, or one that nobody has. */
  static List<String> labels(Deployment deployment) {
    String name = deployment.name();
    String id = deployment.id().toString().substring(0, ID_DIGITS);
    int room = LONGEST_LABEL - ID_DIGITS - 1;
    return List.of(name, name.substring(0, Math.min(name.length(), room)) + "-" + id);
  }

  /** SERVICE.DEPLOYMENT.DOMAIN. */
  static String host(String name, String label, String domain) {
    return "%s.%s.%s".formatted(name, label, domain);
  }

  /** SERVICE--DEPLOYMENT.DOMAIN; none where it would not say which is which, or is too long. */
  static Optional<String> joinedHost(String name, String label, String domain) {
    boolean ambiguous = name.contains(JOINT) || label.contains(JOINT);
    String joined = name + JOINT + label;
    return ambiguous || joined.length() > LONGEST_LABEL
        ? Optional.empty()
        : Optional.of(joined + "." + domain);
  }

  /** /TENANT/DEPLOYMENT/SERVICE. */
  static String path(Deployment deployment, String name) {
    return "/%s/%s/%s".formatted(deployment.tenant(), deployment.name(), name);
  }
}
