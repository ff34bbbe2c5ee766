package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Wallet;
import org.web3j.crypto.WalletFile;
import org.web3j.crypto.exception.CipherException;
import org.web3j.protocol.ObjectMapperFactory;
import org.web3j.utils.Numeric;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A file that holds one key under a password: Web3 Secret Storage, version 3, as other wallets read
 * and write it. Its owner alone may read it (mode 0600). docs/format/wallet.md.
 *
 * <p>Failures: NOT_FOUND, ALREADY_EXISTS, WRONG_KEY (another password), DAMAGED, UNSUPPORTED.
 */
public final class Keystore {
  /** scrypt's cost, with r = 8: 32 MiB, three times over. */
  private static final int COST = 1 << 15;

  private static final int PASSES = 3;

  /** The same for a password that nobody can guess: scrypt adds nothing to 32 random bytes. */
  private static final int COST_OF_RANDOM = 1 << 12;

  private static final int PASSES_OF_RANDOM = 1;

  /** What reading a file may take: a stranger's file names its own cost. */
  private static final long MAX_SCRYPT_BYTES = 64L << 20;

  private static final int SCRYPT_BLOCK_BYTES = 128;
  private static final int MAX_COST_OF_ONE_BLOCK = 1 << 16;
  private static final int MAX_PASSES = 64;
  private static final int MAX_PBKDF2_ROUNDS = 10_000_000;
  private static final int MAX_FILE_BYTES = 1 << 16;
  private static final int VERSION = 3;
  private static final String SCRYPT = "scrypt";
  private static final int KEY_BYTES = 32;
  private static final ObjectMapper JSON = ObjectMapperFactory.getObjectMapper();

  private final Path file;

  public Keystore(Path file) {
    this.file = file;
  }

