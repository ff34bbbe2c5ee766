package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmTerms;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the storage deals of every ledger do, to the unit. */
abstract class DealsContract extends LedgerFixture {
  private static final Amount PRICE = Amount.ofUnits(1_000_009);
  private static final Amount PENALTY = Amount.ofUnits(500_007);
  private static final Amount STAKE = PENALTY.times(3);
  private static final byte[] DATA = data();

  @TempDir Path folder;
  private PossessionTree tree;
  private Path file;
  private int terms;

  private static byte[] data() {
    byte[] data = new byte[100_001];
    new Random(5).nextBytes(data);
    return data;
  }

  @BeforeEach
  void stakeAndStore() throws IOException {
    world.fund(host, Amount.ofCoins(1));
    done(ledger.deposit(host.account(), STAKE));
    done(world.registry().stake(host.account(), STAKE));
    tree = PossessionTree.read(Channels.newChannel(new ByteArrayInputStream(DATA)));
    file = Files.write(folder.resolve("data"), DATA);
  }

  @Test
  void open_onSignedTerms_prepaysAllPeriodsFromTheNextOneOn() {
    SignedTerms signed = signed(terms(10));
    long current = world.deals().currentPeriod();

    Deal deal = done(world.deals().open(client.account(), signed));

    assertThat(deal)
        .isEqualTo(
            new Deal(
                world.terms().dealId(signed.terms()),
                client.account(),
                host.account(),
                tree.root(),
                tree.leaves(),
                4,
                PRICE,
                PENALTY,
                current + 1,
                current + 11));
    assertThat(world.deals().deal(deal.id())).contains(deal);
    assertThat(deal.prepaid()).isEqualTo(PRICE.times(10));
    assertThat(balance(client)).isEqualTo(BALANCE.minus(PRICE.times(10)));
  }

  @Test
  void open_onExpiredTerms_isRefused() {
    DealTerms old = terms(10);
    world.pass(HOUR.plusSeconds(1));

    assertThat(refused(() -> open(signed(old)))).isEqualTo(new Refusal.TermsExpired(old.expiry()));
  }

  @Test
  void open_onUsedTerms_isRefused() {
    SignedTerms signed = signed(terms(10));
    Deal deal = done(open(signed));

    assertThat(refused(() -> open(signed))).isEqualTo(new Refusal.TermsUsed(deal.id()));
  }

  @Test
  void open_onAnotherClientsTerms_isRefused() {
    DealTerms others = terms(Optional.of(stranger.account()), 4, 10, PRICE, PENALTY);

    assertThat(refused(() -> open(signed(others))))
        .isEqualTo(new Refusal.NotOffered(client.account(), stranger.account()));
  }

  @Test
  void open_withASignatureOfAnotherKeyOrOfNobody_isRefused() {
    DealTerms terms = terms(10);
    assertThat(refused(() -> open(world.terms().sign(stranger, terms))))
        .isEqualTo(new Refusal.WrongSigner(Optional.of(stranger.account()), host.account()));

    Signature nobodys = new Signature(BigInteger.ZERO, BigInteger.ONE);
    assertThat(refused(() -> open(new SignedTerms(ledger.id(), terms, nobodys))))
        .isEqualTo(new Refusal.WrongSigner(Optional.empty(), host.account()));
  }

  @Test
  void open_onTermsForAnotherChainOrContract_isRefusedHoweverTheyAreLabelled() {
    LedgerId other = new LedgerId(ledger.id().chain() + 1, ledger.id().escrow());
    SignedTerms elsewhere = new EvmTerms(other, stranger.account()).sign(host, terms(10));
    assertThat(refused(() -> open(elsewhere)))
        .isEqualTo(new Refusal.WrongLedger(ledger.id(), other));

    SignedTerms relabelled = new SignedTerms(ledger.id(), elsewhere.terms(), elsewhere.signature());

    assertThat(refused(() -> open(relabelled))).isInstanceOf(Refusal.WrongSigner.class);
  }

  @Test
  void open_onTermsThatTheHostsStakeDoesNotCover_isRefused() {
    Amount penalty = STAKE.plus(Amount.ofUnits(1));

    assertThat(refused(() -> open(signed(terms(Optional.empty(), 4, 10, PRICE, penalty)))))
        .isEqualTo(new Refusal.InsufficientStake(STAKE, penalty));
  }

  @Test
  void open_onTermsThatCannotBeProvenOrPaid_isRefused() {
    for (DealTerms wrong :
        List.of(
            terms(Optional.empty(), 0, 10, PRICE, PENALTY),
            terms(Optional.empty(), 33, 10, PRICE, PENALTY),
            terms(Optional.empty(), 4, 0, PRICE, PENALTY),
            terms(Optional.empty(), 4, 10, Amount.ZERO, PENALTY),
            withLeaves(0),
            withLeaves((1L << 40) + 1))) {
      assertThat(refused(() -> open(signed(wrong)))).isEqualTo(new Refusal.InvalidTerms());
    }
  }

