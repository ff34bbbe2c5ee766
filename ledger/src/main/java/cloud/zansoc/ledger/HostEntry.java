package cloud.zansoc.ledger;

import cloud.zansoc.base.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * What the registry knows of an account; all is zero where it knows nothing.
 *
 * @param claimedId the id of the key that it claims, which {@link Registry#binding} proves
 * @param stake what it answers with
 * @param thawing what it is taking out, and answers with until it has
 * @param thawedAt from when it can take that out; empty where nothing thaws
 */
public record HostEntry(
    Digest claimedId,
    HostDescription description,
    Amount stake,
    Amount thawing,
    Optional<Instant> thawedAt) {
  /** True where the account has registered itself as a host. */
  public boolean isRegistered() {
    return !claimedId.equals(Hex.ZERO);
  }
}
