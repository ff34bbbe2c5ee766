package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.api.ScaleRequest;
import cloud.zansoc.compute.client.ComputeHub;
import cloud.zansoc.compute.client.SpecTexts;
import cloud.zansoc.ledger.Amount;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
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
    allow(session, before, request);
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
  private void allow(Session session, DeploymentView view, ScaleRequest request) {
    Optional<DeploymentView.Payment> payment = view.payment();
    int more =
        request.replicas()
            - view.services().stream()
                .filter(service -> service.name().equals(request.service()))
                .mapToInt(DeploymentView.Service::replicas)
                .sum();
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
    if (rate.isZero() || perHour.microDollars() == 0 || dearest.isEmpty()) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "%s has no replica that is paid now, so that the price of more is not known: wait until one runs, or deploy anew"
              .formatted(request.service()));
    }
    Money after =
        new Money(
            Math.addExact(
                perHour.microDollars(), Math.multiplyExact(dearest.get().microDollars(), more)));
    Amount rateAfter = Allowance.inProportion(rate, after, perHour);
    try (Allowance.Open wallet = allowance.open(session)) {
      wallet.grant(
          payment.get().mandate(),
          Allowance.Terms.of(rateAfter, after, view.mostPerHour(), payFor, Duration.ZERO));
    }
  }
}
