package cloud.zansoc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.host.ComputingCheck;
import cloud.zansoc.host.HostFolder;
import cloud.zansoc.host.join.JoinFlow;
import cloud.zansoc.host.join.JoinListener;
import cloud.zansoc.host.join.JoinRequest;
import cloud.zansoc.host.join.JoinResult;
import cloud.zansoc.host.measure.MachineMeasurement.Measured;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.Mandate;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.FolderWallet;
import cloud.zansoc.net.http.Json;
import cloud.zansoc.net.node.MachineReport;
import cloud.zansoc.net.node.NewToken;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The commands of clients and hosts. */
final class LeaseCommandTest extends LedgerCommandFixture {
  /** A coin an hour, to ten units. */
  private static final Amount RATE = Amount.ofUnits(277_777_777_777_770L);

  private static final Measured MEASURED =
      new Measured(
          new MachineReport(
              "Debian 13",
              "6.12",
              "amd64",
              "i3-13100",
              8,
              900,
              4000,
              List.of(),
              8L << 30,
              10L << 30,
              new MachineReport.Disk(
                  500_000_000_000L, 400_000_000_000L, 400_000_000, 500_000_000, 900),
              20_000_000,
              5_000_000,
              9_000,
              List.of()),
          true,
          List.of());

  private static final JoinListener NOBODY =
      new JoinListener() {
        @Override
        public void begins(int number, int count, String step) {}

        @Override
        public void progress(String part) {}

        @Override
        public void ends(String result) {}

        @Override
        public void warns(String warning) {}
      };

  private final EvmKey host = TestKeys.fresh();

  LeaseCommandTest() throws IOException {}

  @Test
  void lease_fromListingToClosing_isShownAndPaidByTheWallet() {
    assertThat(done("lease", "ls", "--json").out().strip()).isEqualTo("[]");
    Lease lease = open(Duration.ofHours(1));
    String id = lease.id().text();

    assertThat(done("lease", "ls").out()).contains(id, "open", host.account().text(), "1h 0m");
    assertThat(done("lease", "show", id, "--json").out())
        .contains("\"state\":\"open\"", "\"runwaySeconds\":3600");
    assertThat(done("lease", "ls", "--as-host", "--account=" + host.account()).out()).contains(id);

    // Three coins are needed, one is in the escrow: two are deposited.
    assertThat(done("lease", "topup", id, "3h").out()).contains("Paid until");
    assertThat(world.ledger().lease(lease.id()).orElseThrow().paidUntil())
        .isEqualTo(lease.paidUntil().plus(Duration.ofHours(3)));
    assertThat(world.ledger().balance(wallet.account())).isEqualTo(Amount.ZERO);

    world.pass(Duration.ofHours(1));
    assertThat(done("lease", "close", id, "--reason=MOVED", "--json").out())
        .contains("\"refund\":\"" + RATE.times(3 * 3600).coins() + "\"");
    assertThat(done("lease", "ls").out()).doesNotContain(id);
    assertThat(done("lease", "ls", "--all").out()).contains(id, "closed");
  }

  @Test
  void topUp_ofMoreThanTheWalletHas_movesNoCoin() {
    Lease lease = open(Duration.ofHours(1));
    Amount balance = world.ledger().balance(wallet.account());
    Amount coins = world.ledger().coins(wallet.account());

    Run result = run("lease", "topup", lease.id().text(), "100h");

    assertThat(result.exit()).isEqualTo(5);
    assertThat(result.err()).contains("needed are 99.9999");
    assertThat(world.ledger().balance(wallet.account())).isEqualTo(balance);
    assertThat(world.ledger().coins(wallet.account())).isEqualTo(coins);
    assertThat(run("lease", "topup", lease.id().text(), "0s").exit()).isEqualTo(2);
    world.pass(Duration.ofHours(2));
    assertThat(run("lease", "topup", lease.id().text(), "1h").err()).contains("was paid until");
    assertThat(world.ledger().coins(wallet.account())).isEqualTo(coins);
  }

  @Test
  void lease_thatIsUnknownOrNoId_isRefused() {
    String unknown = "0x" + "ab".repeat(32);
    assertThat(run("lease", "show", unknown).exit()).isEqualTo(4);
    assertThat(run("lease", "topup", unknown, "1h").exit()).isEqualTo(4);
    assertThat(run("lease", "close", unknown).exit()).isEqualTo(4);
    assertThat(run("lease", "close", "0x12").err()).contains("64 hexadecimal digits");
    assertThat(run("lease", "close", unknown, "--reason=BORED").exit()).isEqualTo(2);
  }

