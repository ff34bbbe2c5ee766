package cloud.zansoc.hub;

import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.Keystore;
import cloud.zansoc.ledger.evm.PasswordFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * The key that a hub pays and publishes with, in its data folder: a keystore, which other wallets
 * can read, and beside it the password. Whoever may read the folder has the key, as they have the
 * hub's identity.
 */
public final class HubWallet {
  /** The keystore's name. */
  public static final String KEYSTORE = "wallet.json";

  /** The name of the file whose first line is the keystore's password. */
  public static final String PASSWORD = "wallet-password";

  private HubWallet() {}

  /** The key in a hub's data folder, which is made where it is missing, as the key is. */
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
      throw new UncheckedIOException("cannot keep the hub's wallet in " + folder, e);
    }
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
