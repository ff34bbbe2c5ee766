package cloud.zansoc.cli.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "withdraw",
    description =
        "Move coins of this host's balance out of the escrow: to its own account, or to another"
            + " address.")
final class HostWithdrawCommand extends HostChainCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "COINS",
      description = "How many, for example 12 or 0.5 (default: all).")
  private Optional<Amount> coins = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "ADDRESS",
      description = "To whom (default: the host's own account).")
  private Optional<AccountId> to = Optional.empty();

  @Override
  protected void run(ChainSession chain, Output output) {
    AccountId account = unlock(chain).account();
    Amount amount = coins.orElseGet(() -> chain.ledger().balance(account));
    if (amount.isZero()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "there is nothing to withdraw: the balance of %s in the escrow is %s coins"
              .formatted(account, chain.ledger().balance(account).coins()));
    }
    AccountId receiver = to.orElse(account);
    chain.ledger().withdraw(account, receiver, amount).orThrow();
    output.result(
        new Result(receiver.text(), amount.coins()),
        "%s coins are at %s.".formatted(amount.coins(), receiver));
  }

  /** The result, in coins. */
  record Result(String to, String coins) {}
}
