package cloud.zansoc.ledger.rewards;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import java.math.BigInteger;

/**
 * What a host has contributed in an epoch. Nothing here is the host's own word: the first three
 * were paid for by clients, and the hub has seen the uptime.
 *
 * @param vcpuSeconds of leases, as far as they were settled in the epoch
 * @param gpuSeconds the same for graphics cards
 * @param bytes that clients have signed receipts for and paid
 * @param uptimeMillionths how much of the epoch the hub saw the host ready
 * @param fees the provider's commission of all payments to the host in the epoch
 * @param earnedBefore what it has earned in all epochs before
 */
public record Contribution(
    AccountId account,
    BigInteger vcpuSeconds,
    BigInteger gpuSeconds,
    BigInteger bytes,
    int uptimeMillionths,
    Amount fees,
    Amount earnedBefore) {
  /** All of an epoch. */
  static final int WHOLE = 1_000_000;

  /** The escrow's view of the formula has 128 bits for each product with the uptime. */
  private static final int BITS = 96;

  /** Refuses what the formula is not made for. */
  public Contribution {
    if (account.equals(AccountId.NOBODY)) {
      throw new IllegalArgumentException("nobody cannot contribute");
    }
    if (uptimeMillionths < 0 || uptimeMillionths > WHOLE) {
      throw new IllegalArgumentException(
          "the uptime of %s is %d millionths, not 0 to 1000000"
              .formatted(account, uptimeMillionths));
    }
    checkUsage(account, vcpuSeconds);
    checkUsage(account, gpuSeconds);
    checkUsage(account, bytes);
  }

  private static void checkUsage(AccountId account, BigInteger usage) {
    if (usage.signum() < 0 || usage.bitLength() > BITS) {
      throw new IllegalArgumentException(
          "%s has contributed %s of something, which is not 0 to 2^96".formatted(account, usage));
    }
  }
}
