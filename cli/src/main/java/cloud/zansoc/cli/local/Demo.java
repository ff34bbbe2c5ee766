package cloud.zansoc.cli.local;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Main;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.ssh.Shell;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.evm.ContractsFolder;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.storage.api.ObjectHealth;
import cloud.zansoc.storage.api.VersionView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The main job on real input, step by step, in a cloud of its own that is removed at the end. Every
 * step runs the command that a user would run, and prints it.
 */
final class Demo implements AutoCloseable {
  private static final String BUCKET = "demo";
  private static final ByteSize CAPACITY = ByteSize.ofGibibytes(5);
  private static final Duration REPAIR_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration POLL = Duration.ofMillis(500);

  private final Output output;
  private final Path folder;
  private final int hosts;
  private final Optional<Profile> images;
  private final LocalCloud cloud;
  private final Profile profile;
  private final Thread cleanUp = Thread.ofPlatform().unstarted(this::remove);
  private final List<List<String>> figures = new ArrayList<>();
  private int step;

  /**
   * @param images where images are kept for the next time; none: the chapter about leased machines
   *     is left out
   */
  Demo(Output output, Path folder, int hosts, Optional<Profile> images) throws IOException {
    this.output = output;
    this.folder = folder;
    this.hosts = hosts;
    this.images = images;
    this.profile = new Profile(folder.resolve("profile"));
    this.cloud = new LocalCloud(cloudFolder(), settings(hosts));
    Runtime.getRuntime().addShutdownHook(cleanUp);
  }

  /** Runs every step; throws where one does not show what it must. */
  void run(Path source) throws IOException {
    long begin = System.nanoTime();
    ByteSize size = new ByteSize(Files.size(source));
    step("Starting a hub and " + hosts + " hosts, each a process with a folder of its own");
    Optional<LocalChain> chain = chain();
    cloud.startHub(
        chain
            .map(its ->
                its.start(() -> FolderWallet.loadOrCreate(LocalCloud.hubFolder(cloudFolder()))))
            .orElse(List.of()));
    LocalEngine.Start engine = startEngine();
    cloud.startHosts();
    cloud.login(profile, "demo");
    String sha256 = FileDigest.sha256(source);

    step("Storing " + source + " (" + size + ") twice: two versions of one object");
    String target = "zs://" + BUCKET + "/" + source.getFileName();
    int total = hosts - hosts / 3;
    int needed = total - hosts / 3 - 1;
    zansoc("bucket", "create", BUCKET, "--scheme", needed + "/" + total);
    rate("first version stored", size, () -> zansoc("cp", source.toString(), target));
    rate("second version stored", size, () -> zansoc("cp", source.toString(), target));
    String key = String.valueOf(source.getFileName());
    awaitHealth(key, "all blocks in place", Demo::isComplete);

    step("Where the blocks went");
    showPlacement(key);

    int victims = hosts / 3;
    step("Killing " + victims + " of " + hosts + " hosts (kill -9), damaging a block on another");
    for (int number = 1; number <= victims; number++) {
      cloud.host(number).kill();
      output.line("  killed " + cloud.host(number).name());
    }
    int damaged = holder(victims + 1);
    output.line(
        "  damaged "
            + BlockDamage.damageOne(cloud.hostFolder(damaged))
            + " of "
            + cloud.host(damaged).name());

    step("Reading both versions back");
    for (VersionView version : versions(key)) {
      Path copy = folder.resolve("copy-" + version.versionId());
      String[] command = {"cp", "--version", version.versionId(), target, copy.toString()};
      rate("version " + version.versionId() + " read", size, () -> zansoc(command));
      requireSame(sha256, FileDigest.sha256(copy), version);
      Files.delete(copy);
    }

    step("Waiting for the repair of what the dead hosts held");
    long repairBegin = System.nanoTime();
    awaitHealth(key, "redundancy restored", Demo::isComplete);
    figure("redundancy restored", seconds(repairBegin));

    step("The nodes now");
    zansoc("node", "ls");

    if (chain.isPresent()) {
      step("A wallet, with coins of the development chain's faucet");
      zansoc("wallet", "create");
      zansoc("wallet", "fund");
      zansoc("wallet", "deposit", "100");
    }
    switch (engine) {
      case LocalEngine.Start.Ready ready -> leaseMachines(ready.address(), chain.isPresent());
      case LocalEngine.Start.None none ->
          output.line("\nThe chapter about leased machines is left out: " + none.why());
    }
    if (chain.isPresent()) {
      step("Money: a lease is paid, a storage deal proven and missed, coins exchanged, all booked");
      new LedgerChapter(output, profile, source, this::zansoc, this::figure).run();
    } else {
      output.line("\nThe chapter about money is left out: the contracts are not built.");
    }

    step("Summary");
    figure("whole demonstration", seconds(begin));
    figure("SHA-256 of file and of both copies", sha256.substring(0, 16) + "… (equal)");
    output.table(List.of("WHAT", "FIGURE"), figures);
    output.line("");
    output.line("The cloud of this demonstration is removed. For one that stays: ./zansoc up");
  }

