package cloud.zansoc.ledger.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.LeaseId;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand random histories of process, node and chain: what was submitted is done once, in all
 * of them. {@code -Dzansoc.seed=SEED} plays one again.
 */
final class OutboxInterleavingsTest {
  private static final int HISTORIES = 10_000;
  private static final int STEPS = 40;
  private static final int LEASES = 5;
  private static final OutboxOptions OPTIONS =
      new OutboxOptions(2, 3, Duration.ofSeconds(20), BigInteger.valueOf(1_000_000_000), false);

  @Test
  void requests_inEveryHistory_areDoneExactlyOnce() {
    String replayed = System.getProperty("zansoc.seed");
    if (replayed != null) {
      new History(Long.parseLong(replayed)).play();
      return;
    }
    long first = RandomGenerator.getDefault().nextLong() >>> 16;
    int crashes = 0;
    int repeated = 0;
    for (long seed = first; seed < first + HISTORIES; seed++) {
      History history = new History(seed);
      history.play();
      crashes += history.crashes;
      repeated += history.chain.broadcasts() > history.chain.transactions().size() ? 1 : 0;
    }
    assertThat(crashes).as("the histories have crashes").isGreaterThan(HISTORIES);
    assertThat(repeated).as("the histories have repeated messages").isGreaterThan(HISTORIES / 2);
  }

  /** One history, which follows from its seed. */
  private static final class History {
    private final long seed;
    private final Random random;
    private final FakeChain chain = new FakeChain();
    private final MemoryOutboxStore durable = new MemoryOutboxStore();
    private final MovingClock clock = new MovingClock();
    private final List<Request> submitted = new ArrayList<>();
    private Outbox outbox;
    private Outbox another;
    private boolean dangerous = true;
    private int crashes;

    History(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.outbox = restarted();
      this.another = restarted();
      chain.trouble(random);
    }

    private Outbox restarted() {
      OutboxStore store = new CrashingStore(durable, () -> dangerous && random.nextInt(15) == 0);
      return new Outbox(store, chain, OPTIONS, clock);
    }

    void play() {
      for (int i = 0; i < STEPS; i++) {
        try {
          move();
        } catch (ZansocException lostAnswer) {
          // The loop tries again.
        } catch (CrashingStore.Crash death) {
          crashes++;
          outbox = restarted();
        }
      }
      dangerous = false;
      chain.calm();
      finish();
      check();
    }

    /** Two processes are on one store, and one of them makes the move. */
    private void move() {
      if (random.nextInt(4) == 0) {
        Outbox first = outbox;
        outbox = another;
        another = first;
      }
      switch (random.nextInt(16)) {
        case 0, 1, 2 -> submit();
        case 3, 4, 5, 6 -> chain.mine();
        case 7 -> chain.reorganise(1 + random.nextInt(4), random.nextBoolean());
        case 8 -> chain.forgetPool();
        case 9 -> chain.floor(random.nextInt(2000));
        case 10 -> clock.advance(Duration.ofSeconds(random.nextInt(60)));
        default -> {
          clock.advance(Duration.ofSeconds(1));
          outbox.step();
        }
      }
    }

    /** Hands a request in until it is known, as its caller does. */
    private void submit() {
      Request request = request();
      submitted.add(request);
      while (true) {
        try {
          outbox.submit(List.of(request));
          return;
        } catch (CrashingStore.Crash death) {
          crashes++;
          outbox = restarted();
        }
      }
    }

    private Request request() {
      int number = submitted.size();
      Operation operation =
          random.nextBoolean()
              ? new Operation.Settle(lease(random.nextInt(LEASES)))
              : new Operation.Withdraw(
                  new AccountId("0x%040x".formatted(number + 1)), Amount.ofUnits(number));
      return new Request("key " + number, operation);
    }

    private void finish() {
      for (int i = 0; i < 200; i++) {
        if (outbox.step().isDone()) {
          return;
        }
        chain.mine();
        clock.advance(Duration.ofSeconds(7));
      }
      throw new AssertionError("seed " + seed + ": still under way " + durable.open());
    }

    private void check() {
      List<Operation> effects = chain.effects();
      List<Operation> withdrawals =
          submitted.stream()
              .map(Request::operation)
              .filter(Operation.Withdraw.class::isInstance)
              .toList();
      assertThat(effects)
          .as("seed " + seed)
          .filteredOn(Operation.Withdraw.class::isInstance)
          .containsExactlyElementsOf(withdrawals);
      for (int i = 0; i < LEASES; i++) {
        Operation settle = new Operation.Settle(lease(i));
        long asked = submitted.stream().filter(each -> each.operation().equals(settle)).count();
        long transactions =
            submitted.stream()
                .filter(each -> each.operation().equals(settle))
                .map(each -> durable.entry(each.key()).orElseThrow().nonce().orElseThrow())
                .distinct()
                .count();
        assertThat(effects.stream().filter(settle::equals).count())
            .as("seed %d: settlements of a lease that was asked for %d times", seed, asked)
            .isEqualTo(transactions);
      }
      assertThat(submitted)
          .as("seed " + seed)
          .allSatisfy(request ->
              assertThat(durable.entry(request.key()).orElseThrow().state())
                  .isEqualTo(OutboxEntry.State.CONFIRMED));
    }

    private static LeaseId lease(int number) {
      return new LeaseId("0x%064x".formatted(number + 1));
    }
  }
}
