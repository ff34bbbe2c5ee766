package cloud.zansoc.cli.exchange;

import cloud.zansoc.ledger.Exchange;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Option;

/** How long it may take. */
final class DeadlineOption {
  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "After how long it must not be done any more (default: 10m).")
  private Duration life = Duration.ofMinutes(10);

  /** By the chain's clock. */
  Instant of(Exchange exchange) {
    return exchange.now().plus(life);
  }
}
