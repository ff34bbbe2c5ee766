package cloud.zansoc.ledger.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class OutboxLoopTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final OutboxOptions OPTIONS =
      new OutboxOptions(0, 4, Duration.ofMinutes(1), BigInteger.valueOf(10_000), false);

  @Test
  void loop_whoseNodeIsAwayAtFirst_goesOnWhenItIsBack() throws InterruptedException {
    FakeChain chain = new FakeChain();
    chain.away(true);
    OutboxStore store = new MemoryOutboxStore();
    store.add(List.of(withdrawal("a")), 1, NOW);
    CountDownLatch steps = new CountDownLatch(4);
    AtomicInteger step = new AtomicInteger();
    // A step begins with a look at the clock, on the loop's own thread.
    InstantSource clock =
        () -> {
          if (step.incrementAndGet() == 3) {
            chain.away(false);
          }
          steps.countDown();
          return NOW;
        };

    try (OutboxLoop _ =
        OutboxLoop.start(
            new Outbox(store, chain, OPTIONS, clock.withZone(ZoneOffset.UTC)),
            Duration.ofMillis(1),
            () -> {})) {
      assertThat(steps.await(20, TimeUnit.SECONDS)).as("it goes on").isTrue();
    }

    assertThat(store.entry("a").orElseThrow().state()).isEqualTo(OutboxEntry.State.SENT);
    assertThat(chain.broadcasts()).isEqualTo(1);
  }

  @Test
  void submit_duringAPause_isSentAtOnceAndTold() throws InterruptedException {
    FakeChain chain = new FakeChain();
    Outbox outbox =
        new Outbox(new MemoryOutboxStore(), chain, OPTIONS, Clock.fixed(NOW, ZoneOffset.UTC));
    CountDownLatch moved = new CountDownLatch(1);
    try (OutboxLoop _ = OutboxLoop.start(outbox, Duration.ofHours(1), moved::countDown)) {
      outbox.submit(List.of(withdrawal("a")));

      assertThat(moved.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(chain.broadcasts()).isEqualTo(1);
  }

  private static Request withdrawal(String key) {
    return new Request(
        key, new Operation.Withdraw(new AccountId("0x" + "01".repeat(20)), Amount.ZERO));
  }
}
