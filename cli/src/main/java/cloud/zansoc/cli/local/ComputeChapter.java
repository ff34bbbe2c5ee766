package cloud.zansoc.cli.local;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.client.ComputeHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The demonstration's chapter about leased machines: one deployment of three web servers over three
 * hosts, reached by one endpoint and by SSH; a host dies, and its instance goes on elsewhere under
 * its name, with its data; then the bill.
 */
final class ComputeChapter {
  /** Hosts that lend computing: three that are used, and one for the instance of the one killed. */
  static final int HOSTS = 4;

  static final String IMAGE = "zansoc/web:bookworm";

  private static final int REPLICAS = 3;
  private static final String DEPLOYMENT = "shop";
  private static final String VOLUME = "goods";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final String SERVER =
      "hostname > /goods/index.html; exec busybox httpd -f -p 80 -h /goods";

  private final Output output;
  private final Profile profile;
  private final Consumer<String[]> zansoc;
  private final BiConsumer<String, String> figure;
  private final IntConsumer killing;

  /**
   * @param zansoc runs a command that must succeed
   * @param figure takes what is shown at the end
   * @param killing ends a host at once, by its number
   */
  ComputeChapter(
      Output output,
      Profile profile,
      Consumer<String[]> zansoc,
      BiConsumer<String, String> figure,
      IntConsumer killing) {
    this.output = output;
    this.profile = profile;
    this.zansoc = zansoc;
    this.figure = figure;
    this.killing = killing;
  }

  /**
   * Plays it.
   *
   * @param bill where the hub has a ledger
   */
  void run(Optional<DemoBill> bill) {
    try (Session session = Session.open(profile)) {
      ComputeHub hub = new ComputeHub(session.api());
      bill.ifPresent(DemoBill::begin);
      deploy();
      DemoRequests requests = new DemoRequests(address(hub));
      reachEach(hub, requests);
      writeInEach(hub);
      failOver(hub, requests);
      zansoc("deployment", "show", DEPLOYMENT);
      zansoc("deployment", "rm", DEPLOYMENT, "--yes");
      await("removed", () -> hub.deployments().isEmpty());
      bill.ifPresent(its -> its.end(output, figure));
    }
  }

  private void deploy() {
    long begin = System.nanoTime();
    zansoc(
        "deploy",
        "--name=" + DEPLOYMENT,
        "--image=" + IMAGE,
        "--replicas=" + REPLICAS,
        "--spread=hosts",
        "--cpu=0.1",
        "--memory=64MiB",
        "--disk=512MiB",
        "--volume=" + VOLUME + ":/goods:64MiB:5s",
        "--port=80/http",
        "--pay-for=1h",
        "--yes",
        "--",
        "sh",
        "-c",
        SERVER);
    figure.accept("deployed: " + REPLICAS + " instances on " + REPLICAS + " hosts", since(begin));
  }

  private static String address(ComputeHub hub) {
    return hub.deployment(DEPLOYMENT).endpoints().stream()
        .map(DeploymentView.Endpoint::address)
        .filter(DemoRequests::isResolved)
        .findFirst()
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.INTERNAL, DEPLOYMENT + " has no public address of plain HTTP"));
  }

  private void reachEach(ComputeHub hub, DemoRequests requests) {
    output.line("  asking " + requests.address() + " until every instance has answered");
    Map<String, Integer> answers = new TreeMap<>();
    await(
        "an answer of each instance",
        () -> {
          requests.ask("/index.html").ifPresent(by -> answers.merge(by, 1, Integer::sum));
          return answers.size() == REPLICAS;
        });
    List<String> names = hub.instances().stream().map(InstanceView::name).sorted().toList();
    if (!List.copyOf(answers.keySet()).equals(names)) {
      throw new ZansocException(
          ErrorCode.DAMAGED, "answers came from %s, not from %s".formatted(answers, names));
    }
    output.line("  answers by instance: " + answers);
  }

  /** What is written is in a snapshot afterwards. */
  private void writeInEach(ComputeHub hub) {
    for (InstanceView instance : hub.instances()) {
      zansoc(
          "exec",
          instance.name(),
          "--",
          "sh",
          "-c",
          "echo the goods of $(hostname) | tee /goods/list.txt");
      zansoc("volume", "snapshot", VOLUME + instance.name().substring(DEPLOYMENT.length()));
    }
  }

  private void failOver(ComputeHub hub, DemoRequests requests) {
    InstanceView before = hub.instances().getFirst();
    InstanceView.Place place =
        before.place().orElseThrow(() -> new IllegalStateException("it runs"));
    int host = Integer.parseInt(place.hostName().replaceFirst(".*-", ""));
    long begin = System.nanoTime();
    killing.accept(host);
    output.line(
        "  killed %s (kill -9) with %s; asking on".formatted(place.hostName(), before.name()));
    List<Boolean> served = new ArrayList<>();
    InstanceView after =
        await(
            before.name() + " on another host",
            () -> hub.instance(before.name()),
            instance -> {
              served.add(requests.ask("/index.html").isPresent());
              return instance.isReady() && instance.generation() > before.generation();
            });
    String took = since(begin);
    output.line(
        "  %s runs on %s after %s"
            .formatted(
                after.name(), after.place().map(InstanceView.Place::hostName).orElse("?"), took));
    zansoc("exec", after.name(), "--", "grep", "goods of " + after.name(), "/goods/list.txt");
    requireServed(served);
    figure.accept("a host killed: its instance runs elsewhere, with its data, after", took);
    figure.accept("requests meanwhile", served.size() + ", all answered but " + failed(served));
    await(
        "an answer of " + after.name(),
        () ->
            requests.ask("/list.txt").filter(("the goods of " + after.name())::equals).isPresent());
    output.line("  the endpoint serves what it had written: the goods of " + after.name());
  }

  private static long failed(List<Boolean> served) {
    return served.stream().filter(each -> !each).count();
  }

  /** The other two go on serving; only what was under way to the dead one may fail. */
  private static void requireServed(List<Boolean> served) {
    if (failed(served) * 2 > served.size()) {
      throw new ZansocException(
          ErrorCode.DAMAGED,
          "%d of %d requests failed while one of %d hosts was dead"
              .formatted(failed(served), served.size(), REPLICAS));
    }
  }

  private static void await(String what, BooleanSupplier done) {
    await(what, () -> true, any -> done.getAsBoolean());
  }

  private static <T> T await(String what, Supplier<T> look, Predicate<T> isThere) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    T seen = look.get();
    while (!isThere.test(seen)) {
      if (System.nanoTime() - deadline > 0) {
        throw new ZansocException(
            ErrorCode.TIMED_OUT,
            "not after %d s: %s; the last seen is %s".formatted(PATIENCE.toSeconds(), what, seen));
      }
      Pause.of(POLL);
      seen = look.get();
    }
    return seen;
  }

  private static String since(long begin) {
    return "%.1f s".formatted((System.nanoTime() - begin) / 1e9);
  }

  private void zansoc(String... arguments) {
    zansoc.accept(arguments);
  }
}
