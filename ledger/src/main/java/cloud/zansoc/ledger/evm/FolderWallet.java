package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * The key of a program that runs by itself (a hub, a host), in its data folder: a keystore, which
 * other wallets can read, and beside it the password. Whoever may read the folder has the key, as
 * they have the program's identity.
 */
public final class FolderWallet {
  /** The keystore's name. */
  public static final String KEYSTORE = "wallet.json";

  /** The name of the file whose first line is the keystore's password. */
  public static final String PASSWORD = "wallet-password";

  private FolderWallet() {}

  /** The key in a data folder, which is made where it is missing, as the key is. */
  public static EvmKey loadOrCreate(Path folder) {
    Path keystore = folder.resolve(KEYSTORE);
    Path password = folder.resolve(PASSWORD);
    try {
      Files.createDirectories(folder);
      if (Files.exists(keystore)) {
        return new Keystore(keystore).read(PasswordFile.read(password));
      }
      // The password first: without it, what was made is lost.
      if (Files.notExists(password)) {
        write(password);
      }
      EvmKey key = EvmKey.random(new SecureRandom());
      new Keystore(keystore).write(key, PasswordFile.read(password));
      return key;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep a wallet in " + folder, e);
    }
  }

  /** Whether a key was made in a data folder. */
  public static boolean exists(Path folder) {
    return Files.exists(folder.resolve(KEYSTORE));
  }

  /** Whose key is in a data folder; opens nothing. */
  public static AccountId account(Path folder) {
    return new Keystore(folder.resolve(KEYSTORE)).account();
  }

  private static void write(Path password) throws IOException {
    Path fresh =
        Files.createTempFile(
            password.toAbsolutePath().getParent(),
            ".password",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        fresh, PasswordFile.random() + "\n", StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
    Files.move(fresh, password);
  }
}
