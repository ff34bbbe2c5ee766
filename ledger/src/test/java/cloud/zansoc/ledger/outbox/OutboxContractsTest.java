package cloud.zansoc.ledger.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.ChannelName;
import cloud.zansoc.ledger.CloseReason;
import cloud.zansoc.ledger.Deal;
import cloud.zansoc.ledger.DealTerms;
import cloud.zansoc.ledger.EpochRewards;
import cloud.zansoc.ledger.LeaseId;
import cloud.zansoc.ledger.LedgerId;
import cloud.zansoc.ledger.MandateTerms;
import cloud.zansoc.ledger.Offer;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.PossessionProof;
import cloud.zansoc.ledger.PossessionTree;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.SignedOffer;
import cloud.zansoc.ledger.SignedVoucher;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.Voucher;
import cloud.zansoc.ledger.evm.ChainWorld;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import cloud.zansoc.ledger.evm.EvmOutboxChain;
import cloud.zansoc.ledger.evm.EvmVouchers;
import cloud.zansoc.ledger.evm.RewardTree;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The outbox's calls of channels, deals and rewards, on a real chain process. */
final class OutboxContractsTest {
  private static final Digest REFERENCE = Digest.sha256(new byte[] {2});
  private static final Amount STAKE = Amount.ofUnits(1000);
  private static final OutboxOptions OPTIONS =
      new OutboxOptions(2, 16, Duration.ofMinutes(1), BigInteger.valueOf(1_000_000), false);

  @TempDir private Path folder;

  private final EvmKey sender = TestKeys.named("publisher");
  private final EvmKey client = TestKeys.fresh();
  private final EvmKey host = TestKeys.fresh();
  private final MovingClock clock = new MovingClock();
  private final ChainWorld world;
  private final Outbox outbox;

  OutboxContractsTest() throws IOException {
    this.world = ChainWorld.start();
    this.outbox =
        new Outbox(
            new MemoryOutboxStore(),
            new EvmOutboxChain(world.chain(), world.ledger().id().escrow(), sender),
            OPTIONS,
            clock);
  }

  @BeforeEach
  void fund() {
    for (EvmKey key : List.of(client, host)) {
      world.fund(key, Amount.ofCoins(1));
      done(world.ledger().deposit(key.account(), Amount.ofCoins(1)));
    }
  }

  @AfterEach
  void endChain() {
    world.close();
  }

  @Test
  void voucher_redeemed_paysTheHostOnce() {
    Amount funded = Amount.ofUnits(1000);
    done(world.channels().fund(client.account(), host.account(), REFERENCE, funded));
    Voucher voucher = new Voucher(host.account(), REFERENCE, Amount.ofUnits(100));
    LedgerId other = new LedgerId(1, world.ledger().id().escrow());

    finish(
        redeem("redeem", world.vouchers().sign(client, voucher)),
        redeem("again", world.vouchers().sign(client, voucher)),
        redeem("elsewhere", new EvmVouchers(other).sign(client, voucher)));

    assertThat(state("redeem")).isEqualTo(OutboxEntry.State.CONFIRMED);
    assertThat(reason("again")).contains("is worth nothing now");
    assertThat(reason("elsewhere")).contains("was signed for");
    ChannelName name = new ChannelName(client.account(), host.account(), REFERENCE);
    assertThat(world.channels().channel(name).paid()).isEqualTo(Amount.ofUnits(100));
  }

  @Test
  void leases_openedToppedUpAndClosedFromAMandate_arePaidOnce() {
    Amount rate = Amount.ofUnits(1000);
    MandateTerms terms =
        new MandateTerms(rate.times(1000), rate, world.ledger().now().plusSeconds(5000));
    Amount before = world.ledger().balance(client.account());
    done(world.mandates().grant(client.account(), sender.account(), REFERENCE, terms));
    SignedOffer offer = offer(rate, 1);
    LeaseId lease = world.offers().leaseId(offer.offer());
    SignedOffer elsewhere =
        new EvmOffers(new LedgerId(1, world.ledger().id().escrow())).sign(host, offer.offer());

    finish(
        openFor("open", offer, 100),
        openFor("again", offer, 100),
        openFor("too much", offer(rate, 2), 1),
        openFor("elsewhere", elsewhere, 100),
        new Request("top up", new Operation.TopUpFor(lease, Duration.ofSeconds(50))),
        new Request("beyond", new Operation.TopUpFor(lease, Duration.ofSeconds(851))));

    assertThat(state("open")).isEqualTo(OutboxEntry.State.CONFIRMED);
    assertThat(state("top up")).isEqualTo(OutboxEntry.State.CONFIRMED);
    assertThat(reason("again")).contains("was taken");
    assertThat(reason("too much")).contains("the mandate allows");
    assertThat(reason("elsewhere")).contains("was signed for");
    assertThat(reason("beyond")).contains("the mandate has");
    assertThat(world.ledger().balance(client.account())).isEqualTo(before.minus(rate.times(150)));

    finish(new Request("close", new Operation.Close(lease, CloseReason.MOVED)));

    assertThat(state("close")).isEqualTo(OutboxEntry.State.CONFIRMED);
    assertThat(world.ledger().lease(lease)).isEmpty();
    assertThat(world.ledger().balance(sender.account())).isEqualTo(Amount.ZERO);
  }

