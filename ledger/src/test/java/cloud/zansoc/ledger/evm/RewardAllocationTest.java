package cloud.zansoc.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.RewardClaim;
import cloud.zansoc.ledger.RewardSchedule;
import cloud.zansoc.ledger.TestKeys;
import cloud.zansoc.ledger.rewards.Contribution;
import cloud.zansoc.ledger.rewards.RewardFormula;
import cloud.zansoc.ledger.rewards.RewardInputs;
import java.io.IOException;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.web3j.abi.datatypes.StaticStruct;
import org.web3j.abi.datatypes.generated.Uint128;
import org.web3j.abi.datatypes.generated.Uint256;

/** Java's formula and tree against the contract's own view and what proofs must lead to. */
final class RewardAllocationTest {
  private final long seed = Long.getLong("zansoc.seed", new Random().nextLong());
  private final Random random = new Random(seed);

  @Test
  void rewards_ofRandomHosts_areTheEscrowsAllocation() throws IOException {
    try (ChainWorld world = ChainWorld.start()) {
      for (long epoch : new long[] {0, 103, 104, 5000, 20_000}) {
        RewardInputs inputs = inputs(world, epoch);
        Map<AccountId, Amount> rewards = new RewardFormula(inputs).rewards();
        assertThat(view(world, "emission", new Uint256(BigInteger.valueOf(epoch))))
            .isEqualTo(RewardSchedule.emission(epoch));
        for (Contribution host : inputs.hosts()) {
          assertThat(rewards)
              .as("epoch %d of seed %d", epoch, seed)
              .containsEntry(
                  host.account(),
                  view(
                      world,
                      "allocation",
                      new Uint256(BigInteger.valueOf(epoch)),
                      struct(List.of(host)),
                      struct(inputs.hosts())));
        }
      }
    }
  }

  @Test
  void claims_ofTreesOfAnySize_leadToTheRoot() {
    for (int size = 1; size < 40; size++) {
      Map<AccountId, Amount> earned = new HashMap<>();
      for (int i = 0; i < size; i++) {
        earned.put(TestKeys.fresh().account(), new Amount(new BigInteger(200, random)));
      }
      RewardTree tree = new RewardTree(earned);
      for (AccountId account : earned.keySet()) {
        RewardClaim claim = tree.claim(account).orElseThrow();
        assertThat(RewardTree.rootOf(claim)).isEqualTo(tree.root());
        assertThat(claim.cumulative()).isEqualTo(earned.get(account));
      }
      assertThat(tree.claim(TestKeys.fresh().account())).isEmpty();
    }
  }

  private RewardInputs inputs(ChainWorld world, long epoch) {
    List<Contribution> hosts =
        IntStream.range(0, 5)
            .mapToObj(i ->
                new Contribution(
                    TestKeys.fresh().account(),
                    new BigInteger(random.nextInt(97), random),
                    new BigInteger(random.nextInt(3), random),
                    new BigInteger(60, random),
                    random.nextInt(1_000_001),
                    Amount.LARGEST,
                    Amount.ZERO))
            .toList();
    return new RewardInputs(world.ledger().id(), epoch, hosts);
  }

  /** The sums over hosts, each times its uptime, as the contract takes them. */
  private static StaticStruct struct(List<Contribution> hosts) {
    BigInteger[] sums = {BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO};
    for (Contribution host : hosts) {
      BigInteger uptime = BigInteger.valueOf(host.uptimeMillionths());
      sums[0] = sums[0].add(host.vcpuSeconds().multiply(uptime));
      sums[1] = sums[1].add(host.gpuSeconds().multiply(uptime));
      sums[2] = sums[2].add(host.bytes().multiply(uptime));
      sums[3] = sums[3].add(uptime);
    }
    return new StaticStruct(
        new Uint128(sums[0]), new Uint128(sums[1]), new Uint128(sums[2]), new Uint128(sums[3]));
  }

  @SuppressWarnings("rawtypes") // web3j's own signature
  private static Amount view(
      ChainWorld world, String function, org.web3j.abi.datatypes.Type... inputs) {
    return world
        .chain()
        .read(world.contract("escrow"), EscrowCalls.encoded(function, inputs))
        .amount(0);
  }
}
