package cloud.zansoc.ledger.evm;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Signature;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Optional;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECDSASignature;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.Sign;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/** The secret key of an account. It signs, and never shows itself. */
public final class EvmKey {
  /** The order of the curve secp256k1 (SEC 2, section 2.4.1). */
  static final BigInteger ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

  private static final int PARITY_BIT = 255;
  private static final int FIRST_V = 27;

  private final Credentials credentials;
  private final AccountId account;

  private EvmKey(Credentials credentials) {
    this.credentials = credentials;
    this.account = new AccountId(credentials.getAddress());
  }

  /**
   * The key with these 32 bytes.
   *
   * @throws IllegalArgumentException if they are none; the message does not hold them
   */
  public static EvmKey ofSecret(byte[] secret) {
    BigInteger number = new BigInteger(1, secret);
    if (secret.length != 32 || !isInRange(number)) {
      throw new IllegalArgumentException(
          "a secret key has 32 bytes that are a number of the curve");
    }
    return new EvmKey(Credentials.create(ECKeyPair.create(number)));
  }

  /** A new key. */
  public static EvmKey random(SecureRandom random) {
    byte[] secret = new byte[32];
    do {
      random.nextBytes(secret);
    } while (!isInRange(new BigInteger(1, secret)));
    return ofSecret(secret);
  }

  private static boolean isInRange(BigInteger number) {
    return number.signum() > 0 && number.compareTo(ORDER) < 0;
  }

  /** The account that this is the key of. */
  public AccountId account() {
    return account;
  }

  /** The key itself, for the keystore alone. */
  ECKeyPair pair() {
    return credentials.getEcKeyPair();
  }

  /** Signs 32 bytes that are a digest already. */
  Signature sign(byte[] digest) {
    Sign.SignatureData data = Sign.signMessage(digest, credentials.getEcKeyPair(), false);
    BigInteger s = new BigInteger(1, data.getS());
    boolean odd = new BigInteger(1, data.getV()).intValueExact() != FIRST_V;
    return new Signature(new BigInteger(1, data.getR()), odd ? s.setBit(PARITY_BIT) : s);
  }

  /** Whose signature of a digest it is; empty where it is nobody's. */
  static Optional<AccountId> signer(byte[] digest, Signature signature) {
    BigInteger s = signature.vs().clearBit(PARITY_BIT);
    boolean inRange = signature.r().signum() > 0 && signature.r().compareTo(ORDER) < 0;
    if (!inRange || s.signum() == 0 || s.compareTo(ORDER) >= 0) {
      return Optional.empty();
    }
    int parity = signature.vs().testBit(PARITY_BIT) ? 1 : 0;
    ECDSASignature words = new ECDSASignature(signature.r(), s);
    try {
      return Optional.ofNullable(Sign.recoverFromSignature(parity, words, digest))
          .map(key -> new AccountId(Numeric.prependHexPrefix(Keys.getAddress(key))));
    } catch (IllegalArgumentException noPointOfTheCurve) {
      return Optional.empty();
    }
  }

  /** A transaction, which names its chain, as it is sent, in hexadecimal. */
  String signed(RawTransaction transaction) {
    return Numeric.toHexString(TransactionEncoder.signMessage(transaction, credentials));
  }

  /** The account; never the secret. */
  @Override
  public String toString() {
    return "key of " + account;
  }
}
