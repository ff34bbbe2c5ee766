package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.Money;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.CloudPrice;
import cloud.zansoc.ledger.MachineSize;
import cloud.zansoc.ledger.UnitPrices;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a machine costs here and elsewhere. Asks no hub. */
@Command(
    name = "price",
    description = {
      "Compare what a machine costs an hour here, at the default prices of hosts, with large"
          + " clouds.",
      "Their prices are of February 2024 (Linux, on demand, 32 vCPUs, 64 GB); for another size they"
          + " are taken in proportion."
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
        new Comparison(cpu, memory, CloudPrice.DATE.toString(), List.copyOf(rows), ratio);
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
   */
  record Comparison(
      int vcpus, int memoryGb, String cloudPricesOf, List<Row> prices, BigDecimal timesCheaper) {}

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
  }

  private static String dollars(Money money) {
    return BigDecimal.valueOf(money.microDollars(), 6)
        .setScale(4, RoundingMode.HALF_UP)
        .toPlainString();
  }
}
