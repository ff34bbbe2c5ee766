package cloud.zansoc.cli.compute;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.Durations;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.cli.image.StoredImages;
import cloud.zansoc.cli.image.TemplateImage;
import cloud.zansoc.compute.api.DeploymentPlan;
import cloud.zansoc.compute.api.DeploymentRequest;
import cloud.zansoc.compute.api.DeploymentSpec;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.api.InstanceView;
import cloud.zansoc.compute.api.ServiceSpec;
import cloud.zansoc.compute.client.ComputeHub;
import cloud.zansoc.compute.client.Template;
import cloud.zansoc.compute.image.ImageReference;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.WhoAmI;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deploys. */
@Command(
    name = "deploy",
    description = {
      "Run one lease over many hosts: services of one or more instances, under one name and on one"
          + " bill.",
      "First the plan is shown: which hosts, what each costs an hour, what large clouds take, and the"
          + " deposit. Nothing is deployed before it is agreed to. docs/reference/deployment.md has"
          + " the fields of the file.",
      "Where the hub has a ledger, the wallet allows it to pay the leases for as long as --pay-for"
          + " says; 'zansoc deployment pay' allows more."
    })
public final class DeployCommand extends ClientCommand {
  private static final Duration PAID = Duration.ofHours(24);

  @Mixin private ServiceOptions what;
  @Mixin private Confirmation confirmation;
  @Mixin private Allowance allowance;

  @Option(names = "--dry-run", description = "Only show the plan.")
  private boolean dryRun;

  @Mixin private Waiting waiting;

  @Option(
      names = "--pay-for",
      paramLabel = "TIME",
      description = "How long the hub may pay leases (default: --duration, else 24h).")
  private Optional<Duration> payFor = Optional.empty();

  @Override
  protected void run(Session session, Output output) throws InterruptedException {
    DeploymentSpec spec = withImages(session, what.spec(System.getenv()));
    ComputeHub hub = new ComputeHub(session.api());
    boolean paid = Allowance.isNeeded(session);
    requireFree(hub, spec.name());
    DeploymentPlan plan = hub.plan(spec);
    if (dryRun || !output.isJson()) {
      show(plan, paid, output);
    }
    refuseObstacle(plan);
    if (dryRun) {
      return;
    }
    if (!confirmation.isGiven(output, "Deploy it?")) {
      output.note("Nothing was deployed.");
      return;
    }
    DeploymentView begun;
    if (paid) {
      // Opened first: a template's image is not made for nothing where the password is wrong.
      try (Allowance.Open wallet = allowance.open(session)) {
        begun = deployPaid(session, hub, wallet, withTemplate(session, output, spec), plan);
      }
    } else {
      begun = deploy(hub, withTemplate(session, output, spec));
    }
    DeploymentView view = waiting.await(hub, output, begun);
    report(view, output);
  }

