package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.NewToken;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user gets wrong: the exit code, and a message that says what to do. */
@ExtendWith(SharedCloud.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputTest {
  private final RunningCloud cloud;
  private final CommandLine user;

  BadInputTest(RunningCloud cloud) {
    this.cloud = cloud;
    this.user = cloud.user("clumsy");
  }

  /** An error as {@code --json} prints it. */
  record Failure(int code, String name, String message) {}

  @BeforeAll
  void storeSomething() throws IOException {
    user.ok("bucket", "create", "clumsy", "--scheme", "2/4");
    user.ok("cp", file("ten-bytes", 10).toString(), "zs://clumsy/ten");
  }

  @Test
  void login_withAWrongToken_isRefused() {
    String token = token("client").text();
    String wrong = token.substring(0, token.indexOf('.') + 1) + "a".repeat(26);
    CommandLine stranger = cloud.stranger("wrong-token");
    stranger.fails(3, List.of("token", "[Z202]"), "login", user.hub(), "--token=" + wrong);
    stranger.fails(3, List.of("copy the whole text"), "login", user.hub(), "--token=nonsense");
    stranger.fails(3, List.of("not logged in", "zansoc login"), "ls");
  }

  @Test
  void login_withATokenOfAnotherHub_isRefused() {
    String token = token("client").text();
    int dot = token.indexOf('.');
    String other = token.charAt(5) == 'a' ? "b" : "a";
    String elsewhere =
        token.substring(0, 5) + other + token.substring(6, dot) + token.substring(dot);
    CommandLine.Result result =
        cloud.stranger("elsewhere").run("login", user.hub(), "--token=" + elsewhere);
    assertThat(result.exit()).as(result.err()).isIn(2, 3);
    assertThat(result.err()).contains("check the address", "[Z214]");
  }

  @Test
  void login_withAUsedUpToken_isRefused() {
    NewToken token = token("client");
    cloud.stranger("first").ok("login", user.hub(), "--token=" + token.text());
    cloud
        .stranger("second")
        .fails(3, List.of("used", "[Z204]"), "login", user.hub(), "--token=" + token.text());
  }

  @Test
  void login_withARevokedToken_isRefused() {
    NewToken token = token("client");
    user.ok("token", "revoke", token.token().id());
    cloud
        .stranger("revoked")
        .fails(3, List.of("revoked", "[Z205]"), "login", user.hub(), "--token=" + token.text());
  }

  @Test
  void login_withAHostToken_isRefused() {
    cloud
        .stranger("host-token")
        .fails(3, List.of("host"), "login", user.hub(), "--token=" + token("host").text());
  }

  @Test
  void everyCommand_withoutALogin_saysHowToLogIn() {
    CommandLine stranger = cloud.stranger("nobody");
    String file = cloud.folder().resolve("ten-bytes").toString();
    for (List<String> command :
        List.of(
            List.of("ls"),
            List.of("whoami"),
            List.of("node", "ls"),
            List.of("cat", "zs://clumsy/ten"),
            List.of("cp", file, "zs://clumsy/"),
            List.of("recovery-phrase"),
            List.of("bucket", "create", "nobodys"))) {
      stranger.fails(3, List.of("not logged in", "zansoc login"), command.toArray(String[]::new));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ab",
        "Capital",
        "under_score",
        "two..dots",
        "dash-",
        "192.168.1.1",
        "xn--punycode",
        "name-s3alias",
        "b\u00fccket",
        "with space",
        "sixty-four-characters-are-more-than-a-bucket-of-s3-may-ever-have"
      })
  void bucketCreate_withANameThatS3Refuses_saysWhy(String name) {
    user.fails(2, List.of("cannot be a bucket's", "choose another"), "bucket", "create", name);
  }

  @Test
  void bucket_thatIsThereOrFull_saysWhatToDo() {
    user.fails(5, List.of("clumsy", "[Z301]"), "bucket", "create", "clumsy");
    user.fails(
        5, List.of("zansoc rm -r --all-versions zs://clumsy", "[Z304]"), "bucket", "rm", "clumsy");
    user.fails(4, List.of("no-such-bucket", "[Z300]"), "bucket", "rm", "no-such-bucket");
  }

  @Test
  void bucketCreate_withASchemeThatCannotBe_saysWhatCan() throws IOException {
    user.ok("bucket", "create", "too-wide", "--scheme", "6/12");
    String file = file("for-too-wide", 1).toString();
    user.fails(8, List.of("needs", "[Z402]"), "cp", file, "zs://too-wide/");
    user.ok("bucket", "rm", "too-wide");
    for (String scheme : List.of("6-12", "a/b", "3/2", "0/3", "2/300")) {
      user.fails(2, List.of("scheme"), "bucket", "create", "odd-scheme", "--scheme", scheme);
    }
  }

  @Test
  void object_thatIsMissing_isNamed() {
    for (String command : List.of("cat", "stat", "rm")) {
      user.fails(
          4, List.of("no object 'none' in bucket 'clumsy'", "[Z300]"), command, "zs://clumsy/none");
    }
    user.fails(4, List.of("none"), "cp", "zs://clumsy/none", target("never"));
    user.fails(4, List.of("none"), "mv", "zs://clumsy/none", "zs://clumsy/other");
    user.fails(4, List.of("none"), "share", "create", "zs://clumsy/none");
    user.fails(4, List.of("none"), "cp", "-r", "zs://clumsy/none", target("never"));
    user.fails(2, List.of("version"), "cat", "--version=nonsense", "zs://clumsy/ten");
    assertThat(cloud.folder().resolve("never")).doesNotExist();
  }

  @Test
  void bucket_thatIsMissing_isNamed() {
    String file = cloud.folder().resolve("ten-bytes").toString();
    user.fails(4, List.of("no-such-bucket"), "ls", "zs://no-such-bucket");
    user.fails(4, List.of("no-such-bucket"), "cat", "zs://no-such-bucket/key");
    user.fails(4, List.of("no bucket 'no-such-bucket'"), "cp", file, "zs://no-such-bucket/");
  }

  @Test
  void cp_ofADirectory_needsTheOption() throws IOException {
    Path folder = Files.createDirectory(cloud.folder().resolve("a-directory"));
    user.fails(2, List.of("is a directory", "-r"), "cp", folder.toString(), "zs://clumsy/");
  }

  @Test
  void cp_ofWhatIsNoReadableFile_saysSo() throws IOException {
    user.fails(4, List.of("no-such-file"), "cp", target("no-such-file"), "zs://clumsy/");
    Path dangling = cloud.folder().resolve("dangling");
    Files.createSymbolicLink(dangling, cloud.folder().resolve("nowhere"));
    user.fails(4, List.of("dangling"), "cp", dangling.toString(), "zs://clumsy/");
    user.fails(
        2, List.of("/dev/zero", "not a regular file", "'-'"), "cp", "/dev/zero", "zs://clumsy/");
    user.fails(4, List.of("[Z300]"), "stat", "zs://clumsy/zero");
  }

  @Test
  void cp_toAPlaceThatCannotBe_saysSo() throws IOException {
    user.fails(
        4, List.of("missing-folder"), "cp", "zs://clumsy/ten", target("missing-folder/file"));
    file("a-file", 1);
    CommandLine.Result result = user.run("cp", "zs://clumsy/ten", target("a-file/below"));
    assertThat(result.exit()).as(result.err()).isIn(2, 3, 4);
    assertThat(result.err()).contains("a-file").doesNotContain("[Z900]");
    user.fails(2, List.of("zs://BUCKET/KEY"), "cp", target("a-file"), target("another"));
    user.fails(2, List.of("standard input has no name"), "cp", "-", "zs://clumsy/");
  }

  @Test
  void cp_toAKeyThatIsTooLong_saysHowLongItMayBe() throws IOException {
    String key = "\u00e4".repeat(512) + "x";
    user.fails(
        2,
        List.of("1025 bytes", "1024 are allowed"),
        "cp",
        file("long", 1).toString(),
        "zs://clumsy/" + key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10-20", "11-", "5-4", "a-b", "7", "-", "0-99999999999999999999"})
  void cat_ofARangeOutside_saysWhatToWrite(String range) {
    user.fails(2, List.of("range"), "cat", "--range=" + range, "zs://clumsy/ten");
  }

  @ParameterizedTest
  @ValueSource(strings = {"clumsy/ten", "s3://clumsy/ten", "zs:/clumsy/ten", "zs://", "zs:///ten"})
  void cat_ofAMalformedAddress_saysHowOneLooks(String address) {
    user.fails(2, List.of("zs://"), "cat", address);
  }

  @Test
  void cp_beyondTheQuota_isRefused() throws IOException {
    Path big = cloud.folder().resolve("big");
    try (RandomAccessFile file = new RandomAccessFile(big.toFile(), "rw")) {
      file.setLength(SharedCloud.QUOTA_BYTES + 1);
    }
    user.fails(7, List.of("quota", "57.2 MiB", "[Z401]"), "cp", big.toString(), "zs://clumsy/");
    user.fails(4, List.of("[Z300]"), "stat", "zs://clumsy/big");
  }

  @Test
  void everyError_withJson_isJsonOnStandardError() {
    assertFailure(300, "NOT_FOUND", "cat", "zs://clumsy/none");
    assertFailure(101, "INVALID_NAME", "bucket", "create", "XX");
    assertFailure(100, "INVALID_ARGUMENT", "cat", "--no-such-option", "zs://clumsy/ten");
    assertFailure(100, "INVALID_ARGUMENT", "cp", "zs://clumsy/ten");
  }

  private void assertFailure(int code, String name, String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json";
    CommandLine.Result result = user.run(all);
    assertThat(result.exit()).isNotZero();
    assertThat(result.bytes()).isEmpty();
    Failure failure =
        Json.read(result.err().getBytes(java.nio.charset.StandardCharsets.UTF_8), Failure.class);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.name()).isEqualTo(name);
    assertThat(failure.message()).isNotBlank();
  }

  private NewToken token(String role) {
    return user.json(NewToken.class, "token", "create", "--role", role);
  }

  private String target(String name) {
    return cloud.folder().resolve(name).toString();
  }

  private Path file(String name, int size) throws IOException {
    return Files.write(cloud.folder().resolve(name), new byte[size]);
  }
}
