package cloud.zansoc.cli;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.cli.host.JoinPrinter;
import cloud.zansoc.host.Agent;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.host.Schedule;
import cloud.zansoc.host.join.JoinFlow;
import cloud.zansoc.host.join.JoinRequest;
import cloud.zansoc.host.join.JoinResult;
import cloud.zansoc.host.join.SystemdService;
import cloud.zansoc.host.measure.MeasureBudget;
import cloud.zansoc.hub.Hub;
import cloud.zansoc.hub.HubConfigurationFile;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.http.ApiClient;
import cloud.zansoc.net.node.JoinToken;
import cloud.zansoc.net.node.NewToken;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/**
 * The run that the launcher records for the programs that move blocks: hub, hosts and client in one
 * process store a file and read it back, so that all three later start with their classes loaded
 * and know which methods are hot.
 */
final class BlockTraining {
  private static final int HOSTS = 3;
  private static final int FILE_BYTES = 96 << 20;
  private static final Map<String, String> ANY_MACHINE =
      Map.ofEntries(
          Map.entry("bind", "127.0.0.1"),
          Map.entry("api-port", "0"),
          Map.entry("peer-port", "0"),
          Map.entry("quota", "none"),
          Map.entry("admission.vcpus", "1"),
          Map.entry("admission.cpu-single", "0"),
          Map.entry("admission.memory", "1MB"),
          Map.entry("admission.capacity", "1MB"),
          Map.entry("admission.disk-write", "1kB"),
          Map.entry("admission.disk-syncs", "1"),
          Map.entry("admission.down", "1kB"),
          Map.entry("admission.up", "1kB"),
          Map.entry("admission.round-trip", "1m"));

  private final Path folder;
  private final Hub hub;
  private final HostAddress address;

  private BlockTraining(Path folder, Hub hub) {
    this.folder = folder;
    this.hub = hub;
    this.address = new HostAddress("127.0.0.1", hub.apiPort());
  }

  /** Runs everything below {@code folder}; throws where a step fails. */
  static void run(Path folder) throws IOException {
    List<Agent> agents = new ArrayList<>();
    try (Hub hub = Hub.start(HubConfigurationFile.read(folder.resolve("hub"), ANY_MACHINE))) {
      BlockTraining training = new BlockTraining(folder, hub);
      try {
        for (int number = 1; number <= HOSTS; number++) {
          agents.add(training.startHost(number));
        }
        training.storeAndRead();
      } finally {
        agents.forEach(Agent::close);
      }
    }
  }

  private Agent startHost(int number) {
    JoinFlow flow =
        new JoinFlow(
            Zansoc.VERSION,
            InstantSource.system(),
            MeasureBudget.FULL,
            SystemdService.ofSystem(),
            new JoinPrinter(new Output(nowhere(), false)));
    HostFolder host = new HostFolder(folder.resolve("host-" + number));
    JoinRequest.Wishes wishes =
        new JoinRequest.Wishes(
            Optional.of("host-" + number),
            Optional.of(ByteSize.ofGibibytes(1)),
            Optional.empty(),
            Map.of(),
            Optional.<Schedule>empty(),
            new JoinRequest.NetworkWishes(
                Optional.of("127.0.0.1:0"), Optional.empty(), Optional.empty(), Optional.empty()));
    JoinResult result =
        flow.join(
            new JoinRequest(
                address, token(Role.HOST).text(), host, wishes, JoinRequest.Mode.QUICK));
    if (!(result instanceof JoinResult.Joined)) {
      throw new IllegalStateException("a host was refused: " + result);
    }
    return Agent.start(host, Zansoc.VERSION);
  }

  private void storeAndRead() throws IOException {
    Profile profile = new Profile(folder.resolve("profile"));
    new Login(profile)
        .run(address, JoinToken.parse(token(Role.OPERATOR).text()), "training", Optional.empty());
    Path file = folder.resolve("file");
    byte[] bytes = new byte[FILE_BYTES];
    new Random(1).nextBytes(bytes);
    Files.write(file, bytes);
    String option = "--profile=" + profile.folder();
    command("bucket", "create", "training", "--scheme", "2/3", option);
    for (int round = 1; round <= 2; round++) {
      command("cp", file.toString(), "zs://training/file", option);
      command("cp", "zs://training/file", folder.resolve("copy").toString(), option);
    }
  }

  private NewToken token(Role role) {
    TokenRequest request =
        new TokenRequest(role, Optional.empty(), Optional.empty(), Optional.empty(), "training");
    try (ApiClient api =
        new ApiClient(hub.operator(), hub.id(), address, ApiClient.Patience.SHORT)) {
      return api.call(ApiCall.post("/v1/tokens").body(request), NewToken.class);
    }
  }

  private static void command(String... arguments) {
    int exit = Main.run(nowhere(), arguments);
    if (exit != 0) {
      throw new IllegalStateException(String.join(" ", arguments) + " ended with " + exit);
    }
  }

  private static Terminal nowhere() {
    PrintStream nothing =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Terminal(nothing, System.err, OptionalInt.empty());
  }
}
