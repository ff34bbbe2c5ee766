package cloud.zansoc.ledger.evm;

import static cloud.zansoc.ledger.evm.EscrowCalls.address;
import static cloud.zansoc.ledger.evm.EscrowCalls.encoded;
import static cloud.zansoc.ledger.evm.EscrowCalls.uint;
import static cloud.zansoc.ledger.evm.EscrowCalls.word;

import cloud.zansoc.base.PeerId;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.HostBinding;
import cloud.zansoc.ledger.HostDescription;
import cloud.zansoc.ledger.HostEntry;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.Refusal;
import cloud.zansoc.ledger.Registry;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint16;
import org.web3j.utils.Numeric;

/** The registry contract of an escrow; its operations are those of {@link EvmLedger}. */
public final class EvmRegistry implements Registry {
  private static final String REGISTERED =
      EscrowEvents.topic("HostRegistered(address,bytes32,bytes32,bytes32,bytes32)");
  private static final String STAKED = EscrowEvents.topic("Staked(address,uint256,uint256)");
  private static final String THAWING =
      EscrowEvents.topic("Thawing(address,uint256,uint256,uint256)");
  private static final String UNSTAKED = EscrowEvents.topic("Unstaked(address,uint256)");

  private final EvmContract registry;

  /** The registry of an escrow. */
  public EvmRegistry(EvmChain chain, LedgerContracts contracts, Keyring keys) {
    this.registry = EvmContract.of(chain, contracts, contracts.registry(), keys);
  }

  @Override
  public byte[] bindingMessage(AccountId host) {
    return bindingMessage(registry.chain().id(), registry.address(), host);
  }

  /** The same, of the registry at an address of a chain. */
  public static byte[] bindingMessage(long chain, AccountId registry, AccountId host) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes("zansoc-evm-1:".getBytes(StandardCharsets.UTF_8));
    message.writeBytes(Numeric.toBytesPadded(BigInteger.valueOf(chain), Words.BYTES));
    message.writeBytes(Numeric.hexStringToByteArray(registry.text()));
    message.writeBytes(Numeric.hexStringToByteArray(host.text()));
    return message.toByteArray();
  }

  @Override
  public Outcome<PeerId> register(
      AccountId caller, HostBinding binding, HostDescription description) {
    if (!binding.isOf(bindingMessage(caller))) {
      return Outcome.refused(new Refusal.WrongBinding(caller, binding.id()));
    }
    byte[] signature = Numeric.hexStringToByteArray(binding.signature());
    String data =
        encoded(
            "register",
            new Bytes32(Numeric.hexStringToByteArray(binding.publicKey())),
            new Bytes32(Arrays.copyOf(signature, Words.BYTES)),
            new Bytes32(Arrays.copyOfRange(signature, Words.BYTES, 2 * Words.BYTES)),
            word(description.endpoints()),
            new Uint16(description.capacityClass()));
    return sent(caller, data, events -> new PeerId(events.only(REGISTERED).indexed().digest(1)));
  }

  @Override
  public Outcome<HostDescription> describe(AccountId caller, HostDescription description) {
    String data =
        encoded("describe", word(description.endpoints()), new Uint16(description.capacityClass()));
    return sent(caller, data, events -> description);
  }

  @Override
  public Outcome<Amount> stake(AccountId caller, Amount amount) {
    return sent(caller, encoded("stake", uint(amount)), events -> events.dataOf(STAKED).amount(1));
  }

  @Override
  public Outcome<Instant> thaw(AccountId caller, Amount amount) {
    return sent(caller, encoded("thaw", uint(amount)), events -> events.dataOf(THAWING).time(2));
  }

  @Override
  public Outcome<Amount> unstake(AccountId caller) {
    return sent(caller, encoded("unstake"), events -> events.dataOf(UNSTAKED).amount(0));
  }

  @Override
  public HostEntry host(AccountId account) {
    Words entry = registry.read(encoded("hostOf", address(account)));
    return new HostEntry(
        entry.digest(0),
        new HostDescription(entry.digest(1), (int) entry.count(5)),
        entry.amount(2),
        entry.amount(3),
        Optional.of(entry.number(4))
            .filter(thawedAt -> thawedAt.signum() != 0)
            .map(thawedAt -> Instant.ofEpochSecond(thawedAt.longValueExact())));
  }

  @Override
  public Optional<HostBinding> binding(AccountId account) {
    String topic = Numeric.toHexString(Words.concatenated(account));
    List<ChainHistory.Event> claims =
        new ChainHistory(registry.chain())
            .events(
                Map.of("address", registry.address().text(), "topics", List.of(REGISTERED, topic)));
    if (claims.isEmpty()) {
      return Optional.empty();
    }
    Receipt.Log newest = claims.getLast().log();
    String words = newest.data().substring(2);
    HostBinding binding =
        new HostBinding(
            "0x" + words.substring(0, 2 * Words.BYTES),
            "0x" + words.substring(2 * Words.BYTES, 6 * Words.BYTES));
    boolean proven =
        newest.indexed().digest(1).equals(binding.id().digest())
            && binding.isOf(bindingMessage(account));
    return proven ? Optional.of(binding) : Optional.empty();
  }

  private <T> Outcome<T> sent(AccountId caller, String data, Function<EscrowEvents, T> result) {
    return registry.sent(caller, data, Optional.empty(), result);
  }
}