  private LocalEngine.Start startEngine() {
    if (images.isEmpty()) {
      return new LocalEngine.Start.None("--no-compute was given");
    }
    LocalEngine.Start start = new LocalEngine(cloudFolder()).start();
    if (start instanceof LocalEngine.Start.Ready ready) {
      cloud.lend(new LocalCloud.Lending(ComputeChapter.HOSTS, ready.address()));
    }
    return start;
  }

  /** In the order of time: the chapter about money lets the chain's clock run ahead. */
  private void leaseMachines(URI engine, boolean paid) {
    step("An image for leased machines, from Debian's packages (kept for the next time)");
    List<String> build =
        List.of(
            "image",
            "build-base",
            "--include=busybox",
            "--name=" + ComputeChapter.IMAGE,
            "--engine=" + engine);
    long begin = System.nanoTime();
    if (run(images.orElseThrow(), build) != 0) {
      output.line("\nThe chapter about leased machines is left out: there is no image, see above");
      return;
    }
    figure("image made or taken from the last time", seconds(begin));
    step("One deployment of three web servers on three hosts, one of which dies");
    begin = System.nanoTime();
    ComputeChapter chapter =
        new ComputeChapter(output, profile, this::zansoc, this::figure, cloud::kill);
    if (paid) {
      try (Session session = Session.open(profile);
          ChainSession chain = ChainSession.open(session, Optional.empty())) {
        chapter.run(Optional.of(new DemoBill(chain, chain.account(), lendersByAccount())));
      }
    } else {
      chapter.run(Optional.empty());
    }
    figure("the whole chapter about leased machines", seconds(begin));
  }

  private Map<AccountId, String> lendersByAccount() {
    return IntStream.rangeClosed(hosts - ComputeChapter.HOSTS + 1, hosts)
        .boxed()
        .collect(
            Collectors.toMap(
                number -> FolderWallet.account(cloud.hostFolder(number)),
                number -> cloud.host(number).name()));
  }

  /** The first host from {@code number} on that holds blocks: a small file is not on all. */
  private int holder(int number) throws IOException {
    for (int next = number; next < hosts; next++) {
      if (BlockDamage.holdsBlocks(cloud.hostFolder(next))) {
        return next;
      }
    }
    return hosts;
  }

  private Path cloudFolder() {
    return folder.resolve("cloud");
  }

  private Optional<LocalChain> chain() throws IOException {
    Optional<ContractsFolder> contracts = LocalChain.contracts();
    if (contracts.isEmpty()) {
      return Optional.empty();
    }
    try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Optional.of(new LocalChain(cloudFolder(), contracts.get(), port.getLocalPort()));
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(cleanUp);
    remove();
  }

  private void remove() {
    cloud.remove();
    LocalCloud.deleteTree(folder);
  }

  private void zansoc(String... arguments) {
    int exit = run(profile, List.of(arguments));
    if (exit != 0) {
      throw new ZansocException(
          ErrorCode.INTERNAL, "'zansoc %s' ended with %d".formatted(arguments[0], exit));
    }
  }

