package cloud.zansoc.cli.exchange;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.wallet.ChainSession;
import cloud.zansoc.cli.wallet.PasswordOption;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Exchange;
import cloud.zansoc.ledger.PriceUpdate;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "update",
    description = {
      "Let the average price follow the pool, where no hub does that.",
      "An average needs two updates, which are at least its window of time apart."
    })
final class ExchangeUpdateCommand extends OnExchange {
  @Mixin private PasswordOption password;

  @Override
  void run(ChainSession chain, Exchange exchange, Output output) {
    AccountId account = chain.unlock(password).account();
    PriceUpdate update = Texts.of(exchange).done(exchange.update(account));
    long window = exchange.priceRules().window().toSeconds();
    output.result(
        Map.of("update", update.name(), "windowSeconds", window),
        switch (update) {
          case TOO_EARLY ->
              "the last update was less than %d s ago: nothing was done".formatted(window);
          case OBSERVED ->
              "observed; an update in %d s or more makes the average".formatted(window);
          case AVERAGED -> "there is a new average";
        });
  }
}
