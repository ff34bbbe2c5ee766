package cloud.zansoc.cli.wallet;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.Amount;
import cloud.zansoc.ledger.evm.AccountHistory;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "history",
    description = "List what this wallet's account got and gave, newest first, from the chain.")
final class WalletHistoryCommand extends ChainCommand {
  private static final List<String> HEADERS =
      List.of("TIME", "EVENT", ">COINS", "IN", "WITH", ">BLOCK");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  @Option(names = "--limit", defaultValue = "20", description = "How many (default: 20).")
  private int limit;

  @Option(
      names = "--blocks",
      defaultValue = "1000000",
      description = "How many blocks to look through, from the newest (default: 1000000).")
  private long blocks;

  /** One line of the result; coins with their sign. */
  record Row(
      Instant time,
      String event,
      String coins,
      String pocket,
      Optional<String> other,
      long block,
      String transaction) {}

  @Override
  protected void run(ChainSession chain, Output output) {
    if (limit < 1 || blocks < 1) {
      throw new ZansocException(ErrorCode.INVALID_ARGUMENT, "--limit and --blocks are at least 1");
    }
    List<Row> rows =
        new AccountHistory(chain.chain(), chain.contracts())
            .newest(chain.account(), limit, blocks).stream()
                .map(WalletHistoryCommand::row)
                .toList();
    if (output.isJson()) {
      output.json(rows);
    } else {
      output.table(
          HEADERS,
          rows.stream()
              .map(row ->
                  List.of(
                      TIME.format(row.time()),
                      row.event(),
                      row.coins(),
                      row.pocket(),
                      row.other().orElse("-"),
                      Long.toString(row.block())))
              .toList());
    }
  }

  private static Row row(AccountHistory.Movement movement) {
    String amount = new Amount(movement.change().abs()).coins();
    return new Row(
        movement.time(),
        movement.event(),
        (movement.change().signum() < 0 ? "-" : "+") + amount,
        movement.pocket().name().toLowerCase(Locale.ROOT),
        movement.other().map(AccountId::text),
        movement.block(),
        movement.transaction());
  }
}
