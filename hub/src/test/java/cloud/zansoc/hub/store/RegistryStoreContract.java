package cloud.zansoc.hub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.PeerId;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.Registrations;
import cloud.zansoc.hub.registry.HostRecord;
import cloud.zansoc.hub.registry.Member;
import cloud.zansoc.hub.registry.RegistryStore;
import cloud.zansoc.hub.registry.Tenant;
import cloud.zansoc.hub.registry.Token;
import cloud.zansoc.net.identity.Identity;
import cloud.zansoc.net.node.Role;
import cloud.zansoc.net.node.TokenView;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every registry store does. */
abstract class RegistryStoreContract {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Digest SECRET = Digest.sha256(new byte[] {7});

  private Database database;
  private RegistryStore store;

  abstract String newDatabase();

  @BeforeEach
  final void open() {
    database = Database.open(newDatabase());
    store = new SqlRegistryStore(database);
  }

  @AfterEach
  final void close() {
    database.close();
  }

  private static Tenant tenant(String id) {
    return new Tenant(id, "name of " + id, Optional.of(new ByteSize(1000)), NOW);
  }

  private static Member joining(Identity identity) {
    return new Member(identity.id(), identity.publicKey(), "laptop", Role.CLIENT, "", NOW);
  }

  private static HostRecord host(Identity identity, String name) {
    return new HostRecord(
        identity.id(),
        Registrations.host(identity, "", name),
        HostRecord.Wish.ACTIVE,
        Optional.empty(),
        "192.0.2.7",
        NOW,
        NOW,
        Optional.empty());
  }

  private static Identity identity() {
    return Identity.create(new SecureRandom());
  }

  private void addToken(Role role, Optional<String> tenant, Optional<Integer> uses) {
    TokenView view =
        new TokenView(
            "t1", role, tenant, NOW, NOW.plusSeconds(60), uses, 0, false, "for Ann; ünïcode");
    store.addToken(new Token(view, SECRET));
  }

  private static void assertCode(ErrorCode code, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(ZansocException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void addMember_twice_keepsTheFirst() {
    Identity identity = identity();
    Member first = new Member(identity.id(), identity.publicKey(), "a", Role.OPERATOR, "t", NOW);

    store.addMember(tenant("t"), first);
    store.addMember(
        tenant("t"), new Member(identity.id(), identity.publicKey(), "b", Role.CLIENT, "t", NOW));

    assertThat(store.members()).containsExactly(first);
    assertThat(store.tenant("t")).contains(tenant("t"));
    assertThat(store.tenant("other")).isEmpty();
  }

  @Test
  void tenant_withoutQuota_isUnlimited() {
    Tenant unlimited = new Tenant("u", "u", Optional.empty(), NOW);
    Identity identity = identity();

    store.addMember(
        unlimited, new Member(identity.id(), identity.publicKey(), "a", Role.CLIENT, "u", NOW));

    assertThat(store.tenant("u")).contains(unlimited);
  }

  @Test
  void joinMember_tokenWithoutTenant_getsATenantOfItsOwn() {
    addToken(Role.CLIENT, Optional.empty(), Optional.of(1));

    Member member = store.joinMember(SECRET, tenant("own"), joining(identity()));

    assertThat(member.tenant()).isEqualTo("own");
    assertThat(store.members()).containsExactly(member);
    assertThat(store.tenant("own")).isPresent();
    assertThat(store.tokens().getFirst().uses()).isEqualTo(1);
  }

  @Test
  void joinMember_tokenOfATenant_joinsIt() {
    Identity first = identity();
    store.addMember(
        tenant("t"), new Member(first.id(), first.publicKey(), "a", Role.CLIENT, "t", NOW));
    addToken(Role.OPERATOR, Optional.of("t"), Optional.empty());

    Member member = store.joinMember(SECRET, tenant("own"), joining(identity()));

    assertThat(member.tenant()).isEqualTo("t");
    assertThat(member.role()).isEqualTo(Role.OPERATOR);
    assertThat(store.tenant("own")).isEmpty();
  }

  @Test
  void joinMember_again_staysAndTakesNoUse() {
    addToken(Role.CLIENT, Optional.empty(), Optional.of(1));
    Identity identity = identity();
    Member member = store.joinMember(SECRET, tenant("own"), joining(identity));

    assertThat(store.joinMember(SECRET, tenant("second"), joining(identity))).isEqualTo(member);
    assertThat(store.tokens().getFirst().uses()).isEqualTo(1);
    assertThat(store.tenant("second")).isEmpty();
  }

  @Test
  void joinMember_badToken_isRefusedAndNothingChanges() {
    assertCode(
        ErrorCode.TOKEN_INVALID,
        () -> store.joinMember(SECRET, tenant("own"), joining(identity())));
    addToken(Role.HOST, Optional.empty(), Optional.of(1));
    assertCode(
        ErrorCode.FORBIDDEN, () -> store.joinMember(SECRET, tenant("own"), joining(identity())));

    assertThat(store.members()).isEmpty();
    assertThat(store.tenant("own")).isEmpty();
    assertThat(store.tokens().getFirst().uses()).isZero();
  }

  @Test
  void joinMember_expired_isRefused() {
    addToken(Role.CLIENT, Optional.empty(), Optional.empty());
    Identity identity = identity();
    Member late =
        new Member(identity.id(), identity.publicKey(), "a", Role.CLIENT, "", NOW.plusSeconds(60));

    assertCode(ErrorCode.TOKEN_EXPIRED, () -> store.joinMember(SECRET, tenant("own"), late));
  }

  @Test
  void revokeToken_knownOrNot_saysSo() {
    addToken(Role.CLIENT, Optional.empty(), Optional.empty());

    assertThat(store.revokeToken("t1")).isTrue();
    assertThat(store.revokeToken("t2")).isFalse();
    assertThat(store.tokens().getFirst().revoked()).isTrue();
    assertCode(
        ErrorCode.TOKEN_REVOKED,
        () -> store.joinMember(SECRET, tenant("own"), joining(identity())));
  }

  @Test
  void token_bySecret_isWhatWasAdded() {
    addToken(Role.CLIENT, Optional.empty(), Optional.of(3));

    Token token = store.token(SECRET).orElseThrow();

    assertThat(List.of(token.view())).isEqualTo(store.tokens());
    assertThat(token.view().maxUses()).contains(3);
    assertThat(token.view().note()).isEqualTo("for Ann; ünïcode");
    assertThat(store.token(Digest.sha256(new byte[0]))).isEmpty();
  }

  @Test
  void joinHost_manyAtOnce_takeNoMoreUsesThanThereAre() throws Exception {
    addToken(Role.HOST, Optional.empty(), Optional.of(3));
    List<Future<HostRecord>> joins = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 10; i++) {
        HostRecord host = host(identity(), "host-" + i);
        joins.add(threads.submit(() -> store.joinHost(SECRET, host)));
      }
    }

    long joined = joins.stream().filter(join -> join.state() == Future.State.SUCCESS).count();
    assertThat(joined).isEqualTo(3);
    assertThat(store.hosts()).hasSize(3);
    assertThat(store.tokens().getFirst().uses()).isEqualTo(3);
    assertThat(joins.stream().filter(join -> join.state() == Future.State.FAILED))
        .allSatisfy(join ->
            assertThat(join.exceptionNow())
                .isInstanceOfSatisfying(
                    ZansocException.class,
                    e -> assertThat(e.code()).isEqualTo(ErrorCode.TOKEN_USED_UP)));
  }

