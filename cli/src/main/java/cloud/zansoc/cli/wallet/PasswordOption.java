package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the wallet's password comes from. docs/decisions/0013-the-wallets-password.md. */
public final class PasswordOption {
  private static final int RANDOM_BYTES = 32;
  private static final int MAX_FILE_BYTES = 4096;

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
        return firstLine(folder.passwordFile());
      }
      byte[] random = new byte[RANDOM_BYTES];
      new SecureRandom().nextBytes(random);
      String password = HexFormat.of().formatHex(random);
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
    return firstLine(folder.passwordFile());
  }

  private String given() {
    if (file.isPresent() && ask) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT, "give --password-file or --ask-password, not both");
    }
    return file.isPresent() ? firstLine(file.get()) : asked("Password of the wallet: ");
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

  private static String firstLine(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new ZansocException(
            ErrorCode.INVALID_ARGUMENT, file + " is too large to hold a password");
      }
      return Files.readString(file)
          .lines()
          .findFirst()
          .filter(line -> !line.isEmpty())
          .orElseThrow(() ->
              new ZansocException(
                  ErrorCode.INVALID_ARGUMENT, file + " has no password in its first line"));
    } catch (NoSuchFileException e) {
      throw new ZansocException(ErrorCode.NOT_FOUND, "there is no password file " + file, e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the password file " + file, e);
    }
  }
}
