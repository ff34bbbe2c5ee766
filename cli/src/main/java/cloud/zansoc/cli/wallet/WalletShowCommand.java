package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.evm.Mnemonic;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "show",
    description = "Show the account of this profile's wallet, after opening its keystore.")
final class WalletShowCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private PasswordOption password;

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
      options.output().result(Map.of("account", account.text()), account.text());
    }
    return 0;
  }
}
