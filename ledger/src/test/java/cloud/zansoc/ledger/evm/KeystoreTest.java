package cloud.zansoc.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeystoreTest {
  /** An example of the Web3 Secret Storage definition, its password and its key. */
  private static final String PASSWORD = "testpassword";

  private static final String SECRET =
      "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

  private static final String PBKDF2 =
      """
      {"crypto": {"cipher": "aes-128-ctr", "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
       "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
       "kdf": "pbkdf2", "kdfparams": {"c": 262144, "dklen": 32, "prf": "hmac-sha256",
        "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
       "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
       "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6", "version": 3}
      """;

  /** The definition's second example: its n is too large for its r by RFC 7914. */
  private static final String INVALID_SCRYPT =
      PBKDF2
          .replace("pbkdf2", "scrypt")
          .replace("\"c\": 262144", "\"n\": 262144, \"p\": 8, \"r\": 1");

  /** The same key, written by ethers 6. */
  private static final String SCRYPT =
      """
      {"address": "008aeeda4d805471df9b2a5b0f38a0c3bcba786b",
       "id": "1b5aa5d7-1479-4648-b802-dad33cbf8716", "version": 3,
       "Crypto": {"cipher": "aes-128-ctr", "cipherparams": {"iv": "77bdd36576515af399e6e25f3caf05f2"},
        "ciphertext": "38b95b01c133ba4ac87a5e9db4b14e091ec9ea292f9fb3353ed8ec43bf1e16f3",
        "kdf": "scrypt", "kdfparams": {"dklen": 32, "n": 8192, "p": 1, "r": 8,
         "salt": "7495b188cccb7c633d0c2babba76913760d780ee703d21c52e3837ca7a01176d"},
        "mac": "86899f3496bebf817782ce8fab04c397f0e50e9d2d1c1def37ba72fe3dc8392b"}}
      """;

  private final EvmKey key = TestKeys.named("keystore");

  @TempDir private Path folder;
  private Path file;
  private Keystore keystore;

  @BeforeEach
  void place() {
    file = folder.resolve("wallet.json");
    keystore = new Keystore(file);
  }

  @Test
  void read_ofWhatWasWritten_givesTheKeyAndNamesItsAccount() throws IOException {
    keystore.write(key, "a password");

    assertThat(keystore.account()).isEqualTo(key.account());
    assertThat(keystore.read("a password").account()).isEqualTo(key.account());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void write_underARandomPassword_isOpenedWithoutLongWork() throws IOException {
    String random = PasswordFile.random();
    Path light = file.resolveSibling("light");
    new Keystore(light).write(key, random);
    keystore.write(key, "chosen");

    assertThat(Files.readString(light)).contains("\"n\":4096");
    assertThat(Files.readString(file)).contains("\"n\":32768");
    assertThat(new Keystore(light).read(random).account()).isEqualTo(key.account());
  }

  @ParameterizedTest
  @ValueSource(strings = {PBKDF2, SCRYPT})
  void read_ofPublishedExample_givesThePublishedKey(String example) throws IOException {
    Files.writeString(file, example);

    EvmKey expected = EvmKey.ofSecret(HexFormat.of().parseHex(SECRET));
    assertThat(keystore.read(PASSWORD).account()).isEqualTo(expected.account());
  }

  @Test
  void read_ofScryptThatItsDefinitionForbids_isUnsupported() throws IOException {
    Files.writeString(file, INVALID_SCRYPT);

    fails(ErrorCode.UNSUPPORTED, "RFC 7914");
  }

  @Test
  void read_withAnotherPassword_isRefusedAsWrongKey() throws IOException {
    Files.writeString(file, PBKDF2);

    fails(ErrorCode.WRONG_KEY, "password does not open");
  }

  @Test
  void read_whereNoFileIs_isNotFound() {
    fails(ErrorCode.NOT_FOUND, "no keystore");
  }

  @Test
  void write_overAKey_isRefusedAndKeepsIt() throws IOException {
    Files.writeString(file, PBKDF2);

    assertThatThrownBy(() -> keystore.write(key, "a password"))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    assertThat(file).hasContent(PBKDF2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "{}", "[]", "not json", "{\"version\": 3, \"crypto\": {}}", "{\"cry"})
  void read_ofSomethingElse_neverGivesAKey(String content) throws IOException {
    Files.writeString(file, content);

    assertThatThrownBy(() -> keystore.read("any"))
        .isInstanceOfSatisfying(
            ZansocException.class,
            e -> assertThat(e.code()).isIn(ErrorCode.DAMAGED, ErrorCode.UNSUPPORTED));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"version\": 3', '\"version\": 4', UNSUPPORTED",
    "aes-128-ctr, aes-256-ctr, UNSUPPORTED",
    "'\"n\": 8192', '\"n\": 1073741824', UNSUPPORTED",
    "'\"n\": 8192', '\"n\": 0', DAMAGED",
    "'\"n\": 8192', '\"n\": 3', DAMAGED",
    "008aeeda4d805471df9b2a5b0f38a0c3bcba786b, zz, DAMAGED",
    "008aeeda4d805471df9b2a5b0f38a0c3bcba786b, 0000000000000000000000000000000000000001, DAMAGED",
    "'\"dklen\": 32', '\"dklen\": 16', DAMAGED",
  })
  void read_ofChangedFile_saysWhatIsWrong(String from, String to, ErrorCode code)
      throws IOException {
    Files.writeString(file, SCRYPT.replace(from, to));

    fails(code, file.toString());
  }

  @Test
  void read_ofFileOfAnotherKind_isRefusedBySize() throws IOException {
    Files.writeString(file, " ".repeat(100_000));

    fails(ErrorCode.DAMAGED, "larger");
  }

  private void fails(ErrorCode code, String words) {
    String password = code == ErrorCode.WRONG_KEY ? "another" : PASSWORD;
    assertThatThrownBy(() -> keystore.read(password))
        .isInstanceOfSatisfying(ZansocException.class, e -> assertThat(e.code()).isEqualTo(code))
        .message()
        .contains(words);
  }
}