  @Test
  void open_forMoreThanTheBalance_isRefused() {
    Amount highest = new Amount(BigInteger.TWO.pow(96).subtract(BigInteger.ONE));
    long longest = (1L << 32) - 1;

    assertThat(refused(() -> open(signed(terms(Optional.empty(), 4, longest, highest, PENALTY)))))
        .isEqualTo(
            new Refusal.InsufficientBalance(client.account(), BALANCE, highest.times(longest)));
  }

  @Test
  void prove_inThePeriod_paysItOnce() {
    Deal deal = done(open(signed(terms(10))));
    world.beginPeriod();
    Amount before = balance(host);

    Payment payment = done(prove(deal));

    assertThat(payment).isEqualTo(Payment.of(PRICE));
    assertThat(balance(host)).isEqualTo(before.plus(payment.net()));
    assertThat(refused(() -> prove(deal)))
        .isEqualTo(new Refusal.NotDue(deal.next() + 1, deal.next()));
  }

  @Test
  void prove_inEachPeriod_endsTheDealWithNothingLeft() {
    Deal deal = done(open(signed(terms(3))));
    for (int period = 0; period < 3; period++) {
      world.beginPeriod();
      assertThat(world.deals().deal(deal.id()).orElseThrow().isDue(world.deals().currentPeriod()))
          .isTrue();
      done(prove(deal));
    }

    Deal over = world.deals().deal(deal.id()).orElseThrow();
    assertThat(over.isOver()).isTrue();
    assertThat(over.prepaid()).isEqualTo(Amount.ZERO);
    world.beginPeriod();
    assertThat(refused(() -> prove(deal))).isEqualTo(new Refusal.DealOver(deal.id()));
    assertThat(refused(() -> fault(deal, 1))).isEqualTo(new Refusal.DealOver(deal.id()));
  }

  @Test
  void prove_beforeTheFirstPeriod_isRefused() {
    world.beginPeriod();
    Deal deal = done(open(signed(terms(10))));

    assertThat(refused(() -> prove(deal)))
        .isEqualTo(new Refusal.NotDue(deal.next(), deal.next() - 1));
  }

  @Test
  void prove_inThePeriodsFirstBlock_isRefusedSinceNobodyKnowsTheSeed() {
    Deal deal = done(open(signed(terms(10))));
    world.mine((int) (deal.next() * world.periodBlocks() - world.blocks().next()));

    assertThat(world.deals().seed(deal.next())).isEmpty();
    assertThat(
            refused(() -> world.deals().prove(host.account(), deal.id(), proofOf(deal, RESOURCES))))
        .isEqualTo(new Refusal.SeedUnknown(deal.next()));
  }

  @Test
  void prove_withOtherLeavesPathsOrCounts_isRefused() {
    Deal deal = done(open(signed(terms(10))));
    world.beginPeriod();
    PossessionProof right = proof(deal);
    List<Digest> leaves = new ArrayList<>(right.leaves());
    Collections.swap(leaves, 0, 1);
    List<Digest> path = new ArrayList<>(right.path());
    path.set(path.size() - 1, RESOURCES);

    assertThat(refused(() -> prove(deal, new PossessionProof(leaves, right.path()))))
        .isEqualTo(new Refusal.WrongProof(0));
    assertThat(refused(() -> prove(deal, new PossessionProof(right.leaves(), path))))
        .isEqualTo(new Refusal.WrongProof(3));
    int siblings = right.path().size();
    assertThat(refused(() -> prove(deal, new PossessionProof(List.of(), right.path()))))
        .isEqualTo(new Refusal.WrongProofLength(0, siblings));
    assertThat(
            refused(() ->
                prove(
                    deal,
                    new PossessionProof(right.leaves(), right.path().subList(0, siblings - 1)))))
        .isEqualTo(new Refusal.WrongProofLength(4, siblings - 1));
    done(prove(deal, right));
  }

  @Test
  void fault_ofMissedPeriods_refundsAndSlashesAndGoesOn() {
    Deal deal = done(open(signed(terms(10))));
    world.beginPeriod();
    world.beginPeriod();
    world.beginPeriod();
    assertThat(deal.overdue(world.deals().currentPeriod())).isEqualTo(2);
    assertThat(refused(() -> prove(deal)))
        .isEqualTo(new Refusal.FaultPending(deal.next(), deal.next() + 2));

    Fault fault = done(fault(deal, 100));

    Amount slashed = PENALTY.times(2);
    Amount bounty = new Amount(slashed.units().divide(BigInteger.TEN));
    assertThat(fault).isEqualTo(new Fault(deal.next(), 2, PRICE.times(2), slashed, bounty));
    assertThat(balance(stranger)).isEqualTo(BALANCE.plus(bounty));
    assertThat(balance(client))
        .isEqualTo(BALANCE.minus(PRICE.times(8)).plus(slashed).minus(bounty));
    assertThat(world.registry().host(host.account()).stake()).isEqualTo(STAKE.minus(slashed));
    done(prove(deal));
  }

