package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The rewards of a {@link MemoryLedger}: the contract's arithmetic and order of checks. */
public final class MemoryRewards implements Rewards {
  /** How many bytes of a root the escrow keeps. */
  private static final int ROOT_BYTES = 20;

  private final MemoryCustody custody;
  private final AccountId publisher;
  private final Instant start;
  private final Function<RewardClaim, Digest> rootOf;

  /** All that follow are guarded by the custody's lock. */
  private final Map<AccountId, Amount> rewarded = new HashMap<>();

  private final Map<Long, EpochRewards> epochs = new HashMap<>();
  private Digest root = Hex.ZERO;
  private Amount unclaimed = Amount.ZERO;
  private long nextEpoch;

  /**
   * Rewards beside the leases of a ledger.
   *
   * @param rootOf the root that a claim leads to
   */
  public MemoryRewards(
      MemoryLedger ledger,
      AccountId publisher,
      Instant start,
      Function<RewardClaim, Digest> rootOf) {
    this.custody = ledger.custody();
    this.publisher = publisher;
    this.start = start;
    this.rootOf = rootOf;
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
    return custody.locked(() -> nextEpoch);
  }

  @Override
  public Amount rewarded(AccountId account) {
    return custody.locked(() -> rewarded.getOrDefault(account, Amount.ZERO));
  }

  @Override
  public Amount unclaimed() {
    return custody.locked(() -> unclaimed);
  }

  @Override
  public Optional<EpochRewards> published(long epoch) {
    return custody.locked(() -> Optional.ofNullable(epochs.get(epoch)));
  }

  @Override
  public Outcome<Amount> publish(AccountId caller, EpochRewards rewards) {
    return custody.locked(() -> {
      Optional<Refusal> refusal = whyNotPublished(caller, rewards);
      if (refusal.isPresent()) {
        return Outcome.refused(refusal.get());
      }
      epochs.put(rewards.epoch(), rewards);
      nextEpoch = rewards.epoch() + 1;
      root = rewards.root();
      unclaimed = unclaimed.plus(rewards.total());
      custody.mint(custody.id().escrow(), rewards.total());
      return new Outcome.Done<>(rewards.total());
    });
  }

  private Optional<Refusal> whyNotPublished(AccountId caller, EpochRewards rewards) {
    long epoch = rewards.epoch();
    Amount emission = RewardSchedule.emission(epoch);
    if (!caller.equals(publisher)) {
      return Optional.of(new Refusal.NotPublisher(caller));
    }
    if (epoch < nextEpoch) {
      return Optional.of(new Refusal.EpochAlreadyPublished(epoch, nextEpoch));
    }
    if (rewards.total().compareTo(emission) > 0) {
      return Optional.of(new Refusal.AboveSchedule(rewards.total(), emission));
    }
    return custody.now().isBefore(endOf(epoch))
        ? Optional.of(new Refusal.EpochNotOver(epoch, endOf(epoch)))
        : Optional.empty();
  }

  @Override
  public Outcome<Amount> claim(AccountId caller, RewardClaim claim) {
    return custody.locked(() -> {
      AccountId account = claim.account();
      if (!isRoot(rootOf.apply(claim))) {
        return Outcome.refused(new Refusal.NotInRewards());
      }
      Amount before = rewarded.getOrDefault(account, Amount.ZERO);
      if (claim.cumulative().compareTo(before) <= 0) {
        return Outcome.refused(new Refusal.NothingToReward(account, before));
      }
      Amount amount = claim.cumulative().minus(before);
      if (amount.compareTo(unclaimed) > 0) {
        return Outcome.refused(new Refusal.AboveMinted(amount, unclaimed));
      }
      rewarded.put(account, claim.cumulative());
      unclaimed = unclaimed.minus(amount);
      custody.credit(account, amount);
      return new Outcome.Done<>(amount);
    });
  }

  private boolean isRoot(Digest claimed) {
    return Arrays.equals(claimed.toBytes(), 0, ROOT_BYTES, root.toBytes(), 0, ROOT_BYTES);
  }
}
