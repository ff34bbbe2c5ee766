package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the mandates of every ledger allow, to the unit. The agent owns nothing, at any time. */
abstract class MandatesContract extends LedgerFixture {
  private static final Digest SHOP = Digest.sha256(new byte[] {7});
  private static final Amount HOURLY = RATE.times(3600);
  private static final Amount BUDGET = HOURLY.times(10);

  private EvmKey agent;
  private Instant expiry;

  @BeforeEach
  final void nameAgent() {
    agent = TestKeys.fresh();
    expiry = ledger.now().plus(Duration.ofDays(1));
    world.fund(agent, Amount.ofUnits(1));
  }

  @Test
  void grant_ofTerms_keepsThemAndMovesNothing() {
    List<Amount> before = allMoney();

    Mandate mandate = done(grant(terms()));

    assertThat(mandate).isEqualTo(new Mandate(name(), terms(), Amount.ZERO, Amount.ZERO));
    assertThat(world.mandates().mandate(name())).contains(mandate);
    assertThat(allMoney()).isEqualTo(before);
    assertThat(world.mandates().mandate(new MandateName(stranger.account(), agent.account(), SHOP)))
        .isEmpty();
  }

  @Test
  void grant_ofNothingOrInThePast_isRefused() {
    assertThat(refused(() -> grant(new MandateTerms(Amount.ZERO, RATE, expiry))))
        .isEqualTo(new Refusal.ZeroAmount());
    assertThat(refused(() -> grant(new MandateTerms(BUDGET, Amount.ZERO, expiry))))
        .isEqualTo(new Refusal.ZeroAmount());
    Instant past = ledger.now().minusSeconds(1);
    assertThat(refused(() -> grant(new MandateTerms(BUDGET, RATE, past))))
        .isEqualTo(new Refusal.MandateExpired(past));
  }

  @Test
  void grant_toWhoPaysOrGetsTheCommissionOrToNobody_isRefused() {
    for (AccountId other : List.of(client.account(), ledger.treasury(), AccountId.NOBODY)) {
      assertThat(refused(() -> world.mandates().grant(client.account(), other, SHOP, terms())))
          .isEqualTo(new Refusal.InvalidAgent(other));
    }
  }

