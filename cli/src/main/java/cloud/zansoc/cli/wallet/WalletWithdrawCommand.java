package cloud.zansoc.cli.wallet;

import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "withdraw", description = "Take coins out of the escrow into this wallet.")
final class WalletWithdrawCommand extends ChainCommand {
  @Mixin private PasswordOption password;

  @Parameters(paramLabel = "COINS", description = "How many, such as 12 or 0.5.")
  private Amount amount;

  @Override
  protected void run(ChainSession chain, Output output) {
    AccountId account = chain.unlock(password).account();
    chain.ledger().withdraw(account, account, amount).orThrow();
    output.result(
        Map.of("account", account.text(), "coins", amount.coins()),
        "Withdrew %s coins; %s are left in the escrow."
            .formatted(amount.coins(), chain.ledger().balance(account).coins()));
  }
}
