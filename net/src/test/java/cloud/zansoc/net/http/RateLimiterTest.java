package cloud.zansoc.net.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RateLimiterTest {
  private final AtomicLong now = new AtomicLong(-5_000_000_000L);
  private final RateLimiter limiter = new RateLimiter(new RateLimiter.Rate(2, 3), now::get);

  @Test
  void take_burst_thenRefusedWithTheTimeToWait() {
    assertThat(limiter.take("a")).isEmpty();
    assertThat(limiter.take("a")).isEmpty();
    assertThat(limiter.take("a")).isEmpty();
    assertThat(limiter.take("a")).contains(Duration.ofMillis(500));
  }

  @Test
  void take_afterTheTimeToWait_isAllowed() {
    for (int i = 0; i < 4; i++) {
      limiter.take("a");
    }
    now.addAndGet(Duration.ofMillis(500).toNanos());

    assertThat(limiter.take("a")).isEmpty();
    assertThat(limiter.take("a")).isPresent();
  }

  @Test
  void take_refusedAgainAndAgain_doesNotWaitLonger() {
    for (int i = 0; i < 100; i++) {
      limiter.take("a");
    }

    assertThat(limiter.take("a")).contains(Duration.ofMillis(500));
  }

  @Test
  void take_longRest_fillsNoMoreThanTheBurst() {
    limiter.take("a");
    now.addAndGet(Duration.ofHours(1).toNanos());

    for (int i = 0; i < 3; i++) {
      assertThat(limiter.take("a")).isEmpty();
    }
    assertThat(limiter.take("a")).isPresent();
  }

  @Test
  void take_others_areNotAffected() {
    for (int i = 0; i < 4; i++) {
      limiter.take("a");
    }

    assertThat(limiter.take("b")).isEmpty();
  }

  @Test
  void take_moreSendersThanRemembered_forgetsTheOldest() {
    for (int i = 0; i < 4; i++) {
      limiter.take("a");
    }
    for (int i = 0; i < RateLimiter.MAX_SENDERS; i++) {
      limiter.take("x" + i);
    }

    assertThat(limiter.take("a")).isEmpty();
  }
}
