package cloud.zansoc.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.Digest;
import cloud.zansoc.ledger.evm.EvmKey;
import cloud.zansoc.ledger.evm.RewardTree;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the rewards of every ledger do, to the unit. One world may serve many tests. */
abstract class RewardsContract extends LedgerFixture {
  private static final Digest INPUTS = Digest.sha256(new byte[] {7});

  private final EvmKey publisher = TestKeys.named("publisher");
  private final Map<AccountId, Amount> earned = new HashMap<>();
  private long epoch;
  private Rewards rewards;

  @BeforeEach
  void endAnEpoch() {
    rewards = world.rewards();
    epoch = rewards.nextEpoch();
    Duration left = Duration.between(ledger.now(), rewards.endOf(epoch));
    if (left.isPositive()) {
      world.pass(left);
    }
    earned.put(client.account(), Amount.ofUnits(70));
    earned.put(stranger.account(), Amount.ofUnits(30));
  }

  @Test
  void publish_ofAnEpochThatIsOver_mintsItsTotal() {
    Amount before = ledger.coins(ledger.id().escrow());
    Amount unclaimed = rewards.unclaimed();

    Amount minted = done(publish(epoch(earned, 100)));

    assertThat(minted).isEqualTo(Amount.ofUnits(100));
    assertThat(ledger.coins(ledger.id().escrow())).isEqualTo(before.plus(minted));
    assertThat(rewards.unclaimed()).isEqualTo(unclaimed.plus(minted));
    assertThat(rewards.nextEpoch()).isEqualTo(epoch + 1);
    assertThat(rewards.published(epoch)).contains(epoch(earned, 100));
    assertThat(rewards.published(epoch + 1)).isEmpty();
  }

  @Test
  void claim_ofWhatWasEarned_putsItIntoTheBalanceOnce() {
    done(publish(epoch(earned, 100)));
    RewardClaim claim = claim(client);

    assertThat(done(rewards.claim(stranger.account(), claim))).isEqualTo(Amount.ofUnits(70));

    assertThat(balance(client)).isEqualTo(BALANCE.plus(Amount.ofUnits(70)));
    assertThat(rewards.rewarded(client.account())).isEqualTo(Amount.ofUnits(70));
    assertThat(refused(() -> rewards.claim(client.account(), claim)))
        .isEqualTo(new Refusal.NothingToReward(client.account(), Amount.ofUnits(70)));
  }

  @Test
  void claim_afterSeveralEpochs_givesWhatWasAddedSince() {
    done(publish(epoch(earned, 100)));
    done(rewards.claim(client.account(), claim(client)));
    earned.put(client.account(), Amount.ofUnits(71));
    earned.put(host.account(), Amount.ofUnits(9));
    world.pass(Rewards.EPOCH);
    epoch++;
    done(publish(epoch(earned, 10)));

    assertThat(done(rewards.claim(client.account(), claim(client)))).isEqualTo(Amount.ofUnits(1));
    assertThat(done(rewards.claim(client.account(), claim(stranger))))
        .isEqualTo(Amount.ofUnits(30));
    assertThat(done(rewards.claim(client.account(), claim(host)))).isEqualTo(Amount.ofUnits(9));
  }

  @Test
  void claim_ofAnotherAmountOrAccount_isRefused() {
    done(publish(epoch(earned, 100)));
    RewardClaim right = claim(client);

    for (RewardClaim wrong :
        List.of(
            new RewardClaim(client.account(), Amount.ofUnits(71), right.proof()),
            new RewardClaim(client.account(), Amount.LARGEST, right.proof()),
            new RewardClaim(stranger.account(), right.cumulative(), right.proof()),
            new RewardClaim(client.account(), right.cumulative(), List.of()))) {
      assertThat(refused(() -> rewards.claim(client.account(), wrong)))
          .isEqualTo(new Refusal.NotInRewards());
    }
  }

  @Test
  void claim_ofMoreThanWasMinted_isRefused() {
    Amount unclaimed = rewards.unclaimed();
    earned.put(client.account(), Amount.LARGEST);
    done(publish(epoch(earned, 1)));

    assertThat(refused(() -> rewards.claim(client.account(), claim(client))))
        .isEqualTo(new Refusal.AboveMinted(Amount.LARGEST, unclaimed.plus(Amount.ofUnits(1))));
  }

  @Test
  void publish_byAnotherTwiceOrTooEarly_isRefused() {
    assertThat(refused(() -> rewards.publish(client.account(), epoch(earned, 100))))
        .isEqualTo(new Refusal.NotPublisher(client.account()));
    done(publish(epoch(earned, 100)));
    assertThat(refused(() -> publish(epoch(earned, 100))))
        .isEqualTo(new Refusal.EpochAlreadyPublished(epoch, epoch + 1));

    epoch = rewards.nextEpoch() + 100;
    assertThat(refused(() -> publish(epoch(earned, 100))))
        .isEqualTo(new Refusal.EpochNotOver(epoch, rewards.endOf(epoch)));
  }

  @Test
  void publish_ofMoreThanTheScheduleGives_isRefused() {
    Amount most = RewardSchedule.emission(epoch);
    for (Amount total : List.of(most.plus(Amount.ofUnits(1)), Amount.LARGEST)) {
      EpochRewards above = new EpochRewards(epoch, new RewardTree(earned).root(), total, INPUTS);
      assertThat(refused(() -> publish(above))).isEqualTo(new Refusal.AboveSchedule(total, most));
    }
    done(publish(new EpochRewards(epoch, new RewardTree(earned).root(), most, INPUTS)));
  }

  private Outcome<Amount> publish(EpochRewards published) {
    return rewards.publish(publisher.account(), published);
  }

  private EpochRewards epoch(Map<AccountId, Amount> all, long total) {
    return new EpochRewards(epoch, new RewardTree(all).root(), Amount.ofUnits(total), INPUTS);
  }

  private RewardClaim claim(EvmKey key) {
    return new RewardTree(earned).claim(key.account()).orElseThrow();
  }
}
