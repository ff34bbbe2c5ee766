package cloud.zansoc.cli.host;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.Money;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.AverageCoinPrice;
import cloud.zansoc.host.measure.SystemFacts;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.CoinPrice;
import cloud.zansoc.ledger.HostEstimate;
import cloud.zansoc.ledger.MachineSize;
import cloud.zansoc.ledger.UnitPrices;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "estimate",
    description = {
      "Estimate what a machine earns in a month at the default prices, and when it is paid back.",
      "vCPUs and memory are this machine's unless given. Where the profile's hub has an exchange,"
          + " the income is shown in the coin too, at its average price there."
    })
final class HostEstimateCommand implements Callable<Integer> {
  private static final long BYTES_PER_GB = 1_000_000_000;

  @Mixin private CommonOptions options;

  @Option(names = "--cpu", description = "vCPUs lent (default: those of this machine).")
  private Optional<Integer> cpu = Optional.empty();

  @Option(
      names = "--memory",
      paramLabel = "GB",
      description = "GB of memory lent (default: that of this machine).")
  private Optional<Integer> memory = Optional.empty();

  @Option(
      names = "--storage",
      paramLabel = "GB",
      defaultValue = "0",
      description = "GB of disk lent (default: 0).")
  private int storage;

  @Option(names = "--gpus", defaultValue = "0", description = "Graphics cards lent (default: 0).")
  private int gpus;

  @Option(
      names = "--utilisation",
      paramLabel = "PERCENT",
      defaultValue = "100",
      description = "How much of it is rented on average (default: 100).")
  private int utilisation;

  @Option(
      names = "--watts",
      defaultValue = "60",
      description = "What it draws on average, all day (default: 60).")
  private int watts;

  @Option(
      names = "--electricity",
      paramLabel = "USD",
      defaultValue = "0.08",
      description = "The price of a kWh (default: 0.08).")
  private Money electricity;

  @Option(
      names = "--hardware-cost",
      paramLabel = "USD",
      description = "What the machine has cost, for the months until it is paid back.")
  private Optional<Money> hardware = Optional.empty();

  @Option(names = "--currency", description = "Show the income in this currency too, such as INR.")
  private Optional<String> currency = Optional.empty();

  @Option(names = "--rate", description = "How much of that currency a US dollar is, such as 83.")
  private Optional<BigDecimal> rate = Optional.empty();

  @Override
  public Integer call() {
    if (currency.isPresent() != rate.isPresent()
        || rate.filter(value -> value.signum() <= 0).isPresent()) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "give --currency and --rate together, such as '--currency INR --rate 83'");
    }
    SystemFacts facts = SystemFacts.read();
    try {
      MachineSize size =
          new MachineSize(
              cpu.orElseGet(facts::vcpus),
              memory.orElse(Math.toIntExact(facts.memoryBytes() / BYTES_PER_GB)),
              storage,
              gpus);
      HostEstimate estimate =
          HostEstimate.of(
              size, UnitPrices.DEFAULT, utilisation, new HostEstimate.Power(watts, electricity));
      print(options.output(), size, estimate);
    } catch (IllegalArgumentException e) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
    }
    return 0;
  }

  /**
   * The result: US dollars a month, and targets of the network beside it.
   *
   * @param inCurrency the net income in the currency asked for
   * @param netCoins the net income in whole coins; empty where no average price is known
   * @param monthsToPayBack empty where no cost was given, or where it is never paid back
   */
  record Summary(
      MachineSize machine,
      int utilisationPercent,
      String grossUsd,
      String commissionUsd,
      String electricityUsd,
      String netUsd,
      Optional<String> inCurrency,
      Optional<String> netCoins,
      Optional<BigDecimal> monthsToPayBack,
      int targetMonths,
      int targetInr) {}

  private void print(Output output, MachineSize size, HostEstimate estimate) {
    Optional<BigDecimal> months = hardware.flatMap(estimate::monthsToPayBack);
    Optional<String> converted =
        rate.map(value ->
            "%s %s"
                .formatted(cents(dollars(estimate.net()).multiply(value)), currency.orElseThrow()));
    Optional<String> coins =
        AverageCoinPrice.known(options.profile(), output)
            .map(price -> coins(estimate.net(), price));
    if (output.isJson()) {
      output.json(
          new Summary(
              size,
              utilisation,
              usd(estimate.gross()),
              usd(estimate.commission()),
              usd(estimate.electricity()),
              usd(estimate.net()),
              converted,
              coins,
              months,
              HostEstimate.TARGET_MONTHS,
              HostEstimate.TARGET_INR));
      return;
    }
    output.line(
        "%d vCPUs, %d GB of memory, %d GB of disk, %d graphics cards, %d %% rented, for a month:"
            .formatted(size.vcpus(), size.memoryGb(), size.storageGb(), size.gpus(), utilisation));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("clients pay", usd(estimate.gross()), ""));
    rows.add(List.of("commission (10 %)", "-" + usd(estimate.commission()), ""));
    rows.add(List.of("electricity", "-" + usd(estimate.electricity()), ""));
    rows.add(List.of("you keep", usd(estimate.net()), converted.orElse("")));
    output.table(List.of("", ">USD", ">"), rows);
    coins.ifPresent(
        amount -> output.line("in the coin    " + amount + " ZANS, at its average price"));
    hardware.ifPresent(cost ->
        output.line(
            "paid back      "
                + months
                    .map(value -> "after " + value + " months")
                    .orElse("never: electricity takes all that clients pay")));
    output.line(
        String.format(
            Locale.ROOT,
            "targets        %d months when fully used, %,d INR a month",
            HostEstimate.TARGET_MONTHS,
            HostEstimate.TARGET_INR));
  }

  private static String coins(Money net, CoinPrice price) {
    Amount amount = price.toCoin(new Money(Math.abs(net.microDollars())));
    String text = cents(amount.whole(Amount.COIN_DECIMALS));
    return net.microDollars() < 0 ? "-" + text : text;
  }

  private static String usd(Money money) {
    return cents(dollars(money));
  }

  private static BigDecimal dollars(Money money) {
    return BigDecimal.valueOf(money.microDollars(), 6);
  }

  private static String cents(BigDecimal amount) {
    return amount.setScale(2, RoundingMode.HALF_UP).toPlainString();
  }
}
