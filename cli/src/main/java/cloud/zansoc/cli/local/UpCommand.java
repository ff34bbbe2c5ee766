package cloud.zansoc.cli.local;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Login;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.ledger.evm.ContractsFolder;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.FolderWallet;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a local cloud and leaves it running. */
@Command(
    name = "up",
    description = "Start a local cloud of a hub and hosts, log in, and leave it running.")
public final class UpCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Option(names = "--hosts", defaultValue = "12", description = "How many hosts (default: 12).")
  private int hosts;

  @Option(
      names = "--capacity",
      defaultValue = "20GB",
      description = "What each host lends (default: 20GB).")
  private ByteSize capacity;

  @Option(
      names = "--compute-hosts",
      paramLabel = "COUNT",
      defaultValue = "4",
      description = "How many of them lend computing too, where Docker can run (default: 4).")
  private int computeHosts;

  @Option(names = "--no-compute", description = "None of them does, and no engine is started.")
  private boolean noCompute;

  @Mixin private LedgerOptions ledger;

  @Override
  public Integer call() {
    Output output = options.output();
    Profile profile = options.profile();
    List<String> values = ledgerValues(output, LocalOptions.folder(profile));
    boolean lends;
    try (LocalCloud cloud = LocalOptions.cloud(profile, hosts, capacity)) {
      output.note("starting the hub");
      cloud.startHub(values);
      lends = lend(cloud, output);
      output.note("starting " + hosts + " hosts (they measure the machine the first time)");
      cloud.startHosts();
      if (!profile.isLoggedIn()) {
        Login.Result login = cloud.login(profile, System.getProperty("user.name"));
        login.freshPhrase().ifPresent(phrase -> output.note("recovery phrase: " + phrase));
      }
    }
    output.result(
        Map.of(
            "hosts",
            hosts,
            "folder",
            LocalOptions.folder(profile).toString(),
            "ledger",
            !values.isEmpty(),
            "computing",
            lends),
        """
        The cloud runs: a hub at 127.0.0.1:7443 and %d hosts. You are logged in.
          ./zansoc bucket create photos
          ./zansoc cp FILE zs://photos/FILE
          ./zansoc node ls
        %s  ./zansoc down            stops it and keeps the data\
        """
            .formatted(hosts, lends ? "  ./zansoc deploy --help    runs something on them\n" : ""));
    return 0;
  }

  /** Where no engine can run, the cloud stores, and this says why. */
  private boolean lend(LocalCloud cloud, Output output) {
    if (noCompute || computeHosts == 0) {
      return false;
    }
    if (computeHosts < 0 || computeHosts > hosts) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "--compute-hosts %d: of %d hosts".formatted(computeHosts, hosts));
    }
    return switch (new LocalEngine(LocalOptions.folder(options.profile())).start()) {
      case LocalEngine.Start.Ready ready -> {
        output.note(
            "%d hosts lend computing, by the engine at %s"
                .formatted(computeHosts, ready.address()));
        cloud.lend(new LocalCloud.Lending(computeHosts, ready.address()));
        yield true;
      }
      case LocalEngine.Start.None none -> {
        output.note("no host lends computing: " + none.why());
        yield false;
      }
    };
  }

  /** The hub's configuration of the ledger; none without one. */
  private List<String> ledgerValues(Output output, Path folder) {
    if (ledger.none) {
      return List.of();
    }
    Supplier<EvmKey> hub = () -> FolderWallet.loadOrCreate(LocalCloud.hubFolder(folder));
    Optional<URI> node = ledger.node.or(() -> ExistingChain.values(folder).map(LedgerValues::node));
    if (node.isPresent()) {
      if (LocalChain.values(folder).isPresent()) {
        throw new ZansocException(
            ErrorCode.CONFLICT,
            "this cloud has a chain of its own, of which its hub's books are: leave --chain out");
      }
      output.note("looking at the contracts on the chain (they are deployed once)");
      return new ExistingChain(folder, node.get(), ledger)
          .prepare(LocalChain.contracts(), () -> hub.get().account());
    }
    Optional<ContractsFolder> contracts = LocalChain.contracts();
    if (contracts.isEmpty()) {
      output.note(
          "starting no chain: its program and contracts are not built (they need Node.js 18: apt-get install nodejs npm)");
      return List.of();
    }
    output.note("starting the chain (the contracts are deployed once)");
    return new LocalChain(folder, contracts.get(), ledger.port).start(hub);
  }
}
