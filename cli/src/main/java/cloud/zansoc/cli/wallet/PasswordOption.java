package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.evm.PasswordFile;
import java.io.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the wallet's password comes from. docs/decisions/0013-the-wallets-password.md. */
public final class PasswordOption {
  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "The file whose first line is the wallet's password (default: wallet-password in the"
              + " profile).")
  private Optional<Path> file = Optional.empty();

  @Option(names = "--ask-password", description = "Ask for the wallet's password.")
  private boolean ask;

  /**
   * The password of a new wallet; without an option that of the profile, made at random where it
   * has none yet: a copy of an earlier keystore may need the one that is there.
   */
  String chosen(WalletFolder folder) {
    if (file.isEmpty() && !ask) {
      if (Files.exists(folder.passwordFile())) {
        return PasswordFile.read(folder.passwordFile());
      }
      String password = PasswordFile.random();
      folder.profile().write(folder.passwordFile(), password + "\n");
      return password;
    }
    String password = given();
    if (ask && !password.equals(asked("Again: "))) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "the two passwords differ");
    }
    return password;
  }

  /** The password of the wallet that is there. */
  String known(WalletFolder folder) {
    if (file.isPresent() || ask) {
      return given();
    }
    if (!Files.exists(folder.passwordFile())) {
      throw new ZansocException(
          ErrorCode.WRONG_KEY,
          "this wallet has a password of its own: give --password-file FILE or --ask-password");
    }
    return PasswordFile.read(folder.passwordFile());
  }

  private String given() {
    if (file.isPresent() && ask) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "give --password-file or --ask-password, not both");
    }
    return file.isPresent() ? PasswordFile.read(file.get()) : asked("Password of the wallet: ");
  }

  private static String asked(String prompt) {
    char[] typed =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .map(console -> console.readPassword(prompt))
            .filter(password -> password.length > 0)
            .orElseThrow(() ->
                new ZansocException(
                    ErrorCode.INVALID_ARGUMENT,
                    "no password was typed on a terminal: give --password-file FILE"));
    String password = new String(typed);
    Arrays.fill(typed, ' ');
    return password;
  }
}