  @Test
  void terms_thatTheContractHasNoRoomFor_areTheCallersMistake() {
    Amount large = new Amount(BigInteger.TWO.pow(96));
    assertThatThrownBy(() -> new MandateTerms(large, RATE, expiry))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MandateTerms(BUDGET, large, expiry))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MandateTerms(BUDGET, RATE, expiry.plusNanos(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void openFor_withinTheMandate_paysFromTheClientsBalance() {
    done(grant(terms()));
    SignedOffer first = signed(offer());
    SignedOffer second =
        signed(offer(RATE.times(2), ledger.now().plus(HOUR), Optional.of(client.account())));
    Instant now = ledger.now();

    List<Lease> leases = done(openFor(List.of(first, second), HOUR));

    assertThat(leases).containsExactly(lease(first.offer(), now), lease(second.offer(), now));
    assertThat(leases.stream().map(lease -> ledger.lease(lease.id())))
        .isEqualTo(leases.stream().map(Optional::of).toList());
    assertThat(balance(client)).isEqualTo(BALANCE.minus(HOURLY.times(3)));
    assertThat(balance(agent)).isEqualTo(Amount.ZERO);
    assertThat(world.mandates().mandate(name()))
        .contains(new Mandate(name(), terms(), HOURLY.times(3), RATE.times(3)));
  }

  @Test
  void openFor_withoutAMandate_isRefused() {
    assertThat(refused(() -> openFor(List.of(signed(offer())), HOUR)))
        .isEqualTo(new Refusal.NoMandate(name()));
    done(grant(terms()));
    for (MandateName other :
        List.of(
            new MandateName(client.account(), stranger.account(), SHOP),
            new MandateName(client.account(), agent.account(), RESOURCES),
            new MandateName(stranger.account(), agent.account(), SHOP))) {
      assertThat(
              refused(() ->
                  world
                      .mandates()
                      .openFor(
                          other.agent(),
                          other.client(),
                          other.deployment(),
                          List.of(signed(offer())),
                          HOUR)))
          .isEqualTo(new Refusal.NoMandate(other));
    }
  }

  @Test
  void openFor_onWhatNoClientCouldTake_isRefusedAlike() {
    done(grant(terms()));
    Instant soon = ledger.now().plus(HOUR);
    SignedOffer foreign = signed(offer(RATE, soon, Optional.of(agent.account())));
    assertThat(refused(() -> openFor(List.of(foreign), HOUR)))
        .isEqualTo(new Refusal.NotOffered(client.account(), agent.account()));
    SignedOffer dust = signed(offer(Amount.ofUnits(9), soon, Optional.empty()));
    assertThat(refused(() -> openFor(List.of(dust), HOUR)))
        .isEqualTo(new Refusal.InvalidRate(Amount.ofUnits(9)));
    SignedOffer forged = world.offers().sign(stranger, offer());
    assertThat(refused(() -> openFor(List.of(signed(offer()), forged), HOUR)))
        .isEqualTo(new Refusal.WrongSigner(Optional.of(stranger.account()), host.account()));
    SignedOffer nobodys =
        new SignedOffer(ledger.id(), offer(), new Signature(BigInteger.ZERO, BigInteger.ONE));
    assertThat(refused(() -> openFor(List.of(signed(offer()), nobodys), HOUR)))
        .isEqualTo(new Refusal.WrongSigner(Optional.empty(), host.account()));
    LedgerId other = new LedgerId(ledger.id().chain() + 1, ledger.id().escrow());
    SignedOffer elsewhere = new EvmOffers(other).sign(host, offer());
    assertThat(refused(() -> openFor(List.of(signed(offer()), elsewhere), HOUR)))
        .isEqualTo(new Refusal.WrongLedger(ledger.id(), other));
    assertThat(refused(() -> openFor(List.of(signed(offer())), Duration.ZERO)))
        .isEqualTo(new Refusal.ZeroAmount());
    SignedOffer late = signed(offer(RATE, soon, Optional.empty()));
    world.pass(HOUR.plusSeconds(1));
    assertThat(refused(() -> openFor(List.of(late), HOUR)))
        .isEqualTo(new Refusal.OfferExpired(soon));
    assertThat(world.mandates().mandate(name()).orElseThrow().used()).isEqualTo(Amount.ZERO);
  }

  @Test
  void openFor_onTheSameOfferTwice_opensNone() {
    done(grant(terms()));
    SignedOffer offer = signed(offer());
    LeaseId id = world.offers().leaseId(offer.offer());

    assertThat(refused(() -> openFor(List.of(offer, offer), HOUR)))
        .isEqualTo(new Refusal.OfferUsed(id));

    done(openFor(List.of(offer), HOUR));
    assertThat(refused(() -> openFor(List.of(offer), HOUR))).isEqualTo(new Refusal.OfferUsed(id));
    assertThat(refused(() -> ledger.open(client.account(), offer, HOUR)))
        .isEqualTo(new Refusal.OfferUsed(id));
  }

  @Test
  void openFor_onTheAgentsOwnOffer_isRefused() {
    done(grant(terms()));
    Offer own =
        new Offer(
            agent.account(),
            Optional.empty(),
            RATE,
            ledger.now().plus(HOUR),
            RESOURCES,
            BigInteger.ONE);

    assertThat(refused(() -> openFor(List.of(world.offers().sign(agent, own)), HOUR)))
        .isEqualTo(new Refusal.InvalidAgent(agent.account()));
  }

  @Test
  void openFor_beyondTheBudget_opensNone() {
    done(grant(terms()));
    List<SignedOffer> offers = Stream.generate(() -> signed(offer())).limit(3).toList();
    Duration tooLong = HOUR.multipliedBy(4);

    assertThat(refused(() -> openFor(offers, tooLong)))
        .isEqualTo(new Refusal.AboveBudget(HOURLY.times(2), HOURLY.times(4)));
    assertThat(world.mandates().mandate(name()))
        .contains(new Mandate(name(), terms(), Amount.ZERO, Amount.ZERO));

    done(openFor(offers, HOUR.multipliedBy(3)));
    assertThat(world.mandates().mandate(name()).orElseThrow().left()).isEqualTo(HOURLY);
  }

  @Test
  void openFor_beyondTheBalance_isRefusedWhateverTheBudget() {
    Amount rate = new Amount(BALANCE.units());
    MandateTerms ample = new MandateTerms(BALANCE.times(10), rate, ledger.now().plus(HOUR));
    done(grant(ample));
    SignedOffer offer = signed(offer(rate, ledger.now().plus(HOUR), Optional.empty()));

    assertThat(refused(() -> openFor(List.of(offer), Duration.ofSeconds(2))))
        .isEqualTo(new Refusal.InsufficientBalance(client.account(), BALANCE, BALANCE.times(2)));
  }

  @Test
  void openFor_beyondTheRate_waitsUntilALapsedLeaseIsClosed() {
    done(grant(new MandateTerms(BUDGET, RATE.times(2), ledger.now().plus(Duration.ofDays(1)))));
    Lease first = done(openFor(List.of(signed(offer()), signed(offer())), HOUR)).getFirst();
    SignedOffer third = signed(offer());
    Refusal expected = new Refusal.AboveMostRate(RATE.times(2), RATE.times(3));
    assertThat(refused(() -> openFor(List.of(third), HOUR))).isEqualTo(expected);

    world.pass(HOUR);
    assertThat(refused(() -> openFor(List.of(third), HOUR))).isEqualTo(expected);
    done(ledger.close(stranger.account(), first.id(), CloseReason.LAPSED));

    done(openFor(List.of(third), HOUR));
  }

  @Test
  void openFor_ofNoneOrTooMany_isTheCallersMistake() {
    List<SignedOffer> tooMany =
        Stream.generate(() -> signed(offer())).limit(Mandates.MAX_OPENED_AT_ONCE + 1).toList();
    for (List<SignedOffer> offers : List.of(List.<SignedOffer>of(), tooMany)) {
      assertThatThrownBy(() -> openFor(offers, HOUR)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void openFor_ofAsManyAsAllowed_opensAll() {
    done(grant(new MandateTerms(BUDGET.times(10), RATE.times(100), ledger.now().plus(HOUR))));
    List<SignedOffer> offers =
        Stream.generate(() -> signed(offer())).limit(Mandates.MAX_OPENED_AT_ONCE).toList();

    assertThat(done(openFor(offers, Duration.ofSeconds(1)))).hasSize(Mandates.MAX_OPENED_AT_ONCE);
  }

  @Test
  void topUpFor_aLeaseOfTheMandate_paysFromTheClientsBalance() {
    done(grant(terms()));
    Lease lease = done(openFor(List.of(signed(offer())), HOUR)).getFirst();

    assertThat(done(topUpFor(agent, lease.id(), HOUR))).isEqualTo(lease.paidUntil().plus(HOUR));

    assertThat(balance(client)).isEqualTo(BALANCE.minus(HOURLY.times(2)));
    Duration tooLong = HOUR.multipliedBy(9);
    assertThat(refused(() -> topUpFor(agent, lease.id(), tooLong)))
        .isEqualTo(new Refusal.AboveBudget(HOURLY.times(8), HOURLY.times(9)));
    assertThat(refused(() -> topUpFor(agent, lease.id(), Duration.ZERO)))
        .isEqualTo(new Refusal.ZeroAmount());
    world.pass(HOUR.multipliedBy(2));
    assertThat(refused(() -> topUpFor(agent, lease.id(), HOUR)))
        .isEqualTo(new Refusal.LeaseLapsed(lease.id(), lease.paidUntil().plus(HOUR)));
  }

  @Test
  void topUpForAndClose_ofWhatTheAgentDidNotOpen_areRefused() {
    done(grant(terms()));
    Lease own = open(HOUR);
    Lease lease = done(openFor(List.of(signed(offer())), HOUR)).getFirst();

    for (EvmKey other : List.of(client, host, stranger)) {
      assertThat(refused(() -> topUpFor(other, lease.id(), HOUR)))
          .isEqualTo(new Refusal.NotParty(other.account()));
    }
    assertThat(refused(() -> topUpFor(agent, own.id(), HOUR)))
        .isEqualTo(new Refusal.NotParty(agent.account()));
    assertThat(refused(() -> close(agent, own))).isEqualTo(new Refusal.NotParty(agent.account()));
    assertThat(refused(() -> topUpFor(agent, unknownLease(), HOUR)))
        .isEqualTo(new Refusal.LeaseNotOpen(unknownLease()));
  }

  @Test
  void expiryAndRevocation_endOpeningAndToppingUpButNotClosing() {
    done(grant(terms()));
    Lease lease = done(openFor(List.of(signed(offer())), HOUR)).getFirst();
    Lease second = done(openFor(List.of(signed(offer())), HOUR.multipliedBy(2))).getFirst();
    MandateTerms again = new MandateTerms(BUDGET, RATE, ledger.now().plus(HOUR));

    Mandate revoked = done(world.mandates().revoke(client.account(), agent.account(), SHOP));
    assertThat(revoked.isRevoked()).isTrue();
    assertThat(revoked.left()).isEqualTo(Amount.ZERO);
    assertRefused(lease, new Refusal.MandateExpired(Instant.EPOCH));
    assertThat(done(close(agent, lease))).isEqualTo(HOURLY);
    assertRefused(second, new Refusal.MandateExpired(Instant.EPOCH));

    done(grant(again));
    world.pass(Duration.between(ledger.now(), again.expiry()));
    done(topUpFor(agent, second.id(), HOUR));
    world.pass(Duration.ofSeconds(1));
    assertRefused(second, new Refusal.MandateExpired(again.expiry()));
    done(close(agent, second));
  }

  private void assertRefused(Lease lease, Refusal expected) {
    assertThat(refused(() -> openFor(List.of(signed(offer())), HOUR))).isEqualTo(expected);
    assertThat(refused(() -> topUpFor(agent, lease.id(), HOUR))).isEqualTo(expected);
  }

  @Test
  void revoke_ofWhatWasNeverGranted_isRefused() {
    assertThat(refused(() -> world.mandates().revoke(client.account(), agent.account(), SHOP)))
        .isEqualTo(new Refusal.NoMandate(name()));
  }

  @Test
  void close_byAnyParty_givesTheRefundToTheClientAndTheBudgetBack() {
    done(grant(terms()));
    Amount used = Amount.ZERO;
    for (EvmKey party : List.of(agent, client, host)) {
      Lease lease = done(openFor(List.of(signed(offer())), HOUR)).getFirst();
      world.pass(Duration.ofMinutes(10));

      assertThat(done(close(party, lease))).isEqualTo(RATE.times(3000));

      used = used.plus(RATE.times(600));
      assertThat(world.mandates().mandate(name()))
          .contains(new Mandate(name(), terms(), used, Amount.ZERO));
      assertThat(balance(client)).isEqualTo(BALANCE.minus(used));
    }
    assertThat(balance(agent)).isEqualTo(Amount.ZERO);
  }

  @Test
  void close_ofALeaseThatOthersToppedUp_givesNoMoreBackThanTheAgentPrepaid() {
    done(grant(terms()));
    Lease lease = done(openFor(List.of(signed(offer())), HOUR)).getFirst();
    done(ledger.topUp(stranger.account(), lease.id(), HOUR.multipliedBy(5)));
    world.pass(Duration.ofMinutes(30));

    assertThat(done(close(agent, lease))).isEqualTo(RATE.times(5 * 3600 + 1800));

    assertThat(world.mandates().mandate(name()).orElseThrow().used()).isEqualTo(Amount.ZERO);
  }

  @Test
  void grant_again_countsWhatIsUsed() {
    done(grant(terms()));
    Lease lease = done(openFor(List.of(signed(offer())), HOUR.multipliedBy(4))).getFirst();
    MandateTerms smaller = new MandateTerms(HOURLY.times(3), RATE, expiry);

    Mandate mandate = done(grant(smaller));

    assertThat(mandate).isEqualTo(new Mandate(name(), smaller, HOURLY.times(4), RATE));
    assertThat(refused(() -> topUpFor(agent, lease.id(), HOUR)))
        .isEqualTo(new Refusal.AboveBudget(Amount.ZERO, HOURLY));
    world.pass(HOUR);
    done(close(agent, lease));
    done(openFor(List.of(signed(offer())), HOUR.multipliedBy(2)));
    assertThat(world.mandates().mandate(name()).orElseThrow().left()).isEqualTo(Amount.ZERO);
  }

  @Test
  void grant_ofALowerRateThanIsOpen_endsToppingUp() {
    done(grant(terms()));
    Lease lease = done(openFor(List.of(signed(offer())), HOUR)).getFirst();
    Amount lower = RATE.minus(Amount.ofUnits(1));
    done(grant(new MandateTerms(BUDGET, lower, expiry)));

    assertThat(refused(() -> topUpFor(agent, lease.id(), HOUR)))
        .isEqualTo(new Refusal.AboveMostRate(lower, RATE));
  }

  private MandateTerms terms() {
    return new MandateTerms(BUDGET, RATE.times(5), expiry);
  }

  private MandateName name() {
    return new MandateName(client.account(), agent.account(), SHOP);
  }

  private Lease lease(Offer offer, Instant start) {
    return new Lease(
        world.offers().leaseId(offer),
        client.account(),
        host.account(),
        offer.rate(),
        start,
        start.plus(HOUR));
  }

  private Outcome<Mandate> grant(MandateTerms terms) {
    return world.mandates().grant(client.account(), agent.account(), SHOP, terms);
  }

  private Outcome<List<Lease>> openFor(List<SignedOffer> offers, Duration paid) {
    return world.mandates().openFor(agent.account(), client.account(), SHOP, offers, paid);
  }

  private Outcome<Instant> topUpFor(EvmKey caller, LeaseId lease, Duration paid) {
    return world.mandates().topUpFor(caller.account(), lease, paid);
  }

  private Outcome<Amount> close(EvmKey caller, Lease lease) {
    return ledger.close(caller.account(), lease.id(), CloseReason.NONE_GIVEN);
  }
}
