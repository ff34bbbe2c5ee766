package cloud.zansoc.cli.compute;

import cloud.zansoc.base.Durations;
import cloud.zansoc.compute.api.Bill;
import cloud.zansoc.compute.api.DeploymentEvent;
import cloud.zansoc.compute.api.DeploymentView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Deployments as text. Pure. */
final class DeploymentTexts {
  /** The columns of {@link #row}. */
  static final List<String> HEADERS =
      List.of("DEPLOYMENT", "STATE", "READY", "SERVICES", "ENDPOINTS", ">USD/HOUR", ">AGE");

  private static final int SHOWN_EVENTS = 10;

  private DeploymentTexts() {}

  /** One line of the table. */
  static List<String> row(DeploymentView view, Instant now) {
    int ready = view.services().stream().mapToInt(DeploymentView.Service::ready).sum();
    int wanted = view.services().stream().mapToInt(DeploymentView.Service::replicas).sum();
    return List.of(
        view.name(),
        InstanceTexts.lower(view.state()),
        ready + "/" + wanted,
        view.services().stream().map(DeploymentView.Service::name).collect(Collectors.joining(",")),
        view.endpoints().isEmpty() ? "-" : addresses(view),
        PlanTexts.dollars(view.perHour()),
        InstanceTexts.since(view.created(), now));
  }

  /** The first address of each port. */
  private static String addresses(DeploymentView view) {
    Map<String, String> first = new LinkedHashMap<>();
    view.endpoints()
        .forEach(its ->
            first.putIfAbsent(its.service() + ":" + its.port() + its.protocol(), its.address()));
    return String.join(",", first.values());
  }

  /** Everything about one but its instances, a line each. */
  static List<String> lines(DeploymentView view, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add("name        " + view.name());
    lines.add(
        "state       " + InstanceTexts.lower(view.state()) + InstanceTexts.reason(view.reason()));
    for (DeploymentView.Service service : view.services()) {
      lines.add(
          "service     %s: %s, %d of %d ready, %s vCPU and %s each"
              .formatted(
                  service.name(),
                  service.image(),
                  service.ready(),
                  service.replicas(),
                  InstanceTexts.vcpus(service.size()),
                  service.size().memory()));
    }
    lines.addAll(endpoints(view));
    lines.add(
        "price       %s USD an hour%s"
            .formatted(
                PlanTexts.dollars(view.perHour()),
                view.mostPerHour().map(" (limit %s)"::formatted).orElse("")));
    view.payment().ifPresent(payment -> lines.addAll(lines(payment, now)));
    view.warnings().forEach(warning -> lines.add("warning     " + warning));
    lines.add("bill        " + bill(view.bill()));
    lines.add(
        "created     %s ago%s"
            .formatted(
                InstanceTexts.since(view.created(), now),
                view.ends().map(end -> ", ends " + end).orElse("")));
    return lines;
  }

  /** Where it is reached. */
  static List<String> endpoints(DeploymentView view) {
    return view.endpoints().stream()
        .map(endpoint ->
            "endpoint    %s for port %d of %s"
                .formatted(endpoint.address(), endpoint.port(), endpoint.service()))
        .toList();
  }

  private static List<String> lines(DeploymentView.Payment payment, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add("payer       " + payment.account());
    lines.add("left        %s ZANS of the mandate".formatted(PlanTexts.coins(payment.leftUnits())));
    payment
        .paidUntil()
        .ifPresent(until ->
            lines.add(
                "paid until  %s, for %s; the hub pays on while the mandate lasts"
                    .formatted(
                        until, until.isAfter(now) ? InstanceTexts.since(now, until) : "nothing")));
    return lines;
  }

  private static String bill(Bill bill) {
    return "%s USD%s for %s of instances, %s of them down"
        .formatted(
            PlanTexts.dollars(bill.cost()),
            bill.units().equals("0") ? "" : " (%s ZANS)".formatted(PlanTexts.coins(bill.units())),
            Durations.text(Duration.ofSeconds(bill.leasedSeconds())),
            Durations.text(Duration.ofSeconds(bill.downtimeSeconds())));
  }

  /** The newest of what happened, a line each. */
  static List<String> events(DeploymentView view) {
    return view.events().stream()
        .skip(Math.max(0, view.events().size() - SHOWN_EVENTS))
        .map(DeploymentTexts::event)
        .toList();
  }

  private static String event(DeploymentEvent event) {
    return "%s  %s%s"
        .formatted(
            event.at(), event.instance().isEmpty() ? "" : event.instance() + ": ", event.text());
  }
}
