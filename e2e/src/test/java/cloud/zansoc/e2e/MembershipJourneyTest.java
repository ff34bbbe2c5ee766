package cloud.zansoc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.net.node.NetworkTotals;
import cloud.zansoc.net.node.NewToken;
import cloud.zansoc.net.node.NodeView;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenView;
import cloud.zansoc.net.node.WhoAmI;
import cloud.zansoc.storage.api.BucketView;
import cloud.zansoc.storage.api.ShareView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may do what: tokens, tenants, recovery phrases and shares, on the shared cloud. */
@ExtendWith(SharedCloud.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MembershipJourneyTest {
  private static final byte[] LETTER = "for your eyes only".getBytes(StandardCharsets.UTF_8);

  private final RunningCloud cloud;
  private final CommandLine owner;

  MembershipJourneyTest(RunningCloud cloud) {
    this.cloud = cloud;
    this.owner = cloud.user("owner");
  }

  /** What {@code share create --json} prints. */
  record Shared(ShareView share, String link) {}

  /** What {@code node ls --json} prints. */
  record Nodes(List<NodeView> nodes, NetworkTotals totals) {}

  /** What {@code recovery-phrase --json} prints. */
  record Phrase(String phrase) {}

  @BeforeAll
  void storeALetter() throws IOException {
    owner.ok("bucket", "create", "letters", "--scheme", "2/4");
    Path letter = Files.write(cloud.folder().resolve("letter"), LETTER);
    owner.ok("cp", letter.toString(), "zs://letters/to/you");
  }

  @Test
  void share_whileItIsOpen_isReadByAnyoneWithoutALogin() throws IOException {
    Shared shared =
        owner.json(Shared.class, "share", "create", "zs://letters/to/you", "--expires", "1h");
    CommandLine stranger = cloud.stranger("reader");
    assertThat(stranger.ok("cat", shared.link()).bytes()).isEqualTo(LETTER);
    Path copy = cloud.folder().resolve("copy-of-share");
    stranger.ok("cp", shared.link(), copy.toString());
    assertThat(Files.readAllBytes(copy)).isEqualTo(LETTER);
    assertThat(owner.jsonList(ShareView.class, "share", "ls").stream().map(ShareView::id))
        .contains(shared.share().id());

    owner.ok("share", "revoke", shared.share().id());
    stranger.fails(4, List.of("revoked"), "cat", shared.link());
    assertThat(owner.ok("share", "ls").out()).contains("revoked");
  }

  @Test
  void share_afterItsTime_isRefused() {
    Shared shared =
        owner.json(Shared.class, "share", "create", "zs://letters/to/you", "--expires", "1s");
    CommandLine stranger = cloud.stranger("late");
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (stranger.run("cat", shared.link()).exit() == 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
    stranger.fails(4, List.of("the share ended"), "cat", shared.link());
  }

  @Test
  void share_withAnotherKeyInItsLink_isRefused() {
    String link = owner.json(Shared.class, "share", "create", "zs://letters/to/you").link();
    int middle = link.length() - 10;
    char other = link.charAt(middle) == 'a' ? 'b' : 'a';
    String forged = link.substring(0, middle) + other + link.substring(middle + 1);
    CommandLine.Result result = cloud.stranger("forger").run("cat", forged);
    assertThat(result.exit()).as(result.err()).isIn(2, 3);
    assertThat(result.bytes()).isEmpty();
    assertThat(result.err()).contains("link");
  }

  @Test
  void whoami_ofAMember_tellsRoleQuotaAndUse() {
    WhoAmI me = owner.json(WhoAmI.class, "whoami");
    assertThat(me.name()).isEqualTo("owner");
    assertThat(me.role()).isEqualTo(Role.OPERATOR);
    assertThat(me.quota()).contains(new ByteSize(SharedCloud.QUOTA_BYTES));
    assertThat(me.used().bytes()).isBetween((long) LETTER.length, 1_000L);
    assertThat(owner.ok("whoami").out()).contains("role    OPERATOR", " of 57.2 MiB", owner.hub());
  }

  @Test
  void node_listedAndShown_addsUpToTheTotals() {
    Nodes nodes = owner.json(Nodes.class, "node", "ls");
    assertThat(nodes.nodes()).hasSize(SharedCloud.HOSTS);
    assertThat(nodes.totals().ready()).isEqualTo(SharedCloud.HOSTS);
    assertThat(nodes.totals().vcpus())
        .isEqualTo(nodes.nodes().stream().mapToInt(node -> node.machine().vcpus()).sum());
    assertThat(nodes.totals().storage().bytes())
        .isEqualTo(nodes.nodes().stream().mapToLong(node -> node.capacity().bytes()).sum());
    NodeView one = nodes.nodes().getFirst();
    NodeView shown = owner.json(NodeView.class, "node", "show", one.name());
    assertThat(shown.id()).isEqualTo(one.id());
    assertThat(shown.labels()).containsKey("zone");
    assertThat(owner.ok("node", "show", one.id().toString()).out()).contains(one.name(), "READY");
    owner.fails(4, List.of("zansoc node ls"), "node", "show", "no-such-host");
  }

  @Test
  void token_fromCreationToRevocation_isListedWithoutItsSecret() {
    NewToken made =
        owner.json(NewToken.class, "token", "create", "--role", "host", "--note", "for the attic");
    CommandLine.Result listed = owner.ok("token", "ls");
    assertThat(listed.out()).contains(made.token().id(), "for the attic");
    assertThat(owner.ok("token", "ls", "--json").out())
        .doesNotContain(made.text().substring(made.text().indexOf('.') + 1));
    owner.ok("token", "revoke", made.token().id());
    assertThat(
            owner.jsonList(TokenView.class, "token", "ls").stream()
                .filter(token -> token.id().equals(made.token().id()))
                .map(TokenView::revoked))
        .containsExactly(true);
  }

  @Test
  void guest_withAClientToken_seesNothingOfOtherTenants() {
    CommandLine guest = joined("guest", token());
    WhoAmI me = guest.json(WhoAmI.class, "whoami");
    assertThat(me.role()).isEqualTo(Role.CLIENT);
    assertThat(me.tenant()).isNotEqualTo(owner.json(WhoAmI.class, "whoami").tenant());
    assertThat(guest.jsonList(BucketView.class, "bucket", "ls")).isEmpty();
    for (List<String> command :
        List.of(
            List.of("ls", "zs://letters"),
            List.of("cat", "zs://letters/to/you"),
            List.of("stat", "zs://letters/to/you"),
            List.of("rm", "zs://letters/to/you"),
            List.of("version", "ls", "zs://letters"),
            List.of("share", "create", "zs://letters/to/you"),
            List.of("bucket", "rm", "letters"))) {
      guest.fails(4, List.of("letters"), command.toArray(String[]::new));
    }
    guest.fails(3, List.of("operator"), "token", "create", "--role", "client");
    guest.fails(3, List.of("operator"), "token", "ls");
    guest.ok("bucket", "create", "guests-own", "--scheme", "2/4");
  }

  @Test
  void recoveryPhrase_inAFreshProfileOfTheSameTenant_readsTheData() {
    Phrase phrase = owner.json(Phrase.class, "recovery-phrase");
    CommandLine laptop = joined("laptop", tenantToken(), "--recovery-phrase=" + phrase.phrase());
    assertThat(laptop.ok("cat", "zs://letters/to/you").bytes()).isEqualTo(LETTER);
    assertThat(laptop.json(Phrase.class, "recovery-phrase")).isEqualTo(phrase);
  }

  @Test
  void anotherRootKey_inTheSameTenant_isToldApart() {
    CommandLine other = joined("other-key", tenantToken());
    assertThat(other.ok("ls", "zs://letters/to/").out()).contains("to/you");
    other.fails(
        3,
        List.of("recovery phrase of the bucket's owner", "[Z215]"),
        "cat",
        "zs://letters/to/you");
  }

  @Test
  void recoveryPhrase_withAMistypedWord_isRefused() {
    CommandLine typist = cloud.stranger("typist");
    String phrase = owner.json(Phrase.class, "recovery-phrase").phrase();
    String wrong = phrase.substring(0, phrase.lastIndexOf('-') + 1) + "babab";
    typist.fails(
        2,
        List.of("phrase"),
        "login",
        owner.hub(),
        "--token=" + token(),
        "--recovery-phrase=" + wrong);
  }

  @Test
  void login_withTheHubsDataFolder_makesAnOperator() {
    CommandLine keeper = cloud.stranger("keeper-of-the-hub");
    Path data = cloud.folder().resolve("cloud").resolve("hub");
    keeper.ok("login", owner.hub(), "--hub-data=" + data, "--name=keeper");
    assertThat(keeper.json(WhoAmI.class, "whoami").role()).isEqualTo(Role.OPERATOR);
    keeper.ok("token", "create", "--role", "host");

    CommandLine stranger = cloud.stranger("without-a-token");
    stranger.fails(2, List.of("--token", "--hub-data"), "login", owner.hub());
    stranger.fails(
        4,
        List.of("zansoc hub --data", "[Z300]"),
        "login",
        owner.hub(),
        "--hub-data=" + cloud.folder().resolve("nothing"));
  }

  private String token() {
    return owner.json(NewToken.class, "token", "create", "--role", "client").text();
  }

  private String tenantToken() {
    String tenant = owner.json(WhoAmI.class, "whoami").tenant().orElseThrow();
    return owner
        .json(NewToken.class, "token", "create", "--role", "client", "--tenant", tenant)
        .text();
  }

  private CommandLine joined(String name, String token, String... options) {
    CommandLine user = cloud.stranger(name);
    String[] login = new String[options.length + 4];
    login[0] = "login";
    login[1] = owner.hub();
    login[2] = "--token=" + token;
    login[3] = "--name=" + name;
    System.arraycopy(options, 0, login, 4, options.length);
    user.ok(login);
    return user;
  }
}
