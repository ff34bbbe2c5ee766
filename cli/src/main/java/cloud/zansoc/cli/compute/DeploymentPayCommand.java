package cloud.zansoc.cli.compute;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.client.ComputeHub;
import cloud.zansoc.ledger.Mandate;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "pay",
    description = {
      "Let the hub pay a deployment's leases for a time from now on, at their present rate; and those that are wanted and were not paid.",
      "What the wallet's balance in the escrow lacks for that is deposited; what is not used stays"
          + " the wallet's."
    })
final class DeploymentPayCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "DEPLOYMENT", description = "Its name.")
  private String name;

  @Parameters(index = "1", paramLabel = "TIME", description = "Such as 24h or 30d.")
  private Duration time;

  @Mixin private Allowance allowance;

  @Override
  protected void run(Session session, Output output) {
    DeploymentView view = new ComputeHub(session.api()).deployment(name);
    DeploymentView.Payment payment =
        view.payment()
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.UNSUPPORTED,
                    "nobody pays for %s: there is nothing to do".formatted(name)));
    Allowance.Terms terms = Allowance.Terms.of(payment, view.perHour(), view.mostPerHour(), time);
    if (terms.rate().isZero() || time.isZero()) {
      throw new ZansocException(
          ErrorCode.PRECONDITION_FAILED,
          "%s has no lease now, and none was refused; or the time is 0: there is nothing to pay"
              .formatted(name));
    }
    try (Allowance.Open wallet = allowance.open(session)) {
      Mandate mandate = wallet.grant(payment.mandate(), terms);
      output.result(
          new Paid(name, mandate.left().coins(), mandate.terms().expiry(), view.perHour()),
          "The hub may use %s ZANS for %s until %s."
              .formatted(
                  PlanTexts.coins(mandate.left().units().toString()),
                  name,
                  mandate.terms().expiry()));
    }
  }

  /** The result; what is left is in coins. */
  record Paid(String deployment, String left, Instant until, Money perHour) {}
}