  @Test
  void earningsOfAHost_areShownAndWithdrawnByTheHostItself() {
    Path data = joinedHost();
    EvmKey account = FolderWallet.loadOrCreate(data);
    world.fund(account, Amount.ofUnits(1));
    Lease lease = open(account, Duration.ofHours(1));
    world.pass(Duration.ofMinutes(30));
    world.ledger().settle(wallet.account(), lease.id()).orThrow();
    world.pass(Duration.ofMinutes(15));

    assertThat(done("host", "earnings", "--data=" + data, "--json").out())
        .contains("\"account\":\"" + account.account() + "\"")
        .contains("\"settled\":{\"gross\":\"" + RATE.times(1800).coins() + "\"")
        .contains("\"unsettled\":{\"gross\":\"" + RATE.times(900).coins() + "\"")
        .contains("\"openLeases\":1");
    assertThat(done("host", "earnings", "--data=" + data, "--account=" + host.account()).out())
        .contains("0 open leases");

    AccountId other = TestKeys.fresh().account();
    done("host", "withdraw", "0.25", "--to=" + other, "--data=" + data);
    assertThat(world.ledger().coins(other)).isEqualTo(Amount.parse("0.25"));
    done("host", "withdraw", "--data=" + data);
    assertThat(world.ledger().balance(account.account())).isEqualTo(Amount.ZERO);
    assertThat(run("host", "withdraw", "--data=" + data).err()).contains("nothing to withdraw");
    assertThat(run("host", "withdraw", "1", "--data=" + data).exit()).isEqualTo(5);
    assertThat(run("host", "withdraw", "-1", "--data=" + data).exit()).isEqualTo(2);
    assertThat(run("host", "withdraw", "1", "--to=0x12", "--data=" + data).err())
        .contains("40 hexadecimal digits");
    assertThat(run("host", "earnings", "--data=" + folder.resolve("nobody")).exit()).isEqualTo(4);
  }

  /** A host that has joined the hub, without its agent. */
  private Path joinedHost() {
    String created = done("token", "create", "--role=host", "--json").out();
    String token = Json.read(created.getBytes(StandardCharsets.UTF_8), NewToken.class).text();
    Path data = folder.resolve("host");
    JoinResult result =
        new JoinFlow(
                "0.1.0",
                InstantSource.system(),
                new JoinFlow.Machine(
                    (order, progress) -> MEASURED,
                    (host, engine) -> new ComputingCheck.Findings.Impossible("it is a test")),
                Optional.empty(),
                NOBODY)
            .join(
                new JoinRequest(
                    hubAddress(),
                    token,
                    new HostFolder(data),
                    new JoinRequest.Wishes(
                        Optional.of("attic"),
                        Optional.of(ByteSize.parse("100MB")),
                        Optional.empty(),
                        Map.of(),
                        Optional.empty(),
                        JoinRequest.NetworkWishes.NONE),
                    JoinRequest.Mode.QUICK));
    assertThat(result).isInstanceOf(JoinResult.Joined.class);
    return data;
  }

  @Test
  void mandate_fromAllowingToRevoking_isShownAndKept() {
    Digest shop = Digest.sha256(new byte[] {7});
    AccountId hub;
    try (Session session = Session.open(profile);
        ChainSession chain = ChainSession.open(session, Optional.empty())) {
      chain.keys().add(wallet);
      hub = chain.hub();
      Instant expiry = chain.ledger().now().plus(Duration.ofDays(1));
      // Three coins are needed, two are in the escrow: one is deposited.
      Mandate mandate =
          chain.allow(wallet.account(), shop, Amount.ofCoins(3), RATE.times(2), expiry);
      assertThat(mandate.left()).isEqualTo(Amount.ofCoins(3));
      assertThat(world.ledger().balance(wallet.account())).isEqualTo(Amount.ofCoins(3));

      ZansocException refusal =
          catchThrowableOfType(
              ZansocException.class,
              () -> chain.allow(wallet.account(), shop, Amount.ofCoins(100), RATE, expiry));
      assertThat(refusal).hasMessageContaining("needed are 100");
      Amount coins = world.ledger().coins(wallet.account());
      assertThat(
              catchThrowableOfType(
                      ZansocException.class,
                      () ->
                          chain.allow(
                              wallet.account(), shop, Amount.ofCoins(4), Amount.ZERO, expiry))
                  .code())
          .isEqualTo(ErrorCode.INVALID_ARGUMENT);
      assertThat(world.ledger().coins(wallet.account())).isEqualTo(coins);
    }

    assertThat(done("lease", "mandates").out()).contains(shop.toString(), "open", hub.text());
    assertThat(done("lease", "mandates", "--json").out())
        .contains("\"left\":\"3\"", "\"used\":\"0\"");
    assertThat(done("lease", "revoke", shop.toString()).out()).contains("0 coins were used");
    assertThat(done("lease", "mandates").out()).doesNotContain(shop.toString());
    assertThat(done("lease", "mandates", "--all").out()).contains(shop.toString(), "revoked");
    assertThat(run("lease", "revoke", Digest.sha256(new byte[] {8}).toString()).exit())
        .isEqualTo(4);
    assertThat(run("lease", "revoke", "shop").exit()).isEqualTo(2);
  }

  private Lease open(Duration paid) {
    return open(host, paid);
  }

  private Lease open(EvmKey payee, Duration paid) {
    Offer offer =
        new Offer(
            payee.account(),
            Optional.empty(),
            RATE,
            world.ledger().now().plus(Duration.ofHours(1)),
            Digest.sha256(new byte[0]),
            BigInteger.ONE);
    return world.ledger().open(wallet.account(), world.offers().sign(payee, offer), paid).orThrow();
  }
}
