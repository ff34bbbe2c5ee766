package cloud.zansoc.ledger.evm;

import static cloud.zansoc.ledger.evm.EscrowCalls.address;
import static cloud.zansoc.ledger.evm.EscrowCalls.encoded;
import static cloud.zansoc.ledger.evm.EscrowCalls.uint;
import static cloud.zansoc.ledger.evm.EscrowCalls.word;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.EpochRewards;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.RewardClaim;
import cloud.zansoc.ledger.Rewards;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.utils.Numeric;

/** The rewards of the escrow contract; its operations are those of {@link EvmLedger}. */
public final class EvmRewards implements Rewards {
  private static final String PUBLISHED =
      EscrowEvents.topic("EpochPublished(uint256,bytes32,uint256,bytes32)");
  private static final String REWARDED = EscrowEvents.topic("Rewarded(address,uint256,uint256)");

  private final EvmContract escrow;
  private final AccountId publisher;
  private final Instant start;

  /** The rewards of an escrow. */
  public EvmRewards(EvmChain chain, LedgerContracts contracts, Keyring keys) {
    this.escrow = EvmContract.of(chain, contracts, contracts.escrow(), keys);
    this.publisher = contracts.publisher();
    this.start = escrow.read(EscrowCalls.view("REWARDS_START")).time(0);
  }

  @Override
  public AccountId publisher() {
    return publisher;
  }

  @Override
  public Instant start() {
    return start;
  }

  @Override
  public long nextEpoch() {
    return escrow.read(EscrowCalls.view("nextEpoch")).count(0);
  }

  @Override
  public Amount rewarded(AccountId account) {
    return escrow.read(encoded("rewardedOf", address(account))).amount(0);
  }

  @Override
  public Amount unclaimed() {
    return escrow.read(EscrowCalls.view("unclaimedRewards")).amount(0);
  }

  @Override
  public Optional<EpochRewards> published(long epoch) {
    String topic = Numeric.toHexString(Words.concatenated(BigInteger.valueOf(epoch)));
    return new ChainHistory(escrow.chain())
            .events(Map.of("address", escrow.address().text(), "topics", List.of(PUBLISHED, topic)))
            .stream()
            .findFirst()
            .map(event -> Words.read(event.log().data(), 0))
            .map(data -> new EpochRewards(epoch, data.digest(0), data.amount(1), data.digest(2)));
  }

  @Override
  public Outcome<Amount> publish(AccountId caller, EpochRewards rewards) {
    return escrow.sent(
        caller, publish(rewards), Optional.empty(), events -> events.dataOf(PUBLISHED).amount(1));
  }

  /** The call that publishes an epoch. */
  static String publish(EpochRewards rewards) {
    return encoded(
        "publishRewards",
        new Uint256(BigInteger.valueOf(rewards.epoch())),
        word(rewards.root()),
        uint(rewards.total()),
        word(rewards.inputs()));
  }

  @Override
  public Outcome<Amount> claim(AccountId caller, RewardClaim claim) {
    return escrow.sent(
        caller, claim(claim), Optional.empty(), events -> events.dataOf(REWARDED).amount(0));
  }

  /** The call that claims. */
  static String claim(RewardClaim claim) {
    List<Bytes32> proof = claim.proof().stream().map(EscrowCalls::word).toList();
    return encoded(
        "claimReward",
        address(claim.account()),
        uint(claim.cumulative()),
        new DynamicArray<>(Bytes32.class, proof));
  }
}
