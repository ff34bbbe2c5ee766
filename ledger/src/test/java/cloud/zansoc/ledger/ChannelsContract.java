package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.EvmVouchers;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the channels of every ledger do, to the unit. */
abstract class ChannelsContract extends LedgerFixture {
  private static final Digest REFERENCE = Digest.sha256(new byte[] {2});
  private static final Amount FUNDED = Amount.ofUnits(1000);

  @Test
  void fund_ofAnAmount_movesItFromTheBalanceToTheChannel() {
    assertThat(done(fund(FUNDED))).isEqualTo(channel(FUNDED, Amount.ZERO));

    assertThat(done(fund(Amount.ofUnits(1))).funded()).isEqualTo(Amount.ofUnits(1001));
    assertThat(balance(client)).isEqualTo(BALANCE.minus(Amount.ofUnits(1001)));
    assertThat(world.channels().channel(name()))
        .isEqualTo(channel(Amount.ofUnits(1001), Amount.ZERO));
  }

  @Test
  void fund_ofNothingOrMoreThanTheBalance_isRefused() {
    assertThat(refused(() -> fund(Amount.ZERO))).isEqualTo(new Refusal.ZeroAmount());
    for (Amount amount : List.of(BALANCE.plus(Amount.ofUnits(1)), Amount.LARGEST)) {
      assertThat(refused(() -> fund(amount)))
          .isEqualTo(new Refusal.InsufficientBalance(client.account(), BALANCE, amount));
    }
  }

  @Test
  void fund_forNobody_isRefused() {
    assertThat(
            refused(() ->
                world
                    .channels()
                    .fund(client.account(), AccountId.NOBODY, REFERENCE, Amount.ofUnits(1))))
        .isEqualTo(new Refusal.InvalidAccount(AccountId.NOBODY));
  }

  @Test
  void redeem_ofAVoucher_paysNineTenthsToTheHostAndTheRestToTheTreasury() {
    done(fund(FUNDED));
    Amount treasury = ledger.balance(ledger.treasury());

    Payment payment = done(redeem(voucher(409)));

    assertThat(payment).isEqualTo(new Payment(Amount.ofUnits(409), Amount.ofUnits(40)));
    assertThat(balance(host)).isEqualTo(Amount.ofUnits(369));
    assertThat(ledger.balance(ledger.treasury())).isEqualTo(treasury.plus(Amount.ofUnits(40)));
  }

  @Test
  void redeem_ofALaterVoucher_paysTheDifferenceOnly() {
    done(fund(FUNDED));
    done(redeem(voucher(100)));

    assertThat(done(redeem(voucher(101))).gross()).isEqualTo(Amount.ofUnits(1));
    assertThat(world.channels().channel(name())).isEqualTo(channel(FUNDED, Amount.ofUnits(101)));
  }

  @Test
  void redeem_ofTheSameOrAnEarlierVoucher_isRefused() {
    done(fund(FUNDED));
    done(redeem(voucher(100)));

    for (long total : new long[] {100, 99, 0}) {
      assertThat(refused(() -> redeem(voucher(total))))
          .isEqualTo(
              new Refusal.NothingToRedeem(Amount.ofUnits(total), Amount.ofUnits(100), FUNDED));
    }
  }

  @Test
  void redeem_ofMoreThanIsFunded_keepsTheRestClaimable() {
    done(fund(FUNDED));
    SignedVoucher voucher = voucher(1500);
    assertThat(done(redeem(voucher)).gross()).isEqualTo(FUNDED);
    assertThat(refused(() -> redeem(voucher)))
        .isEqualTo(new Refusal.NothingToRedeem(Amount.ofUnits(1500), FUNDED, FUNDED));

    done(fund(FUNDED));

    assertThat(done(redeem(voucher)).gross()).isEqualTo(Amount.ofUnits(500));
  }

  @Test
  void redeem_ofTheLargestVoucher_paysWhatIsFunded() {
    done(fund(FUNDED));
    SignedVoucher voucher =
        world.vouchers().sign(client, new Voucher(host.account(), REFERENCE, Amount.LARGEST));

    assertThat(done(redeem(voucher)).gross()).isEqualTo(FUNDED);
  }

  @Test
  void redeem_onAnotherChannel_isRefused() {
    done(fund(FUNDED));
    Digest other = Digest.sha256(new byte[] {3});
    done(world.channels().fund(client.account(), host.account(), other, FUNDED));
    done(world.channels().fund(client.account(), stranger.account(), REFERENCE, FUNDED));
    Signature signature = voucher(100).signature();

    for (Voucher changed :
        List.of(
            new Voucher(host.account(), other, Amount.ofUnits(100)),
            new Voucher(stranger.account(), REFERENCE, Amount.ofUnits(100)),
            new Voucher(host.account(), REFERENCE, Amount.ofUnits(101)))) {
      assertThat(refused(() -> redeem(new SignedVoucher(ledger.id(), changed, signature))))
          .isInstanceOf(Refusal.NoChannel.class);
    }
  }