  @Test
  void joinHost_again_changesTheRegistrationAndKeepsTheRest() {
    addToken(Role.HOST, Optional.empty(), Optional.of(1));
    Identity identity = identity();
    HostRecord first = store.joinHost(SECRET, host(identity, "a"));
    store.wish(identity.id(), HostRecord.Wish.CLEARED, Optional.of(NOW.plusSeconds(600)));
    store.seen(List.of(first.seen(NOW.plusSeconds(5), "198.51.100.1", Registrations.status(true))));

    HostRecord again = store.joinHost(Digest.sha256(new byte[0]), host(identity, "b"));

    assertThat(again.name()).isEqualTo("b");
    assertThat(again.wish()).isEqualTo(HostRecord.Wish.CLEARED);
    assertThat(again.reclaimed()).contains(NOW.plusSeconds(600));
    assertThat(again.joined()).isEqualTo(NOW);
    assertThat(again.status()).contains(Registrations.status(true));
    assertHosts(again);
    assertThat(store.tokens().getFirst().uses()).isEqualTo(1);
  }

  @Test
  void joinHost_afterItLeft_needsATokenAndBeginsAnew() {
    addToken(Role.HOST, Optional.empty(), Optional.of(2));
    Identity identity = identity();
    store.joinHost(SECRET, host(identity, "a"));
    store.wish(identity.id(), HostRecord.Wish.LEFT, Optional.empty());

    assertCode(
        ErrorCode.TOKEN_INVALID,
        () -> store.joinHost(Digest.sha256(new byte[0]), host(identity, "a")));
    assertThat(store.joinHost(SECRET, host(identity, "a")).wish())
        .isEqualTo(HostRecord.Wish.ACTIVE);
    assertThat(store.tokens().getFirst().uses()).isEqualTo(2);
  }

  @Test
  void joinHost_nameOfAnother_isRefusedAndKeepsTheUse() {
    addToken(Role.HOST, Optional.empty(), Optional.empty());
    store.joinHost(SECRET, host(identity(), "a"));

    assertCode(ErrorCode.ALREADY_EXISTS, () -> store.joinHost(SECRET, host(identity(), "a")));

    assertThat(store.tokens().getFirst().uses()).isEqualTo(1);
  }

  @Test
  void seen_host_keepsTimeAddressAndStatus() {
    addToken(Role.HOST, Optional.empty(), Optional.empty());
    HostRecord host = store.joinHost(SECRET, host(identity(), "a"));
    HostRecord seen =
        host.seen(NOW.plus(Duration.ofMillis(1234)), "2001:db8::1", Registrations.status(false));

    store.seen(List.of(seen));
    store.seen(List.of());

    assertHosts(seen);
  }

  /** Records with arrays in them are compared by their parts. */
  private void assertHosts(HostRecord expected) {
    assertThat(store.hosts()).singleElement().usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void keepReceipts_repeated_keepsEachOnce() {
    PeerId host = identity().id();
    PeerId other = identity().id();
    store.keepReceipts(host, 0, List.of(new byte[] {1}, new byte[] {2}));
    store.keepReceipts(host, 1, List.of(new byte[] {9}, new byte[] {3}));
    store.keepReceipts(host, 3, List.of());

    assertThat(store.receipts(host)).isEqualTo(3);
    assertThat(store.receipts(other)).isZero();
    assertThat(store.receipts(host, 0, 10))
        .containsExactly(new byte[] {1}, new byte[] {2}, new byte[] {3});
    assertThat(store.receipts(host, 1, 1)).containsExactly(new byte[] {2});
  }
}
