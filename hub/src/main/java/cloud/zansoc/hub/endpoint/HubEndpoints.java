package cloud.zansoc.hub.endpoint;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.PortStart;
import cloud.zansoc.compute.hub.Deployment;
import cloud.zansoc.compute.hub.Endpoints;
import cloud.zansoc.net.endpoint.Backend;
import cloud.zansoc.net.endpoint.BackendGroup;
import cloud.zansoc.net.endpoint.EndpointRoutes;
import cloud.zansoc.net.endpoint.EndpointServer;
import cloud.zansoc.net.http.Json;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes deployments: keeps routes and their backends in step with them. Thread-safe. */
public final class HubEndpoints implements Endpoints, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HubEndpoints.class);

  private final EndpointSettings settings;
  private final EndpointDoors doors;
  private final PublicPorts promised;
  private final EndpointRoutes routes = new EndpointRoutes();
  private final EndpointServer server;
  private final Map<Digest, Map<Port, BackendGroup>> published = new ConcurrentHashMap<>();
  private volatile Map<Integer, String> failing = Map.of();

  /**
   * Where the hub is.
   *
   * @param bind the address of its ports
   * @param host by which others reach it
   * @param dataFolder where ports that were drawn and a certificate of its own are kept
   */
  public record Site(String bind, String host, Path dataFolder) {}

  private record Port(String service, int port) {}

  /**
   * Listens for HTTP; ports of TCP follow as deployments are published.
   *
   * @param servers makes the server of what is published
   * @throws ZansocException CONFLICT where a port is taken, INVALID_ARGUMENT where the certificate
   *     cannot be used
   */
  public HubEndpoints(
      EndpointSettings settings,
      Site site,
      Function<EndpointRoutes, EndpointServer> servers,
      EndpointStore store,
      RandomGenerator random) {
    this.settings = settings;
    this.promised = new PublicPorts(settings, site.bind(), store, random);
    store.sweep();
    this.server = servers.apply(routes);
    try {
      this.doors = new EndpointDoors(settings, site, server);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** The port of plain HTTP; none where there is none. */
  public Optional<Integer> httpPort() {
    return doors.httpPort();
  }

  /** The port of HTTPS; none where there is none. */
  public Optional<Integer> httpsPort() {
    return doors.httpsPort();
  }

  @Override
  public Optional<DeploymentPlan.Obstacle> obstacle(DeploymentSpec spec) {
    return promised
        .problem(spec)
        .map(problem ->
            new DeploymentPlan.Obstacle(
                DeploymentPlan.Constraint.PORTS,
                Optional.of(problem.service()),
                problem.message()));
  }

  @Override
  public void reserve(Deployment deployment) {
    if (hasPorts(deployment)) {
      promised.reserve(deployment);
    }
  }

  private static boolean hasPorts(Deployment deployment) {
    return deployment.spec().services().stream().anyMatch(service -> !service.ports().isEmpty());
  }

  @Override
  public void release(Digest deployment) {
    promised.release(deployment);
  }

  @Override
  public void publish(Deployment deployment, List<Replica> replicas, Set<Stay> held) {
    if (!hasPorts(deployment)) {
      return;
    }
    if (deployment.state() == Deployment.State.REMOVED) {
      withdraw(deployment);
      return;
    }
    Map<Port, BackendGroup> groups = published.get(deployment.id());
    if (groups == null) {
      groups = open(deployment);
      published.put(deployment.id(), groups);
      listen();
    }
    Set<String> names =
        held.stream()
            .map(stay -> backend(stay.instance(), stay.generation()))
            .collect(Collectors.toSet());
    groups.forEach((port, group) -> {
      group.update(
          replicas.stream()
              .filter(replica -> replica.service().equals(port.service()))
              .map(replica -> backend(replica, port.port()))
              .toList());
      group.end(name -> !names.contains(name));
    });
  }

  private static Backend backend(Replica replica, int port) {
    return new Backend(
        backend(replica.instance(), replica.generation()),
        replica.host(),
        Json.write(new PortStart(replica.instance(), port)));
  }

  private static String backend(InstanceId instance, long generation) {
    return instance + "/" + generation;
  }

  @Override
  public boolean isBusy(InstanceId instance, long generation) {
    String name = backend(instance, generation);
    return published.values().stream()
        .flatMap(groups -> groups.values().stream())
        .anyMatch(group -> group.isBusy(name));
  }

  private Map<Port, BackendGroup> open(Deployment deployment) {
    Reservation reserved = promised.reserve(deployment);
    Map<Port, BackendGroup> groups = new HashMap<>();
    for (PublicNames.Named port : PublicNames.of(deployment.spec())) {
      BackendGroup group =
          groups.computeIfAbsent(
              new Port(port.service(), port.port()), its -> group(deployment, its));
      routes.publishPrefix(PublicNames.path(deployment, port.name()), group);
      settings
          .domain()
          .ifPresent(domain -> {
            routes.publishHost(PublicNames.host(port.name(), reserved.label(), domain), group);
            PublicNames.joinedHost(port.name(), reserved.label(), domain)
                .ifPresent(host -> routes.publishHost(host, group));
          });
    }
    for (Reservation.Port port : reserved.ports()) {
      routes.publishPort(
          port.publicPort(),
          groups.computeIfAbsent(
              new Port(port.service(), port.port()), its -> group(deployment, its)));
    }
    return Map.copyOf(groups);
  }

  private static BackendGroup group(Deployment deployment, Port port) {
    return new BackendGroup("%s.%s".formatted(port.service(), deployment.name()));
  }

  private void withdraw(Deployment deployment) {
    promised.forget(deployment.id());
    Map<Port, BackendGroup> groups = published.remove(deployment.id());
    if (groups != null) {
      groups.values().forEach(routes::withdraw);
      for (BackendGroup group : groups.values()) {
        group.update(List.of());
        group.end(any -> true);
      }
      listen();
    }
  }

  /** Opens and closes ports, beside the turn that asks for it. */
  private void listen() {
    Thread.ofVirtual().name("endpoint-ports").start(this::look);
  }

  /** Listens on the ports that are published, and renews the certificate; again and again. */
  public void look() {
    Map<Integer, String> now = server.listenPorts(doors.bind());
    if (!now.equals(failing)) {
      now.forEach((port, why) -> LOG.warn("port {} is not published: {}", port, why));
      failing = now;
    }
    doors.renewCertificate();
  }

  @Override
  public void silent(PeerId host) {
    published.values().forEach(groups -> groups.values().forEach(group -> group.lose(host)));
  }

  @Override
  public List<DeploymentView.Endpoint> addresses(Deployment deployment) {
    return hasPorts(deployment)
        ? doors.addresses(deployment, promised.reserve(deployment))
        : List.of();
  }

  /** Ends every connection. */
  @Override
  public void close() {
    server.close();
  }
}
