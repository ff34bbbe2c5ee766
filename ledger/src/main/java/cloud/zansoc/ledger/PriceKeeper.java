package cloud.zansoc.ledger;

import java.time.Duration;
import java.util.Optional;
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

  /** Used by the loop's thread alone, once it is reached. */
  private Optional<Exchange> exchange = Optional.empty();

  /** Set last: it takes steps from then on. */
  private final RetryLoop loop;

  private PriceKeeper(
      Supplier<? extends Exchange> connect,
      AccountId account,
      Function<PriceRules, Duration> pause) {
    this.connect = connect;
    this.account = account;
    this.pause = pause;
    this.loop =
        RetryLoop.start(
            "price-keeper",
            this::step,
            e -> LOG.warn("the coin's price could not be updated and will be again", e),
            FIRST_PAUSE,
            LONGEST_PAUSE);
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
    return new PriceKeeper(connect, account, pause);
  }

  private Duration step() {
    Exchange reached = exchange.isPresent() ? exchange.get() : connect.get();
    exchange = Optional.of(reached);
    switch (reached.update(account)) {
      case Outcome.Done<PriceUpdate>(PriceUpdate update) -> LOG.debug("price: {}", update);
      case Outcome.Refused<PriceUpdate>(Refusal reason) ->
          LOG.debug("no price: {}", reason.message());
    }
    return pause.apply(reached.priceRules());
  }

  /** Ends the update under way, if need be in its middle, and waits for the thread. */
  @Override
  public void close() {
    loop.close();
  }
}
