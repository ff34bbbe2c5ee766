package cloud.zansoc.host.join;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.host.ComputingCheck;
import cloud.zansoc.host.HostConfiguration;
import cloud.zansoc.host.HostConfigurationFile;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.host.measure.MachineMeasurement.Measured;
import cloud.zansoc.host.measure.MeasureBudget;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.net.http.ApiAnswer;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.AdmissionRefusal;
import cloud.zansoc.net.node.HostRegistration;
import cloud.zansoc.net.node.HubView;
import cloud.zansoc.net.node.JoinToken;
import cloud.zansoc.net.node.MachineReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes this machine a host, step by step. Each step can be repeated: joining again with the same
 * data folder keeps the identity and tells the hub what changed. Blocking; for one thread.
 */
public final class JoinFlow {
  private static final int STEPS = 10;

  private final String version;
  private final InstantSource clock;
  private final Measurer measurer;
  private final ComputingCheck computing;
  private final Optional<SystemdService> services;
  private final JoinListener listener;

  private int step;

  /**
   * @param version of this program
   * @param services where services can be installed
   */
  public JoinFlow(
      String version,
      InstantSource clock,
      Machine machine,
      Optional<SystemdService> services,
      JoinListener listener) {
    this.version = version;
    this.clock = clock;
    this.measurer = machine.measurer();
    this.computing = machine.computing();
    this.services = services;
    this.listener = listener;
  }

  /** What tells of the machine: how good it is, and whether it can run instances. */
  public record Machine(Measurer measurer, ComputingCheck computing) {}

  /**
   * Joins.
   *
   * @throws ZansocException what hindered it and what to do; the steps before it stay done and are
   *     harmless
   */
  public JoinResult join(JoinRequest request) {
    step = 0;
    begin("read the token");
    JoinToken token = JoinToken.parse(request.token());
    listener.ends("of hub " + token.hub().shortText());
    begin("prepare " + request.folder().path());
    ByteSize free = PreparedFolder.prepare(request.folder());
    listener.ends(free + " free");
    begin("make the identity");
    Identity self = Identity.loadOrCreate(request.folder().identity());
    listener.ends("host " + self.id().shortText());
    try (ApiClient api =
        new ApiClient(self, token.hub(), request.hub(), ApiClient.Patience.SHORT)) {
      return join(request, new Joining(token, self, api, free));
    }
  }

  /** What the first steps gave. */
  private record Joining(JoinToken token, Identity self, ApiClient api, ByteSize free) {}

  private JoinResult join(JoinRequest request, Joining joining) {
    begin("pin the certificate of " + request.hub());
    byte[] hubKey = HubKey.fetch(joining.self, joining.token.hub(), request.hub());
    listener.ends("it proved to be " + joining.token.hub().shortText());

    begin("test the connection");
    HubConnection connection = new HubConnection(joining.api);
    HubView hub = connection.view();
    HubConnection.compareClocks(hub.time(), clock.instant()).ifPresent(listener::warns);
    listener.ends("hub " + hub.version());

    HostConfiguration configuration =
        configuration(
            request, joining, new HostConfiguration.Hub(request.hub(), hub.peerAddress(), hubKey));

    begin("measure the machine");
    Measured measured = measure(request, configuration, joining);
    measured.notes().forEach(listener::warns);
    listener.ends(summary(measured.report()));

    begin("register as '" + configuration.name() + "' under the hub's rules");
    Optional<AdmissionRefusal> refusal = register(joining, configuration, measured);
    if (refusal.isPresent()) {
      return new JoinResult.Refused(refusal.get());
    }
    listener.ends(reachability(configuration));

    begin("make the wallet that leases pay to");
    listener.ends(wallet(request.folder(), joining.api));

    boolean service = finish(request, configuration);
    return new JoinResult.Joined(joining.self.id(), configuration, service);
  }

  private HostConfiguration configuration(
      JoinRequest request, Joining joining, HostConfiguration.Hub hub) {
    HostFolder folder = request.folder();
    Optional<HostConfiguration> before =
        Files.exists(folder.configuration())
            ? Optional.of(HostConfigurationFile.read(folder.configuration()))
            : Optional.empty();
    HostConfiguration chosen =
        ConfigurationChoice.choose(hub, joining.self.id(), request.wishes(), before, joining.free);
    ByteSize stored = stored(folder);
    ConfigurationChoice.requireSpace(chosen.offer(), joining.free, stored);
    begin("see what computing it can lend");
    ComputingChoice choice = new ComputingChoice(request.wishes().compute(), before);
    ComputingChoice.Decision decision =
        choice
            .engine()
            .map(engine ->
                decide(
                    choice,
                    computing.check(joining.self.id(), engine),
                    ConfigurationChoice.beside(chosen.offer(), joining.free, stored)))
            .orElseGet(choice::none);
    listener.ends(decision.words());
    return chosen.lending(decision.compute());
  }

