package cloud.zansoc.ledger.rewards;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.RewardSchedule;
import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each host of an epoch earns: its share of the emission, as the escrow's view {@code
 * allocation} computes it, but never more than half of the commission that payments to it have
 * brought. So who pays itself loses at least half of what that costs.
 */
public final class RewardFormula {
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);
  private static final BigInteger HALF = BigInteger.TWO;

  private final RewardInputs inputs;
  private final BigInteger emission;

  public RewardFormula(RewardInputs inputs) {
    this.inputs = inputs;
    this.emission = RewardSchedule.emission(inputs.epoch()).units();
  }

  /** What each host earns in the epoch, by account. */
  public Map<AccountId, Amount> rewards() {
    Map<AccountId, BigInteger> shares = new TreeMap<>(RewardInputs.ORDER);
    for (Part part : Part.values()) {
      BigInteger sum =
          inputs.hosts().stream().map(part::of).reduce(BigInteger.ZERO, BigInteger::add);
      BigInteger given = emission.multiply(BigInteger.valueOf(part.percent)).divide(HUNDRED);
      for (Contribution host : inputs.hosts()) {
        BigInteger share = sum.signum() == 0 ? sum : given.multiply(part.of(host)).divide(sum);
        shares.merge(host.account(), share, BigInteger::add);
      }
    }
    Map<AccountId, Amount> rewards = new TreeMap<>(RewardInputs.ORDER);
    for (Contribution host : inputs.hosts()) {
      BigInteger most = host.fees().units().divide(HALF);
      BigInteger share = shares.getOrDefault(host.account(), BigInteger.ZERO);
      rewards.put(host.account(), new Amount(share.min(most)));
    }
    return rewards;
  }

  /** What is minted for the epoch: all rewards together. */
  public Amount total() {
    return rewards().values().stream().reduce(Amount.ZERO, Amount::plus);
  }

  /** What each host has earned in all epochs up to this one; without those that have nothing. */
  public Map<AccountId, Amount> earned() {
    Map<AccountId, Amount> earned = new TreeMap<>(RewardInputs.ORDER);
    Map<AccountId, Amount> rewards = rewards();
    for (Contribution host : inputs.hosts()) {
      Amount reward = rewards.getOrDefault(host.account(), Amount.ZERO);
      Amount all = host.earnedBefore().plus(reward);
      if (!all.isZero()) {
        earned.put(host.account(), all);
      }
    }
    return earned;
  }

  /** What is rewarded, and which percentage of the emission it divides. */
  private enum Part {
    COMPUTING(40),
    GRAPHICS(30),
    BANDWIDTH(20),
    UPTIME(10);

    private final int percent;

    Part(int percent) {
      this.percent = percent;
    }

    private BigInteger of(Contribution host) {
      BigInteger usage =
          switch (this) {
            case COMPUTING -> host.vcpuSeconds();
            case GRAPHICS -> host.gpuSeconds();
            case BANDWIDTH -> host.bytes();
            case UPTIME -> BigInteger.ONE;
          };
      return usage.multiply(BigInteger.valueOf(host.uptimeMillionths()));
    }
  }
}
