package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.Signature;
import cloud.zansoc.ledger.TestKeys;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.StaticStruct;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint48;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.abi.datatypes.generated.Uint96;
import org.web3j.crypto.Hash;

/** What people do with the contracts beyond what {@link EvmLedger} knows. */
final class ChainActors {
  private static final Bytes32 REF = new Bytes32(new byte[32]);
  private static final byte[] VOUCHER_TYPE =
      Words.keccak("Voucher(address host,bytes32 ref,uint256 total)");
  private static final byte[] TERMS_TYPE =
      Words.keccak(
          "Terms(address host,address client,bytes32 root,uint64 leaves,uint8 samples,uint32"
              + " periods,uint96 price,uint96 penalty,uint64 expiry,uint256 nonce)");

  /** The one leaf of the tree that deals are about: it is its own root. */
  private static final byte[] LEAF = Digest.sha256(new byte[] {5}).toBytes();

  private static final BigInteger NEVER = BigInteger.valueOf(4_000_000_000L);

  private final ChainWorld world;

  ChainActors(ChainWorld world) {
    this.world = world;
  }

  private AccountId escrow() {
    return world.contract("escrow");
  }

  /** Sends a call; false where the contract refuses it. */
  @SuppressWarnings("rawtypes") // web3j's own signature
  boolean send(EvmKey key, String contract, String function, Type... inputs) {
    String data = FunctionEncoder.encode(new Function(function, List.of(inputs), List.of()));
    Sent sent = world.chain().send(key, Optional.of(world.contract(contract)), data);
    return sent instanceof Sent.Mined;
  }

  static Address address(EvmKey key) {
    return new Address(key.account().text());
  }

  boolean stake(EvmKey host, Amount amount) {
    return send(host, "registry", "stake", new Uint256(amount.units()));
  }

  boolean thaw(EvmKey host, Amount amount) {
    return send(host, "registry", "thaw", new Uint256(amount.units()));
  }

  boolean unstake(EvmKey host) {
    return send(host, "registry", "unstake");
  }

  boolean fund(EvmKey client, EvmKey host, Amount amount) {
    return send(client, "escrow", "fund", address(host), REF, new Uint256(amount.units()));
  }

  boolean redeem(EvmKey client, EvmKey host, Amount total) {
    byte[] digest =
        new TypedData("Zansoc Escrow", Anvil.CHAIN, escrow())
            .digest(VOUCHER_TYPE, host.account(), new byte[32], total.units());
    Signature signature = client.sign(digest);
    return send(
        host,
        "escrow",
        "redeem",
        address(host),
        REF,
        new Uint256(total.units()),
        word(signature.r()),
        word(signature.vs()));
  }

  boolean closeChannel(EvmKey client, EvmKey host) {
    return send(host, "escrow", "closeChannel", address(client), address(host), REF);
  }

  /** Sends coins to the escrow's address, which credits them to nobody. */
  boolean sendWithoutDeposit(EvmKey key, Amount amount) {
    return send(key, "coin", "transfer", new Address(escrow().text()), new Uint256(amount.units()));
  }

  /** Publishes the rewards of an epoch, all for one account. */
  boolean publish(long epoch, EvmKey account, Amount cumulative, Amount total) {
    return send(
        TestKeys.named("publisher"),
        "escrow",
        "publishRewards",
        new Uint256(epoch),
        new Bytes32(leaf(account, cumulative)),
        new Uint256(total.units()),
        REF);
  }

  boolean claim(EvmKey account, Amount cumulative) {
    return send(
        account,
        "escrow",
        "claimReward",
        address(account),
        new Uint256(cumulative.units()),
        new DynamicArray<>(Bytes32.class, List.of()));
  }

  private static byte[] leaf(EvmKey account, Amount cumulative) {
    return Hash.sha3(Hash.sha3(Words.concatenated(account.account(), cumulative.units())));
  }

  /** Opens a deal about one leaf of 32 bytes; gives its id, or nothing where it is refused. */
  Optional<Bytes32> openDeal(EvmKey client, EvmKey host, DealTerms terms) {
    byte[] digest =
        new TypedData("Zansoc Storage Deals", Anvil.CHAIN, world.contract("deals"))
            .digest(
                TERMS_TYPE,
                host.account(),
                AccountId.NOBODY,
                LEAF,
                BigInteger.ONE,
                BigInteger.ONE,
                BigInteger.valueOf(terms.periods()),
                terms.price().units(),
                terms.penalty().units(),
                NEVER,
                terms.nonce());
    StaticStruct struct =
        new StaticStruct(
            address(host),
            new Address(AccountId.NOBODY.text()),
            new Bytes32(LEAF),
            new Uint64(1),
            new Uint8(1),
            new Uint32(terms.periods()),
            new Uint96(terms.price().units()),
            new Uint96(terms.penalty().units()),
            new Uint64(NEVER),
            new Uint256(terms.nonce()));
    Signature signature = host.sign(digest);
    boolean opened =
        send(client, "deals", "open", struct, word(signature.r()), word(signature.vs()));
    return opened ? Optional.of(new Bytes32(digest)) : Optional.empty();
  }

  /** What a deal is about beside its one leaf. */
  record DealTerms(int periods, Amount price, Amount penalty, BigInteger nonce) {}

  boolean prove(EvmKey key, Bytes32 deal) {
    return send(
        key,
        "deals",
        "prove",
        deal,
        new DynamicArray<>(Bytes32.class, List.of(new Bytes32(LEAF))),
        new DynamicArray<>(Bytes32.class, List.of()));
  }

  boolean fault(EvmKey key, Bytes32 deal) {
    return send(key, "deals", "fault", deal, new Uint48(BigInteger.valueOf(100)));
  }

  boolean end(EvmKey key, Bytes32 deal) {
    return send(key, "deals", "end", deal);
  }

  private static Bytes32 word(BigInteger number) {
    return new Bytes32(org.web3j.utils.Numeric.toBytesPadded(number, 32));
  }
}
