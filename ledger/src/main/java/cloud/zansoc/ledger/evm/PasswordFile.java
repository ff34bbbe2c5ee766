package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A keystore's password in the first line of a file. */
public final class PasswordFile {
  private static final int RANDOM_BYTES = 32;
  private static final Pattern RANDOM = Pattern.compile("[0-9a-f]{64}");
  private static final int MAX_BYTES = 4096;

  private PasswordFile() {}

  /** A password that nobody has to remember. */
  public static String random() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** Whether a password looks as {@link #random} makes them. */
  static boolean isRandom(String password) {
    return RANDOM.matcher(password).matches();
  }

  /**
   * Reads one.
   *
   * @throws ZansocException NOT_FOUND, or INVALID_ARGUMENT where the file has none
   */
  public static String read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
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
