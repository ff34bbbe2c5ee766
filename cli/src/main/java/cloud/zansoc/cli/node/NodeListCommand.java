package cloud.zansoc.cli.node;

import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.net.http.ApiCall;
import cloud.zansoc.net.node.NetworkTotals;
import cloud.zansoc.net.node.NodeView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "ls", description = "List the nodes, and the totals of the network.")
final class NodeListCommand extends ClientCommand {
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

  @Option(names = "--watch", description = "Show it again every two seconds, until Ctrl+C.")
  private boolean watch;

  private record Listed(List<NodeView> nodes, NetworkTotals totals) {}

  @Override
  protected void run(Session session, Output output) throws InterruptedException {
    show(session, output);
    while (watch) {
      output.terminal().out().flush();
      Thread.sleep(INTERVAL);
      if (!output.isJson() && output.terminal().columns().isPresent()) {
        output.terminal().out().print(CLEAR_SCREEN);
      }
      show(session, output);
    }
  }

  private static void show(Session session, Output output) {
    List<NodeView> nodes = session.api().callList(ApiCall.get("/v1/nodes"), NodeView.class);
    NetworkTotals totals = session.api().call(ApiCall.get("/v1/totals"), NetworkTotals.class);
    if (output.isJson()) {
      output.json(new Listed(nodes, totals));
      return;
    }
    Instant now = Instant.now();
    output.table(NodeTexts.HEADERS, nodes.stream().map(node -> NodeTexts.row(node, now)).toList());
    output.line(NodeTexts.totals(totals));
  }
}
