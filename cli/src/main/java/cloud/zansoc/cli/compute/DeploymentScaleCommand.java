package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.api.RestartPolicy;
import cloud.zansoc.compute.api.ScaleRequest;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.client.ComputeHub;
import cloud.zansoc.compute.client.SpecTexts;
import cloud.zansoc.ledger.Amount;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "scale",
    description = {
      "More or fewer replicas of a service; those with the highest numbers go first.",
      "More of them cost more: where the hub pays from the wallet, it is allowed to use as much more."
    })
final class DeploymentScaleCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "DEPLOYMENT", description = "Its name.")
  private String name;

  @Parameters(
      index = "1",
      paramLabel = "[SERVICE=]REPLICAS",
      description = "Such as web=5; the service may be left out where there is only one.")
  private String wanted;

  @Option(
      names = "--pay-for",
      paramLabel = "TIME",
      defaultValue = "24h",
      description = "How long the hub may pay for more replicas (default: 24h).")
  private Duration payFor;

  @Mixin private Waiting waiting;

  @Mixin private Allowance allowance;

  @Override
  protected void run(Session session, Output output) throws InterruptedException {
    ComputeHub hub = new ComputeHub(session.api());
    DeploymentView before = hub.deployment(name);
    ScaleRequest request = request(before);
    allow(session, hub, before, request);
    DeploymentView begun = hub.scale(name, request);
    DeploymentView view = waiting.await(hub, output, begun);
    if (output.isJson()) {
      output.json(view);
    } else {
      Instant now = Instant.now();
      output.table(
          InstanceTexts.HEADERS,
          view.instances().stream().map(instance -> InstanceTexts.row(instance, now)).toList());
    }
  }

  private ScaleRequest request(DeploymentView view) {
    int equals = wanted.indexOf('=');
    List<String> services = view.services().stream().map(DeploymentView.Service::name).toList();
    String service =
        equals >= 0 ? wanted.substring(0, equals) : services.size() == 1 ? services.getFirst() : "";
    if (!services.contains(service)) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "%s has %s: write for example %s=3"
              .formatted(name, String.join(", ", services), services.getFirst()));
    }
    try {
      return new ScaleRequest(service, SpecTexts.replicas(wanted.substring(equals + 1)));
    } catch (IllegalArgumentException e) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
    }
  }

  /** Allows what more replicas cost, at the price of the dearest one that there is. */
  private void allow(Session session, ComputeHub hub, DeploymentView view, ScaleRequest request) {
    Optional<DeploymentView.Payment> payment = view.payment();
    DeploymentView.Service service =
        view.services().stream()
            .filter(its -> its.name().equals(request.service()))
            .findFirst()
            .orElseThrow();
    int more = request.replicas() - service.replicas();
    if (payment.isEmpty() || more <= 0) {
      return;
    }
    Money perHour = view.perHour();
    Amount rate = new Amount(new BigInteger(payment.get().unitsPerSecond()));
    Optional<Money> dearest =
        view.instances().stream()
            .filter(instance -> instance.service().equals(request.service()))
            .map(InstanceView::perHour)
            .max(Comparator.naturalOrder());
    boolean known = !rate.isZero() && perHour.microDollars() > 0 && dearest.isPresent();
    Allowance.Terms terms =
        known
            ? terms(view, new Cost(rate, perHour), dearest.get(), more)
            : terms(view, planned(hub, service, more));
    try (Allowance.Open wallet = allowance.open(session)) {
      wallet.grant(payment.get().mandate(), terms);
    }
  }

  /** What some replicas cost. */
  private record Cost(Amount perSecond, Money perHour) {}

  private Allowance.Terms terms(DeploymentView view, Cost now, Money dearest, int more) {
    Money after =
        new Money(
            Math.addExact(
                now.perHour().microDollars(), Math.multiplyExact(dearest.microDollars(), more)));
    return terms(
        view, new Cost(Allowance.inProportion(now.perSecond(), after, now.perHour()), after));
  }

  private Allowance.Terms terms(DeploymentView view, Cost after) {
    return Allowance.Terms.of(
        after.perSecond(), after.perHour(), view.mostPerHour(), payFor, Duration.ZERO);
  }

  /** Where none is paid now: what as many would cost that are deployed anew. */
  private static Cost planned(ComputeHub hub, DeploymentView.Service service, int replicas) {
    ServiceSpec alone =
        new ServiceSpec(
            service.name(),
            service.image(),
            List.of(),
            Map.of(),
            Map.of(),
            service.size(),
            replicas,
            ServiceSpec.Spread.NONE,
            Map.of(),
            List.of(),
            List.of(),
            RestartPolicy.ALWAYS,
            Optional.empty());
    DeploymentPlan plan =
        hub.plan(
            new DeploymentSpec(
                service.name(), List.of(alone), false, Optional.empty(), Optional.empty()));
    String price =
        plan.inCoin()
            .map(DeploymentPlan.InCoin::unitsPerSecond)
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.NOT_ENOUGH_HOSTS,
                    plan.obstacle()
                        .map(DeploymentPlan.Obstacle::message)
                        .orElse("the hub knows no price of the coin now: try again soon")));
    return new Cost(new Amount(new BigInteger(price)), plan.perHour());
  }
}