  private ComputingChoice.Decision decide(
      ComputingChoice choice, ComputingCheck.Findings findings, ByteSize spare) {
    ComputingChoice.Decision decision = choice.by(findings, spare);
    if (findings instanceof ComputingCheck.Findings.Possible possible) {
      possible.missing().forEach(listener::warns);
    }
    return decision;
  }

  private static ByteSize stored(HostFolder folder) {
    if (!Files.isDirectory(folder.blocks())) {
      return new ByteSize(0);
    }
    try (Stream<Path> files = Files.list(folder.blocks())) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      return new ByteSize(bytes);
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INTERNAL,
          "%s cannot be read (%s): check the disk".formatted(folder.blocks(), e.getMessage()),
          e);
    }
  }

  private Measured measure(JoinRequest request, HostConfiguration configuration, Joining joining) {
    MeasureBudget budget = request.mode().isQuick() ? MeasureBudget.QUICK : MeasureBudget.FULL;
    return measurer.measure(
        new MeasureOrder(
            request.folder().path().toString(),
            configuration.offer().reserve(),
            joining.token.hub(),
            request.hub(),
            budget),
        listener::progress);
  }

  private Optional<AdmissionRefusal> register(
      Joining joining, HostConfiguration configuration, Measured measured) {
    Map<String, String> labels = new TreeMap<>(configuration.offer().labels());
    labels.put("measured", measured.quick() ? "quick" : "full");
    HostRegistration registration =
        new HostRegistration(
            joining.token.text(),
            joining.self.publicKey(),
            configuration.name(),
            version,
            configuration.network().reachableAt(),
            configuration.offer().capacity(),
            configuration.offer().pricePerTbMonth(),
            labels,
            measured.report());
    ApiAnswer answer = joining.api.send(ApiCall.post("/v1/hosts").body(registration).idempotent());
    if (answer.status() == ErrorCode.ADMISSION_REFUSED.httpStatus()) {
      return Optional.of(
          answer.detail(AdmissionRefusal.class).orElseThrow(() -> answer.error().toException()));
    }
    answer.okBody();
    return Optional.empty();
  }

  /** An account of its own, where the hub has a ledger; its chain may be away. */
  private static String wallet(HostFolder folder, ApiClient api) {
    int status = api.send(ApiCall.get("/v1/ledger")).status();
    boolean none =
        status == ErrorCode.UNSUPPORTED.httpStatus() || status == ErrorCode.NOT_FOUND.httpStatus();
    return none
        ? "none: the hub has no ledger"
        : "account " + FolderWallet.loadOrCreate(folder.path()).account();
  }

  private static String reachability(HostConfiguration configuration) {
    return configuration
        .network()
        .reachableAt()
        .map(address -> "clients reach it at " + address)
        .orElse("clients reach it through the hub's relay");
  }

  /** Writes the configuration and starts a service, if there is to be one. */
  private boolean finish(JoinRequest request, HostConfiguration configuration) {
    begin("write the configuration and start the agent");
    Path file = request.folder().configuration();
    try {
      HostConfigurationFile.write(configuration, file);
    } catch (IOException e) {
      throw new ZansocException(
          ErrorCode.INTERNAL, "%s cannot be written: %s".formatted(file, e.getMessage()), e);
    }
    if (request.mode() != JoinRequest.Mode.SERVICE || services.isEmpty()) {
      listener.ends("in the foreground, by " + file);
      return false;
    }
    String unit = services.get().install(configuration, request.folder());
    listener.ends("as " + unit);
    return true;
  }

  private static String summary(MachineReport report) {
    return "%d vCPU, score %d/%d, %s memory, disk %s/s, hub %s/s down %s/s up %.1f ms"
        .formatted(
            report.vcpus(),
            report.cpuSingle(),
            report.cpuAll(),
            new ByteSize(report.memoryBytes()),
            new ByteSize(report.disk().writeBytesPerSecond()),
            new ByteSize(report.downBytesPerSecond()),
            new ByteSize(report.upBytesPerSecond()),
            report.hubRoundTripMicros() / 1000.0);
  }

  private void begin(String what) {
    step++;
    listener.begins(step, STEPS, what);
  }
}
