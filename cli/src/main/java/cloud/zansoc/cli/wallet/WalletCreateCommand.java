package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.Keystore;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "create",
    description = {
      "Make the wallet of this profile: the one that its recovery phrase always gives.",
      "Without an option its password is made here and kept in the profile."
    })
final class WalletCreateCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;
  @Mixin private PasswordOption password;

  @Override
  public Integer call() {
    WalletFolder folder = new WalletFolder(options.profile());
    if (folder.exists()) {
      throw new ZansocException(
          ErrorCode.ALREADY_EXISTS,
          "this profile has a wallet, %s: 'zansoc wallet show' shows it"
              .formatted(folder.keystore().account()));
    }
    EvmKey key = folder.mnemonic().key();
    new Keystore(folder.keystoreFile()).write(key, password.chosen(folder));
    options
        .output()
        .result(
            Map.of("account", key.account().text(), "keystore", folder.keystoreFile().toString()),
            "Account %s, in %s.".formatted(key.account(), folder.keystoreFile()));
    return 0;
  }
}