  /** Its options end at "--", behind which are an instance's. */
  private int run(Profile of, List<String> arguments) {
    output.line("  $ zansoc " + String.join(" ", arguments.stream().map(Shell::quote).toList()));
    List<String> all = new ArrayList<>(arguments);
    int end = all.indexOf("--");
    all.add(end < 0 ? all.size() : end, "--profile=" + of.folder());
    return Main.run(output.terminal(), all.toArray(String[]::new));
  }

  private List<VersionView> versions(String key) {
    try (Session session = Session.open(profile)) {
      ApiCall call = ApiCall.get("/v1/buckets/{bucket}/versions", BUCKET).query("prefix", key);
      return session.api().callList(call, VersionView.class);
    }
  }

  private List<ObjectHealth> health(String key) {
    List<VersionView> versions = versions(key);
    try (Session session = Session.open(profile)) {
      return versions.stream()
          .map(version ->
              ApiCall.get("/v1/buckets/{bucket}/health", BUCKET)
                  .query("key", key)
                  .query("version", version.versionId()))
          .map(call -> session.api().call(call, ObjectHealth.class))
          .toList();
    }
  }

  private void showPlacement(String key) {
    Map<String, Integer> positions = new TreeMap<>();
    for (ObjectHealth health : health(key)) {
      for (ObjectHealth.SegmentHealth segment : health.segments()) {
        segment.hosts().forEach(host -> positions.merge(host, 1, Integer::sum));
      }
      ObjectHealth.SegmentHealth first = health.segments().getFirst();
      output.line(
          "  a version: %d segments, each on %d hosts, any %d of which restore it"
              .formatted(health.segments().size(), first.total(), first.needed()));
    }
    positions.forEach(
        (host, count) -> output.line("  %-10s %d segment columns".formatted(host, count)));
  }

  private void awaitHealth(String key, String what, Predicate<List<ObjectHealth>> done) {
    long deadline = System.nanoTime() + REPAIR_TIMEOUT.toNanos();
    List<ObjectHealth> health = health(key);
    while (!done.test(health)) {
      if (System.nanoTime() > deadline) {
        throw new ZansocException(
            ErrorCode.TIMED_OUT, "not reached: " + what + "; the health is " + health);
      }
      Pause.of(POLL);
      health = health(key);
    }
    output.line("  " + what);
  }

  private static boolean isComplete(List<ObjectHealth> versions) {
    return segments(versions).allMatch(segment -> segment.healthy() == segment.total());
  }

  private static Stream<ObjectHealth.SegmentHealth> segments(List<ObjectHealth> versions) {
    return versions.stream().flatMap(health -> health.segments().stream());
  }

  private static void requireSame(String expected, String seen, VersionView version) {
    if (!expected.equals(seen)) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "version %s came back with SHA-256 %s instead of %s"
              .formatted(version.versionId(), seen, expected));
    }
  }

  private void rate(String what, ByteSize size, Runnable action) {
    long begin = System.nanoTime();
    action.run();
    double seconds = (System.nanoTime() - begin) / 1e9;
    figure(what, "%.1f s, %.0f MB/s".formatted(seconds, size.bytes() / 1e6 / seconds));
  }

  private void figure(String what, String value) {
    figures.add(List.of(what, value));
  }

  private void step(String title) {
    step++;
    output.line("");
    output.line(step + ". " + title);
  }

  private static String seconds(long begin) {
    return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - begin) / 1e9);
  }

  /** Hosts count as dead sooner than usual, so that the demonstration is short. */
  private static LocalCloud.Settings settings(int hosts) throws IOException {
    try (ServerSocket api = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new LocalCloud.Settings(
          hosts,
          CAPACITY,
          new HostAddress("127.0.0.1", api.getLocalPort()),
          new HostAddress("127.0.0.1", peer.getLocalPort()),
          List.of(
              "heartbeat=1s",
              "offline-after=4s",
              "lost-after=8s",
              "instance-suspicion=4s",
              "instance-grace=8s"));
    }
  }
}
