package cloud.zansoc.ledger.evm;

import java.util.Arrays;
import org.web3j.crypto.Bip32ECKeyPair;
import org.web3j.crypto.MnemonicUtils;
import org.web3j.utils.Numeric;

/**
 * A wallet's secret as the words of BIP-39, which other wallets read too. Its first account is that
 * of BIP-44, m/44'/60'/0'/0/0, without a passphrase.
 */
public final class Mnemonic {
  private static final int ENTROPY_BYTES = 32;
  private static final int KEY_BYTES = 32;

  /** m/44'/60'/0'/0: purpose, Ethereum, first account, addresses handed out. */
  private static final int[] ADDRESSES = {
    44 | Bip32ECKeyPair.HARDENED_BIT,
    60 | Bip32ECKeyPair.HARDENED_BIT,
    Bip32ECKeyPair.HARDENED_BIT,
    0
  };

  private final String words;

  private Mnemonic(String words) {
    this.words = words;
  }

  /**
   * The 24 words of 32 bytes of entropy.
   *
   * @throws IllegalArgumentException for another number of bytes
   */
  public static Mnemonic ofEntropy(byte[] entropy) {
    if (entropy.length != ENTROPY_BYTES) {
      throw new IllegalArgumentException(
          "a mnemonic is made of " + ENTROPY_BYTES + " bytes, not of " + entropy.length);
    }
    return new Mnemonic(MnemonicUtils.generateMnemonic(entropy));
  }

  /**
   * Reads words with single spaces between them.
   *
   * @throws IllegalArgumentException if they are none of BIP-39; the message does not hold them
   */
  public static Mnemonic ofWords(String words) {
    if (!MnemonicUtils.validateMnemonic(words)) {
      throw new IllegalArgumentException("these are no words of BIP-39, or their checksum differs");
    }
    return new Mnemonic(words);
  }

  /** The words: whoever reads them has the account. */
  public String words() {
    return words;
  }

  /** The key of the first account. */
  public EvmKey key() {
    return key(0);
  }

  /** The key of an account, counted from 0. */
  EvmKey key(int number) {
    byte[] seed = MnemonicUtils.generateSeed(words, "");
    Bip32ECKeyPair master = Bip32ECKeyPair.generateKeyPair(seed);
    Arrays.fill(seed, (byte) 0);
    Bip32ECKeyPair all = Bip32ECKeyPair.deriveKeyPair(master, ADDRESSES);
    Bip32ECKeyPair one = Bip32ECKeyPair.deriveKeyPair(all, new int[] {number});
    return EvmKey.ofSecret(Numeric.toBytesPadded(one.getPrivateKey(), KEY_BYTES));
  }

  /** Never the words. */
  @Override
  public String toString() {
    return "a mnemonic";
  }
}
