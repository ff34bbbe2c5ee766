package cloud.zansoc.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.compute.hub.LeasePayments.Charge;
import cloud.zansoc.compute.hub.LeasePayments.Mandate;
import cloud.zansoc.compute.hub.LeasePayments.OpenLease;
import cloud.zansoc.compute.hub.LeasePayments.Progress;
import cloud.zansoc.hub.store.Database;
import cloud.zansoc.hub.store.SqlOutboxStore;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.MandateTerms;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.SignedOffer;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.evm.Anvil;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOutboxChain;
import cloud.zansoc.ledger.outbox.Outbox;
import cloud.zansoc.ledger.outbox.OutboxOptions;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub that opens, tops up and closes leases from a client's mandate, on a chain process. */
final class LedgerLeasesTest {
  private static final Digest SHOP = Digest.sha256(new byte[] {7});
  private static final Amount RATE = Amount.ofUnits(1000);
  private static final Amount DEPOSIT = Amount.ofUnits(10_000_000);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private Path folder;

  private final EvmKey agent = TestKeys.named("hub");
  private final EvmKey client = TestKeys.fresh();
  private final EvmKey host = TestKeys.fresh();
  private ChainWorld world;
  private Hub hub;
  private int nonce;

  /** What a hub has of its leases: all of it is made anew when it starts. */
  private record Hub(Database database, LedgerNode node, Outbox outbox, LedgerLeases leases)
      implements AutoCloseable {
    @Override
    public void close() {
      node.close();
      database.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    world = ChainWorld.start("--state=" + folder.resolve("state"));
    world.fund(client, DEPOSIT);
    world.ledger().deposit(client.account(), DEPOSIT).orThrow();
    world.fund(agent, Amount.ofUnits(1));
    hub = startHub();
  }

  @AfterEach
  void end() {
    hub.close();
    world.close();
  }

  private Hub startHub() {
    Database database = Database.open("jdbc:sqlite:" + folder.resolve("hub.sqlite"));
    LedgerSettings settings =
        new LedgerSettings(
            LedgerSettings.Chain.of(world.anvil().url(), Anvil.CHAIN),
            world.contract("escrow"),
            Optional.empty(),
            Duration.ofDays(1));
    LedgerNode node = new LedgerNode(settings, agent.account());
    Outbox outbox =
        new Outbox(
            new SqlOutboxStore(database, Anvil.CHAIN, agent.account()),
            new EvmOutboxChain(node.chain(), node.escrow(), agent),
            OutboxOptions.usual(),
            Clock.systemUTC());
    return new Hub(database, node, outbox, new LedgerLeases(node, outbox));
  }

  @Test
  void open_withinAMandate_isPaidOnceHoweverOftenItIsAskedFor() {
    grant(Amount.ofUnits(200_000), RATE.times(2));
    HostOffer first = offer(RATE);
    HostOffer second = offer(RATE);

    for (int i = 0; i < 3; i++) {
      hub.leases().open("deploy", client.account().text(), SHOP, List.of(first, second), MINUTE);
      assertThat(hub.leases().progress("deploy"))
          .isEqualTo(i == 0 ? new Progress.Waiting() : new Progress.Done());
      hub.outbox().step();
      hub.outbox().step();
    }

    assertThat(hub.leases().lease(first.lease()))
        .contains(new OpenLease(first.lease(), lease(first).orElseThrow().paidUntil(), "1000"));
    assertThat(world.ledger().balance(client.account())).isEqualTo(DEPOSIT.minus(RATE.times(120)));
    assertThat(hub.leases().mandate(client.account().text(), SHOP))
        .contains(new Mandate("80000", "2000", expiry()));
    assertThat(world.ledger().balance(agent.account())).isEqualTo(Amount.ZERO);
  }

  @Test
  void topUpAndClose_ofALeaseOfTheMandate_moveItsEndAndRefundTheRest() {
    grant(Amount.ofUnits(200_000), RATE);
    HostOffer offer = offer(RATE);
    hub.leases().open("open", client.account().text(), SHOP, List.of(offer), MINUTE);
    step();
    Instant paidUntil = hub.leases().lease(offer.lease()).orElseThrow().paidUntil();

    for (int i = 0; i < 2; i++) {
      hub.leases().topUp("top up 1", offer.lease(), MINUTE);
      step();
    }
    assertThat(hub.leases().lease(offer.lease()).orElseThrow().paidUntil())
        .isEqualTo(paidUntil.plus(MINUTE));
    hub.leases().close("close", offer.lease(), CloseReason.MOVED.number());
    step();

    assertThat(hub.leases().progress("close")).isEqualTo(new Progress.Done());
    assertThat(hub.leases().lease(offer.lease())).isEmpty();
    Amount host = world.ledger().balance(this.host.account());
    Amount fee = world.ledger().balance(world.ledger().treasury());
    assertThat(world.ledger().balance(client.account())).isEqualTo(DEPOSIT.minus(host).minus(fee));
  }

  @Test
  void charge_ofALease_isWhatWasSettledUntilItsEnd() {
    grant(Amount.ofUnits(200_000), RATE);
    HostOffer offer = offer(RATE);
    assertThat(hub.leases().charge(offer.lease())).isEmpty();
    hub.leases().open("open", client.account().text(), SHOP, List.of(offer), MINUTE);
    step();
    Charge opened = hub.leases().charge(offer.lease()).orElseThrow();
    assertThat(opened.units()).isEqualTo("0");

    world.pass(Duration.ofSeconds(20));
    for (int i = 0; i < 2; i++) {
      hub.leases().settle(Map.of("settle", offer.lease()));
      step();
    }
    Charge settled = hub.leases().charge(offer.lease()).orElseThrow();
    assertThat(settled.seconds()).isBetween(20L, 30L);
    assertThat(settled.units()).isEqualTo(RATE.times(settled.seconds()).units().toString());
    world.pass(Duration.ofSeconds(10));
    hub.leases().close("close", offer.lease(), CloseReason.MOVED.number());
    step();

    Charge closed = hub.leases().charge(offer.lease()).orElseThrow();
    assertThat(closed.start()).isEqualTo(opened.start());
    assertThat(closed.seconds()).isGreaterThanOrEqualTo(settled.seconds() + 10);
    assertThat(world.ledger().balance(client.account()))
        .isEqualTo(DEPOSIT.minus(new Amount(new BigInteger(closed.units()))));
  }

  @Test
  void compensate_fromTheHubsBalance_sendsCoinsOnceAndIsRefusedWithoutIt() {
    hub.leases().compensate("back 0", client.account().text(), "1");
    step();
    assertThat(hub.leases().progress("back 0")).isInstanceOf(Progress.Refused.class);
    world.fund(agent, Amount.ofUnits(100));
    world.ledger().deposit(agent.account(), Amount.ofUnits(100)).orThrow();

    for (int i = 0; i < 2; i++) {
      hub.leases().compensate("back 1", client.account().text(), "60");
      step();
    }

    assertThat(hub.leases().progress("back 1")).isEqualTo(new Progress.Done());
    assertThat(world.ledger().balance(agent.account())).isEqualTo(Amount.ofUnits(40));
  }

  @Test
  void whatTheLedgerRefuses_isRefusedWithItsReason() {
    hub.leases().open("early", client.account().text(), SHOP, List.of(offer(RATE)), MINUTE);
    step();
    grant(Amount.ofUnits(60_000), RATE);
    HostOffer offer = offer(RATE);
    hub.leases().open("fits", client.account().text(), SHOP, List.of(offer), MINUTE);
    hub.leases().topUp("beyond", offer.lease(), MINUTE);
    hub.leases().open("dear", client.account().text(), SHOP, List.of(offer(RATE)), MINUTE);
    hub.leases().close("unknown", SHOP, 1);
    step();

    assertRefused("early", "no mandate");
    assertThat(hub.leases().progress("fits")).isEqualTo(new Progress.Done());
    assertRefused("beyond", "coins left");
    assertRefused("dear", "the mandate allows");
    assertRefused("unknown", "is not open");
    assertThat(hub.leases().progress("never asked")).isEqualTo(new Progress.Unknown());
    world.mandates().revoke(client.account(), agent.account(), SHOP).orThrow();
    hub.leases().topUp("late", offer.lease(), MINUTE);
    step();
    assertRefused("late", "revoked");
    assertThat(hub.leases().mandate(client.account().text(), SHOP)).isEmpty();
  }

  @Test
  void mandate_ofMoreThanTheBalance_leavesTheBalance() {
    grant(DEPOSIT.times(5), RATE);

    assertThat(hub.leases().mandate(client.account().text(), SHOP).orElseThrow().leftUnits())
        .isEqualTo(DEPOSIT.units().toString());
    assertThat(hub.leases().mandate(host.account().text(), SHOP)).isEmpty();
  }

  @Test
  void chain_away_keepsWhatWasAskedForAlsoOverADeathOfTheHub() throws IOException {
    grant(Amount.ofUnits(200_000), RATE);
    HostOffer offer = offer(RATE);
    world.anvil().close();

    hub.leases().open("open", client.account().text(), SHOP, List.of(offer), MINUTE);
    ZansocException away = catchThrowableOfType(ZansocException.class, () -> hub.outbox().step());
    assertThat(away.code()).isEqualTo(ErrorCode.UNREACHABLE);
    assertThat(hub.leases().progress("open")).isEqualTo(new Progress.Waiting());
    hub.close();
    hub = startHub();
    assertThat(hub.leases().progress("open")).isEqualTo(new Progress.Waiting());
    world.restart("--state=" + folder.resolve("state"));
    step();
    hub.close();
    hub = startHub();
    hub.leases().open("open", client.account().text(), SHOP, List.of(offer), MINUTE);
    step();

    assertThat(hub.leases().progress("open")).isEqualTo(new Progress.Done());
    assertThat(world.ledger().balance(client.account())).isEqualTo(DEPOSIT.minus(RATE.times(60)));
  }

  @Test
  void hub_killedBeforeTheBlock_opensOnce() {
    grant(Amount.ofUnits(200_000), RATE);
    HostOffer offer = offer(RATE);
    world.anvil().setMining(false);
    hub.leases().open("open", client.account().text(), SHOP, List.of(offer), MINUTE);
    hub.outbox().step();
    world.anvil().dropWaiting();
    hub.close();
    hub = startHub();
    hub.leases().open("open", client.account().text(), SHOP, List.of(offer), MINUTE);
    hub.outbox().step();
    assertThat(hub.leases().progress("open")).isEqualTo(new Progress.Waiting());
    world.anvil().mine();
    hub.outbox().step();

    assertThat(hub.leases().progress("open")).isEqualTo(new Progress.Done());
    assertThat(world.ledger().balance(client.account())).isEqualTo(DEPOSIT.minus(RATE.times(60)));
  }

  @Test
  void whatCannotBeAskedFor_isAnErrorAndNotKept() {
    HostOffer good = offer(RATE);
    for (HostOffer wrong :
        List.of(
            changed(good, "0x12", good.unitsPerSecond(), good.signature()),
            changed(good, good.ledger(), "-5", good.signature()),
            changed(good, good.ledger(), good.unitsPerSecond(), "0x12"))) {
      assertWrong(
          () -> hub.leases().open("open", client.account().text(), SHOP, List.of(wrong), MINUTE));
    }
    assertWrong(() -> hub.leases().open("open", "bob", SHOP, List.of(good), MINUTE));
    assertWrong(() -> hub.leases().open("open", client.account().text(), SHOP, List.of(), MINUTE));
    assertWrong(() -> hub.leases().topUp("open", good.lease(), Duration.ofMillis(1)));
    assertWrong(() -> hub.leases().close("open", good.lease(), 99));
    assertThat(hub.leases().progress("open")).isEqualTo(new Progress.Unknown());

    hub.leases().topUp("key", good.lease(), MINUTE);
    ZansocException conflict =
        catchThrowableOfType(
            ZansocException.class,
            () -> hub.leases().topUp("key", good.lease(), MINUTE.plusSeconds(1)));
    assertThat(conflict.code()).isEqualTo(ErrorCode.CONFLICT);
  }

  private static void assertWrong(ThrowingCallable call) {
    assertThat(catchThrowableOfType(ZansocException.class, call).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  private static HostOffer changed(HostOffer offer, String ledger, String rate, String signature) {
    return new HostOffer(
        ledger,
        offer.lease(),
        offer.host(),
        offer.client(),
        rate,
        offer.expiry(),
        offer.resources(),
        offer.nonce(),
        signature);
  }

  private void assertRefused(String key, String reason) {
    assertThat(hub.leases().progress(key))
        .isInstanceOfSatisfying(
            Progress.Refused.class, refused -> assertThat(refused.reason()).contains(reason));
  }

  /** Sends what is queued, and sees it in its block. */
  private void step() {
    hub.outbox().step();
    hub.outbox().step();
  }

  private Optional<Lease> lease(HostOffer offer) {
    return world.ledger().lease(LeaseId.of(offer.lease()));
  }

  private void grant(Amount budget, Amount mostRate) {
    world
        .mandates()
        .grant(
            client.account(), agent.account(), SHOP, new MandateTerms(budget, mostRate, expiry()))
        .orThrow();
  }

  private static Instant expiry() {
    return Instant.ofEpochSecond(1_900_100_000);
  }

  private HostOffer offer(Amount rate) {
    nonce++;
    Digest number = Digest.sha256(BigInteger.valueOf(nonce).toByteArray());
    Offer offer =
        new Offer(
            host.account(),
            Optional.of(client.account()),
            rate,
            expiry(),
            SHOP,
            new BigInteger(1, number.toBytes()));
    SignedOffer signed = world.offers().sign(host, offer);
    return new HostOffer(
        world.ledger().id().text(),
        world.offers().leaseId(offer).digest(),
        host.account().text(),
        client.account().text(),
        rate.units().toString(),
        expiry(),
        SHOP,
        number,
        signed.signature().text());
  }
}
