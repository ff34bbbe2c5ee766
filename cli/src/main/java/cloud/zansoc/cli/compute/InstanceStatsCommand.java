package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.InstanceId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.InstanceUsage;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.client.ComputeHub;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "stats",
    description = {
      "What instances use: processors and memory now, network and disks since they were started.",
      "It looks twice, a second apart."
    })
final class InstanceStatsCommand extends ClientCommand {
  private static final Duration APART = Duration.ofSeconds(1);
  private static final Duration BETWEEN_TABLES = Duration.ofSeconds(2);

  /** To the terminal's upper left corner, and nothing below it. */
  private static final String CLEAR = "\033[H\033[J";

  @Parameters(
      paramLabel = "INSTANCE",
      description = "NAME, or NAME.DEPLOYMENT (default: all that run).")
  private List<String> names = List.of();

  @Option(
      names = {"-w", "--watch"},
      description = "Look every two seconds, until it is interrupted.")
  private boolean watch;

  @Override
  protected void run(Session session, Output output) throws InterruptedException {
    ComputeHub hub = new ComputeHub(session.api());
    Map<InstanceId, InstanceUsage> before = look(hub, output).usages();
    Thread.sleep(APART);
    while (true) {
      Look now = look(hub, output);
      print(now, before, output);
      if (!watch) {
        return;
      }
      before = now.usages();
      Thread.sleep(BETWEEN_TABLES);
    }
  }

  private record Look(List<InstanceView> instances, Map<InstanceId, InstanceUsage> usages) {}

  private Look look(ComputeHub hub, Output output) {
    List<InstanceView> instances =
        names.isEmpty()
            ? hub.instances().stream()
                .filter(its -> its.state() == InstanceView.State.RUNNING)
                .toList()
            : names.stream().map(hub::instance).toList();
    Map<InstanceId, InstanceUsage> usages = new HashMap<>();
    for (InstanceView instance : instances) {
      usage(hub, instance, output).ifPresent(usage -> usages.put(instance.id(), usage));
    }
    return new Look(instances, usages);
  }

  /** One of all that ended a moment ago is passed over; one that was asked for is not. */
  private Optional<InstanceUsage> usage(ComputeHub hub, InstanceView instance, Output output) {
    String name = instance.name() + "." + instance.deployment();
    try {
      return Optional.of(hub.usage(name));
    } catch (ZansocException e) {
      boolean gone = e.code() == ErrorCode.CONFLICT || e.code() == ErrorCode.NOT_FOUND;
      if (!names.isEmpty() || !(gone || e.code().retryable())) {
        throw e;
      }
      output.note(name + " is left out: " + e.getMessage());
      return Optional.empty();
    }
  }

  private void print(Look now, Map<InstanceId, InstanceUsage> before, Output output) {
    List<InstanceRates> rates =
        now.instances().stream().flatMap(its -> rates(its, now, before).stream()).toList();
    if (output.isJson()) {
      output.json(rates);
    } else {
      if (watch && output.terminal().columns().isPresent()) {
        output.terminal().out().print(CLEAR);
      }
      output.table(InstanceRates.HEADERS, rates.stream().map(InstanceRates::row).toList());
    }
    output.terminal().out().flush();
  }

  private static Optional<InstanceRates> rates(
      InstanceView instance, Look now, Map<InstanceId, InstanceUsage> before) {
    Optional<InstanceUsage> second = Optional.ofNullable(now.usages().get(instance.id()));
    return second.map(usage -> {
      Optional<InstanceUsage> first = Optional.ofNullable(before.get(instance.id()));
      return InstanceRates.of(instance, first.orElse(usage), usage);
    });
  }
}
