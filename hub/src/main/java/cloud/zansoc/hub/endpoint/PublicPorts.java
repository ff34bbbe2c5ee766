package cloud.zansoc.hub.endpoint;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.PortSpec;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.hub.Deployment;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Which ports and names of this hub are promised to which deployment. What is chosen is drawn at
 * random, so that who knows the port of a removed deployment does not find the next one there.
 * Thread-safe.
 */
final class PublicPorts {
  private static final int MOST_ATTEMPTS = 20;

  private final EndpointSettings settings;
  private final String bind;
  private final EndpointStore store;
  private final RandomGenerator random;
  private final Map<Digest, Reservation> known = new ConcurrentHashMap<>();

  PublicPorts(EndpointSettings settings, String bind, EndpointStore store, RandomGenerator random) {
    this.settings = settings;
    this.bind = bind;
    this.store = store;
    this.random = random;
  }

  /** A service's port that cannot be published, and why. */
  record Problem(String service, String message) {}

  /** What stands in the way of a new deployment. */
  Optional<Problem> problem(DeploymentSpec spec) {
    Optional<Problem> problem = PublicNames.problem(spec);
    Set<Integer> asked = new HashSet<>();
    Set<Integer> taken = store.taken();
    for (ServiceSpec service : spec.services()) {
      for (PortSpec port : service.ports()) {
        problem =
            problem.or(() ->
                problem(port, taken, asked)
                    .map(why ->
                        new Problem(
                            service.name(),
                            "port %d of %s cannot be published: %s"
                                .formatted(port.port(), service.name(), why))));
      }
    }
    return problem;
  }

  private Optional<String> problem(PortSpec port, Set<Integer> taken, Set<Integer> asked) {
    if (port.protocol() == PortSpec.Protocol.HTTP) {
      return settings.httpPort().isEmpty() && settings.httpsPort().isEmpty()
          ? Optional.of("this hub publishes no HTTP; ask for it as %d/tcp".formatted(port.port()))
          : Optional.empty();
    }
    if (settings.tcpPorts().isEmpty()) {
      return Optional.of("this hub publishes no TCP ports");
    }
    EndpointSettings.PortRange range = settings.tcpPorts().get();
    if (port.publicPort().isEmpty()) {
      return taken.size() + asked.size() >= range.size()
          ? Optional.of("all %d ports of this hub (%s) are taken".formatted(range.size(), range))
          : Optional.empty();
    }
    int wanted = port.publicPort().get();
    if (!range.contains(wanted)) {
      return Optional.of("%d is not one of this hub's ports, %s".formatted(wanted, range));
    }
    if (!asked.add(wanted)) {
      return Optional.of("%d is asked for twice".formatted(wanted));
    }
    return taken.contains(wanted) || !isFree(wanted)
        ? Optional.of(taken(wanted))
        : Optional.empty();
  }

  private static String taken(int port) {
    return "port %d of this hub is taken: ask for another one, or for none and get a free one"
        .formatted(port);
  }

  /** Whether no other program of this machine has it. */
  private boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(bind, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** What a deployment has; reserved now where it has nothing yet. */
  Reservation reserve(Deployment deployment) {
    Reservation before = known.get(deployment.id());
    if (before != null) {
      return before;
    }
    Reservation reserved = store.find(deployment.id()).orElseGet(() -> choose(deployment));
    known.put(deployment.id(), reserved);
    return reserved;
  }

  private Reservation choose(Deployment deployment) {
    for (int attempt = 1; ; attempt++) {
      List<Reservation.Port> ports = choose(deployment.spec(), store.taken());
      try {
        return store.reserve(deployment.id(), PublicNames.labels(deployment), ports);
      } catch (ZansocException e) {
        // Somebody was faster: what they left is looked at anew.
        if (e.code() != ErrorCode.CONFLICT || attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private List<Reservation.Port> choose(DeploymentSpec spec, Set<Integer> taken) {
    Set<Integer> gone = new HashSet<>(taken);
    for (ServiceSpec service : spec.services()) {
      for (PortSpec port : service.ports()) {
        port.publicPort()
            .filter(wanted -> port.protocol() == PortSpec.Protocol.TCP && !gone.add(wanted))
            .ifPresent(wanted -> {
              throw new ZansocException(ErrorCode.CONFLICT, taken(wanted));
            });
      }
    }
    List<Reservation.Port> chosen = new ArrayList<>();
    for (ServiceSpec service : spec.services()) {
      for (PortSpec port : service.ports()) {
        if (port.protocol() == PortSpec.Protocol.TCP) {
          int at = port.publicPort().orElseGet(() -> draw(gone));
          chosen.add(new Reservation.Port(service.name(), port.port(), at));
        }
      }
    }
    return chosen;
  }

  private int draw(Set<Integer> gone) {
    EndpointSettings.PortRange range =
        settings
            .tcpPorts()
            .orElseThrow(
                () -> new ZansocException(ErrorCode.CONFLICT, "this hub publishes no TCP ports"));
    int start = random.nextInt(range.size());
    for (int step = 0; step < range.size(); step++) {
      int port = range.first() + (start + step) % range.size();
      if (!gone.contains(port) && isFree(port)) {
        gone.add(port);
        return port;
      }
    }
    throw new ZansocException(
        ErrorCode.CONFLICT,
        "all %d ports of this hub (%s) are taken".formatted(range.size(), range));
  }

  /** A deployment that was not kept needs nothing. */
  void release(Digest deployment) {
    known.remove(deployment);
    store.release(deployment);
  }

  /** A deployment is removed: what it had is free. */
  void forget(Digest deployment) {
    known.remove(deployment);
  }
}
