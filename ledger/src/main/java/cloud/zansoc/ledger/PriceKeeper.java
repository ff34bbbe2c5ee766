package cloud.zansoc.ledger;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the average price young: asks the exchange for an update again and again, on a thread of
 * its own, until closed. What is too early costs nothing, and several keepers do no harm.
 *
 * <p>While the exchange does not answer the pauses grow, to {@link #LONGEST_PAUSE}.
 */
public final class PriceKeeper implements AutoCloseable {
  /** The longest pause after a failure. */
  public static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(PriceKeeper.class);

  /** Often enough that an average covers little more than the window. */
  private static final int PAUSES_PER_WINDOW = 4;

  private final Supplier<? extends Exchange> connect;
  private final AccountId account;
  private final Function<PriceRules, Duration> pause;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  private PriceKeeper(
      Supplier<? extends Exchange> connect,
      AccountId account,
      Function<PriceRules, Duration> pause) {
    this.connect = connect;
    this.account = account;
    this.pause = pause;
    this.thread = Thread.ofVirtual().name("price-keeper").unstarted(this::run);
  }

  /**
   * Begins.
   *
   * @param connect reaches the exchange; asked again until it succeeds
   * @param account who sends the updates and pays for them; no outbox may send for it too
   */
  public static PriceKeeper start(Supplier<? extends Exchange> connect, AccountId account) {
    return start(connect, account, rules -> rules.window().dividedBy(PAUSES_PER_WINDOW));
  }

  static PriceKeeper start(
      Supplier<? extends Exchange> connect,
      AccountId account,
      Function<PriceRules, Duration> pause) {
    PriceKeeper keeper = new PriceKeeper(connect, account, pause);
    keeper.thread.start();
    return keeper;
  }

  private void run() {
    Optional<Exchange> exchange = Optional.empty();
    Duration next = FIRST_PAUSE;
    try {
      do {
        try {
          exchange = Optional.of(exchange.isPresent() ? exchange.get() : connect.get());
          update(exchange.get());
          next = pause.apply(exchange.get().priceRules());
        } catch (RuntimeException e) {
          // It must not end the loop: the next try may find the node back.
          if (closing.getCount() > 0) {
            LOG.warn("the coin's price could not be updated and will be again", e);
          }
          next = longer(next);
        }
      } while (!closing.await(next.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void update(Exchange exchange) {
    switch (exchange.update(account)) {
      case Outcome.Done<PriceUpdate>(PriceUpdate update) -> LOG.debug("price: {}", update);
      case Outcome.Refused<PriceUpdate>(Refusal reason) ->
          LOG.debug("no price: {}", reason.message());
    }
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  /** Ends the update under way, if need be in its middle, and waits for the thread. */
  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
