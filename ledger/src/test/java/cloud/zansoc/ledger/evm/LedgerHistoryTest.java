package cloud.zansoc.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.Deal;
import cloud.zansoc.ledger.DealTerms;
import cloud.zansoc.ledger.Earnings;
import cloud.zansoc.ledger.Lease;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.LeaseRecord;
import cloud.zansoc.ledger.Mandate;
import cloud.zansoc.ledger.MandateName;
import cloud.zansoc.ledger.MandateTerms;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.Payment;
import cloud.zansoc.ledger.PossessionProof;
import cloud.zansoc.ledger.SignedOffer;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.Voucher;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is found again of what was done on a chain. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LedgerHistoryTest {
  private static final Amount RATE = Amount.ofUnits(1000);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Digest NONE = new Digest(0, 0, 0, 0);
  private static final Digest RESOURCES = Digest.sha256(new byte[] {1});

  private final ChainWorld world;
  private final LedgerHistory history;
  private EvmKey client = TestKeys.fresh();
  private EvmKey host = TestKeys.fresh();

  LedgerHistoryTest() throws IOException {
    this.world = ChainWorld.start();
    this.history =
        new LedgerHistory(
            world.chain(), LedgerContracts.of(world.chain(), world.contract("escrow")));
  }

  @AfterAll
  void endChain() {
    world.close();
  }

  @BeforeEach
  void fund() {
    client = TestKeys.fresh();
    host = TestKeys.fresh();
    for (EvmKey key : List.of(client, host)) {
      world.fund(key, Amount.ofCoins(10));
      world.ledger().deposit(key.account(), Amount.ofCoins(10)).orThrow();
    }
  }

  @Test
  void leases_ofClientAndHost_areThoseThatWereOpenedAsTheyAreNow() {
    Lease first = open(1);
    Lease second = open(2);
    world.pass(Duration.ofMinutes(1));
    world.ledger().settle(client.account(), first.id()).orThrow();
    world.ledger().close(client.account(), second.id(), CloseReason.NO_LONGER_NEEDED).orThrow();

    List<LeaseRecord> records = history.leasesOfClient(client.account());

    assertThat(records)
        .containsExactly(
            record(first, world.ledger().lease(first.id())), record(second, Optional.empty()));
    assertThat(history.leasesOfHost(host.account())).isEqualTo(records);
    assertThat(history.lease(second.id())).contains(records.getLast());
    assertThat(history.leasesOfClient(host.account())).isEmpty();
    assertThat(history.lease(new LeaseId("0x" + "ab".repeat(32)))).isEmpty();
  }

  @Test
  void leases_openedFromAMandate_nameItsAgentAndDeployment() {
    EvmKey agent = TestKeys.fresh();
    world.fund(agent, Amount.ofUnits(1));
    Digest shop = Digest.sha256(new byte[] {7});
    MandateTerms terms =
        new MandateTerms(Amount.ofCoins(1), RATE.times(2), world.ledger().now().plus(HOUR));
    world.mandates().grant(client.account(), agent.account(), shop, terms).orThrow();
    world.mandates().grant(client.account(), host.account(), shop, terms).orThrow();
    Lease own = open(1);
    Lease first =
        world
            .mandates()
            .openFor(agent.account(), client.account(), shop, List.of(offer(2)), HOUR)
            .orThrow()
            .getFirst();
    world.mandates().topUpFor(agent.account(), first.id(), HOUR).orThrow();
    Mandate revoked = world.mandates().revoke(client.account(), host.account(), shop).orThrow();

    assertThat(history.leasesOfClient(client.account()))
        .containsExactly(
            record(own, Optional.of(own)),
            record(first, shop, Optional.of(agent.account()), world.ledger().lease(first.id())));
    assertThat(history.mandatesOf(client.account()))
        .containsExactly(
            new Mandate(
                new MandateName(client.account(), agent.account(), shop),
                terms,
                RATE.times(7200),
                RATE),
            revoked);
    assertThat(history.mandatesOf(host.account())).isEmpty();
  }

  @Test
  void leases_afterAReorganisationThatDropsOne_areWithoutIt() {
    Lease first = open(1);
    open(2);
    world.anvil().replaceBlocks(1);
    world.anvil().dropWaiting();

    assertThat(history.leasesOfClient(client.account()))
        .extracting(LeaseRecord::id)
        .containsExactly(first.id());
  }

  @Test
  void earnings_ofAHost_areAllThatWasPaidAndWhatIsDue() {
    Lease lease = open(1);
    open(2);
    world.pass(Duration.ofSeconds(100));
    world.ledger().settle(client.account(), lease.id()).orThrow();
    world.pass(Duration.ofSeconds(7));
    redeem(409);
    redeem(500);
    proveADeal();

    Earnings earnings = history.earnings(host.account());

    assertThat(earnings)
        .isEqualTo(
            new Earnings(
                Payment.of(RATE.times(100)),
                new Payment(Amount.ofUnits(500), Amount.ofUnits(49)),
                Payment.of(Amount.ofUnits(77)),
                new Payment(RATE.times(7 + 107), new Amount(BigInteger.valueOf(11_400))),
                2));
    assertThat(history.earnings(client.account()).settled()).isEqualTo(Payment.NONE);
  }

  private void redeem(long total) {
    Amount amount = Amount.ofUnits(total);
    world
        .channels()
        .fund(client.account(), host.account(), RESOURCES, Amount.ofUnits(500))
        .orThrow();
    Voucher voucher = new Voucher(host.account(), RESOURCES, amount);
    world.channels().redeem(host.account(), world.vouchers().sign(client, voucher)).orThrow();
  }

  /** One about a single leaf, which is its own root. */
  private void proveADeal() {
    DealTerms terms =
        new DealTerms(
            host.account(),
            Optional.empty(),
            RESOURCES,
            1,
            1,
            1,
            Amount.ofUnits(77),
            Amount.ZERO,
            world.ledger().now().plus(HOUR),
            BigInteger.ONE);
    Deal deal = world.deals().open(client.account(), world.terms().sign(host, terms)).orThrow();
    world.beginPeriod();
    world
        .deals()
        .prove(host.account(), deal.id(), new PossessionProof(List.of(RESOURCES), List.of()))
        .orThrow();
  }

  private Lease open(int nonce) {
    return world.ledger().open(client.account(), offer(nonce), HOUR).orThrow();
  }

  private SignedOffer offer(int nonce) {
    Offer offer =
        new Offer(
            host.account(),
            Optional.empty(),
            RATE,
            world.ledger().now().plus(HOUR),
            RESOURCES,
            BigInteger.valueOf(nonce));
    return world.offers().sign(host, offer);
  }

  private static LeaseRecord record(Lease opened, Optional<Lease> now) {
    return record(opened, NONE, Optional.empty(), now);
  }

  private static LeaseRecord record(
      Lease opened, Digest deployment, Optional<AccountId> agent, Optional<Lease> now) {
    return new LeaseRecord(
        opened.id(),
        opened.client(),
        opened.host(),
        RATE,
        opened.settledUntil(),
        RESOURCES,
        deployment,
        agent,
        now);
  }
}
