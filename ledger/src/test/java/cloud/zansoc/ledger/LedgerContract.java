package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmOffers;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every ledger does, to the unit. */
abstract class LedgerContract extends LedgerFixture {
  @Test
  void deposit_ofOwnedCoins_movesThemIntoTheBalance() {
    assertThat(done(ledger.deposit(client.account(), Amount.ofUnits(1))))
        .isEqualTo(Amount.ofUnits(1));

    assertThat(balance(client)).isEqualTo(BALANCE.plus(Amount.ofUnits(1)));
    assertThat(ledger.coins(client.account()))
        .isEqualTo(OWNED.minus(BALANCE).minus(Amount.ofUnits(1)));
  }

  @Test
  void deposit_ofMoreThanIsOwned_isRefused() {
    Amount owned = OWNED.minus(BALANCE);
    for (Amount amount : List.of(owned.plus(Amount.ofUnits(1)), Amount.LARGEST)) {
      assertThat(refused(() -> ledger.deposit(client.account(), amount)))
          .isEqualTo(new Refusal.InsufficientCoins(client.account(), owned, amount));
    }
  }

  @Test
  void depositAndWithdraw_ofNothing_areRefused() {
    assertThat(refused(() -> ledger.deposit(client.account(), Amount.ZERO)))
        .isEqualTo(new Refusal.ZeroAmount());
    assertThat(refused(() -> ledger.withdraw(client.account(), client.account(), Amount.ZERO)))
        .isEqualTo(new Refusal.ZeroAmount());
  }

  @Test
  void withdraw_ofTheWholeBalance_givesItToAnyAccount() {
    done(ledger.withdraw(client.account(), host.account(), BALANCE));

    assertThat(balance(client)).isEqualTo(Amount.ZERO);
    assertThat(ledger.coins(host.account())).isEqualTo(BALANCE.plus(Amount.ofUnits(1)));
  }

  @Test
  void withdraw_ofMoreThanTheBalance_isRefused() {
    for (Amount amount : List.of(BALANCE.plus(Amount.ofUnits(1)), Amount.LARGEST)) {
      assertThat(refused(() -> ledger.withdraw(client.account(), client.account(), amount)))
          .isEqualTo(new Refusal.InsufficientBalance(client.account(), BALANCE, amount));
    }
  }

  @Test
  void withdraw_toWhereCoinsAreLost_isRefused() {
    for (AccountId lost : List.of(ledger.id().escrow(), AccountId.NOBODY)) {
      assertThat(refused(() -> ledger.withdraw(client.account(), lost, Amount.ofUnits(1))))
          .isEqualTo(new Refusal.InvalidAccount(lost));
    }
  }

  @Test
  void open_onASignedOffer_locksTheCostAndBeginsNow() {
    SignedOffer offer = signed(offer());
    world.pass(HOUR);
    Instant now = ledger.now();

    Lease lease = done(ledger.open(client.account(), offer, HOUR));

    assertThat(lease)
        .isEqualTo(
            new Lease(
                world.offers().leaseId(offer.offer()),
                client.account(),
                host.account(),
                RATE,
                now,
                now.plus(HOUR)));
    assertThat(ledger.lease(lease.id())).contains(lease);
    assertThat(balance(client)).isEqualTo(BALANCE.minus(RATE.times(3600)));
  }

  @Test
  void open_inAndAfterTheLastSecond_isDoneAndRefused() {
    Instant expiry = ledger.now().plus(HOUR);
    SignedOffer first = signed(offer(RATE, expiry, Optional.empty()));
    SignedOffer second = signed(offer(RATE, expiry, Optional.empty()));

    world.pass(HOUR);
    done(ledger.open(client.account(), first, HOUR));
    world.pass(Duration.ofSeconds(1));

    assertThat(refused(() -> ledger.open(client.account(), second, HOUR)))
        .isEqualTo(new Refusal.OfferExpired(expiry));
  }

