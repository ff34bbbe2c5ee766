package cloud.zansoc.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Rewards for what hosts contribute, out of newly minted coins. Done, refused and failed is the
 * same here as in {@link Ledger}; docs/decisions/0014-rewards.md says who gets how much.
 */
public interface Rewards {
  /** The length of an epoch. */
  Duration EPOCH = Duration.ofDays(7);

  /** Who may publish. */
  AccountId publisher();

  /** When the first epoch begins. */
  Instant start();

  /** The first epoch that can still be published. */
  long nextEpoch();

  /** What an account was rewarded with in all. */
  Amount rewarded(AccountId account);

  /** What was minted and nobody has claimed. */
  Amount unclaimed();

  /** What was published of an epoch. */
  Optional<EpochRewards> published(long epoch);

  /**
   * Mints what an epoch gives, once it is over. One that is left out is lost.
   *
   * @return what was minted
   */
  Outcome<Amount> publish(AccountId caller, EpochRewards rewards);

  /**
   * Puts what an account has earned and not claimed into its balance; anyone may hand it in.
   *
   * @return how much that was
   */
  Outcome<Amount> claim(AccountId caller, RewardClaim claim);

  /** When an epoch is over; one that is beyond all calendars is at the last second there is. */
  default Instant endOf(long epoch) {
    long latest = Instant.MAX.getEpochSecond();
    long left = (latest - start().getEpochSecond()) / EPOCH.toSeconds();
    return epoch + 1 > left || epoch == Long.MAX_VALUE
        ? Instant.ofEpochSecond(latest)
        : start().plus(EPOCH.multipliedBy(epoch + 1));
  }
}
