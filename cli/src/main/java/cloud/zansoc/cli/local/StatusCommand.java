package cloud.zansoc.cli.local;

import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.CommonOptions;
import cloud.zansoc.cli.Output;
import cloud.zansoc.ledger.AccountId;
import cloud.zansoc.ledger.evm.EvmChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says which processes of the local cloud run. */
@Command(
    name = "status",
    description =
        "Say which processes of the local cloud run, and how its chain stands. Exit code 4 when none runs.")
public final class StatusCommand implements Callable<Integer> {
  private static final int NOTHING_RUNS = 4;

  @Mixin private CommonOptions options;

  /**
   * How the ledger's chain stands.
   *
   * @param name of the line, beside those of the processes
   * @param block the newest; none where the node does not answer
   */
  record Chain(
      String name,
      long number,
      String node,
      Optional<Long> block,
      String escrow,
      Optional<String> router,
      Optional<String> twap) {}

  private static Chain chain(LedgerValues values) {
    return new Chain(
        "ledger",
        values.chain(),
        values.node().toString(),
        height(values),
        values.escrow().text(),
        values.router().map(AccountId::text),
        values.twap().map(AccountId::text));
  }

  private static Optional<Long> height(LedgerValues values) {
    try (EvmChain chain = LedgerValues.connect(values.node(), values.chain())) {
      return Optional.of(chain.height());
    } catch (ZansocException e) {
      return Optional.empty();
    }
  }

  @Override
  public Integer call() {
    Output output = options.output();
    List<LocalProcess> processes = LocalOptions.existing(options.profile()).processes();
    List<List<String>> rows =
        processes.stream()
            .map(process ->
                List.of(
                    process.name(),
                    process.handle().isPresent() ? "running" : "stopped",
                    process.handle().map(handle -> Long.toString(handle.pid())).orElse("-"),
                    process.log().toString()))
            .toList();
    Optional<Chain> chain = LocalOptions.ledger(options.profile()).map(StatusCommand::chain);
    if (output.isJson()) {
      List<Object> all = new ArrayList<>();
      rows.forEach(
          row -> all.add(Map.of("name", row.get(0), "state", row.get(1), "pid", row.get(2))));
      chain.ifPresent(all::add);
      output.json(all);
    } else {
      output.table(List.of("NAME", "STATE", ">PID", "LOG"), rows);
      chain.ifPresent(its ->
          output.line(
              "\nchain %d at %s: %s\n  escrow %s\n  router %s\n  price  %s"
                  .formatted(
                      its.number(),
                      its.node(),
                      its.block().map(block -> "block " + block).orElse("away"),
                      its.escrow(),
                      its.router().orElse("none"),
                      its.twap().orElse("none"))));
    }
    return processes.stream().anyMatch(process -> process.handle().isPresent()) ? 0 : NOTHING_RUNS;
  }
}
