package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The channels of a {@link MemoryLedger}: the contract's arithmetic and order of checks. */
public final class MemoryChannels implements Channels {
  private final VoucherScheme vouchers;
  private final MemoryCustody custody;

  /** Guarded by the custody's lock. */
  private final Map<ChannelName, Channel> channels = new HashMap<>();

  /** Channels beside the leases of a ledger, whose balances they use. */
  public MemoryChannels(MemoryLedger ledger, VoucherScheme vouchers) {
    this.vouchers = vouchers;
    this.custody = ledger.custody();
  }

  @Override
  public Channel channel(ChannelName name) {
    return custody.locked(() -> named(name));
  }

  @Override
  public Outcome<Channel> fund(AccountId caller, AccountId host, Digest reference, Amount amount) {
    return custody.locked(() -> {
      if (host.equals(AccountId.NOBODY)) {
        return Outcome.refused(new Refusal.InvalidAccount(host));
      }
      Optional<Refusal> refusal = custody.whyNotDebited(caller, amount);
      if (refusal.isPresent()) {
        return Outcome.refused(refusal.get());
      }
      custody.debit(caller, amount);
      Channel before = named(new ChannelName(caller, host, reference));
      return new Outcome.Done<>(
          kept(before.name(), before.funded().plus(amount), before.paid(), Optional.empty()));
    });
  }

  @Override
  public Outcome<Payment> redeem(AccountId caller, SignedVoucher signed) {
    if (!signed.ledger().equals(custody.id())) {
      return Outcome.refused(new Refusal.WrongLedger(custody.id(), signed.ledger()));
    }
    Voucher voucher = signed.voucher();
    return vouchers
        .signer(voucher, signed.signature())
        .map(client ->
            redeem(new ChannelName(client, voucher.host(), voucher.reference()), voucher.total()))
        .orElseGet(() -> Outcome.refused(new Refusal.InvalidSignature()));
  }

  private Outcome<Payment> redeem(ChannelName name, Amount total) {
    return custody.locked(() -> {
      Channel channel = named(name);
      Amount funded = channel.funded();
      Amount most = total.compareTo(funded) < 0 ? total : funded;
      if (most.compareTo(channel.paid()) <= 0) {
        return Outcome.refused(
            funded.isZero()
                ? new Refusal.NoChannel(name.client(), name.host())
                : new Refusal.NothingToRedeem(total, channel.paid(), funded));
      }
      kept(name, funded, most, channel.closesAt());
      return new Outcome.Done<>(custody.pay(name.host(), most.minus(channel.paid())));
    });
  }

  @Override
  public Outcome<Instant> requestClose(AccountId caller, AccountId host, Digest reference) {
    return custody.locked(() -> {
      Channel channel = named(new ChannelName(caller, host, reference));
      if (channel.left().isZero()) {
        return Outcome.refused(new Refusal.NoChannel(caller, host));
      }
      Instant closesAt = channel.closesAt().orElseGet(() -> custody.now().plus(CLOSE_DELAY));
      kept(channel.name(), channel.funded(), channel.paid(), Optional.of(closesAt));
      return new Outcome.Done<>(closesAt);
    });
  }

  @Override
  public Outcome<Amount> closeChannel(AccountId caller, ChannelName name) {
    return custody.locked(() -> {
      Channel channel = named(name);
      Optional<Instant> closesAt = channel.closesAt();
      if (!caller.equals(name.host())) {
        if (closesAt.isEmpty()) {
          return Outcome.refused(new Refusal.ChannelNotClosing());
        }
        if (custody.now().isBefore(closesAt.get())) {
          return Outcome.refused(new Refusal.ChannelStillOpen(closesAt.get()));
        }
      }
      kept(name, channel.paid(), channel.paid(), Optional.empty());
      custody.credit(name.client(), channel.left());
      return new Outcome.Done<>(channel.left());
    });
  }

  private Channel named(ChannelName name) {
    return channels.getOrDefault(
        name, new Channel(name, Amount.ZERO, Amount.ZERO, Optional.empty()));
  }

  private Channel kept(ChannelName name, Amount funded, Amount paid, Optional<Instant> closesAt) {
    Channel channel = new Channel(name, funded, paid, closesAt);
    channels.put(name, channel);
    return channel;
  }
}
