package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.evm.Mnemonic;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "show",
    description =
        "Show the account of this profile's wallet, after opening its keystore, and what it has.")
final class WalletShowCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private PasswordOption password;

  @Option(
      names = "--chain",
      paramLabel = "URL",
      description = "A node of the ledger's chain to ask (default: the one that the hub names).")
  private Optional<URI> node = Optional.empty();

  @Option(
      names = "--words",
      description = {
        "Print the 24 words of BIP-39 instead, which other wallets take.",
        "Keep them secret: whoever has them has the coins."
      })
  private boolean words;

  @Override
  public Integer call() {
    WalletFolder folder = new WalletFolder(options.profile());
    AccountId account = folder.keystore().read(password.known(folder)).account();
    if (words) {
      Mnemonic mnemonic = folder.mnemonic();
      if (!mnemonic.key().account().equals(account)) {
        throw new ZansocException(
            ErrorCode.CONFLICT,
            "the wallet %s is of another recovery phrase than this profile's".formatted(account));
      }
      options.output().result(Map.of("words", mnemonic.words()), mnemonic.words());
    } else {
      show(account);
    }
    return 0;
  }

  /** The account, and what it has, where the hub of this profile tells that. */
  private void show(AccountId account) {
    Output output = options.output();
    Optional<Balances> balances = balances(account, output);
    if (output.isJson()) {
      output.json(new Wallet(account.text(), balances));
      return;
    }
    output.line(account.text());
    balances.ifPresent(its -> {
      output.line("  coins      " + its.coins());
      output.line("  in escrow  " + its.escrow());
      its.dollars().ifPresent(dollars -> output.line("  dollars    " + dollars));
    });
  }

  private Optional<Balances> balances(AccountId account, Output output) {
    if (!options.profile().isLoggedIn()) {
      return Optional.empty();
    }
    try (Session session = Session.open(options.profile());
        ChainSession chain = ChainSession.open(session, node)) {
      return Optional.of(
          new Balances(
              chain.coin().balance(account).coins(),
              chain.ledger().balance(account).coins(),
              chain.stablecoin().map(token -> token.balance(account).decimal(token.decimals()))));
    } catch (ZansocException e) {
      output.note("what the account has is not known: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** The result. */
  record Wallet(String account, Optional<Balances> has) {}

  /**
   * What an account has, in decimal.
   *
   * @param coins of its own
   * @param escrow its balance there
   * @param dollars of the exchange's stablecoin, where there is an exchange
   */
  record Balances(String coins, String escrow, Optional<String> dollars) {}
}