  @Test
  void open_onAUsedOffer_isRefusedAlsoAfterClosing() {
    SignedOffer offer = signed(offer());
    LeaseId id = done(ledger.open(client.account(), offer, HOUR)).id();
    assertThat(refused(() -> ledger.open(stranger.account(), offer, HOUR)))
        .isEqualTo(new Refusal.OfferUsed(id));

    done(ledger.close(client.account(), id, CloseReason.NO_LONGER_NEEDED));

    assertThat(refused(() -> ledger.open(client.account(), offer, HOUR)))
        .isEqualTo(new Refusal.OfferUsed(id));
  }

  @Test
  void open_onACanceledOffer_isRefused() {
    Offer offer = offer();
    assertThat(refused(() -> ledger.cancelOffer(client.account(), offer)))
        .isEqualTo(new Refusal.NotParty(client.account()));

    LeaseId id = done(ledger.cancelOffer(host.account(), offer));

    assertThat(refused(() -> ledger.open(client.account(), signed(offer), HOUR)))
        .isEqualTo(new Refusal.OfferUsed(id));
    assertThat(refused(() -> ledger.cancelOffer(host.account(), offer)))
        .isEqualTo(new Refusal.OfferUsed(id));
  }

  @Test
  void open_onAnotherClientsOffer_isRefused() {
    Offer offer = offer(RATE, ledger.now().plus(HOUR), Optional.of(client.account()));

    assertThat(refused(() -> ledger.open(stranger.account(), signed(offer), HOUR)))
        .isEqualTo(new Refusal.NotOffered(stranger.account(), client.account()));
    done(ledger.open(client.account(), signed(offer), HOUR));
  }

  @Test
  void open_atARateOfNothingOrDust_isRefused() {
    for (long units : new long[] {0, 1, 9, 11, 1_234_567_891L}) {
      Amount rate = Amount.ofUnits(units);
      Offer offer = offer(rate, ledger.now().plus(HOUR), Optional.empty());
      assertThat(refused(() -> ledger.open(client.account(), signed(offer), HOUR)))
          .isEqualTo(new Refusal.InvalidRate(rate));
    }
  }

  @Test
  void open_withASignatureOfAnotherKey_isRefused() {
    SignedOffer forged = world.offers().sign(stranger, offer());

    assertThat(refused(() -> ledger.open(client.account(), forged, HOUR)))
        .isEqualTo(new Refusal.WrongSigner(Optional.of(stranger.account()), host.account()));
  }

  @Test
  void open_withASignatureOfNobody_isRefused() {
    Signature nobodys = new Signature(BigInteger.ZERO, BigInteger.ONE);
    SignedOffer forged = new SignedOffer(ledger.id(), offer(), nobodys);

    assertThat(refused(() -> ledger.open(client.account(), forged, HOUR)))
        .isEqualTo(new Refusal.WrongSigner(Optional.empty(), host.account()));
  }

  @Test
  void open_onAnOfferForAnotherChain_isRefusedHoweverItIsLabelled() {
    LedgerId other = new LedgerId(ledger.id().chain() + 1, ledger.id().escrow());
    SignedOffer elsewhere = new EvmOffers(other).sign(host, offer());
    assertThat(refused(() -> ledger.open(client.account(), elsewhere, HOUR)))
        .isEqualTo(new Refusal.WrongLedger(ledger.id(), other));

    SignedOffer relabelled = new SignedOffer(ledger.id(), elsewhere.offer(), elsewhere.signature());

    assertThat(refused(() -> ledger.open(client.account(), relabelled, HOUR)))
        .isInstanceOf(Refusal.WrongSigner.class);
  }

  @Test
  void open_forMoreThanTheBalanceOrForNoTime_isRefused() {
    Amount rate = new Amount(BALANCE.units());
    SignedOffer offer = signed(offer(rate, ledger.now().plus(HOUR), Optional.empty()));

    assertThat(refused(() -> ledger.open(client.account(), offer, Duration.ofSeconds(2))))
        .isEqualTo(new Refusal.InsufficientBalance(client.account(), BALANCE, BALANCE.times(2)));
    assertThat(refused(() -> ledger.open(client.account(), offer, Duration.ZERO)))
        .isEqualTo(new Refusal.ZeroAmount());
    done(ledger.open(client.account(), offer, Duration.ofSeconds(1)));
    assertThat(balance(client)).isEqualTo(Amount.ZERO);
  }

