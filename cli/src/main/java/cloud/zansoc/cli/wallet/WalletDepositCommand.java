package cloud.zansoc.cli.wallet;

import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "deposit",
    description = "Put coins of this wallet into the escrow, from which leases are paid.")
final class WalletDepositCommand extends ChainCommand {
  @Mixin private PasswordOption password;

  @Parameters(paramLabel = "COINS", description = "How many, such as 12 or 0.5.")
  private Amount amount;

  @Override
  protected void run(ChainSession chain, Output output) {
    AccountId account = chain.unlock(password).account();
    chain.ledger().deposit(account, amount).orThrow();
    output.result(
        Map.of("account", account.text(), "coins", amount.coins()),
        "Deposited %s coins; the escrow owes you %s."
            .formatted(amount.coins(), chain.ledger().balance(account).coins()));
  }
}
