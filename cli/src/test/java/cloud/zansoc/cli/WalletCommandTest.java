package cloud.zansoc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.codec.crypto.Key256;
import cloud.zansoc.codec.crypto.RecoveryPhrase;
import cloud.zansoc.codec.crypto.RootKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WalletCommandTest {
  @TempDir private Path folder;
  private Profile profile;

  @BeforeEach
  void keepRootKey() {
    profile = new Profile(folder.resolve("profile"));
    RootKey root = RootKey.random(new Random(5));
    profile.write(profile.rootKeyFile(), RecoveryPhrase.of(root) + "\n");
  }

  @Test
  void create_withoutOption_keepsThePasswordAndShowOpensIt() throws IOException {
    Run created = run("wallet", "create");

    assertThat(created.exit()).as(created.err()).isZero();
    Run shown = run("wallet", "show");
    assertThat(shown.exit()).as(shown.err()).isZero();
    assertThat(shown.out().strip()).matches("0x[0-9a-f]{40}");
    assertThat(created.out()).contains(shown.out().strip());
    for (String file : List.of("wallet.json", "wallet-password")) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(profile.folder().resolve(file))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void create_inAnotherProfileOfThePhrase_givesTheSameAccount() throws IOException {
    String first = run("wallet", "create", "--json").out();
    Profile other = new Profile(folder.resolve("other"));
    other.write(other.rootKeyFile(), Files.readString(profile.rootKeyFile()));
    profile = other;

    String account = first.replaceAll(".*(0x[0-9a-f]{40}).*", "$1").strip();

    assertThat(run("wallet", "create", "--json").out()).contains(account);
  }

  /** The golden account was derived by ethers 6 too, from the words of the golden root key. */
  @Test
  void create_ofTheGoldenRootKey_givesTheGoldenAccount() throws IOException {
    byte[] counting = new byte[32];
    for (int i = 0; i < counting.length; i++) {
      counting[i] = (byte) i;
    }
    RootKey golden = new RootKey(Key256.of(counting));
    profile.write(profile.rootKeyFile(), RecoveryPhrase.of(golden) + "\n");
    String account = Files.readString(Path.of("src/test/resources/golden/wallet-account.txt"));

    assertThat(run("wallet", "create").out()).contains(account.strip());
  }

  @Test
  void create_overAWallet_isRefused() {
    run("wallet", "create");

    Run again = run("wallet", "create");

    assertThat(again.exit()).isEqualTo(5);
    assertThat(again.err()).contains("wallet show");
  }

  @Test
  void create_withoutRecoveryPhrase_saysWhatToDo() throws IOException {
    Files.delete(profile.rootKeyFile());

    Run created = run("wallet", "create");

    assertThat(created.exit()).isEqualTo(3);
    assertThat(created.err()).contains("zansoc login");
    assertThat(profile.folder().resolve("wallet-password")).doesNotExist();
  }

  @Test
  void show_withPasswordOfAnother_isRefusedAndRepeatsNone() throws IOException {
    Path right = Files.writeString(folder.resolve("right"), "correct horse\n");
    Path wrong = Files.writeString(folder.resolve("wrong"), "battery staple\n");
    Run created = run("wallet", "create", "--password-file=" + right);
    assertThat(created.exit()).as(created.err()).isZero();

    assertThat(run("wallet", "show", "--password-file=" + right).exit()).isZero();
    Run refused = run("wallet", "show", "--password-file=" + wrong);
    assertThat(refused.exit()).isEqualTo(3);
    assertThat(refused.err()).contains("password does not open").doesNotContain("battery");
    Run none = run("wallet", "show");
    assertThat(none.exit()).isEqualTo(3);
    assertThat(none.err()).contains("--password-file");
  }

  @Test
  void show_withEmptyPasswordFile_saysSo() throws IOException {
    run("wallet", "create");
    Path empty = Files.writeString(folder.resolve("empty"), "\n");

    assertThat(run("wallet", "show", "--password-file=" + empty).err()).contains("no password");
    assertThat(run("wallet", "show", "--password-file=" + folder.resolve("none")).exit())
        .isEqualTo(4);
  }

  @Test
  void show_ofDamagedKeystore_saysSo() throws IOException {
    run("wallet", "create");
    Files.writeString(profile.folder().resolve("wallet.json"), "{");

    Run shown = run("wallet", "show");

    assertThat(shown.exit()).isEqualTo(10);
    assertThat(shown.err()).contains("damaged");
  }

  @Test
  void show_withoutWallet_saysHowToMakeOne() {
    Run shown = run("wallet", "show");

    assertThat(shown.exit()).isEqualTo(4);
    assertThat(shown.err()).contains("zansoc wallet create");
  }

  @Test
  void words_ofTheWallet_are24() {
    run("wallet", "create");

    assertThat(run("wallet", "show", "--words").out().strip().split(" ", -1)).hasSize(24);
  }

  @Test
  void words_afterAnotherPhrase_areNotShownForTheWallet() {
    run("wallet", "create");
    RootKey other = RootKey.random(new Random(6));
    profile.write(profile.rootKeyFile(), RecoveryPhrase.of(other) + "\n");

    Run shown = run("wallet", "show", "--words");

    assertThat(shown.exit()).isEqualTo(5);
    assertThat(shown.out()).isEmpty();
  }

  @Test
  void create_whereAPasswordIsKept_keepsIt() throws IOException {
    run("wallet", "create");
    Path keystore = profile.folder().resolve("wallet.json");
    Path copy = Files.move(keystore, folder.resolve("copy"));

    assertThat(run("wallet", "create").exit()).isZero();

    Files.move(copy, keystore, StandardCopyOption.REPLACE_EXISTING);
    assertThat(run("wallet", "show").exit()).isZero();
  }

  @Test
  void price_ofTheReferenceSize_comparesWithTheTable() {
    Run price = run("price", "--cpu=32", "--memory=64");

    assertThat(price.exit()).as(price.err()).isZero();
    assertThat(price.out())
        .contains("0.0800", "1.0880", "1.9330", "1.0650", "February 2024", "13.3 times cheaper");
    assertThat(run("price", "--json").out())
        .contains("\"timesCheaper\":13.3", "\"cloudPricesOf\":\"2024-02\"");
  }

  @Test
  void price_ofNothing_isRefused() {
    assertThat(run("price", "--cpu=0").exit()).isEqualTo(2);
    assertThat(run("price", "--memory=2000000").exit()).isEqualTo(2);
  }

  @Test
  void estimate_ofAGivenMachine_showsIncomeBothCurrenciesAndTargets() {
    List<String> machine =
        List.of("--cpu=8", "--memory=16", "--storage=1000", "--utilisation=50", "--watts=40");
    List<String> arguments = new ArrayList<>(List.of("host", "estimate"));
    arguments.addAll(machine);
    arguments.addAll(List.of("--hardware-cost=46.84", "--currency=INR", "--rate=83"));

    Run result = run(arguments.toArray(String[]::new));

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("7.80", "-0.78", "-2.34", "4.68", "388.78 INR")
        .contains("after 10.0 months", "10 months when fully used, 3,000 INR");
  }

  @Test
  void estimate_withoutMeasures_takesThisMachine() {
    String vcpus = "\"vcpus\":" + Runtime.getRuntime().availableProcessors();

    assertThat(run("host", "estimate", "--json").out()).contains(vcpus, "\"targetMonths\":10");
  }

  @Test
  void estimate_ofWhatCannotBe_isRefused() {
    assertThat(run("host", "estimate", "--utilisation=101").exit()).isEqualTo(2);
    assertThat(run("host", "estimate", "--watts=-1").exit()).isEqualTo(2);
    assertThat(run("host", "estimate", "--currency=INR").err()).contains("--rate");
    assertThat(run("host", "estimate", "--currency=INR", "--rate=0").exit()).isEqualTo(2);
  }

  @Test
  void estimate_ofAnIdleMachine_saysThatItIsNeverPaidBack() {
    assertThat(run("host", "estimate", "--utilisation=0", "--hardware-cost=300").out())
        .contains("never");
  }

  private Run run(String... arguments) {
    return Run.with(profile, arguments);
  }
}
