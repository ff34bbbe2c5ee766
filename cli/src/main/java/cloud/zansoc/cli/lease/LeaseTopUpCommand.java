package cloud.zansoc.cli.lease;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainCommand;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.cli.wallet.PasswordOption;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.Ledger;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "topup",
    description = {
      "Prepay further time of a lease out of the wallet.",
      "What the wallet's balance in the escrow lacks is deposited first, as far as it has coins."
    })
final class LeaseTopUpCommand extends ChainCommand {
  @Mixin private PasswordOption password;

  @Parameters(index = "0", paramLabel = "LEASE", description = "Its id, 0x and 64 digits.")
  private LeaseId lease;

  @Parameters(
      index = "1",
      paramLabel = "TIME",
      description = "For how much longer, for example 90m, 24h or 7d.")
  private Duration time;

  @Override
  protected void run(ChainSession chain, Output output) {
    Ledger ledger = chain.ledger();
    Lease open =
        ledger
            .lease(lease)
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.NOT_FOUND,
                    "lease %s is not open: 'zansoc lease ls' lists those that are"
                        .formatted(lease)));
    if (time.compareTo(Ledger.LONGEST_PREPAYMENT) > 0) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "at most 2^32 - 1 seconds are prepaid at once");
    }
    Amount cost = open.rate().times(time.toSeconds());
    AccountId account = chain.unlock(password).account();
    // What would be refused anyway must not move coins into the escrow.
    if (!cost.isZero() && !open.hasLapsed(ledger.now())) {
      Amount missing = chain.missing(account, cost);
      if (!missing.isZero()) {
        ledger.deposit(account, missing).orThrow();
      }
    }
    Instant paidUntil = ledger.topUp(account, lease, time).orThrow();
    output.result(
        new Result(lease.text(), cost.coins(), paidUntil),
        "Paid until %s, for %s coins.".formatted(paidUntil, cost.coins()));
  }

  /** The result; the cost is in coins. */
  record Result(String lease, String cost, Instant paidUntil) {}
}
