package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Profile;
import cloud.zansoc.codec.crypto.RecoveryPhrase;
import cloud.zansoc.ledger.evm.Keystore;
import cloud.zansoc.ledger.evm.Mnemonic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where a profile keeps its wallet: wallet.json, and wallet-password unless the user has one of
 * their own.
 */
record WalletFolder(Profile profile) {
  Path keystoreFile() {
    return profile.folder().resolve("wallet.json");
  }

  Path passwordFile() {
    return profile.folder().resolve("wallet-password");
  }

  /** The wallet; NOT_FOUND where none was made. */
  Keystore keystore() {
    if (!exists()) {
      throw new ZansocException(
          ErrorCode.NOT_FOUND, "this profile has no wallet: make it by 'zansoc wallet create'");
    }
    return new Keystore(keystoreFile());
  }

  boolean exists() {
    return Files.exists(keystoreFile());
  }

  /** The words that follow from the profile's recovery phrase. */
  Mnemonic mnemonic() {
    try {
      String phrase = Files.readString(profile.rootKeyFile());
      return Mnemonic.ofEntropy(RecoveryPhrase.parse(phrase).walletEntropy());
    } catch (NoSuchFileException e) {
      throw new ZansocException(
          ErrorCode.UNAUTHENTICATED,
          "a wallet follows from the recovery phrase, and this profile has none yet: run 'zansoc"
              + " login HUB --token TOKEN', or './zansoc up' for a local cloud",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + profile.rootKeyFile(), e);
    }
  }
}