  @Test
  void openAndTopUp_forATimeThatHasNoRoom_areTheCallersMistake() {
    for (Duration wrong :
        List.of(Duration.ofMillis(1500), Duration.ofSeconds(-1), Duration.ofSeconds(1L << 32))) {
      assertThatThrownBy(() -> ledger.open(client.account(), signed(offer()), wrong))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ledger.topUp(client.account(), unknownLease(), wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void topUp_byAnyone_extendsTheLeaseAndItsRestIsTheClients() {
    Lease lease = open(HOUR);

    assertThat(done(ledger.topUp(stranger.account(), lease.id(), HOUR)))
        .isEqualTo(lease.paidUntil().plus(HOUR));
    assertThat(balance(stranger)).isEqualTo(BALANCE.minus(RATE.times(3600)));

    Amount refund = done(ledger.close(client.account(), lease.id(), CloseReason.NONE_GIVEN));
    assertThat(refund).isEqualTo(RATE.times(7200));
    assertThat(balance(client)).isEqualTo(BALANCE.plus(RATE.times(3600)));
  }

  @Test
  void topUp_ofALapsedOrUnknownLease_isRefused() {
    Lease lease = open(HOUR);
    world.pass(HOUR);

    assertThat(refused(() -> ledger.topUp(client.account(), lease.id(), HOUR)))
        .isEqualTo(new Refusal.LeaseLapsed(lease.id(), lease.paidUntil()));
    assertThat(refused(() -> ledger.topUp(client.account(), unknownLease(), HOUR)))
        .isEqualTo(new Refusal.LeaseNotOpen(unknownLease()));
  }

  @Test
  void topUp_forMoreThanTheBalanceOrForNoTime_isRefused() {
    Lease lease = open(HOUR);
    Amount left = balance(client);
    Duration longest = Ledger.LONGEST_PREPAYMENT;
    Amount cost = RATE.times(longest.toSeconds());
    if (cost.compareTo(left) <= 0) {
      done(ledger.withdraw(client.account(), client.account(), left));
      left = Amount.ZERO;
    }

    Refusal expected = new Refusal.InsufficientBalance(client.account(), left, cost);
    assertThat(refused(() -> ledger.topUp(client.account(), lease.id(), longest)))
        .isEqualTo(expected);
    assertThat(refused(() -> ledger.topUp(client.account(), lease.id(), Duration.ZERO)))
        .isEqualTo(new Refusal.ZeroAmount());
  }

  @Test
  void settle_afterSomeTime_paysNineTenthsToTheHostAndTheRestToTheTreasury() {
    Lease lease = open(HOUR);
    Amount treasury = ledger.balance(ledger.treasury());
    world.pass(Duration.ofSeconds(1001));

    Payment payment = done(ledger.settle(stranger.account(), lease.id()));

    Amount gross = RATE.times(1001);
    Amount fee = new Amount(gross.units().divide(BigInteger.TEN));
    assertThat(payment).isEqualTo(new Payment(gross, fee));
    assertThat(balance(host)).isEqualTo(gross.minus(fee));
    assertThat(ledger.balance(ledger.treasury())).isEqualTo(treasury.plus(fee));
  }

  @Test
  void settle_twiceInOneSecond_paysNothingMore() {
    Lease lease = open(HOUR);
    world.pass(Duration.ofSeconds(7));
    done(ledger.settle(host.account(), lease.id()));
    Amount paid = balance(host);

    assertThat(done(ledger.settle(host.account(), lease.id()))).isEqualTo(Payment.NONE);
    assertThat(balance(host)).isEqualTo(paid);
  }

  @Test
  void settle_atAnyMoments_comesToTheSame() {
    Lease often = open(HOUR);
    EvmKey otherHost = TestKeys.fresh();
    Offer offer =
        new Offer(
            otherHost.account(),
            Optional.empty(),
            RATE,
            often.paidUntil(),
            RESOURCES,
            BigInteger.ONE);
    Lease once = done(ledger.open(client.account(), world.offers().sign(otherHost, offer), HOUR));
    for (int seconds : new int[] {1, 2, 13, 997, 4000}) {
      world.pass(Duration.ofSeconds(seconds));
      done(ledger.settle(stranger.account(), often.id()));
    }
    done(ledger.settle(stranger.account(), once.id()));

    assertThat(balance(host)).isEqualTo(balance(otherHost));
    assertThat(balance(host)).isEqualTo(Payment.of(RATE.times(3600)).net());
    assertThat(ledger.lease(often.id()).orElseThrow().due(ledger.now())).isEqualTo(Amount.ZERO);
  }

  @Test
  void settle_ofAClosedOrUnknownLease_isRefused() {
    Lease lease = open(HOUR);
    done(ledger.close(client.account(), lease.id(), CloseReason.MOVED));

    for (LeaseId id : List.of(lease.id(), unknownLease())) {
      assertThat(refused(() -> ledger.settle(client.account(), id)))
          .isEqualTo(new Refusal.LeaseNotOpen(id));
    }
  }

  @Test
  void settleMany_withClosedUnknownAndRepeatedOnes_paysTheOpenOnesOnce() {
    Lease first = open(HOUR);
    Lease second = open(Duration.ofSeconds(10));
    Lease closed = open(HOUR);
    done(ledger.close(client.account(), closed.id(), CloseReason.MOVED));
    world.pass(Duration.ofSeconds(100));

    Payment payment =
        done(
            ledger.settleMany(
                stranger.account(),
                List.of(first.id(), unknownLease(), second.id(), closed.id(), first.id())));

    assertThat(payment).isEqualTo(Payment.of(RATE.times(110)));
    assertThat(balance(host)).isEqualTo(payment.net());
  }

  @Test
  void settleMany_ofNoneAndOfTooMany_paysNothingAndIsTheCallersMistake() {
    assertThat(done(ledger.settleMany(client.account(), List.of()))).isEqualTo(Payment.NONE);

    List<LeaseId> tooMany = new ArrayList<>();
    for (int i = 0; i <= Ledger.MAX_SETTLED_AT_ONCE; i++) {
      tooMany.add(unknownLease());
    }
    assertThatThrownBy(() -> ledger.settleMany(client.account(), tooMany))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void close_byClientOrHost_paysTheHostAndRefundsTheRest() {
    for (EvmKey party : List.of(client, host)) {
      Lease lease = open(HOUR);
      Amount clientBefore = balance(client);
      Amount hostBefore = balance(host);
      world.pass(Duration.ofMinutes(10));

      Amount refund = done(ledger.close(party.account(), lease.id(), CloseReason.HOST_LEAVES));

      assertThat(refund).isEqualTo(RATE.times(3000));
      assertThat(balance(client)).isEqualTo(clientBefore.plus(refund));
      assertThat(balance(host)).isEqualTo(hostBefore.plus(Payment.of(RATE.times(600)).net()));
      assertThat(ledger.lease(lease.id())).isEmpty();
    }
  }

  @Test
  void close_byAStranger_isRefusedUntilTheLeaseHasLapsed() {
    Lease lease = open(HOUR);
    world.pass(HOUR.minusSeconds(1));
    assertThat(refused(() -> ledger.close(stranger.account(), lease.id(), CloseReason.LAPSED)))
        .isEqualTo(new Refusal.NotParty(stranger.account()));

    world.pass(Duration.ofSeconds(1));

    assertThat(done(ledger.close(stranger.account(), lease.id(), CloseReason.LAPSED)))
        .isEqualTo(Amount.ZERO);
    assertThat(refused(() -> ledger.close(client.account(), lease.id(), CloseReason.LAPSED)))
        .isEqualTo(new Refusal.LeaseNotOpen(lease.id()));
  }
}
