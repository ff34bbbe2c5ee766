package cloud.zansoc.cli.host;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Zansoc;
import cloud.zansoc.cli.local.JavaFlags;
import cloud.zansoc.host.Engines;
import cloud.zansoc.host.HostConfigurationFile;
import cloud.zansoc.host.Schedule;
import cloud.zansoc.host.join.JoinFlow;
import cloud.zansoc.host.join.JoinRequest;
import cloud.zansoc.host.join.JoinRequest.Mode;
import cloud.zansoc.host.join.JoinRequest.NetworkWishes;
import cloud.zansoc.host.join.JoinRequest.Wishes;
import cloud.zansoc.host.join.JoinResult;
import cloud.zansoc.host.join.MeasuringProcess;
import cloud.zansoc.host.join.SystemdService;
import cloud.zansoc.net.HostAddress;
import cloud.zansoc.net.node.AdmissionRefusal;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "join",
    description = {
      "Lend this machine to a network: measures it, registers it, and starts its agent.",
      "Joining again with the same folder changes what is lent; what is left out stays as it was."
    })
final class HostJoinCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private FolderOption folder;

  @Parameters(paramLabel = "HUB", description = "The hub's address, such as hub.example.org:7443.")
  private HostAddress hub;

  @Option(names = "--token", required = true, description = "The token that invites this machine.")
  private String token;

  @Option(names = "--name", description = "What the network calls this host.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--capacity",
      paramLabel = "SIZE",
      description = "How much to lend, such as 500GB (default: half of what is free).")
  private Optional<ByteSize> capacity = Optional.empty();

  @Option(
      names = "--price",
      paramLabel = "USD",
      description = "Asked for a terabyte and month (default: 1).")
  private Optional<Money> price = Optional.empty();

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "A label, such as zone=home-1; may be repeated.")
  private Map<String, String> labels = new HashMap<>();

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      description = {
        "Where clients may connect directly; port 0 takes a free one and keeps it.",
        "Without it (or with 'none') everything goes through the hub's relay."
      })
  private Optional<String> listen = Optional.empty();

  @Option(
      names = "--advertise",
      paramLabel = "NAME:PORT",
      description = "Where others reach that port, if a router forwards it.")
  private Optional<HostAddress> advertise = Optional.empty();

  @Option(
      names = "--up-limit",
      paramLabel = "RATE",
      converter = RateConverter.class,
      description = "The most to send, such as 2MB/s.")
  private Optional<ByteSize> upLimit = Optional.empty();

  @Option(
      names = "--down-limit",
      paramLabel = "RATE",
      converter = RateConverter.class,
      description = "The most to receive, such as 10MB/s.")
  private Optional<ByteSize> downLimit = Optional.empty();

  @Option(
      names = "--schedule",
      paramLabel = "HOURS",
      converter = ScheduleConverter.class,
      description =
          "When to take something new, such as '22:00-06:00' or 'mon-fri 18:00-08:00; sat,sun"
              + " 00:00-24:00' (default: always).")
  private Optional<Schedule> schedule = Optional.empty();

  @Mixin private ComputeOptions compute;

  @Option(
      names = "--quick",
      description = "Measure for two seconds instead of nine, and run in the foreground.")
  private boolean quick;

  @Option(names = "--foreground", description = "Install no service: run the agent here and now.")
  private boolean foreground;

  @Override
  public Integer call() throws InterruptedException {
    Output output = options.output();
    JoinResult result;
    try (JoinPrinter printer = new JoinPrinter(output)) {
      JoinFlow flow =
          new JoinFlow(
              Zansoc.VERSION,
              InstantSource.system(),
              new JoinFlow.Machine(
                  new MeasuringProcess(JavaFlags.ofEnvironment().measuring()), Engines::check),
              SystemdService.ofSystem(),
              printer);
      result = flow.join(new JoinRequest(hub, token, folder.folder(), wishes(), mode()));
    }
    return switch (result) {
      case JoinResult.Refused refused -> refuse(refused.refusal(), output);
      case JoinResult.Joined joined -> {
        output.result(
            new Summary(joined.host().toString(), joined.configuration().name()),
            "This machine is host '%s' (%s)."
                .formatted(joined.configuration().name(), joined.host().shortText()));
        output.terminal().out().flush();
        yield joined.serviceStarted() ? 0 : ForegroundAgent.run(folder.folder(), output);
      }
    };
  }

  private record Summary(String id, String name) {}

  private Mode mode() {
    if (quick) {
      return Mode.QUICK;
    }
    return foreground ? Mode.FOREGROUND : Mode.SERVICE;
  }

  private Wishes wishes() {
    return new Wishes(
        name,
        capacity,
        price,
        labels,
        schedule,
        new NetworkWishes(listen, advertise, upLimit, downLimit),
        compute.wishes());
  }

  private static int refuse(AdmissionRefusal refusal, Output output) {
    if (output.isJson()) {
      output.json(refusal);
    } else {
      List<List<String>> rows =
          refusal.rows().stream()
              .map(
                  row -> List.of(row.rule(), row.required(), row.found(), row.met() ? "yes" : "NO"))
              .toList();
      output.table(List.of("RULE", "REQUIRED", "FOUND", "MET"), rows);
      refusal.rows().stream()
          .filter(row -> !row.met())
          .forEach(row -> output.line("\n" + row.rule() + ": " + row.remedy()));
    }
    output.note("zansoc: this machine falls short of the hub's rules; nothing was registered");
    return ErrorCode.ADMISSION_REFUSED.exitCode();
  }

  static final class RateConverter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      try {
        return HostConfigurationFile.parseLimit(text);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  static final class ScheduleConverter implements ITypeConverter<Schedule> {
    @Override
    public Schedule convert(String text) {
      try {
        return Schedule.parse(text);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
