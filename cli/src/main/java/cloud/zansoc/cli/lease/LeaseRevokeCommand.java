package cloud.zansoc.cli.lease;

import cloud.zansoc.base.Digest;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainCommand;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.cli.wallet.PasswordOption;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Mandate;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "revoke",
    description = {
      "End a mandate: nothing more is spent from it.",
      "Leases that are open run as long as they are paid; 'zansoc lease close' ends them before."
    })
final class LeaseRevokeCommand extends ChainCommand {
  @Mixin private PasswordOption password;

  @Parameters(paramLabel = "DEPLOYMENT", description = "As 'zansoc lease mandates' lists it.")
  private Digest deployment;

  @Option(
      names = "--agent",
      paramLabel = "ADDRESS",
      description = "Whose mandate to end (default: the hub's).")
  private Optional<AccountId> agent = Optional.empty();

  @Override
  protected void run(ChainSession chain, Output output) {
    AccountId account = chain.unlock(password).account();
    Mandate mandate =
        chain.mandates().revoke(account, agent.orElseGet(chain::hub), deployment).orThrow();
    output.result(
        new Result(deployment.toString(), mandate.used().coins()),
        "Revoked; %s coins were used.".formatted(mandate.used().coins()));
  }

  /** The result; what was used is in coins. */
  record Result(String deployment, String used) {}
}
