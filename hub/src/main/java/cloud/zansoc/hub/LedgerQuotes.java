package cloud.zansoc.hub;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.DeploymentPlan.CloudHour;
import cloud.zansoc.compute.api.DeploymentPlan.InCoin;
import cloud.zansoc.compute.hub.Quotes;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.AveragePrice;
import cloud.zansoc.ledger.CloudPrice;
import cloud.zansoc.ledger.MachineSize;
import cloud.zansoc.ledger.Outcome;
import cloud.zansoc.ledger.evm.EvmExchange;
import cloud.zansoc.ledger.evm.Keyring;
import java.util.List;
import java.util.Optional;

/**
 * Prices in the coin, at the exchange's average, and those of large clouds.
 *
 * @param ledger none where the hub has none
 */
record LedgerQuotes(Optional<LedgerNode> ledger) implements Quotes {
  private static final long GB = 1_000_000_000;
  private static final int SECONDS_PER_HOUR = 3600;

  @Override
  public Optional<InCoin> inCoin(Money perHour) {
    return ledger
        .filter(LedgerNode::hasExchange)
        .flatMap(LedgerQuotes::average)
        .map(average -> inCoin(average, perHour));
  }

  private static InCoin inCoin(AveragePrice average, Money perHour) {
    Amount rate = average.price().rate(perHour);
    return new InCoin(
        average.price().usd().toPlainString(),
        rate.units().toString(),
        rate.times(SECONDS_PER_HOUR).coins());
  }

  /** None where the chain is away: a plan is a plan without it. */
  private static Optional<AveragePrice> average(LedgerNode node) {
    try {
      EvmExchange exchange =
          new EvmExchange(node.chain(), node.exchange().orElseThrow(), new Keyring());
      return switch (exchange.twap()) {
        case Outcome.Done<AveragePrice>(AveragePrice average) -> Optional.of(average);
        case Outcome.Refused<AveragePrice> _ -> Optional.empty();
      };
    } catch (ZansocException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<CloudHour> elsewhere(long milliVcpus, ByteSize memory) {
    MachineSize size =
        new MachineSize(
            Math.toIntExact(Math.ceilDiv(milliVcpus, 1000)),
            Math.toIntExact(Math.ceilDiv(memory.bytes(), GB)),
            0,
            0);
    return CloudPrice.TABLE.stream()
        .map(price -> new CloudHour(price.provider() + " " + price.instance(), price.hourOf(size)))
        .toList();
  }
}