  @Test
  void fault_upToALimit_leavesTheOthersForLater() {
    Deal deal = done(open(signed(terms(2))));
    world.beginPeriod();
    assertThat(refused(() -> fault(deal, 1)))
        .isEqualTo(new Refusal.NotDue(deal.next(), deal.next()));
    for (int period = 0; period < 5; period++) {
      world.beginPeriod();
    }

    assertThat(refused(() -> fault(deal, 0)))
        .isEqualTo(new Refusal.NotDue(deal.next(), world.deals().currentPeriod()));
    assertThat(done(fault(deal, 1)).periods()).isEqualTo(1);
    assertThat(done(fault(deal, 100)).periods()).isEqualTo(1);
    assertThat(refused(() -> fault(deal, 100))).isEqualTo(new Refusal.DealOver(deal.id()));
  }

  @Test
  void fault_ofAHostThatTakesItsStakeOut_reachesWhatThaws() {
    Deal deal = done(open(signed(terms(10))));
    done(world.registry().thaw(host.account(), STAKE));
    for (int period = 0; period < 6; period++) {
      world.beginPeriod();
    }

    Fault fault = done(fault(deal, 100));

    assertThat(fault.periods()).isEqualTo(5);
    assertThat(fault.slashed()).isEqualTo(STAKE);
    assertThat(world.registry().host(host.account()).thawing()).isEqualTo(Amount.ZERO);
  }

  @Test
  void end_byClientOrHost_refundsWhatHasNotBegun() {
    for (EvmKey party : List.of(client, host)) {
      Deal deal = done(open(signed(terms(10))));
      world.beginPeriod();
      Amount before = balance(client);
      assertThat(refused(() -> world.deals().end(stranger.account(), deal.id())))
          .isEqualTo(new Refusal.NotParty(stranger.account()));

      Amount refund = done(world.deals().end(party.account(), deal.id()));

      assertThat(refund).isEqualTo(PRICE.times(9));
      assertThat(balance(client)).isEqualTo(before.plus(refund));
      assertThat(refused(() -> world.deals().end(party.account(), deal.id())))
          .isEqualTo(new Refusal.DealOver(deal.id()));
      done(prove(deal));
    }
  }

  @Test
  void operations_onAnUnknownDeal_areRefused() {
    DealId unknown = new DealId("0x" + "ef".repeat(32));
    PossessionProof empty = new PossessionProof(List.of(), List.of());

    assertThat(world.deals().deal(unknown)).isEmpty();
    assertThat(refused(() -> world.deals().prove(host.account(), unknown, empty)))
        .isEqualTo(new Refusal.DealOver(unknown));
    assertThat(refused(() -> world.deals().fault(host.account(), unknown, 1)))
        .isEqualTo(new Refusal.DealOver(unknown));
    assertThat(refused(() -> world.deals().end(host.account(), unknown)))
        .isEqualTo(new Refusal.DealOver(unknown));
  }

  private Outcome<Deal> open(SignedTerms signed) {
    return world.deals().open(client.account(), signed);
  }

  private Outcome<Payment> prove(Deal deal) {
    return prove(deal, proof(deal));
  }

  private Outcome<Payment> prove(Deal deal, PossessionProof proof) {
    return world.deals().prove(host.account(), deal.id(), proof);
  }

  private Outcome<Fault> fault(Deal deal, long most) {
    return world.deals().fault(stranger.account(), deal.id(), most);
  }

  private PossessionProof proof(Deal deal) {
    Digest seed = world.deals().seed(world.deals().currentPeriod()).orElseThrow();
    return proofOf(deal, seed);
  }

  private PossessionProof proofOf(Deal deal, Digest seed) {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      return tree.prove(channel, world.deals().challenges(deal, seed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SignedTerms signed(DealTerms unsigned) {
    return world.terms().sign(host, unsigned);
  }

  private DealTerms terms(long periods) {
    return terms(Optional.empty(), 4, periods, PRICE, PENALTY);
  }

  private DealTerms withLeaves(long leaves) {
    DealTerms some = terms(10);
    return new DealTerms(
        some.host(),
        some.client(),
        some.root(),
        leaves,
        some.samples(),
        some.periods(),
        some.price(),
        some.penalty(),
        some.expiry(),
        some.nonce());
  }

  private DealTerms terms(
      Optional<AccountId> taker, int samples, long periods, Amount price, Amount penalty) {
    terms++;
    Instant expiry = ledger.now().plus(Duration.ofHours(1));
    return new DealTerms(
        host.account(),
        taker,
        tree.root(),
        tree.leaves(),
        samples,
        periods,
        price,
        penalty,
        expiry,
        BigInteger.valueOf(terms));
  }
}
