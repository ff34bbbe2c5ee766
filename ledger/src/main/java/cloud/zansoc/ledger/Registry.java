package cloud.zansoc.ledger;

import cloud.zansoc.base.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Who the hosts of one escrow are, and the stake that they answer with. Done, refused and failed is
 * the same here as in {@link Ledger}.
 */
public interface Registry {
  /** How long stake that is taken out can still be slashed. */
  Duration THAW_DELAY = Duration.ofDays(14);

  /** What a host's Ed25519 key signs to say that it speaks for the account. */
  byte[] bindingMessage(AccountId host);

  /** Records the caller as a host. The signature is verified here, since the chain cannot. */
  Outcome<PeerId> register(AccountId caller, HostBinding binding, HostDescription description);

  /** Changes where the caller is reached and what class of machine it is. */
  Outcome<HostDescription> describe(AccountId caller, HostDescription description);

  /**
   * Moves an amount of the caller's balance to its stake.
   *
   * @return the stake it has now
   */
  Outcome<Amount> stake(AccountId caller, Amount amount);

  /**
   * Begins to take an amount out of the stake; all that thaws waits anew.
   *
   * @return from when it can be taken out
   */
  Outcome<Instant> thaw(AccountId caller, Amount amount);

  /**
   * Puts what has thawed into the caller's balance.
   *
   * @return how much that was
   */
  Outcome<Amount> unstake(AccountId caller);

  /** What the registry knows of an account. */
  HostEntry host(AccountId account);

  /** The newest claim of an account, if its signature and its id are right. */
  Optional<HostBinding> binding(AccountId account);
}
