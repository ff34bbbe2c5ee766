package cloud.zansoc.cli.wallet;

import picocli.CommandLine.Command;

/** Groups the commands about the user's wallet. */
@Command(
    name = "wallet",
    description = "Make and use the wallet of this profile.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      WalletCreateCommand.class,
      WalletShowCommand.class,
      WalletFundCommand.class,
      WalletSendCommand.class,
      WalletDepositCommand.class,
      WalletWithdrawCommand.class,
      WalletHistoryCommand.class
    })
public final class WalletCommand {}
