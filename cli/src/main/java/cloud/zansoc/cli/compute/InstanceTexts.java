package cloud.zansoc.cli.compute;

import cloud.zansoc.base.Durations;
import cloud.zansoc.compute.api.InstanceSize;
import cloud.zansoc.compute.api.InstanceStatus;
import cloud.zansoc.compute.api.InstanceView;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Instances as text. Pure. */
final class InstanceTexts {
  /** The columns of {@link #row}. */
  static final List<String> HEADERS =
      List.of(
          "INSTANCE",
          "DEPLOYMENT",
          "STATE",
          "HEALTH",
          "HOST",
          "ADDRESS",
          ">VCPU",
          ">MEMORY",
          ">RESTARTS",
          ">USD/HOUR",
          ">PAID FOR");

  private InstanceTexts() {}

  /** One line of the table; what is unknown is a hyphen. */
  static List<String> row(InstanceView instance, Instant now) {
    return List.of(
        instance.name(),
        instance.deployment(),
        state(instance),
        instance.status().map(status -> lower(status.health())).orElse("-"),
        instance.place().map(InstanceView.Place::hostName).orElse("-"),
        instance.address().orElse("-"),
        vcpus(instance.size()),
        instance.size().memory().toString(),
        instance.status().map(status -> Integer.toString(status.restarts())).orElse("-"),
        PlanTexts.dollars(instance.perHour()),
        instance
            .keptUntil()
            .map(until -> "data kept " + left(until, now))
            .or(() -> instance.paidUntil().map(until -> left(until, now)))
            .orElse("-"));
  }

  /** Everything about one, a line each. */
  static List<String> lines(InstanceView instance, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add("name        %s.%s".formatted(instance.name(), instance.deployment()));
    lines.add("id          " + instance.id());
    lines.add("service     " + instance.service());
    lines.add(
        "state       %s%s, for %s"
            .formatted(state(instance), reason(instance.reason()), since(instance.since(), now)));
    instance.status().ifPresent(status -> lines.addAll(lines(status)));
    lines.add(
        instance
            .place()
            .map(place ->
                "host        %s (%s) in %s"
                    .formatted(place.hostName(), place.host().shortText(), place.network()))
            .orElse("host        none yet"));
    instance.address().ifPresent(address -> lines.add("address     " + address));
    lines.add(
        "size        %s vCPU, %s of memory, %s of disk, %d GPUs"
            .formatted(
                vcpus(instance.size()),
                instance.size().memory(),
                instance.size().disk(),
                instance.size().gpus()));
    lines.add("moved       " + Math.max(0, instance.generation() - 1) + " times");
    lines.add("price       %s USD an hour".formatted(PlanTexts.dollars(instance.perHour())));
    instance
        .paidUntil()
        .ifPresent(until ->
            lines.add("paid until  %s, for %s".formatted(seconds(until), left(until, now))));
    instance
        .keptUntil()
        .ifPresent(until ->
            lines.add(
                "data kept   until %s, for %s: 'zansoc instance start %s.%s' goes on with them"
                    .formatted(
                        seconds(until), left(until, now), instance.name(), instance.deployment())));
    return lines;
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  private static List<String> lines(InstanceStatus status) {
    List<String> lines = new ArrayList<>();
    lines.add("health      " + lower(status.health()));
    lines.add(
        "ran         %s, %d restarts%s"
            .formatted(
                Durations.text(Duration.ofSeconds(status.runningSeconds())),
                status.restarts(),
                status.exitCode().map(code -> ", its last end was " + code).orElse("")));
    return lines;
  }

  /** "running", or "running, not ready" where it does not serve. */
  static String state(InstanceView instance) {
    boolean waits = instance.state() == InstanceView.State.RUNNING && !instance.isReady();
    return lower(instance.state()) + (waits ? ", not ready" : "");
  }

  /** What is said beside a state; empty where nothing is. */
  static String reason(String reason) {
    return reason.isEmpty() ? "" : " (" + reason + ")";
  }

  static String vcpus(InstanceSize size) {
    return BigDecimal.valueOf(size.milliVcpus(), 3).stripTrailingZeros().toPlainString();
  }

  private static String left(Instant until, Instant now) {
    return until.isAfter(now) ? since(now, until) : "nothing";
  }

  /** How long it is from one moment to the next: "3d", "5h", "12m", "7s". */
  static String since(Instant from, Instant to) {
    Duration time = Duration.between(from, to);
    if (time.toDays() > 0) {
      return time.toDays() + "d";
    }
    if (time.toHours() > 0) {
      return time.toHours() + "h";
    }
    return time.toMinutes() > 0 ? time.toMinutes() + "m" : Math.max(0, time.toSeconds()) + "s";
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
