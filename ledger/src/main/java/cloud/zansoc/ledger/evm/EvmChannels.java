package cloud.zansoc.ledger.evm;

import static cloud.zansoc.ledger.evm.EscrowCalls.address;
import static cloud.zansoc.ledger.evm.EscrowCalls.encoded;
import static cloud.zansoc.ledger.evm.EscrowCalls.uint;
import static cloud.zansoc.ledger.evm.EscrowCalls.word;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Channel;
import cloud.zansoc.ledger.ChannelName;
import cloud.zansoc.ledger.Channels;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Payment;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.SignedVoucher;
import cloud.zansoc.ledger.Voucher;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.crypto.Hash;

/** The channels that the escrow contract keeps; its operations are those of {@link EvmLedger}. */
public final class EvmChannels implements Channels {
  static final String REDEEMED = EscrowEvents.topic("Redeemed(bytes32,uint256,uint256)");
  private static final String CLOSED = EscrowEvents.topic("ChannelClosed(bytes32,uint256)");

  private final EvmContract escrow;

  /** The channels of an escrow. */
  public EvmChannels(EvmChain chain, LedgerContracts contracts, Keyring keys) {
    this.escrow = EvmContract.of(chain, contracts, contracts.escrow(), keys);
  }

  @Override
  public Channel channel(ChannelName name) {
    byte[] id =
        Hash.sha3(Words.concatenated(name.client(), name.host(), name.reference().toBytes()));
    Words entry = escrow.read(encoded("channelOf", new Bytes32(id)));
    return new Channel(
        name,
        entry.amount(0),
        entry.amount(1),
        Optional.of(entry.number(2))
            .filter(closesAt -> closesAt.signum() != 0)
            .map(closesAt -> Instant.ofEpochSecond(closesAt.longValueExact())));
  }

  @Override
  public Outcome<Channel> fund(AccountId caller, AccountId host, Digest reference, Amount amount) {
    String data = encoded("fund", address(host), word(reference), uint(amount));
    return sent(caller, data, events -> channel(new ChannelName(caller, host, reference)));
  }

  @Override
  public Outcome<Payment> redeem(AccountId caller, SignedVoucher signed) {
    if (!signed.ledger().equals(escrow.ledger())) {
      return Outcome.refused(new Refusal.WrongLedger(escrow.ledger(), signed.ledger()));
    }
    return sent(
        caller,
        redeem(signed),
        events ->
            new Payment(events.dataOf(REDEEMED).amount(0), events.dataOf(REDEEMED).amount(1)));
  }

  /** The call that hands a voucher in. */
  static String redeem(SignedVoucher signed) {
    Voucher voucher = signed.voucher();
    return encoded(
        "redeem",
        address(voucher.host()),
        word(voucher.reference()),
        uint(voucher.total()),
        word(signed.signature().r()),
        word(signed.signature().vs()));
  }

  @Override
  public Outcome<Instant> requestClose(AccountId caller, AccountId host, Digest reference) {
    ChannelName name = new ChannelName(caller, host, reference);
    // Asking again changes nothing and has no event.
    return sent(
        caller,
        encoded("requestClose", address(host), word(reference)),
        events -> channel(name).closesAt().orElseThrow());
  }

  @Override
  public Outcome<Amount> closeChannel(AccountId caller, ChannelName name) {
    String data =
        encoded(
            "closeChannel", address(name.client()), address(name.host()), word(name.reference()));
    return sent(caller, data, events -> events.dataOf(CLOSED).amount(0));
  }

  private <T> Outcome<T> sent(AccountId caller, String data, Function<EscrowEvents, T> result) {
    return escrow.sent(caller, data, Optional.empty(), result);
  }
}
