package cloud.zansoc.cli.wallet;

import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "send",
    description = "Send coins of this wallet to another account. Nobody can bring them back.")
final class WalletSendCommand extends ChainCommand {
  @Mixin private PasswordOption password;

  @Parameters(
      index = "0",
      paramLabel = "ADDRESS",
      description = "Who receives them: 0x and 40 digits; capital letters are checked.")
  private AccountId to;

  @Parameters(index = "1", paramLabel = "COINS", description = "How many, such as 12 or 0.5.")
  private Amount amount;

  @Option(
      names = "--from-escrow",
      description = "Take them from the balance in the escrow, not from the wallet's own coins.")
  private boolean fromEscrow;

  @Option(names = "--to-contract", description = "Send also where the receiver is a contract.")
  private boolean toContract;

  @Override
  protected void run(ChainSession chain, Output output) {
    Recipient.check(amount);
    Recipient.check(chain, chain.account(), to, toContract);
    AccountId from = chain.unlock(password).account();
    if (fromEscrow) {
      chain.ledger().withdraw(from, to, amount).orThrow();
    } else {
      chain.coin().transfer(from, to, amount).orThrow();
    }
    output.result(
        Map.of("from", from.text(), "to", to.text(), "coins", amount.coins()),
        "Sent %s coins to %s.".formatted(amount.coins(), to));
  }
}