  @Test
  void redeem_onAnotherChainOrContract_isRefusedHoweverItIsLabelled() {
    done(fund(FUNDED));
    for (LedgerId other :
        List.of(
            new LedgerId(ledger.id().chain() + 1, ledger.id().escrow()),
            new LedgerId(ledger.id().chain(), stranger.account()))) {
      SignedVoucher elsewhere = new EvmVouchers(other).sign(client, voucher(100).voucher());
      assertThat(refused(() -> redeem(elsewhere)))
          .isEqualTo(new Refusal.WrongLedger(ledger.id(), other));

      SignedVoucher relabelled =
          new SignedVoucher(ledger.id(), elsewhere.voucher(), elsewhere.signature());
      assertThat(refused(() -> redeem(relabelled))).isInstanceOf(Refusal.NoChannel.class);
    }
  }

  @Test
  void redeem_withASignatureOfAnotherKeyOrOfNobody_isRefused() {
    done(fund(FUNDED));
    Voucher voucher = voucher(100).voucher();

    assertThat(refused(() -> redeem(world.vouchers().sign(stranger, voucher))))
        .isEqualTo(new Refusal.NoChannel(stranger.account(), host.account()));
    Signature nobodys = new Signature(BigInteger.ZERO, BigInteger.ONE);
    assertThat(refused(() -> redeem(new SignedVoucher(ledger.id(), voucher, nobodys))))
        .isEqualTo(new Refusal.InvalidSignature());
  }

  @Test
  void closeChannel_byTheHost_refundsTheRestAtOnceAndForgetsNothingPaid() {
    done(fund(FUNDED));
    done(redeem(voucher(100)));

    assertThat(done(close(host))).isEqualTo(Amount.ofUnits(900));

    assertThat(balance(client)).isEqualTo(BALANCE.minus(Amount.ofUnits(100)));
    done(fund(FUNDED));
    assertThat(refused(() -> redeem(voucher(100)))).isInstanceOf(Refusal.NothingToRedeem.class);
    assertThat(done(redeem(voucher(300))).gross()).isEqualTo(Amount.ofUnits(200));
  }

  @Test
  void closeChannel_byOthers_isRefusedUntilTheClientsDelayIsOver() {
    done(fund(FUNDED));
    for (EvmKey other : List.of(client, stranger)) {
      assertThat(refused(() -> close(other))).isEqualTo(new Refusal.ChannelNotClosing());
    }
    Instant closesAt = done(requestClose());
    assertThat(closesAt).isEqualTo(ledger.now().plus(Channels.CLOSE_DELAY));

    world.pass(Channels.CLOSE_DELAY.minusSeconds(1));
    assertThat(done(requestClose())).isEqualTo(closesAt);
    assertThat(refused(() -> close(client))).isEqualTo(new Refusal.ChannelStillOpen(closesAt));
    done(redeem(voucher(100)));
    world.pass(Duration.ofSeconds(1));

    assertThat(done(close(stranger))).isEqualTo(Amount.ofUnits(900));
    assertThat(balance(client)).isEqualTo(BALANCE.minus(Amount.ofUnits(100)));
  }

  @Test
  void fund_whileClosing_callsTheClosingOff() {
    done(fund(FUNDED));
    done(requestClose());

    assertThat(done(fund(FUNDED)).closesAt()).isEmpty();

    world.pass(Channels.CLOSE_DELAY);
    assertThat(refused(() -> close(client))).isEqualTo(new Refusal.ChannelNotClosing());
  }

  @Test
  void requestClose_ofAnEmptyChannel_isRefused() {
    assertThat(refused(this::requestClose))
        .isEqualTo(new Refusal.NoChannel(client.account(), host.account()));
  }

  private Outcome<Channel> fund(Amount amount) {
    return world.channels().fund(client.account(), host.account(), REFERENCE, amount);
  }

  private Outcome<Payment> redeem(SignedVoucher voucher) {
    return world.channels().redeem(host.account(), voucher);
  }

  private Outcome<Instant> requestClose() {
    return world.channels().requestClose(client.account(), host.account(), REFERENCE);
  }

  private Outcome<Amount> close(EvmKey caller) {
    return world.channels().closeChannel(caller.account(), name());
  }

  private SignedVoucher voucher(long total) {
    Voucher voucher = new Voucher(host.account(), REFERENCE, Amount.ofUnits(total));
    return world.vouchers().sign(client, voucher);
  }

  private ChannelName name() {
    return new ChannelName(client.account(), host.account(), REFERENCE);
  }

  private Channel channel(Amount funded, Amount paid) {
    return new Channel(name(), funded, paid, Optional.empty());
  }
}
