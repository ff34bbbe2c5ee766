package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.Money;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CloudPrice;
import cloud.zansoc.ledger.CoinPrice;
import cloud.zansoc.ledger.MachineSize;
import cloud.zansoc.ledger.UnitPrices;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a machine costs here and elsewhere. */
@Command(
    name = "price",
    description = {
      "Compare what a machine costs an hour here, at the default prices of hosts, with large"
          + " clouds.",
      "Their prices are of February 2024 (Linux, on demand, 32 vCPUs, 64 GB); for another size they"
          + " are taken in proportion.",
      "Where the profile's hub has an exchange, the coin's average price there is applied too."
    })
public final class PriceCommand implements Callable<Integer> {
  @Mixin private CommonOptions options;

  @Option(names = "--cpu", defaultValue = "32", description = "vCPUs (default: 32).")
  private int cpu;

  @Option(
      names = "--memory",
      paramLabel = "GB",
      defaultValue = "64",
      description = "GB of memory (default: 64).")
  private int memory;

  @Override
  public Integer call() {
    MachineSize size = Sizes.machine(cpu, memory, 0, 0);
    Money ours = UnitPrices.DEFAULT.hour(size);
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("Zansoc", "home machine", dollars(ours)));
    CloudPrice.TABLE.forEach(cloud ->
        rows.add(new Row(cloud.provider(), cloud.instance(), dollars(cloud.hourOf(size)))));
    BigDecimal ratio =
        BigDecimal.valueOf(CloudPrice.cheapest().hourOf(size).microDollars())
            .divide(BigDecimal.valueOf(ours.microDollars()), 1, RoundingMode.HALF_UP);
    Comparison comparison =
        new Comparison(
            cpu,
            memory,
            CloudPrice.DATE.toString(),
            List.copyOf(rows),
            ratio,
            AverageCoinPrice.known(options.profile(), options.output())
                .map(price -> InCoin.of(ours, price)));
    print(options.output(), comparison);
    return 0;
  }

  /** USD an hour. */
  record Row(String provider, String instance, String usdPerHour) {}

  /**
   * The result.
   *
   * @param cloudPricesOf the month of the others' prices
   * @param timesCheaper than the cheapest of the others
   * @param inCoin what it costs here; empty where no average price is known
   */
  record Comparison(
      int vcpus,
      int memoryGb,
      String cloudPricesOf,
      List<Row> prices,
      BigDecimal timesCheaper,
      Optional<InCoin> inCoin) {}

  /**
   * A price in the coin.
   *
   * @param usdPerCoin on average
   * @param rate units a second, as an offer made now would say
   */
  record InCoin(String usdPerCoin, String coinsPerHour, String rate) {
    private static final int SECONDS_PER_HOUR = 3600;

    static InCoin of(Money hour, CoinPrice price) {
      Amount rate = price.rate(hour);
      return new InCoin(
          price.usd().stripTrailingZeros().toPlainString(),
          rate.times(SECONDS_PER_HOUR)
              .whole(Amount.COIN_DECIMALS)
              .round(new MathContext(6))
              .stripTrailingZeros()
              .toPlainString(),
          rate.units().toString());
    }
  }

  private static void print(Output output, Comparison comparison) {
    if (output.isJson()) {
      output.json(comparison);
      return;
    }
    output.table(
        List.of("PROVIDER", "INSTANCE", ">VCPUS", ">MEMORY GB", ">USD/HOUR"),
        comparison.prices().stream()
            .map(row ->
                List.of(
                    row.provider(),
                    row.instance(),
                    Integer.toString(comparison.vcpus()),
                    Integer.toString(comparison.memoryGb()),
                    row.usdPerHour()))
            .toList());
    output.line(
        "\n%s times cheaper than %s, the cheapest of the three (prices of February 2024)."
            .formatted(comparison.timesCheaper(), CloudPrice.cheapest().provider()));
    comparison
        .inCoin()
        .ifPresent(coin ->
            output.line(
                "In the coin: %s ZANS an hour (%s units a second), at its average price of %s USD."
                    .formatted(coin.coinsPerHour(), coin.rate(), coin.usdPerCoin())));
  }

  private static String dollars(Money money) {
    return BigDecimal.valueOf(money.microDollars(), 6)
        .setScale(4, RoundingMode.HALF_UP)
        .toPlainString();
  }
}