  /** Writes a key, whole, durably, and never over a file that is there. */
  public void write(EvmKey key, String password) {
    try {
      WalletFile wallet =
          PasswordFile.isRandom(password)
              ? Wallet.create(password, key.pair(), COST_OF_RANDOM, PASSES_OF_RANDOM)
              : Wallet.create(password, key.pair(), COST, PASSES);
      writeOnce(JSON.writeValueAsBytes(wallet));
    } catch (FileAlreadyExistsException e) {
      throw new ZansocException(ErrorCode.ALREADY_EXISTS, file + " holds a key already", e);
    } catch (CipherException e) {
      throw new IllegalStateException("this JDK lacks a cipher of the keystore", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the keystore " + file, e);
    }
  }

  /** The key; takes a good part of a second, on purpose, where a person chose the password. */
  public EvmKey read(String password) {
    WalletFile wallet = parsed();
    ECKeyPair pair = decrypted(wallet, password);
    EvmKey key = EvmKey.ofSecret(Numeric.toBytesPadded(pair.getPrivateKey(), KEY_BYTES));
    addressIn(wallet)
        .filter(named -> !named.equals(key.account()))
        .ifPresent(named -> {
          throw damaged("it names " + named + " and holds the key of " + key.account());
        });
    return key;
  }

  /** The account that the file names, which nothing proves before {@link #read} does. */
  public AccountId account() {
    return addressIn(parsed()).orElseThrow(() -> damaged("it names no address"));
  }

  private ECKeyPair decrypted(WalletFile wallet, String password) {
    try {
      return Wallet.decrypt(password, wallet);
    } catch (CipherException e) {
      if (e.getCause() == null) {
        throw new ZansocException(ErrorCode.WRONG_KEY, "the password does not open " + file, e);
      }
      throw damaged("its cipher's parameters are none");
    } catch (RuntimeException e) {
      throw damaged("its parameters are none");
    }
  }

  private WalletFile parsed() {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw damaged("it is larger than any keystore");
      }
      JsonNode json = JSON.readTree(Files.readString(file));
      check(json);
      return walletFile(json);
    } catch (NoSuchFileException e) {
      throw new ZansocException(ErrorCode.NOT_FOUND, "there is no keystore at " + file, e);
    } catch (CharacterCodingException | JacksonException e) {
      // Without the cause: its message may quote the file.
      throw damaged("it is no keystore's JSON");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the keystore " + file, e);
    }
  }

  /** By hand: web3j's own beans lose how the key follows from the password when JSON is read. */
  private static WalletFile walletFile(JsonNode json) {
    JsonNode given = cryptoIn(json);
    WalletFile.CipherParams cipher = new WalletFile.CipherParams();
    cipher.setIv(given.path("cipherparams").path("iv").asString(""));
    WalletFile.Crypto crypto = new WalletFile.Crypto();
    crypto.setCipher(given.path("cipher").asString(""));
    crypto.setCiphertext(given.path("ciphertext").asString(""));
    crypto.setCipherparams(cipher);
    crypto.setMac(given.path("mac").asString(""));
    crypto.setKdf(given.path("kdf").asString(""));
    JsonNode parameters = given.path("kdfparams");
    if (crypto.getKdf().equals(SCRYPT)) {
      crypto.setKdfparams(scrypt(parameters));
    } else {
      crypto.setKdfparams(pbkdf2(parameters));
    }
    WalletFile wallet = new WalletFile();
    wallet.setVersion(VERSION);
    wallet.setCrypto(crypto);
    if (json.has("address")) {
      wallet.setAddress(json.path("address").asString(""));
    }
    return wallet;
  }

  /** Some wallets write it with a capital. */
  private static JsonNode cryptoIn(JsonNode json) {
    return json.has("Crypto") ? json.path("Crypto") : json.path("crypto");
  }

  private static WalletFile.ScryptKdfParams scrypt(JsonNode parameters) {
    WalletFile.ScryptKdfParams scrypt = new WalletFile.ScryptKdfParams();
    scrypt.setDklen(parameters.path("dklen").asInt(0));
    scrypt.setN(parameters.path("n").asInt(0));
    scrypt.setR(parameters.path("r").asInt(0));
    scrypt.setP(parameters.path("p").asInt(0));
    scrypt.setSalt(parameters.path("salt").asString(""));
    return scrypt;
  }

  private static WalletFile.Aes128CtrKdfParams pbkdf2(JsonNode parameters) {
    WalletFile.Aes128CtrKdfParams pbkdf2 = new WalletFile.Aes128CtrKdfParams();
    pbkdf2.setDklen(parameters.path("dklen").asInt(0));
    pbkdf2.setC(parameters.path("c").asInt(0));
    pbkdf2.setPrf(parameters.path("prf").asString(""));
    pbkdf2.setSalt(parameters.path("salt").asString(""));
    return pbkdf2;
  }

  private void check(JsonNode json) {
    JsonNode crypto = cryptoIn(json);
    String cipher = crypto.path("cipher").asString("");
    if (json.path("version").asInt(0) != VERSION || !cipher.equals("aes-128-ctr")) {
      throw unsupported("it is not of version 3 with aes-128-ctr");
    }
    JsonNode parameters = crypto.path("kdfparams");
    if (parameters.path("dklen").asInt(0) != KEY_BYTES) {
      throw damaged("its derived key has not %d bytes".formatted(KEY_BYTES));
    }
    switch (crypto.path("kdf").asString("")) {
      case SCRYPT -> checkScrypt(parameters);
      case "pbkdf2" -> {
        long rounds = parameters.path("c").asLong(0);
        if (rounds < 1 || rounds > MAX_PBKDF2_ROUNDS) {
          throw unsupported("it asks for " + rounds + " rounds of PBKDF2");
        }
      }
      default -> throw unsupported("its key follows from the password in an unknown way");
    }
  }

  private void checkScrypt(JsonNode parameters) {
    int cost = parameters.path("n").asInt(0);
    int block = parameters.path("r").asInt(0);
    int passes = parameters.path("p").asInt(0);
    if (cost < 2 || Integer.bitCount(cost) != 1 || block < 1 || passes < 1) {
      throw damaged("its scrypt parameters are none");
    }
    if (block == 1 && cost >= MAX_COST_OF_ONE_BLOCK) {
      throw unsupported("with r=1, scrypt (RFC 7914) allows no n=" + cost);
    }
    if ((long) cost * block > MAX_SCRYPT_BYTES / SCRYPT_BLOCK_BYTES || passes > MAX_PASSES) {
      throw unsupported(
          "opening it costs more than %d MiB of memory or %d passes: n=%d, r=%d, p=%d"
              .formatted(MAX_SCRYPT_BYTES >> 20, MAX_PASSES, cost, block, passes));
    }
  }

  private Optional<AccountId> addressIn(WalletFile wallet) {
    try {
      return Optional.ofNullable(wallet.getAddress())
          .map(Numeric::prependHexPrefix)
          .map(AccountId::new);
    } catch (IllegalArgumentException e) {
      throw damaged("its address is none");
    }
  }

  private void writeOnce(byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  private ZansocException damaged(String why) {
    return new ZansocException(
        ErrorCode.DAMAGED,
        "the keystore " + file + " is damaged: " + why + "; restore it from a copy");
  }

  private ZansocException unsupported(String why) {
    return new ZansocException(
        ErrorCode.UNSUPPORTED, "the keystore " + file + " cannot be read here: " + why);
  }
}
