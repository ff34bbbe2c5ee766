package cloud.zansoc.ledger.evm;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.ChannelName;
import cloud.zansoc.ledger.Deal;
import cloud.zansoc.ledger.DealId;
import cloud.zansoc.ledger.DealTerms;
import cloud.zansoc.ledger.EpochRewards;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.PossessionProof;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.Voucher;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;

/** What people do with the contracts; each answer is whether it was done. */
final class ChainActors {
  private static final Digest REFERENCE = new Digest(0, 0, 0, 0);

  /** The one leaf of the tree that deals are about: it is its own root. */
  private static final Digest LEAF = Digest.sha256(new byte[] {5});

  private static final Instant NEVER = Instant.ofEpochSecond(4_000_000_000L);

  private final ChainWorld world;

  ChainActors(ChainWorld world) {
    this.world = world;
  }

  /** Sends any call; false where the contract refuses it. */
  @SuppressWarnings("rawtypes") // web3j's own signature
  boolean send(EvmKey key, String contract, String function, Type... inputs) {
    String data = FunctionEncoder.encode(new Function(function, List.of(inputs), List.of()));
    Sent sent = world.chain().send(key, Optional.of(world.contract(contract)), data);
    return sent instanceof Sent.Mined;
  }

  boolean stake(EvmKey host, Amount amount) {
    return done(world.registry().stake(host.account(), amount));
  }

  boolean thaw(EvmKey host, Amount amount) {
    return done(world.registry().thaw(host.account(), amount));
  }

  boolean unstake(EvmKey host) {
    return done(world.registry().unstake(host.account()));
  }

  boolean fund(EvmKey client, EvmKey host, Amount amount) {
    return done(world.channels().fund(client.account(), host.account(), REFERENCE, amount));
  }

  boolean redeem(EvmKey client, EvmKey host, Amount total) {
    Voucher voucher = new Voucher(host.account(), REFERENCE, total);
    return done(world.channels().redeem(host.account(), world.vouchers().sign(client, voucher)));
  }

  boolean closeChannel(EvmKey client, EvmKey host) {
    ChannelName channel = new ChannelName(client.account(), host.account(), REFERENCE);
    return done(world.channels().closeChannel(host.account(), channel));
  }

  /** Sends coins to the escrow's address, which credits them to nobody. */
  boolean sendWithoutDeposit(EvmKey key, Amount amount) {
    AccountId escrow = world.contract("escrow");
    return send(key, "coin", "transfer", new Address(escrow.text()), new Uint256(amount.units()));
  }

  /** Publishes the rewards of an epoch, all for one account. */
  boolean publish(long epoch, EvmKey account, Amount cumulative, Amount total) {
    RewardTree tree = new RewardTree(Map.of(account.account(), cumulative));
    EpochRewards rewards = new EpochRewards(epoch, tree.root(), total, REFERENCE);
    return done(world.rewards().publish(TestKeys.named("publisher").account(), rewards));
  }

  boolean claim(EvmKey account, Amount cumulative) {
    RewardTree tree = new RewardTree(Map.of(account.account(), cumulative));
    return done(
        world.rewards().claim(account.account(), tree.claim(account.account()).orElseThrow()));
  }

  /** Opens a deal about one leaf for three periods; gives its id, if it is not refused. */
  Optional<DealId> openDeal(
      EvmKey client, EvmKey host, Amount price, Amount penalty, BigInteger nonce) {
    DealTerms terms =
        new DealTerms(
            host.account(), Optional.empty(), LEAF, 1, 1, 3, price, penalty, NEVER, nonce);
    Outcome<Deal> outcome = world.deals().open(client.account(), world.terms().sign(host, terms));
    return done(outcome) ? Optional.of(world.terms().dealId(terms)) : Optional.empty();
  }

  boolean prove(EvmKey key, DealId deal) {
    PossessionProof proof = new PossessionProof(List.of(LEAF), List.of());
    return done(world.deals().prove(key.account(), deal, proof));
  }

  boolean fault(EvmKey key, DealId deal) {
    return done(world.deals().fault(key.account(), deal, 100));
  }

  boolean end(EvmKey key, DealId deal) {
    return done(world.deals().end(key.account(), deal));
  }

  private static boolean done(Outcome<?> outcome) {
    return outcome instanceof Outcome.Done<?>;
  }
}
