package cloud.zansoc.cli.exchange;

import picocli.CommandLine.Command;

/** Groups the commands about the exchange of the coin. */
@Command(
    name = "exchange",
    description = "Exchange coins and dollars, and see what a coin costs.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ExchangePriceCommand.class,
      ExchangeQuoteCommand.class,
      ExchangeSwapCommand.class,
      ExchangeAddCommand.class,
      ExchangeRemoveCommand.class,
      ExchangeHistoryCommand.class,
      ExchangeUpdateCommand.class
    })
public final class ExchangeCommand {}
