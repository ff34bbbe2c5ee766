package cloud.zansoc.hub.api;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.compute.hub.ComputeHost;
import cloud.zansoc.compute.hub.ComputeSettings;
import cloud.zansoc.compute.hub.DeploymentKeeper;
import cloud.zansoc.compute.hub.Deployments;
import cloud.zansoc.compute.hub.Endpoints;
import cloud.zansoc.compute.hub.HostWatch;
import cloud.zansoc.compute.hub.IndexedMatcher;
import cloud.zansoc.compute.hub.InstanceStreams;
import cloud.zansoc.compute.hub.UsageSeal;
import cloud.zansoc.compute.hub.Volumes;
import cloud.zansoc.hub.DeploymentPlans;
import cloud.zansoc.hub.HubVolumeHosts;
import cloud.zansoc.hub.HubVolumes;
import cloud.zansoc.hub.registry.Enrolment;
import cloud.zansoc.hub.registry.HostTimeouts;
import cloud.zansoc.hub.registry.Hosts;
import cloud.zansoc.hub.registry.Invitations;
import cloud.zansoc.hub.registry.Members;
import cloud.zansoc.hub.registry.SshAccess;
import cloud.zansoc.hub.store.Database;
import cloud.zansoc.hub.store.Sealing;
import cloud.zansoc.hub.store.SqlCatalogue;
import cloud.zansoc.hub.store.SqlComputeStore;
import cloud.zansoc.hub.store.SqlKeyStore;
import cloud.zansoc.hub.store.SqlRegistryStore;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.AdmissionRules;
import cloud.zansoc.net.node.HubView;
import cloud.zansoc.storage.hub.PermitIssuer;
import cloud.zansoc.storage.hub.Placement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The API without a server, to look at its routes. */
final class ApiFixture {
  private ApiFixture() {}

  static List<String> routeNames() {
    return look(api ->
        api.routes().stream().map(route -> route.method() + " " + route.template()).toList());
  }

  /** Gives an API over an empty database to {@code look}. */
  static <T> T look(Function<Api, T> look) {
    try {
      Path file = Files.createTempFile("zansoc-api", ".sqlite");
      try (Database database = Database.open("jdbc:sqlite:" + file)) {
        return look.apply(api(database));
      } finally {
        for (String suffix : List.of("", "-wal", "-shm")) {
          Files.deleteIfExists(Path.of(file + suffix));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Api api(Database database) {
    Clock clock = Clock.systemUTC();
    Identity identity = Identity.create(new SecureRandom());
    PeerId id = identity.id();
    SqlRegistryStore store = new SqlRegistryStore(database);
    Enrolment.Directory directory =
        new Enrolment.Directory(
            new Members(store),
            new Hosts(store, HostTimeouts.DEFAULT, clock),
            new Invitations(store, id, Duration.ofHours(1), clock));
    PermitIssuer issuer = new PermitIssuer(id, identity.signingKey(), clock, new SecureRandom());
    HubView view =
        new HubView(id, "1", new HostAddress("h", 1), clock.instant(), AdmissionRules.DEFAULT);
    SqlCatalogue catalogue =
        new SqlCatalogue(
            database,
            directory.hosts(),
            new Placement(new SecureRandom()),
            issuer,
            directory.members());
    HubVolumeHosts volumeHosts =
        new HubVolumeHosts(directory.hosts(), (host, name, body, timeout) -> new byte[0]);
    Volumes volumes = HubVolumes.open(database, catalogue, volumeHosts, identity, clock);
    return new Api(
        new Enrolment(
            store, directory, new Enrolment.Terms(AdmissionRules.DEFAULT, Optional.empty()), clock),
        directory,
        catalogue,
        new Guests(clock),
        new Api.Surroundings(
            name -> view,
            () -> "",
            host -> {},
            volumes,
            deployments(database, clock, volumes),
            Optional.empty(),
            new Api.Instances(
                new InstanceStreams((host, name, request, timeout) -> {
                  throw new IllegalStateException("nobody asks");
                }),
                new SshAccess(new SqlKeyStore(database), directory.members(), clock),
                name -> Optional.empty())));
  }

  /** Deployments in a network without hosts. */
  private static Deployments deployments(Database database, Clock clock, Volumes volumes) {
    SqlComputeStore store =
        new SqlComputeStore(
            database,
            new Sealing() {
              @Override
              public byte[] seal(byte[] context, byte[] plain) {
                return plain;
              }

              @Override
              public byte[] open(byte[] context, byte[] sealed) {
                return sealed;
              }
            });
    HostWatch watch =
        new HostWatch(
            new HostWatch.Registry() {
              @Override
              public List<ComputeHost> hosts() {
                return List.of();
              }

              @Override
              public Optional<ComputeHost> host(PeerId id) {
                return Optional.empty();
              }

              @Override
              public HostWatch.Wish wish(PeerId host) {
                return HostWatch.Wish.LEFT;
              }

              @Override
              public Optional<Instant> reclaimed(PeerId host) {
                return Optional.empty();
              }

              @Override
              public String name(PeerId host) {
                return host.shortText();
              }
            },
            ComputeSettings.DEFAULT,
            clock);
    Identity keys = Identity.create(new SecureRandom());
    DeploymentKeeper.Parts parts =
        new DeploymentKeeper.Parts(
            watch,
            (host, name, body, timeout) -> new byte[0],
            new IndexedMatcher(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            volumes,
            Endpoints.NONE,
            new UsageSeal(keys.publicKey(), keys.signingKey(), host -> Optional.empty()));
    SecureRandom random = new SecureRandom();
    DeploymentKeeper keeper =
        new DeploymentKeeper(
            store,
            parts,
            ComputeSettings.DEFAULT,
            new DeploymentKeeper.Surroundings(clock, random, Runnable::run));
    return new Deployments(
        store,
        keeper,
        new Deployments.Surroundings(
            parts,
            (spec, match) -> DeploymentPlans.of(spec, match, Optional.empty(), Duration.ofHours(1)),
            random),
        clock);
  }
}