  private SignedOffer offer(Amount rate, int nonce) {
    return world
        .offers()
        .sign(
            host,
            new Offer(
                host.account(),
                Optional.empty(),
                rate,
                world.ledger().now().plusSeconds(5000),
                REFERENCE,
                BigInteger.valueOf(nonce)));
  }

  private Request openFor(String key, SignedOffer offer, int seconds) {
    return new Request(
        key,
        new Operation.OpenFor(
            client.account(), REFERENCE, List.of(offer), Duration.ofSeconds(seconds)));
  }

  @Test
  void deal_provenAndThenMissed_isPaidAndFaultedOnce() throws IOException {
    Path file = Files.write(folder.resolve("data"), new byte[5000]);
    PossessionTree tree;
    PossessionProof proof;
    Deal deal;
    try (SeekableByteChannel data = Files.newByteChannel(file)) {
      tree = PossessionTree.read(data);
      deal = open(tree);
      world.beginPeriod();
      Digest seed = world.deals().seed(deal.next()).orElseThrow();
      proof = tree.prove(data, world.deals().challenges(deal, seed));
    }
    PossessionProof wrong = new PossessionProof(List.of(REFERENCE), proof.path());

    finish(
        new Request("wrong", new Operation.Prove(deal.id(), wrong)),
        new Request("prove", new Operation.Prove(deal.id(), proof)),
        new Request("early", new Operation.Fault(deal.id(), 10)));
    assertThat(state("prove")).isEqualTo(OutboxEntry.State.CONFIRMED);
    assertThat(reason("wrong")).contains("is not what the deal's data has there");
    assertThat(reason("early")).contains("is the deal's next one");

    world.beginPeriod();
    world.beginPeriod();
    finish(new Request("fault", new Operation.Fault(deal.id(), 10)));

    assertThat(state("fault")).isEqualTo(OutboxEntry.State.CONFIRMED);
    assertThat(world.deals().deal(deal.id()).orElseThrow().isOver()).isTrue();
    assertThat(world.registry().host(host.account()).stake())
        .isEqualTo(STAKE.minus(Amount.ofUnits(50)));
    assertThat(world.ledger().balance(sender.account())).isEqualTo(Amount.ofUnits(5));
  }

  @Test
  void epoch_publishedAndClaimed_rewardsOnce() {
    world.pass(Duration.between(world.ledger().now(), world.rewards().endOf(0)));
    RewardTree tree =
        new RewardTree(
            Map.of(host.account(), Amount.ofUnits(7), client.account(), Amount.ofUnits(2)));
    Amount before = world.ledger().balance(host.account());

    finish(
        new Request(
            "publish",
            new Operation.Publish(new EpochRewards(0, tree.root(), Amount.ofUnits(9), REFERENCE))));
    finish(
        new Request("claim", new Operation.Claim(tree.claim(host.account()).orElseThrow())),
        new Request("again", new Operation.Claim(tree.claim(host.account()).orElseThrow())));

    assertThat(state("publish")).isEqualTo(OutboxEntry.State.CONFIRMED);
    assertThat(state("claim")).isEqualTo(OutboxEntry.State.CONFIRMED);
    assertThat(reason("again")).contains("was rewarded with all");
    assertThat(world.ledger().balance(host.account())).isEqualTo(before.plus(Amount.ofUnits(7)));
  }

  private Deal open(PossessionTree tree) {
    done(world.registry().stake(host.account(), STAKE));
    DealTerms terms =
        new DealTerms(
            host.account(),
            Optional.empty(),
            tree.root(),
            tree.leaves(),
            1,
            2,
            Amount.ofUnits(100),
            Amount.ofUnits(50),
            world.ledger().now().plusSeconds(60),
            BigInteger.ONE);
    return done(world.deals().open(client.account(), world.terms().sign(host, terms)));
  }

  private static Request redeem(String key, SignedVoucher voucher) {
    return new Request(key, new Operation.Redeem(voucher));
  }

  private void finish(Request... requests) {
    world.anvil().setMining(false);
    assertThat(outbox.submit(List.of(requests)))
        .isEqualTo(new Submission.Accepted(requests.length));
    for (int i = 0; i < 50 && !outbox.step().isDone(); i++) {
      world.anvil().mine();
      clock.advance(Duration.ofSeconds(6));
    }
    assertThat(outbox.step().isDone()).isTrue();
    world.anvil().setMining(true);
  }

  private OutboxEntry.State state(String key) {
    return outbox.entry(key).orElseThrow().state();
  }

  private String reason(String key) {
    return outbox.entry(key).orElseThrow().reason().orElseThrow();
  }

  private static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(T value) -> value;
      case Outcome.Refused<T>(Refusal reason) -> throw new AssertionError(reason.message());
    };
  }
}