  /** Before anything is asked or paid; the hub refuses a second one in any case. */
  private static void requireFree(ComputeHub hub, String name) {
    try {
      hub.deployment(name);
    } catch (ZansocException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return;
      }
      throw e;
    }
    throw new ZansocException(
        ErrorCode.ALREADY_EXISTS,
        "there is a deployment '%s' already: choose another name, or remove it first"
            .formatted(name));
  }

  /** Made when it is agreed to: that takes minutes. */
  private DeploymentSpec withTemplate(Session session, Output output, DeploymentSpec spec) {
    return what.template()
        .map(template ->
            new StoredImages(session.storage())
                .withAccess(
                    Template.withImage(
                        spec, new TemplateImage(session, output).stored(template).image())))
        .orElse(spec);
  }

  /** Storage is opened only where an image lies there. */
  private static DeploymentSpec withImages(Session session, DeploymentSpec spec) {
    return spec.services().stream().map(ServiceSpec::image).anyMatch(ImageReference::isStored)
        ? new StoredImages(session.storage()).withAccess(spec)
        : spec;
  }

  private static void show(DeploymentPlan plan, boolean paid, Output output) {
    if (output.isJson()) {
      output.json(plan);
    } else if (plan.obstacle().isEmpty()) {
      output.table(PlanTexts.HEADERS, PlanTexts.rows(plan));
      output.line("");
      PlanTexts.sums(plan, paid).forEach(output::line);
      output.line("");
    }
  }

  private static void refuseObstacle(DeploymentPlan plan) {
    plan.obstacle()
        .ifPresent(obstacle -> {
          throw new ZansocException(
              ErrorCode.NOT_ENOUGH_HOSTS, obstacle.message() + "; nothing was deployed");
        });
  }

  private static DeploymentView deploy(ComputeHub hub, DeploymentSpec spec) {
    return hub.deploy(new DeploymentRequest(spec, Optional.empty()));
  }

  /** The mandate comes first: the hub can only pay within one. */
  private DeploymentView deployPaid(
      Session session,
      ComputeHub hub,
      Allowance.Open wallet,
      DeploymentSpec spec,
      DeploymentPlan plan) {
    byte[] drawn = new byte[Digest.BYTES];
    new SecureRandom().nextBytes(drawn);
    DeploymentRequest.Payer payer =
        new DeploymentRequest.Payer(wallet.account().text(), Digest.of(drawn));
    Digest mandate = DeploymentRequest.mandate(tenant(session), spec.name(), payer.nonce());
    wallet.grant(mandate, terms(spec, plan));
    try {
      return hub.deploy(new DeploymentRequest(spec, Optional.of(payer)));
    } catch (ZansocException e) {
      // Where it is not known whether the hub has it, the mandate must stay.
      if (e.code() != ErrorCode.TIMED_OUT && e.code() != ErrorCode.UNREACHABLE) {
        wallet.revoke(mandate);
      }
      throw e;
    }
  }

  private Allowance.Terms terms(DeploymentSpec spec, DeploymentPlan plan) {
    DeploymentPlan.InCoin inCoin =
        plan.inCoin()
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.PRECONDITION_FAILED,
                    "the hub knows no price of the coin now, so that hosts make no offers: 'zansoc exchange price' says more"));
    Duration runway = plan.deposit().map(DeploymentPlan.Deposit::runway).orElse(Duration.ZERO);
    return Allowance.Terms.of(
        new Amount(new BigInteger(inCoin.unitsPerSecond())),
        plan.perHour(),
        spec.mostPerHour(),
        payFor.or(spec::duration).orElse(PAID),
        runway);
  }

  private static String tenant(Session session) {
    WhoAmI self = session.api().call(ApiCall.get("/v1/whoami"), WhoAmI.class);
    return self.tenant()
        .orElseThrow(() ->
            new ZansocException(
                ErrorCode.FORBIDDEN,
                "%s has no tenant: deploy as a client ('zansoc login HUB --token TOKEN')"
                    .formatted(self.name())));
  }

  private static void report(DeploymentView view, Output output) {
    if (output.isJson()) {
      output.json(view);
      return;
    }
    Instant now = Instant.now();
    output.table(
        InstanceTexts.HEADERS,
        view.instances().stream().map(instance -> InstanceTexts.row(instance, now)).toList());
    DeploymentTexts.endpoints(view).forEach(output::line);
    view.payment()
        .ifPresent(payment ->
            output.line(
                "left        %s ZANS of the mandate, %s; 'zansoc deployment pay %s TIME' allows more"
                    .formatted(
                        PlanTexts.coins(payment.leftUnits()),
                        lasts(view.perHour(), payment),
                        view.name())));
    view.instances().stream()
        .filter(InstanceView::isReady)
        .findFirst()
        .ifPresent(first ->
            output.note(
                "Next: 'zansoc ssh %s.%s' opens a shell in it, 'zansoc deployment show %s' says how it is."
                    .formatted(first.name(), view.name(), view.name())));
  }

  private static String lasts(Money perHour, DeploymentView.Payment payment) {
    BigInteger rate = new BigInteger(payment.unitsPerSecond());
    return rate.signum() == 0
        ? "%s an hour".formatted(perHour)
        : "for "
            + Durations.text(
                Duration.ofSeconds(new BigInteger(payment.leftUnits()).divide(rate).longValue()));
  }
}
